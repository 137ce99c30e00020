"""A snapshot of the files of a mock: its contracts, each below its prefix, with the plans of their operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from openapi.contract import Contract
from openapi.contract.router import RouteConflict, Router
from openapi.http.json import write_json
from openapi.mock.answers.bodies import Bodies
from openapi.mock.answers.plan import MockPlan
from openapi.mock.masking import LogMasking, log_masking
from openapi.mock.scenarios.scenarios import MockedOperation, Scenario
from openapi.mock.scenarios.state import State
from openapi.mock.settings import MockSettings
from openapi.parameters.request_parts import RequestParts
from openapi.validation import ContractValidator


@dataclass(frozen=True)
class MountedContract:
    """A contract below its prefix, with the plans of its operations by path and method. `conflicts` lists the
    operations whose path collides with another; `validator` is for the traffic of an upstream."""

    contract: Contract
    router: Router[MockPlan]
    validator: ContractValidator
    conflicts: tuple[str, ...]

    @cached_property
    def document(self) -> bytes:
        """The bytes of the contract's file; one JSON document if it has several files."""
        return self.contract.content if len(self.contract.files) < 2 else write_json(self.contract.published())


class Target(NamedTuple):
    """The target of a request: the contract, if one has the prefix, the plans of the path by method, if the contract
    has the path, and the `plan` for the method. `raw_path` is undecoded, below the prefix of the contract."""

    mounted: MountedContract | None = None
    raw_path: bytes = b""
    plans: Mapping[str, MockPlan] = MappingProxyType({})
    path_values: Mapping[str, str] = MappingProxyType({})
    plan: MockPlan | None = None

    @property
    def methods(self) -> set[str]:
        """The methods that the path has."""
        methods = set(self.plans)
        return methods | {"HEAD"} if "GET" in methods else methods

    @property
    def operation(self) -> str | None:
        """The name of the operation."""
        return None if self.plan is None else self.plan.name


@dataclass(frozen=True)
class Snapshot:
    """Everything that is derived from the files; replaced as a whole when one of them changes."""

    mounts: Mapping[str, MountedContract]
    operations: Mapping[str, MockedOperation]
    scenarios: Mapping[str, Scenario]
    masking: LogMasking

    def route(self, raw_path: bytes, method: str) -> Target:
        """The target of a request for an undecoded path, in the contract with the longest matching prefix."""
        for prefix, mounted in self._by_length:
            if raw_path == prefix or raw_path.startswith(prefix + b"/"):
                rest = raw_path[len(prefix) :]
                if (found := mounted.router.find(rest, method)) is None:
                    return Target(mounted, rest)
                route, values = found
                plans = route.endpoints
                plan = plans.get(method) or (plans.get("GET") if method == "HEAD" else None)
                if plan is None:
                    plans = mounted.router.endpoints(rest)
                return Target(mounted, rest, plans, values, plan)
        return Target()

    @cached_property
    def _by_length(self) -> list[tuple[bytes, MountedContract]]:
        prefixes = sorted(self.mounts, key=len, reverse=True)
        return [(prefix.encode(), self.mounts[prefix]) for prefix in prefixes]


def snapshot_of(
    contracts: Mapping[str, Contract],
    operations: Mapping[str, MockedOperation],
    scenarios: Mapping[str, Scenario],
    settings: MockSettings,
    state: State,
) -> Snapshot:
    """The snapshot of contracts by their prefixes ("" or "/billing")."""

    def mounted(prefix: str, contract: Contract) -> MountedContract:
        bodies = Bodies(contract, settings)
        own = [mocked for mocked in operations.values() if mocked.prefix == prefix]
        return _mounted(contract, [MockPlan(mocked, bodies, settings, state, scenarios) for mocked in own])

    mounts = {prefix: mounted(prefix, contract) for prefix, contract in contracts.items()}
    return Snapshot(mounts, operations, scenarios, log_masking(contracts.values()))


def _mounted(contract: Contract, plans: list[MockPlan]) -> MountedContract:
    router: Router[MockPlan] = Router(lenient=True, accepts=_accepts)
    conflicts = []
    for plan in plans:
        operation = plan.mocked.operation
        try:
            first = router.add(operation.method, operation.path, plan)
        except RouteConflict as error:
            conflicts.append(f"{plan.name} is not served: {error}")
            continue
        if first is not None:
            same = f"{operation.method.upper()} {operation.path} is {first.mocked.operation.path} with other names"
            conflicts.append(f"{plan.name} is not served for path values that {first.name} accepts too: {same}")
    _add_aliases(router, contract.base_paths, plans)
    return MountedContract(contract, router, ContractValidator(contract), tuple(conflicts))


def _accepts(plan: MockPlan, path: str, values: Mapping[str, str]) -> bool:
    return plan.accepts_path(RequestParts(path, values, "", ()))


def _add_aliases(router: Router[MockPlan], bases: tuple[str, ...], plans: list[MockPlan]) -> None:
    """Also route the operations below the paths of all servers, and of their own ones: apps use any of them."""
    for plan in plans:
        operation = plan.mocked.operation
        for path in dict.fromkeys((*bases, *operation.base_paths)):
            try:
                router.add(operation.method, path + operation.path, plan)
            except RouteConflict:
                continue

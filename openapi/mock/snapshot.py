"""A snapshot of the files of a mock: its contracts, each below its prefix, with the plans of their operations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple

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

_TEMPLATE: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class MountedContract:
    """A contract below its prefix, with the plans of its operations by path and method. `conflicts` lists the
    operations whose path collides with another, which are among the `rivals` of the other; `validator` is for the
    traffic of an upstream."""

    contract: Contract
    router: Router[MockPlan]
    validator: ContractValidator
    conflicts: tuple[str, ...]
    rivals: Mapping[MockPlan, Sequence[MockPlan]]

    def fitting(self, plan: MockPlan, raw_path: bytes, values: Mapping[str, str]) -> tuple[MockPlan, Mapping[str, str]]:
        """Of the operations whose templates differ only in the names of their parameters, the first whose schemas
        accept the values in a path, with the values by its own names."""
        for each in (plan, *self.rivals.get(plan, ())):
            names = _TEMPLATE.findall(each.mocked.operation.path)
            own = dict(zip(names, values.values(), strict=False)) if each is not plan else values
            if each.accepts_path(RequestParts(raw_path.decode("latin-1"), own, "", ())):
                return each, own
        return plan, values

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
                elif plan in mounted.rivals:
                    plan, values = mounted.fitting(plan, rest, values)
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
    router: Router[MockPlan] = Router(lenient=True)
    conflicts = []
    rivals: dict[MockPlan, list[MockPlan]] = {}
    first: dict[tuple[str, str], MockPlan] = {}
    for plan in plans:
        operation = plan.mocked.operation
        key = (operation.method, _TEMPLATE.sub("{}", operation.path))
        try:
            router.add(operation.method, operation.path, plan)
            first[key] = plan
        except RouteConflict as error:
            other = first.get(key)
            where = "" if other is None else f" for path values that {other.name} accepts too"
            conflicts.append(f"{plan.name} is not served{where}: {error}")
            if other is not None:
                rivals.setdefault(other, []).append(plan)
    _add_aliases(router, contract.base_paths, plans)
    return MountedContract(contract, router, ContractValidator(contract), tuple(conflicts), rivals)


def _add_aliases(router: Router[MockPlan], bases: tuple[str, ...], plans: list[MockPlan]) -> None:
    """Also route the operations below the paths of all servers, and of their own ones: apps use any of them."""
    for plan in plans:
        operation = plan.mocked.operation
        for path in dict.fromkeys((*bases, *operation.base_paths)):
            try:
                router.add(operation.method, path + operation.path, plan)
            except RouteConflict:
                continue

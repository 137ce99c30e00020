"""The mock: its contracts and scenarios as they are now, what is chosen, and the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from openapi.contract import PUBLISHED, Contract, load_contract
from openapi.contract.router import RouteConflict, Router
from openapi.documents.errors import ContractError
from openapi.engine.dispatcher import Dispatcher
from openapi.engine.endpoints import Endpoint
from openapi.mock.answers.bodies import Bodies
from openapi.mock.answers.endpoint import MockedEndpoint, MockSettings
from openapi.mock.answers.refusals import failure_of
from openapi.mock.log.log import LoggedExchange, RequestLog
from openapi.mock.masking import LogMasking, log_masking
from openapi.mock.scenarios.scenario_file import load_scenarios
from openapi.mock.scenarios.scenarios import MockedOperation, Scenario, all_scenarios, mocked_operations
from openapi.mock.scenarios.state import State
from openapi.validation import ContractValidator

if TYPE_CHECKING:
    from openapi.mock.upstream import Behind


@dataclass(frozen=True)
class Mount:
    """A contract below its prefix, with the endpoints that answer for it; `conflicts` are operations without a route of
    their own, `judge` is for what passes from and to a server behind."""

    contract: Contract
    router: Router[Endpoint]
    dispatcher: Dispatcher
    judge: ContractValidator
    conflicts: tuple[str, ...]

    @property
    def document(self) -> bytes:
        """The contract as its file has it; in one piece where it is several."""
        return self.contract.content if len(self.contract.files) < 2 else orjson.dumps(self.contract.document)


@dataclass(frozen=True)
class Book:
    """Everything that follows from the files; replaced whole when one of them changes."""

    mounts: Mapping[str, Mount]
    operations: Mapping[str, MockedOperation]
    scenarios: Mapping[str, Scenario]
    masking: LogMasking

    def mount(self, path: bytes) -> tuple[str, Mount] | None:
        """The prefix that an undecoded path is below, the longest first, and what stands there."""
        for prefix in sorted(self.mounts, key=len, reverse=True):
            raw = prefix.encode()
            if path == raw or path.startswith(raw + b"/"):
                return prefix, self.mounts[prefix]
        return None


@dataclass
class Mock:
    """Contracts by prefix ("" or "/billing"), answered without a backend.

    ContractError when a file cannot be used, now or in `load`. `scenario` is the one in force until another is chosen;
    `observe` is told of every answered request.
    """

    sources: Mapping[str, Path] = field(default_factory=lambda: {"": PUBLISHED})
    scenario_file: Path | None = None
    settings: MockSettings = field(default_factory=MockSettings)
    scenario: str | None = None
    # The server behind, which answers what it has.
    behind: Behind | None = None
    observe: Callable[[LoggedExchange], None] = lambda exchange: None
    # Where it listens, for what is to be pasted.
    address: str = "http://127.0.0.1:2212"
    # What is wrong with the last save of a contract, and what with its examples and schemas; by prefix.
    errors: dict[str, str] = field(default_factory=dict, init=False)
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Load everything."""
        self.state = State(self.settings.seed, self.scenario, "mock" if self.behind is None else "upstream")
        self.log = RequestLog(self.observe)
        self.book = self.load()
        self.fallback = Dispatcher(Router(), failure_of)

    @property
    def files(self) -> set[Path]:
        """The files that it is made from."""
        found = {path for mount in self.book.mounts.values() for path in mount.contract.files}
        return found | set(self.sources.values()) | ({self.scenario_file} if self.scenario_file else set())

    def load(self) -> Book:
        """What the files say now."""
        contracts = {prefix: self._contract(prefix, path) for prefix, path in self.sources.items()}
        operations = mocked_operations(contracts)
        written = load_scenarios(self.scenario_file, operations) if self.scenario_file is not None else ()
        scenarios = all_scenarios(written, operations)
        mounts = {
            prefix: self._mount(prefix, contract, operations, scenarios) for prefix, contract in contracts.items()
        }
        return Book(mounts, operations, scenarios, log_masking(contracts.values()))

    def replace(self, book: Book) -> None:
        """Have a newly loaded book in force; choices of what it does not have any more are dropped."""
        self.book = book
        self.errors = {}
        self.state.forget_what_is_gone(book.scenarios, book.operations)
        self.log.tell("state", {})

    def fail(self, error: ContractError) -> None:
        """Stay with the book, and say everywhere why the last save is not in force."""
        broken = [prefix for prefix, mount in self.book.mounts.items() if error.source in _names(mount.contract)]
        self.errors = dict.fromkeys(broken or [next(iter(self.book.mounts))], str(error))
        self.log.tell("state", {})

    def _contract(self, prefix: str, path: Path) -> Contract:
        contract = load_contract(path, lenient=True)
        if not contract.operations:
            raise ContractError(str(path), "/paths", "there is no operation to mock")
        return contract

    def _mount(
        self,
        prefix: str,
        contract: Contract,
        operations: Mapping[str, MockedOperation],
        scenarios: Mapping[str, Scenario],
    ) -> Mount:
        bodies = Bodies(contract, self.settings.seed)
        router: Router[Endpoint] = Router(lenient=True)
        conflicts = []
        endpoints = [
            MockedEndpoint(mocked, bodies, self.settings, self.state, scenarios)
            for mocked in operations.values()
            if mocked.prefix == prefix
        ]
        for endpoint in endpoints:
            operation = endpoint.mocked.operation
            try:
                router.add(operation.method, operation.path, endpoint)
            except RouteConflict as error:
                conflicts.append(f"{endpoint.name} is not served: {error}")
        _add_aliases(router, base_path(contract), endpoints)
        dispatcher = Dispatcher(router, failure_of)
        return Mount(contract, router, dispatcher, self._judge(contract), tuple(conflicts))

    def _judge(self, contract: Contract) -> ContractValidator:
        judge = ContractValidator(contract)
        if self.behind is not None:
            # Here, where a contract is loaded, and no request waits for it.
            _ = judge.router
        return judge


def base_path(contract: Contract) -> str:
    """The path of the first server that the contract names, below which a real server stands."""
    servers = contract.document.get("servers") or [{"url": "/"}]
    try:
        path = urlsplit(str(servers[0].get("url", "/"))).path.rstrip("/")
    except ValueError:
        return ""
    return path if path.startswith("/") and "{" not in path else ""


def _add_aliases(router: Router[Endpoint], base: str, endpoints: list[MockedEndpoint]) -> None:
    """Have the operations answer below the path of the server too: apps are pointed at either."""
    for endpoint in endpoints if base else ():
        try:
            router.add(endpoint.mocked.operation.method, base + endpoint.mocked.operation.path, endpoint)
        except RouteConflict:
            continue


def _names(contract: Contract) -> Iterator[str]:
    yield contract.source
    yield from map(str, contract.files)

"""The mock: its contracts and scenarios as they are now, what is chosen, and the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from openapi.contract import PUBLISHED, Contract, load_contract
from openapi.documents.errors import ContractError
from openapi.mock.log.log import LoggedExchange, RequestLog
from openapi.mock.scenarios.scenario_file import load_scenarios
from openapi.mock.scenarios.scenarios import all_scenarios, mocked_operations
from openapi.mock.scenarios.state import State
from openapi.mock.settings import MockSettings
from openapi.mock.snapshot import Snapshot, snapshot_of

if TYPE_CHECKING:
    from openapi.mock.upstream import UpstreamMode


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
    # The server that answers what it has.
    upstream: UpstreamMode | None = None
    observe: Callable[[LoggedExchange], None] = lambda exchange: None
    # Where it listens, for what is to be pasted.
    address: str = "http://127.0.0.1:2212"
    # What is wrong with the last save of a contract, and what with its examples and schemas; by prefix.
    errors: dict[str, str] = field(default_factory=dict, init=False)
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Load everything."""
        self.state = State(self.settings.seed, self.scenario, "mock" if self.upstream is None else "upstream")
        self.log = RequestLog(self.observe)
        self.snapshot = self.load()

    @property
    def files(self) -> set[Path]:
        """The files that it is made from."""
        found = {path for mounted in self.snapshot.mounts.values() for path in mounted.contract.files}
        return found | set(self.sources.values()) | ({self.scenario_file} if self.scenario_file else set())

    def load(self) -> Snapshot:
        """What the files say now."""
        contracts = {prefix: _contract(path) for prefix, path in self.sources.items()}
        operations = mocked_operations(contracts)
        written = load_scenarios(self.scenario_file, operations) if self.scenario_file is not None else ()
        return snapshot_of(contracts, operations, all_scenarios(written, operations), self.settings, self.state)

    def replace(self, snapshot: Snapshot) -> None:
        """Have a newly loaded snapshot in force; choices of what it does not have any more are dropped."""
        self.snapshot = snapshot
        self.errors = {}
        self.state.forget_what_is_gone(snapshot.scenarios, snapshot.operations)
        self.log.tell("state", {})

    def fail(self, error: ContractError) -> None:
        """Stay with the snapshot, and say everywhere why the last save is not in force."""
        mounts = self.snapshot.mounts
        broken = [prefix for prefix, mounted in mounts.items() if error.source in _names(mounted.contract)]
        self.errors = dict.fromkeys(broken or [next(iter(mounts))], str(error))
        self.log.tell("state", {})


def _contract(path: Path) -> Contract:
    contract = load_contract(path, lenient=True)
    if not contract.operations:
        raise ContractError(str(path), "/paths", "the contract has no operations to mock")
    return contract


def _names(contract: Contract) -> Iterator[str]:
    yield contract.source
    yield from map(str, contract.files)

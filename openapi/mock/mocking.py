"""The mock: its contracts and scenarios, the choices, and the log."""

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

    Raises ContractError if a file cannot be used, at construction or in `load`. `scenario` is the scenario at start;
    `observe` is called with every logged request.
    """

    sources: Mapping[str, Path] = field(default_factory=lambda: {"": PUBLISHED})
    scenario_file: Path | None = None
    settings: MockSettings = field(default_factory=MockSettings)
    scenario: str | None = None
    # The server that answers the operations that it has.
    upstream: UpstreamMode | None = None
    observe: Callable[[LoggedExchange], None] = lambda exchange: None
    # The address in copied commands.
    address: str = "http://127.0.0.1:2212"
    # Whether a contract with mistakes is refused, instead of mended.
    strict_document: bool = False
    # By prefix: the error of the last saved version of a contract, and the problems of its examples and schemas.
    errors: dict[str, str] = field(default_factory=dict, init=False)
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Load everything."""
        self.state = State(self.settings.seed, self.scenario, "mock" if self.upstream is None else "upstream")
        self.log = RequestLog(self.observe)
        self.snapshot = self.load()

    @property
    def files(self) -> set[Path]:
        """The files of the contracts and the scenarios."""
        found = {path for mounted in self.snapshot.mounts.values() for path in mounted.contract.files}
        return found | set(self.sources.values()) | ({self.scenario_file} if self.scenario_file else set())

    def load(self) -> Snapshot:
        """A snapshot of the files; ContractError if one cannot be used."""
        contracts = {prefix: _contract(path, self.strict_document) for prefix, path in self.sources.items()}
        operations = mocked_operations(contracts)
        written = load_scenarios(self.scenario_file, operations) if self.scenario_file is not None else ()
        return snapshot_of(contracts, operations, all_scenarios(written, operations), self.settings, self.state)

    def replace(self, snapshot: Snapshot) -> None:
        """Put a snapshot in force, and drop the choices of scenarios and operations that it lacks."""
        self.snapshot = snapshot
        self.errors = {}
        self.state.drop_removed(snapshot.scenarios, snapshot.operations)
        self.log.publish("state", {})

    def fail(self, error: ContractError) -> None:
        """Keep the snapshot, and report why the last saved version is not in force."""
        mounts = self.snapshot.mounts
        broken = [prefix for prefix, mounted in mounts.items() if error.source in _names(mounted.contract)]
        self.errors = dict.fromkeys(broken or [next(iter(mounts))], str(error))
        self.log.publish("state", {})


def _contract(path: Path, strict: bool) -> Contract:
    contract = load_contract(path, lenient=True, mended=not strict)
    if not contract.operations:
        raise ContractError(str(path), "/paths", "the contract has no operations to mock")
    return contract


def _names(contract: Contract) -> Iterator[str]:
    yield contract.source
    yield from map(str, contract.files)

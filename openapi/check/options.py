"""The options of a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from openapi.contract import Contract
from openapi.findings.findings import Finding
from openapi.http.messages import Fields

# The name of the current step, the number of items done, and their total (0: unknown).
Progress: TypeAlias = Callable[[str, int, int], object]
# The name of what is asked next, such as ``GET /things``.
Asking: TypeAlias = Callable[[str], object]
# A finding, as soon as it is known.
Finder: TypeAlias = Callable[[Finding], object]


class Profile(StrEnum):
    """The thoroughness of a check."""

    FAST = "fast"
    DEEP = "deep"


def silent(what: str, done: int, total: int) -> None:
    """Report no progress."""


def ignored(news: object) -> None:
    """Do nothing with a piece of news."""


@dataclass(frozen=True)
class Options:
    """The options of a check, besides the contract and the server.

    `strict` is the contract with an overlay. `token` returns the credentials; it is called again before they expire.
    `signing_key` is the HMAC secret, or the PEM of the private key, that tokens are signed with. `seed` None: 0 for
    `fast`, random for `deep`. `time_limit` (seconds) ends the generation of `deep`. `headers` are added to each
    request. `rate` is in requests per second, `timeout` and `max_response_time` are in seconds. `ca_bundle` and
    `client_cert` are files. `operations` are operationIds or ``GET /path``; all if empty. `changed_since` is an older
    contract: operations that are the same in both are not checked. `skip` names rules that are not judged. `progress`,
    `asking` and `found` are called while the check runs, the last two from any thread.
    """

    strict: Contract | None = None
    profile: Profile = Profile.FAST
    seed: int | None = None
    time_limit: float = 300.0
    token: Callable[[], str] | None = None
    signing_key: bytes | None = None
    headers: Fields = ()
    rate: float | None = None
    workers: int = 1
    timeout: float = 10.0
    max_response_time: float | None = None
    proxy: str | None = None
    ca_bundle: Path | None = None
    insecure: bool = False
    client_cert: tuple[Path, Path | None] | None = None
    allow_writes: bool = False
    operations: tuple[str, ...] = ()
    changed_since: Contract | None = None
    require_all_statuses: bool = False
    skip: tuple[str, ...] = ()
    provocations: Path | None = None
    generate: bool = True
    progress: Progress = field(default=silent, repr=False)
    asking: Asking = field(default=ignored, repr=False)
    found: Finder = field(default=ignored, repr=False)

    def reporting(self, progress: Progress, asking: Asking = ignored, found: Finder = ignored) -> Options:
        """The same options, with callbacks for the progress, the next request and new findings."""
        return replace(self, progress=progress, asking=asking, found=found)

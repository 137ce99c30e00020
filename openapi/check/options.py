"""The options of a check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

    `strict` is the contract with an overlay. With `refusals_declared`, an undeclared status of a refused invalid
    request is a finding. `seed` None: 0 for `fast`, random for `deep`. After `time_limit` seconds
    (None: 300 for `deep`, no limit for `fast`) or `max_requests` requests, the check ends, and says what it left out.

    `token` returns the credentials; it is called again before they expire. `credentials` returns those of single
    security schemes, by name. With `always_send_token`, operations that require no credentials get them too.
    `signing_key` is the HMAC secret, or the PEM of the private key, that tokens are signed with. `headers` are added to
    each request.

    `rate` is in requests per second, `timeout` and `max_response_time` are in seconds. `ca_bundle` and `client_cert`
    are files. `operations` are operationIds or ``GET /path``; all if empty. `changed_since` is an older contract:
    operations that are the same in both are not checked. `require_all_statuses` and `require_success` make unseen
    statuses, and operations that never succeeded, findings. `skip` names rules that are not judged.

    `progress`, `asking` and `found` are called while the check runs, the last two from any thread.
    """

    strict: Contract | None = None
    refusals_declared: bool = False
    profile: Profile = Profile.FAST
    seed: int | None = None
    time_limit: float | None = None
    max_requests: int | None = None
    token: Callable[[], str] | None = None
    credentials: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    always_send_token: bool = False
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
    require_success: bool = False
    skip: tuple[str, ...] = ()
    provocations: Path | None = None
    generate: bool = True
    progress: Progress = field(default=silent, repr=False)
    asking: Asking = field(default=ignored, repr=False)
    found: Finder = field(default=ignored, repr=False)

    @property
    def is_deep(self) -> bool:
        """Whether the profile is `deep`."""
        return self.profile is Profile.DEEP

    def reporting(self, progress: Progress, asking: Asking = ignored, found: Finder = ignored) -> Options:
        """The same options, with callbacks for the progress, the next request and new findings."""
        return replace(self, progress=progress, asking=asking, found=found)

"""How a check is to be run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from openapi.contract import Contract
from openapi.http.messages import Fields

# What is being done, how many steps are done, of how many.
Progress: TypeAlias = Callable[[str, int, int], object]


class Profile(StrEnum):
    """How thorough a check is."""

    FAST = "fast"
    DEEP = "deep"


def silent(what: str, done: int, total: int) -> None:
    """The progress that nobody wants to see."""


@dataclass(frozen=True)
class Options:
    """What a check is told, beside the contract and the server.

    `strict` is the contract with an overlay. `token` gives the credentials, again when they may have expired.
    `signing_key` is the HMAC secret or the PEM of the private key that tokens are signed with. `seed` None: 0 for
    `fast`, a random one for `deep`. `time_limit` (seconds) ends what `deep` generates. `headers` go with each request.
    `rate` is requests in a second, `timeout` and `max_response_time` are seconds, `ca_bundle` and `client_cert` files.
    `operations` are operationIds or ``GET /path``; all when empty. `changed_since` is an older contract: what is the
    same in both is not checked. `skip` names rules that are not judged.
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

    def reporting(self, progress: Progress) -> Options:
        """The same, with somebody who is told how far the check is."""
        return replace(self, progress=progress)

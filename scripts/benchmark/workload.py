"""The data of a run: a database of users, and tokens of some of them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt

from scripts.benchmark.errors import BenchmarkError

PATH: Final = "/api/calls/providers"
# The command of this environment, not the first one in PATH.
COMMAND: Final = Path(sys.executable).with_name("tether-relay")

_USERS_EACH: Final = 10
_TTL: Final = 24 * 3600


@dataclass(frozen=True)
class Workload:
    """`answers` maps each of the `tokens` to its expected body; `refused` are tokens that must get a 401."""

    database: Path
    secret: str
    answers: Mapping[str, Any]
    refused: tuple[str, ...]

    @property
    def tokens(self) -> list[str]:
        """The tokens of the load's requests."""
        return list(self.answers)


def make_workload(folder: Path, *, organizations: int, tokens: int) -> Workload:
    """A database in `folder`, filled with `tether-relay data import`, and `tokens` tokens of users spread over its
    organizations. BenchmarkError if the import fails."""
    elements = list(organizations_with_users(organizations))
    source, database = folder / "organizations.jsonl", folder / "bench.db"
    source.write_text("".join(json.dumps(element) + "\n" for element in elements))
    imported = subprocess.run(  # noqa: S603  # our own command and files
        [COMMAND, "data", "import", source, "--database", database],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if imported.returncode:
        raise BenchmarkError(f"the data cannot be imported: {imported.stderr.strip()}")
    secret = secrets.token_urlsafe(32)
    callers = [
        (organization, organization["users"][0])
        for organization in (elements[number * organizations // tokens] for number in range(tokens))
    ]
    disabled = elements[0]["users"][-1]["id"]
    return Workload(
        database,
        secret,
        {_token(user["id"], secret): _answer(organization, user) for organization, user in callers},
        (_token(callers[0][1]["id"], secrets.token_urlsafe(32)), _token(disabled, secret)),
    )


def clean_environment() -> dict[str, str]:
    """The environment without the program's settings, which must not affect the servers."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("TETHER_RELAY_")}


def organizations_with_users(count: int) -> Iterator[dict[str, Any]]:
    """Elements for `tether-relay data import`: `count` organizations of ten users, the last of each disabled."""
    for number in range(count):
        providers = ("sinch", "twilio")
        numbers = {provider: f"+1416{number:06}{index}" for index, provider in enumerate(providers)}
        yield {
            "id": f"org_{number}",
            "name": f"Organization {number}",
            "active_provider": providers[number % 2],
            "accounts": [{"provider": provider, "account_id": f"{provider}-{number}"} for provider in providers],
            "phone_numbers": [{"e164": e164, "provider": provider} for provider, e164 in numbers.items()],
            "users": [
                {"id": f"user_{number}_{nth}", "disabled": nth == _USERS_EACH - 1, "default_numbers": numbers}
                for nth in range(_USERS_EACH)
            ],
        }


def _answer(organization: Mapping[str, Any], user: Mapping[str, Any]) -> dict[str, str]:
    provider = organization["active_provider"]
    return {"provider": provider, "phoneNumber": user["default_numbers"][provider]}


def _token(user_id: str, secret: str) -> str:
    now = int(time.time())
    return jwt.encode({"sub": user_id, "iat": now, "exp": now + _TTL}, secret, algorithm="HS256")

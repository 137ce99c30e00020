"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope

from openapi.server.responses import JSON, encode_json
from openapi.server.types import Answer, Headers

# Returns when the part is ready, perhaps with a sentence about what to look at; raises with a sentence when it is not.
# Strangers may read both.
Check: TypeAlias = Callable[[], Awaitable[str | None]]

_HEADERS: Headers = ((b"cache-control", b"no-store"),)


class Liveness:
    """``/livez``: the process answers. It touches nothing else, so that a lost store does not restart the server."""

    name = "/livez"
    headers = _HEADERS

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """200, always."""
        return _answer({"status": "alive"})


class Readiness:
    """``/readyz``: every part that a request needs is there."""

    name = "/readyz"
    headers = _HEADERS

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """200 with the parts that were checked and what is said of them; HTTPException (503) names each that is not
        ready, and why."""
        failed, notes = [], {}
        for name, check in self._checks.items():
            try:
                if (note := await check()) is not None:
                    notes[name] = note
            except Exception as error:
                failed.append(f"{name}: {error}")
        if failed:
            raise HTTPException(503, "; ".join(failed))
        return _answer({"status": "ready", "checked": list(self._checks), **({"notes": notes} if notes else {})})


def _answer(body: object) -> Answer:
    return Answer(200, ((b"content-type", JSON.encode()), *_HEADERS), encode_json(body))

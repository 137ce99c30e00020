"""Is the process alive, and can it do its work?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from starlette.exceptions import HTTPException

from openapi.engine.endpoints import Answer, ErrorTable, Headers, Incoming
from openapi.engine.responses import JSON, encode_json

# Returns when the part is ready, perhaps with a sentence about what to look at, which strangers may read. Raises when
# it is not.
Check: TypeAlias = Callable[[], Awaitable[str | None]]

# Seconds that a part has to say whether it is ready.
PATIENCE: Final = 2.0

_HEADERS: Headers = ((b"cache-control", b"no-store"),)


class Liveness:
    """``/livez``: the process answers. It touches nothing else, so that a lost store does not restart the server."""

    name = "/livez"
    headers = _HEADERS

    async def __call__(self, incoming: Incoming) -> Answer:
        """200, always."""
        return _answer({"status": "alive"})


class NotReady(HTTPException):
    """Parts are not ready. `detail` is for strangers, the text for the log: it may name files and hosts."""

    def __init__(self, detail: str, text: str) -> None:
        super().__init__(503, detail)
        self._text = text

    def __str__(self) -> str:
        return self._text


class Readiness:
    """``/readyz``: every part that a request needs is there. What went wrong with one has its code in `errors`."""

    name = "/readyz"
    headers = _HEADERS

    def __init__(self, checks: Mapping[str, Check], errors: ErrorTable) -> None:
        self._checks = checks
        self._errors = errors

    async def __call__(self, incoming: Incoming) -> Answer:
        """200 with the parts that were checked and what is said of them; NotReady names each that is not ready."""
        found = dict(zip(self._checks, await asyncio.gather(*map(self._ask, self._checks.values())), strict=True))
        failed = {name: error for name, error in found.items() if isinstance(error, Exception)}
        if failed:
            raise NotReady(
                "; ".join(f"{name}: {self._reason(error)}" for name, error in failed.items()),
                "; ".join(f"{name}: {str(error) or type(error).__name__}" for name, error in failed.items()),
            )
        notes = {name: note for name, note in found.items() if note is not None}
        return _answer({"status": "ready", "checked": list(found), **({"notes": notes} if notes else {})})

    @staticmethod
    async def _ask(check: Check) -> str | Exception | None:
        try:
            async with asyncio.timeout(PATIENCE):
                return await check()
        except TimeoutError:
            return TimeoutError(f"no answer within {PATIENCE:g} s")
        except Exception as error:
            return error

    def _reason(self, error: Exception) -> str:
        return str(error) if isinstance(error, TimeoutError) else self._errors(error).code


def _answer(body: object) -> Answer:
    return Answer(200, ((b"content-type", JSON.encode()), *_HEADERS), encode_json(body))

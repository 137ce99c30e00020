"""The endpoints for liveness and readiness."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from starlette.exceptions import HTTPException

from openapi.engine.endpoints import Answer, ErrorTable, Headers, Incoming
from openapi.engine.responses import JSON, encode_json

# Checks one part. Returns if the part is ready, optionally with a note that is shown to every client. Raises an error
# if it is not ready.
Check: TypeAlias = Callable[[], Awaitable[str | None]]

# Seconds until a check fails with a timeout.
PATIENCE: Final = 2.0

_HEADERS: Headers = ((b"cache-control", b"no-store"),)


class Liveness:
    """``/livez``: the process answers. It uses no other part, so that an unreachable store does not cause a restart."""

    name = "/livez"
    headers = _HEADERS

    async def __call__(self, incoming: Incoming) -> Answer:
        """200, always."""
        return _answer({"status": "alive"})


class NotReady(HTTPException):
    """Some parts are not ready. `detail` is for every client; the text is for the log and can name files and hosts."""

    def __init__(self, detail: str, text: str) -> None:
        super().__init__(503, detail)
        self._text = text

    def __str__(self) -> str:
        return self._text


class Readiness:
    """``/readyz``: every part that a request needs is ready. `errors` gives the code for the error of a part."""

    name = "/readyz"
    headers = _HEADERS

    def __init__(self, checks: Mapping[str, Check], errors: ErrorTable) -> None:
        self._checks = checks
        self._errors = errors

    async def __call__(self, incoming: Incoming) -> Answer:
        """200 with the checked parts and their notes. Raises NotReady, which names each part that is not ready."""
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

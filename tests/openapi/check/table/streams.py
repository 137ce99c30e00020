"""Answers that last: event streams do not end, and come in parts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.openapi.check.table.row import Asgi, Row
from tests.openapi.check.table.statuses import ONE

EVENTS: Final = f"{ONE}\nGET /events: {{200: {{content: {{text/event-stream: string}}}}}}"
QUICK: Final = {"timeout": 1.0}


def streaming(*parts: str, media_type: str = "text/event-stream", ends: bool = True) -> ASGIApp:
    """An application with GET /x, and a stream at GET /events."""

    def one(request: Request) -> JSONResponse:
        return JSONResponse({"a": 1})

    async def events(request: Request) -> StreamingResponse:
        async def content() -> AsyncIterator[str]:
            for part in parts:
                yield part
                await asyncio.sleep(0.01)
            while not ends:
                await asyncio.sleep(0.1)
                yield ": still here\n\n"

        return StreamingResponse(content(), media_type=media_type)

    return Starlette(routes=[Route("/x", one), Route("/events", events)])


ROWS: Final = (
    Row("streams: three events", EVENTS, Asgi(streaming("data: 1\n\n", "data: 2\n\n", "data: 3\n\n"))),
    Row(
        "streams: JSON in three parts",
        EVENTS.replace("text/event-stream: string", "application/json: {a: integer}"),
        Asgi(streaming('{"a"', ": ", "1}", media_type="application/json")),
    ),
    Row("streams: events without an end", EVENTS, Asgi(streaming("data: 1\n\n", ends=False)), options=QUICK),
    Row(
        "streams: JSON without an end",
        EVENTS.replace("text/event-stream: string", "application/json: {a: integer}"),
        Asgi(streaming('{"a": 1', media_type="application/json", ends=False)),
        finds=("no-answer",),
        options=QUICK,
    ),
)

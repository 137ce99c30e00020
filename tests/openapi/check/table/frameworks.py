"""Applications in the frameworks that most people use, as their guides write them."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, StrictStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from tests.openapi.check.table.row import TOKEN, Asgi, Row
from tests.openapi.check.table.statuses import ONE

SEARCH: Final = "GET /search: {query: {limit~: {type: integer, minimum: 1, maximum: 100}}, 200: {a: integer}}"
ITEMS: Final = """
POST /items: {json: {name: string, ...: false}, 201: {name: string}}
GET /items/{id}: {path: {id: {type: integer, minimum: 1, maximum: 3}}, 200: {name: string}}
"""
SECURED: Final = "GET /me: {security: [bearer], 200: {a: integer}, 401: {detail: string}}"


def one(request: Request) -> JSONResponse:
    """The number one."""
    return JSONResponse({"a": 1})


def starlette(*more: Route | Mount) -> ASGIApp:
    """An application with GET /x."""
    return Starlette(routes=[Route("/x", one), *more])


def failing(request: Request) -> JSONResponse:
    """Raises an error that nobody handles."""
    raise LookupError("not here")


SCHEME: Final = HTTPBearer(auto_error=False)
Credentials: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(SCHEME)]


class Item(BaseModel):
    """A body with one text."""

    model_config = ConfigDict(extra="forbid")
    name: StrictStr


def fastapi(*, status: int = 401, challenge: str | None = "Bearer") -> ASGIApp:
    """An application with a search, items and a secured operation; its validation answers with 422."""
    app = FastAPI(openapi_url=None)

    @app.get("/search")
    def search(limit: Annotated[int, Query(ge=1, le=100)] = 10) -> dict[str, int]:
        return {"a": limit}

    @app.post("/items", status_code=201)
    def create(item: Item) -> Item:
        return item

    @app.get("/items/{id}")
    def read(id: int) -> Item:
        if not 1 <= id <= 3:
            raise HTTPException(404, "no such item")
        return Item(name=f"item {id}")

    @app.get("/me")
    def me(credentials: Credentials) -> dict[str, int]:
        if credentials is None or credentials.credentials != TOKEN:
            raise HTTPException(status, "who?", {"WWW-Authenticate": challenge} if challenge else None)
        return {"a": 1}

    return app


def leaking() -> ASGIApp:
    """A FastAPI application whose answer has a property that its document forbids."""
    app = FastAPI(openapi_url=None)

    @app.get("/x")
    def read(response: Response) -> dict[str, object]:
        response.headers["X-Total"] = "one"
        return {"a": 1, "password": "x"}

    return app


LEAK: Final = "GET /x: {200: {headers: {X-Total: integer}, content: {application/json: {a: integer, ...: false}}}}"
# FastAPI answers HEAD with 405.
_HEAD: Final = ("head",)
WRITES: Final = {"allow_writes": True}

ROWS: Final = (
    Row("frameworks: Starlette", ONE, Asgi(starlette())),
    Row(
        "frameworks: Starlette with an application below a path",
        f"{ONE}\nGET /sub/y: {{200: {{a: integer}}}}",
        Asgi(starlette(Mount("/sub", routes=[Route("/y", one)]))),
    ),
    Row(
        "frameworks: Starlette with overlapping routes",
        "POST /u/me: {200: {a: integer}}\nGET /u/{id}: {200: {a: integer}}",
        Asgi(starlette(Route("/u/me", one, methods=["POST"]), Route("/u/{id}", one))),
        also=("allow",),
        options=WRITES,
    ),
    Row(
        "frameworks: FastAPI, whose 422 is not declared",
        SEARCH,
        Asgi(fastapi()),
        also=_HEAD,
        notes=("422",),
        generated=True,
    ),
    Row(
        "frameworks: FastAPI with items, whose 404 and 422 are not declared",
        ITEMS,
        Asgi(fastapi()),
        also=_HEAD,
        options=WRITES,
        generated=True,
    ),
    Row("frameworks: FastAPI with a bearer token", SECURED, Asgi(fastapi()), also=_HEAD, options={"token": TOKEN}),
    Row(
        "frameworks: Starlette fails with an error that nobody handles",
        f"{ONE}\nGET /y: {{200: {{a: integer}}}}",
        Asgi(starlette(Route("/y", failing))),
        finds=("server-error",),
        once=("server-error",),
    ),
    Row(
        "frameworks: FastAPI without a challenge",
        SECURED,
        Asgi(fastapi(challenge=None)),
        finds=("auth-challenge",),
        also=_HEAD,
        options={"token": TOKEN},
    ),
    Row(
        "frameworks: FastAPI with a property and a header that break the schema",
        LEAK,
        Asgi(leaking()),
        finds=("body-schema", "header-schema"),
        also=_HEAD,
    ),
)

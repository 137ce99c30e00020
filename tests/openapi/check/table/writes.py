"""Methods that change data: their order, what they need and what they leave (RFC 9110 section 9.2)."""

from __future__ import annotations

import threading
from typing import Any, Final

from openapi.http.messages import Request
from tests.openapi.check.table.auth import ANSWERS, UNKNOWN, guarded, is_known
from tests.openapi.check.table.row import TOKEN, Fresh, Row
from tests.openapi.check.table.server import Answer, Answering, Call, Reply, Site, says
from tests.openapi.check.table.statuses import GOOD, ONE

MISSING: Final = says({"error": "no such thing"}, 404)
THINGS: Final = """
POST /things: {json: {name: string}, 201: Thing, 400: {error: string}, 415: {error: string}}
GET /things: {200: [Thing]}
GET /things/{id}: {200: Thing, 404: {error: string}}
PUT /things/{id}: {json: {name: string}, 200: Thing, 400: {error: string}, 404: {error: string}, 415: {error: string}}
DELETE /things/{id}: {204: ~, 404: {error: string}}
schemas: {Thing: {id: string, name: string}}
"""


class Store:
    """Things that are created, read, changed and deleted; a faulty store overrides one method."""

    def __init__(self) -> None:
        self._things: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def site(self) -> Site:
        """The server."""
        return Site(
            {
                "POST /things": self.create,
                "GET /things": lambda call: says(list(self._things.values())[:10]),
                "GET /things/{id}": self.read,
                "PUT /things/{id}": self.change,
                "DELETE /things/{id}": self.delete,
            }
        )

    def create(self, call: Call) -> Answer:
        """201 with the thing, and its address."""
        return self._put(call, None)

    def change(self, call: Call) -> Answer:
        """200 with the changed thing."""
        return self._put(call, call.placeholders["id"]) if call.placeholders["id"] in self._things else MISSING

    def read(self, call: Call) -> Answer:
        """200 with the thing."""
        thing = self._things.get(call.placeholders["id"])
        return MISSING if thing is None else says(thing)

    def delete(self, call: Call) -> Answer:
        """204."""
        with self._lock:
            return MISSING if self._things.pop(call.placeholders["id"], None) is None else Reply(204)

    def _put(self, call: Call, id: str | None) -> Answer:
        if call.media_type != "application/json":
            return says({"error": "send JSON"}, 415)
        try:
            name = call.json()["name"]
        except (ValueError, TypeError, KeyError):
            name = None
        if not isinstance(name, str):
            return says({"error": "the name is missing"}, 400)
        with self._lock:
            known = id or str(len(self._things) + 1)
            self._things[known] = {"id": known, "name": name}
        return says({"id": known, "name": name}, 200 if id else 201, Location=f"/things/{known}")


class KeepsDeleted(Store):
    """Answers with 204, and deletes nothing."""

    def delete(self, call: Call) -> Answer:
        return Reply(204) if call.placeholders["id"] in self._things else MISSING


class Forgets(Store):
    """Answers with 201, and keeps nothing."""

    def read(self, call: Call) -> Answer:
        return MISSING


class FailsOnChange(Store):
    """Fails whenever a thing that exists is changed."""

    def change(self, call: Call) -> Answer:
        return says({}, 500) if call.placeholders["id"] in self._things else MISSING


class FailsAfterDeletion(Store):
    """Fails whenever a deleted thing is read."""

    def read(self, call: Call) -> Answer:
        answer = super().read(call)
        return says({}, 500) if answer is MISSING and call.placeholders["id"].isdecimal() else answer


def store(name: str, kind: type[Store], *finds: str, **more: Any) -> Row:
    """A store, checked with writes."""
    options = {"allow_writes": True}
    return Row(f"writes: {name}", THINGS, Fresh(lambda: kind().site()), finds, options=options, **more)


ACCOUNT: Final = f"""
DELETE /me: {{204: ~, 401: {{error: string}}}}
GET /me: {{{ANSWERS}}}
GET /posts: {{{ANSWERS}}}
POST /posts: {{201: {{a: integer}}, 401: {{error: string}}}}
security: [bearer]
"""


def account(posts: Answer = GOOD) -> Fresh:
    """A server on which the token ends once its account is deleted."""

    def make() -> Answering:
        deleted = threading.Event()

        def accepts(request: Request) -> bool:
            return is_known(request) and not deleted.is_set()

        def delete(call: Call) -> Answer:
            deleted.set()
            return Reply(204)

        return Site(
            {
                "DELETE /me": guarded(accepts, UNKNOWN, delete),
                "GET /me": guarded(accepts),
                "GET /posts": guarded(accepts, then=posts),
                "POST /posts": guarded(accepts, then=says({"a": 1}, 201)),
            }
        )

    return Fresh(make)


WITH: Final = {"allow_writes": True, "token": TOKEN}

ROWS: Final = (
    store("a store", Store),
    Row("writes: a deletion that ends the token", ACCOUNT, account(), options=WITH),
    Row(
        "writes: a deletion that ends the token hides no fault",
        ACCOUNT,
        account(says({"a": "x"})),
        finds=("body-schema",),
        options=WITH,
    ),
    Row(
        "writes: methods that change data are not called",
        f"{ONE}\nDELETE /x: {{204: ~}}\nPOST /x: {{201: ~}}",
        Site({"GET /x": GOOD, "DELETE /x": b"", "POST /x": b""}),
        also=("allow",),
    ),
    Row(
        "writes: the answer to a POST breaks its schema",
        f"{ONE}\nPOST /x: {{201: {{a: integer}}}}",
        Site({"GET /x": GOOD, "POST /x": says({"a": "x"}, 201)}),
        finds=("body-schema",),
        options={"allow_writes": True},
    ),
    Row(
        "writes: a PUT that is answered with an undeclared 201",
        f"{ONE}\nPUT /x: {{200: {{a: integer}}}}",
        Site({"GET /x": GOOD, "PUT /x": says({"a": 1}, 201)}),
        finds=("status-undeclared",),
        options={"allow_writes": True},
    ),
    Row(
        "writes: a DELETE without credentials succeeds",
        f"GET /x: {{security: [bearer], {ANSWERS}}}\nDELETE /x: {{security: [bearer], 204: ~, 401: ~}}",
        Site({"GET /x": guarded(), "DELETE /x": Reply(204)}),
        finds=("auth-missing",),
        options=WITH,
    ),
    store(
        "a deleted thing can still be read",
        KeepsDeleted,
        suspects=("resource-lifecycle",),
        also=("resource-lifecycle",),
        generated=True,
    ),
    store(
        "a created thing cannot be read",
        Forgets,
        suspects=("resource-lifecycle",),
        also=("resource-lifecycle",),
        generated=True,
    ),
    store("a change of what exists fails", FailsOnChange, "server-error", generated=True),
    store("reading what was deleted fails", FailsAfterDeletion, "server-error", generated=True),
)

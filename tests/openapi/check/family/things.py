"""A server for a second contract, which has parameters, bodies, required headers and an API key; and its faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import jsonschema

from openapi.http.messages import Request
from tests.openapi.check.family.honest import JSON, Reply, Server

CONTRACT: Final = Path(__file__).with_name("things.yaml")
API_KEY: Final = "a-key-that-opens"
THING: Final = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "size": {"type": "integer", "minimum": 0, "maximum": 1000},
    },
}


def answer(status: int, document: object, **headers: str) -> Reply:
    """A reply with a JSON document."""
    body = json.dumps(document).encode()
    return Reply(status, body, {"Content-Type": JSON, **{n.replace("_", "-"): v for n, v in headers.items()}})


class Things(Server):
    """A correct server; faulty ones override one method."""

    def reply(self, request: Request) -> Reply:
        if request.path != "/things":
            return answer(404, {"error": "Nothing here."})
        if request.method == "OPTIONS":
            return Reply(204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        if request.method not in ("GET", "HEAD", "POST"):
            return answer(405, {"error": "Not so."}, Allow="GET, HEAD, POST, OPTIONS")
        if not self.knows(request.header("x-api-key")):
            return self.refuse()
        return self.create(request) if request.method == "POST" else self.list(request)

    def knows(self, key: str | None) -> bool:
        return key == API_KEY

    def refuse(self) -> Reply:
        return answer(401, {"error": "Bring a key."})

    def list(self, request: Request) -> Reply:
        limit = parse_qs(request.query, keep_blank_values=True).get("limit", ["10"])[0]
        if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit[:9]) <= 100 and len(limit) < 9):
            return answer(400, {"error": "The limit is 1 to 100."})
        return self.listed(int(limit))

    def listed(self, limit: int) -> Reply:
        return answer(200, [{"name": "ball", "size": 3}, {"name": "box"}][:limit], X_Total="2")

    def create(self, request: Request) -> Reply:
        media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
        try:
            thing = json.loads(request.body)
            jsonschema.validate(thing, THING)
        except (ValueError, jsonschema.ValidationError):
            return answer(400, {"error": "The body is not a thing."})
        return answer(400, {"error": "Send JSON."}) if media_type != JSON else self.created(thing)

    def created(self, thing: dict[str, Any]) -> Reply:
        return answer(201, thing, Location="/things/1")


def wrong(**methods: Callable[..., Any]) -> Things:
    """A correct server with these methods replaced."""
    server: Things = type("Wrong", (Things,), methods)()
    return server


# Fault -> the rules that may find it, and the server.
THING_FAULTS: Final[dict[str, tuple[frozenset[str], Things]]] = {
    "a required header left out": (
        frozenset({"header-missing"}),
        wrong(listed=lambda self, limit: Things.listed(self, limit).with_header("X-Total", None)),
    ),
    "a required header with an invalid value": (
        frozenset({"header-schema"}),
        wrong(listed=lambda self, limit: Things.listed(self, limit).with_header("X-Total", "two")),
    ),
    "no Location for a created thing": (
        frozenset({"header-missing"}),
        wrong(created=lambda self, thing: Things.created(self, thing).with_header("Location", None)),
    ),
    "accepts any limit": (
        frozenset({"invalid-accepted"}),
        wrong(list=lambda self, request: Things.listed(self, 10)),
    ),
    "accepts any body": (
        frozenset({"invalid-accepted"}),
        wrong(create=lambda self, request: Things.created(self, {"name": "x"})),
    ),
    "500 for an invalid body": (
        frozenset({"server-error", "status-undeclared"}),
        wrong(
            create=lambda self, request: (
                reply if (reply := Things.create(self, request)).status == 201 else replace(reply, status=500)
            )
        ),
    ),
    "500 for the highest limit": (
        frozenset({"server-error", "status-undeclared"}),
        wrong(listed=lambda self, limit: Things.listed(self, limit) if limit < 50 else answer(500, {"error": "Oops."})),
    ),
    "refuses a valid limit": (
        frozenset({"valid-refused"}),
        wrong(
            listed=lambda self, limit: Things.listed(self, limit) if limit < 50 else answer(400, {"error": "Too many."})
        ),
    ),
    "accepts any key": (frozenset({"auth-garbage"}), wrong(knows=lambda self, key: bool(key))),
    "accepts requests without a key": (
        frozenset({"auth-missing", "auth-empty"}),
        wrong(knows=lambda self, key: not key or key == API_KEY),
    ),
    "too long names in a list": (
        frozenset({"body-schema"}),
        wrong(listed=lambda self, limit: answer(200, [{"name": "x" * 50}], X_Total="1")),
    ),
    "another body than the created thing": (
        frozenset({"body-schema"}),
        wrong(created=lambda self, thing: answer(201, {**thing, "id": 1}, Location="/things/1")),
    ),
}

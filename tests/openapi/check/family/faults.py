"""Servers with one fault each, and the rules that may find it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any

import jwt

from openapi.http.messages import Request
from tests.openapi.check.family.honest import (
    ANSWER,
    JSON,
    PATH,
    SECRET,
    Reply,
    Server,
    error,
    query_token,
    unauthorized,
)


@dataclass(frozen=True)
class Fault:
    """A server with one fault; only `rules` may find it. `options` are those of the check."""

    name: str
    category: str
    rules: frozenset[str]
    server: Server
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def wrong(**methods: Callable[..., Any]) -> Server:
    """A correct server with these methods replaced."""
    server: Server = type("Wrong", (Server,), methods)()
    return server


def success(change: Callable[[Reply], Reply]) -> Server:
    """A server that changes its 200."""
    return wrong(success=lambda self, request: change(Server.success(self, request)))


def refusal(change: Callable[[Reply], Reply]) -> Server:
    """A server that changes its 401."""
    return wrong(
        no_token=lambda self, request: change(Server.no_token(self, request)),
        bad_token=lambda self, request: change(Server.bad_token(self, request)),
    )


def answering(document: object) -> Server:
    """A server that answers 200 with this JSON."""
    return success(lambda reply: reply.saying(document))


def refusing(document: object) -> Server:
    """A server that answers 401 with this JSON."""
    return refusal(lambda reply: reply.saying(document))


def finishing(change: Callable[[Request, Reply], Reply]) -> Server:
    """A server that changes any answer before it is sent."""
    return wrong(finish=lambda self, request, reply: change(request, reply))


def on_path(change: Callable[[Request, Reply], Reply]) -> Server:
    """As `finishing`, but only for the path of the contract."""
    return finishing(lambda request, reply: change(request, reply) if request.path == PATH else reply)


def for_head(change: Callable[[Reply], Reply]) -> Server:
    """A server that changes its answer to HEAD."""
    return on_path(lambda request, reply: change(reply) if request.method == "HEAD" else reply)


def believing(**options: bool) -> Server:
    """A server that turns off parts of the verification of tokens."""

    def claims(self: Server, token: str) -> dict[str, Any]:
        decoded: dict[str, Any] = jwt.decode(token, SECRET, ["HS256"], options={**options})  # type: ignore[arg-type]
        return decoded

    return wrong(claims=claims)


def unsigned_claims(self: Server, token: str) -> dict[str, Any]:
    if jwt.get_unverified_header(token).get("alg") == "none":
        decoded: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return decoded
    return Server.claims(self, token)


def ten_days_late(self: Server, token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, SECRET, ["HS256"], leeway=864_000)
    return claims


def taking(scheme: str) -> Server:
    """A server that also accepts a valid token under another scheme."""

    def token(self: Server, request: Request) -> str | None:
        found, _, token = (request.header("authorization") or "").partition(" ")
        return token if found.lower() == scheme else Server.token(self, request)

    return wrong(token=token)


def _contract_faults() -> dict[str, tuple[set[str], Server]]:
    schema = {"body-schema"}
    return {
        "another status for success": ({"status-undeclared"}, success(lambda r: replace(r, status=203))),
        "success without content": ({"status-undeclared"}, success(lambda r: Reply(204))),
        "404 for every caller": ({"status-undeclared"}, success(lambda r: error(404, "NONE", "Nothing."))),
        "a redirect to another path": (
            {"status-undeclared", "redirect"},
            success(lambda r: Reply(302, headers={"Location": "/v2" + PATH})),
        ),
        "the JSON called HTML": (
            {"media-type-undeclared"},
            success(lambda r: r.with_header("Content-Type", "text/html")),
        ),
        "the JSON called XML": (
            {"media-type-undeclared"},
            success(lambda r: r.with_header("Content-Type", "application/xml")),
        ),
        "no Content-Type": ({"media-type-missing"}, success(lambda r: r.with_header("Content-Type", None))),
        "JSON that ends too early": ({"body-malformed"}, success(lambda r: replace(r, body=b'{"provider": "si'))),
        "two documents in one body": ({"body-malformed"}, success(lambda r: replace(r, body=r.body * 2))),
        "an empty body": ({"body-malformed"}, success(lambda r: replace(r, body=b""))),
        "NaN for a number": (
            {"body-malformed"},
            success(lambda r: replace(r, body=b'{"provider": NaN, "phoneNumber": null}')),
        ),
        "a string that is not UTF-8": (
            {"body-malformed"},
            success(lambda r: replace(r, body=b'{"provider": "sinch", "phoneNumber": "\xff"}')),
        ),
        "a page of HTML": ({"body-malformed"}, success(lambda r: replace(r, body=b"<p>sinch</p>"))),
        "gzip without Content-Encoding": (
            {"body-malformed"},
            success(lambda r: replace(r, body=gzip.compress(r.body))),
        ),
        "a list": (schema, answering([ANSWER])),
        "null": (schema, answering(None)),
        "a string": (schema, answering("sinch")),
        "an unknown provider": (schema, answering({**ANSWER, "provider": "telnyx"})),
        "a provider in capitals": (schema, answering({**ANSWER, "provider": "Sinch"})),
        "a number for a provider": (schema, answering({**ANSWER, "provider": 5})),
        "a phone number as a number": (schema, answering({**ANSWER, "phoneNumber": 14165550100})),
        "a phone number as an object": (schema, answering({**ANSWER, "phoneNumber": {"e164": "+14165550100"}})),
        "a refusal that says success": (schema, refusing({"success": True, "error": "No.", "code": "NO"})),
        "a refusal whose error is a number": (schema, refusing({"success": False, "error": 401, "code": "NO"})),
        "a refusal whose code is a number": (schema, refusing({"success": False, "error": "No.", "code": 401})),
        "a refusal whose details are a string": (
            schema,
            refusing({"success": False, "error": {"code": "NO", "details": "No."}, "code": "NO"}),
        ),
    }


def _strict_faults() -> dict[str, Server]:
    return {
        "no keys at all": answering({}),
        "no phone number": answering({"provider": "sinch"}),
        "no provider": answering({"phoneNumber": "+14165550100"}),
        "a misspelt key": answering({"provider": "sinch", "phone_number": "+14165550100"}),
        "a key too many": answering({**ANSWER, "organization": "org_acme"}),
        "the answer one level too deep": answering({"data": ANSWER}),
        "a word as a phone number": answering({**ANSWER, "phoneNumber": "banana"}),
        "a phone number in the national format": answering({**ANSWER, "phoneNumber": "(416) 555-0100"}),
        "an empty number": answering({**ANSWER, "phoneNumber": ""}),
        "a number without a provider": answering({**ANSWER, "provider": None}),
        "a refusal without a code": refusing({"success": False, "error": "No."}),
        "a refusal without a sentence": refusing({"success": False, "code": "NO"}),
        "a refusal without success": refusing({"error": "No.", "code": "NO"}),
        "a refusal with a code in words": refusing({"success": False, "error": "No.", "code": "bad token"}),
    }


def _authentication_faults() -> dict[str, tuple[set[str], Server]]:
    def let_in(self: Server, request: Request) -> None:
        return None

    def take_query(self: Server, request: Request) -> str | None:
        return Server.token(self, request) or query_token(request)

    def take_bare(self: Server, request: Request) -> str | None:
        return Server.token(self, request) or request.header("authorization")

    def forbid(reply: Reply) -> Reply:
        return replace(reply, status=403)

    return {
        "accepts requests without a token": ({"auth-missing"}, wrong(no_token=let_in)),
        "accepts an empty token": (
            {"auth-empty"},
            wrong(
                no_token=lambda self, request: (
                    None
                    if (request.header("authorization") or "").strip().lower() == "bearer"
                    else Server.no_token(self, request)
                )
            ),
        ),
        "accepts any token": ({"auth-garbage", "auth-signature", "auth-none"}, wrong(bad_token=let_in)),
        "accepts expired tokens": ({"auth-expired"}, believing(verify_exp=False)),
        "accepts tokens that are not yet valid": ({"auth-not-yet-valid"}, believing(verify_nbf=False)),
        "ten days of leeway": ({"auth-expired", "auth-not-yet-valid"}, wrong(claims=ten_days_late)),
        "does not verify signatures": (
            {"auth-signature", "auth-none", "auth-expired", "auth-not-yet-valid"},
            believing(verify_signature=False),
        ),
        "accepts unsigned tokens": ({"auth-none"}, wrong(claims=unsigned_claims)),
        "accepts Basic for Bearer": ({"auth-scheme"}, taking("basic")),
        "accepts Token for Bearer": ({"auth-scheme"}, taking("token")),
        "accepts a token without a scheme": ({"auth-scheme"}, wrong(token=take_bare)),
        "accepts the token in the query": ({"auth-query"}, wrong(token=take_query)),
        "403 instead of 401": ({"auth-status"}, refusal(forbid)),
        "404 instead of 401": ({"auth-status"}, refusal(lambda r: replace(r, status=404))),
        "a redirect to a login page instead of 401": (
            {"auth-status"},
            refusal(lambda r: Reply(302, headers={"Location": "/login"})),
        ),
        "400 for a bad token": ({"auth-status"}, wrong(bad_token=lambda s, r: error(400, "BAD", "Bad token."))),
        "500 for a bad token": ({"auth-status"}, wrong(bad_token=lambda s, r: error(500, "OOPS", "Oops."))),
        "closes the connection on a bad token": (
            {"auth-status", "no-answer"},
            wrong(bad_token=lambda s, r: Reply(0, reset=True)),
        ),
        "an error in a 200 for a bad token": (
            {"auth-garbage", "auth-signature", "auth-none", "auth-expired", "auth-not-yet-valid"},
            wrong(bad_token=lambda s, r: replace(unauthorized(), status=200)),
        ),
        "no challenge": ({"auth-challenge"}, refusal(lambda r: r.with_header("WWW-Authenticate", None))),
        "a challenge for another scheme": (
            {"auth-challenge"},
            refusal(lambda r: r.with_header("WWW-Authenticate", 'Basic realm="x"')),
        ),
        "no challenge only for bad tokens": (
            {"auth-challenge"},
            wrong(bad_token=lambda s, r: unauthorized().with_header("WWW-Authenticate", None)),
        ),
        "a refusal in plain text": (
            {"media-type-undeclared"},
            refusal(lambda r: replace(r, body=b"Unauthorized").with_header("Content-Type", "text/plain")),
        ),
        "a refusal without a body": (
            {"media-type-missing"},
            refusal(lambda r: replace(r, body=b"").with_header("Content-Type", None)),
        ),
        "bad tokens refused with broken JSON": (
            {"body-malformed"},
            wrong(bad_token=lambda s, r: replace(unauthorized(), body=b"{")),
        ),
    }


def _http_faults() -> dict[str, tuple[set[str], Server, Mapping[str, Any]]]:
    none: Mapping[str, Any] = {}
    slow = {"max_response_time": 0.25}
    oops = error(500, "OOPS", "Oops.")

    def long_query(request: Request, reply: Reply) -> Reply:
        return oops if request.query and reply.status == 200 else reply

    def reading(name: str, read: Callable[[str], object]) -> Server:
        """A server that fails on a malformed value of a header."""

        def read_first(request: Request, reply: Reply) -> Reply:
            value = request.header(name)
            try:
                if value is not None and reply.status == 200:
                    read(value)
            except (IndexError, ValueError):
                return oops
            return reply

        return on_path(read_first)

    def unknown_method(answer: Reply) -> Server:
        return wrong(unknown_method=lambda self, request: answer)

    class Boasting(Server):
        allow = "GET, HEAD, OPTIONS, POST, DELETE"

    class Modest(Server):
        allow = "OPTIONS"

    return {
        "500 for HEAD": ({"head"}, for_head(lambda r: oops), none),
        "405 for HEAD": ({"head"}, for_head(lambda r: error(405, "NO", "No.", Allow="GET, OPTIONS")), none),
        "404 for HEAD": ({"head"}, for_head(lambda r: error(404, "NO", "No.")), none),
        "another media type for HEAD": (
            {"head"},
            for_head(lambda r: r.with_header("Content-Type", "text/plain")),
            none,
        ),
        "another length for HEAD": ({"head"}, for_head(lambda r: replace(r, declared_length=1)), none),
        "a body for HEAD": ({"head-body"}, for_head(lambda r: replace(r, body_on_head=True)), none),
        "answers any method": ({"method-undeclared"}, unknown_method(Reply(200, b"{}", {"Content-Type": JSON})), none),
        "500 for other methods": ({"method-undeclared"}, unknown_method(oops), none),
        "405 without Allow": ({"allow"}, unknown_method(error(405, "NO", "No.")), none),
        "Allow with undeclared methods": ({"allow"}, Boasting(), none),
        "Allow without GET": ({"allow"}, Modest(), none),
        "200 for any path": (
            {"path-unknown"},
            wrong(unknown_path=lambda s, r: Reply(200, b"{}", {"Content-Type": JSON})),
            none,
        ),
        "500 for an unknown path": ({"path-unknown"}, wrong(unknown_path=lambda s, r: oops), none),
        "less content than its Content-Length": (
            {"content-length"},
            success(lambda r: replace(r, declared_length=len(r.body) + 10)),
            none,
        ),
        "more content than its Content-Length": (
            {"content-length", "body-malformed"},
            success(lambda r: replace(r, declared_length=len(r.body) - 10)),
            none,
        ),
        "Content-Encoding gzip without gzip": (
            {"content-encoding"},
            success(lambda r: r.with_header("Content-Encoding", "gzip")),
            none,
        ),
        "slow": ({"response-time"}, success(lambda r: replace(r, delay=0.4)), slow),
        "500 for an unknown query parameter": ({"server-error"}, on_path(long_query), none),
        "500 for a malformed Accept": ({"server-error"}, reading("accept", lambda value: value.split("/")[1]), none),
        "500 for a malformed Accept-Language": (
            {"server-error"},
            reading("accept-language", lambda value: [float(part) for part in value.split(";q=")[1:]]),
            none,
        ),
        "500 for a malformed If-Modified-Since": (
            {"server-error"},
            reading("if-modified-since", lambda value: parsedate_to_datetime(value)),
            none,
        ),
        "500 for a malformed If-None-Match": (
            {"server-error"},
            reading("if-none-match", lambda value: value.split('"')[1]),
            none,
        ),
        "500 for a malformed Range": (
            {"server-error"},
            reading("range", lambda value: [int(end) for end in value.partition("=")[2].split("-")]),
            none,
        ),
        "500 for a malformed Cookie": (
            {"server-error"},
            reading("cookie", lambda value: [pair.split("=")[1] for pair in value.split(";")]),
            none,
        ),
        "closes the connection on an unknown query parameter": (
            {"no-answer"},
            on_path(lambda request, reply: Reply(0, reset=True) if request.query and reply.status == 200 else reply),
            none,
        ),
    }


def _all() -> tuple[Fault, ...]:
    strict = {"strict": True}
    return (
        *(Fault(name, "contract", frozenset(r), s) for name, (r, s) in _contract_faults().items()),
        *(Fault(name, "strict", frozenset({"body-strict"}), s, strict) for name, s in _strict_faults().items()),
        *(Fault(name, "authentication", frozenset(r), s) for name, (r, s) in _authentication_faults().items()),
        *(Fault(name, "http", frozenset(r), s, o) for name, (r, s, o) in _http_faults().items()),
    )


FAULTS = _all()

if __name__ == "__main__":
    print(json.dumps([fault.name for fault in FAULTS], indent=1))

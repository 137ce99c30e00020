"""Authentication: tokens, keys, and how they are refused (RFC 6750, RFC 7519, RFC 8725, RFC 9110 section 11)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, Final

import jwt

from openapi.http.messages import Request
from tests.openapi.check.table.row import TOKEN, Row
from tests.openapi.check.table.server import PASS, Answer, Call, Operation, Reply, Site, says
from tests.openapi.check.table.statuses import GOOD

SECRET: Final = "a-secret-of-more-than-thirty-two-bytes"
# Until the year 2096.
JWT: Final = jwt.encode({"sub": "ada", "exp": 4_000_000_000}, SECRET, "HS256")
ANSWERS: Final = "200: {a: integer}, 401: {error: string}"
BEARER: Final = f"GET /x: {{security: [bearer], {ANSWERS}}}"
UNKNOWN: Final = says({"error": "who are you?"}, 401, WWW_Authenticate='Bearer realm="x"')
Accepts = Callable[[Request], bool]


def bearer(request: Request) -> str | None:
    """The bearer token of a request."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def is_known(request: Request) -> bool:
    """Whether the request has the opaque token."""
    return bearer(request) == TOKEN


def guarded(accepts: Accepts = is_known, refusal: Answer = UNKNOWN, then: Operation | Answer = GOOD) -> Operation:
    """An operation for known callers."""

    def answer(call: Call) -> Answer:
        if not accepts(call):
            return refusal
        return then(call) if callable(then) else then

    return answer


def verified(**options: bool) -> Accepts:
    """Accepts a JSON Web Token that is verified, with some options of PyJWT changed."""
    changed: Any = options

    def accepts(request: Request) -> bool:
        try:
            return bool(jwt.decode(bearer(request) or "", SECRET, ["HS256"], options=changed))
        except jwt.PyJWTError:
            return False

    return accepts


def unsigned(request: Request) -> bool:
    """Accepts what verifies, and tokens of the algorithm `none`."""
    try:
        algorithm = jwt.get_unverified_header(bearer(request) or "").get("alg", "")
    except jwt.PyJWTError:
        return False
    return algorithm.lower() == "none" or verified()(request)


def secured(name: str, operation: Operation, *finds: str, document: str = BEARER, **more: Any) -> Row:
    """A server of one operation, GET /x, for known callers; the token is the opaque one."""
    more.setdefault("options", {"token": TOKEN})
    return Row(f"authentication: {name}", document, Site({"GET /x": operation}), finds, **more)


def signed(name: str, accepts: Accepts, *finds: str) -> Row:
    """A server that takes JSON Web Tokens."""
    return secured(name, guarded(accepts), *finds, options={"token": JWT, "signing_key": SECRET.encode()})


def scheme(name: str, security: str, accepts: Accepts, *finds: str, **more: Any) -> Row:
    """A server with another kind of credentials, whose 401 has no challenge unless `refusal` has one."""
    refusal = more.pop("refusal", UNKNOWN.without("WWW-Authenticate"))
    document = f"GET /x: {{security: [{security}], {ANSWERS}}}"
    return secured(name, guarded(accepts, refusal), *finds, document=document, **more)


def cookie(request: Request) -> str | None:
    """The value of the cookie with the key."""
    pairs = (pair.strip().partition("=") for pair in (request.header("cookie") or "").split(";"))
    return next((value for name, _, value in pairs if name == "session"), None)


def query(request: Request, name: str) -> list[str]:
    """The values of a parameter of the query."""
    return Call(request.method, request.target).parameters.get(name, [])


def doubled(request: Request) -> Answer:
    """The answer of a server that checks credentials before it joins the slashes of a path."""
    return GOOD if request.path.startswith("//") else PASS


PASSWORD: Final = "ada:lovelace"
BASIC: Final = UNKNOWN.without("WWW-Authenticate").adding(WWW_Authenticate='Basic realm="x"')
BASIC_VALUE: Final = "Basic " + base64.b64encode(PASSWORD.encode()).decode()

ROWS: Final = (
    secured("a bearer token", guarded()),
    secured(
        "two challenges in one header",
        guarded(
            refusal=BASIC.without("WWW-Authenticate").adding(
                WWW_Authenticate='Basic realm="a, b", Bearer error="invalid_token"'
            )
        ),
    ),
    secured("two challenges in two headers", guarded(refusal=BASIC.adding(WWW_Authenticate="bearer"))),
    secured(
        "403 where no 401 is declared",
        guarded(refusal=says({"error": "no"}, 403)),
        document="GET /x: {security: [bearer], 200: {a: integer}, 403: {error: string}}",
    ),
    secured(
        "401 without a body",
        guarded(refusal=Reply(401).adding(WWW_Authenticate="Bearer")),
        document="GET /x: {security: [bearer], 200: {a: integer}, 401: ~}",
    ),
    secured("an undeclared 401", guarded(), document="GET /x: {security: [bearer], 200: {a: integer}}"),
    signed("a JSON Web Token", verified()),
    scheme("a key in a header", "key", lambda r: r.header("x-key") == TOKEN),
    scheme("a key in Authorization", "raw_key", lambda r: r.header("authorization") == TOKEN),
    scheme("any key in Authorization is let in", "raw_key", lambda r: bool(r.header("authorization")), "auth-garbage"),
    scheme("a key in the query", "query_key", lambda r: query(r, "key") == [TOKEN]),
    scheme("a key in a cookie", "cookie_key", lambda r: cookie(r) == TOKEN),
    scheme(
        "Basic", "basic", lambda r: r.header("authorization") == BASIC_VALUE, refusal=BASIC, options={"token": PASSWORD}
    ),
    scheme("either a token or a key: the token", "bearer, key", is_known, refusal=UNKNOWN),
    scheme(
        "either a token or a key: both are taken",
        "key, bearer",
        lambda r: is_known(r) or r.header("x-key") == TOKEN,
        refusal=UNKNOWN,
    ),
    scheme("optional credentials, and anyone is let in", "none, bearer", lambda r: True),
    scheme("optional credentials, and none are given", "none, bearer", lambda r: True, options={}),
    scheme("optional credentials, named last", "bearer, none", lambda r: True, options={}),
    Row(
        "authentication: a public operation beside a secured one",
        f"{BEARER}\nGET /y: {{security: [], 200: {{a: integer}}}}",
        Site({"GET /x": guarded(), "GET /y": GOOD}),
        options={"token": TOKEN},
    ),
    secured(
        "credentials in a header of the user", guarded(), options={"headers": (("Authorization", f"Bearer {TOKEN}"),)}
    ),
    secured("anyone is let in", lambda call: GOOD, "auth-missing", once=("auth-missing",)),
    secured(
        "an empty token is let in",
        guarded(lambda r: bearer(r) in ("", TOKEN) or r.header("authorization") in ("", "Bearer")),
        "auth-empty",
    ),
    secured("any token is let in", guarded(lambda r: bool(bearer(r))), "auth-garbage"),
    secured("any scheme is let in", guarded(lambda r: TOKEN in (r.header("authorization") or "")), "auth-scheme"),
    secured(
        "a token in the query is let in",
        guarded(lambda r: is_known(r) or query(r, "access_token") == [TOKEN]),
        suspects=("auth-query",),
    ),
    secured("400 to strangers", guarded(refusal=says({"error": "no"}, 400)), "auth-status"),
    secured(
        "500 to strangers",
        guarded(refusal=says({"error": "no"}, 500)),
        "server-error|auth-status",
        also=("auth-status", "server-error"),
    ),
    secured(
        "a redirect to a page where people log in", guarded(refusal=Reply(302).adding(Location="/login")), "auth-status"
    ),
    secured("401 without a challenge", guarded(refusal=UNKNOWN.without("WWW-Authenticate")), "auth-challenge"),
    secured("401 with a challenge of another scheme", guarded(refusal=BASIC), "auth-challenge"),
    secured(
        "a body of 401 that breaks its schema",
        guarded(refusal=says({"error": 1}, 401, WWW_Authenticate="Bearer")),
        "body-schema",
    ),
    signed(
        "the signature is not verified",
        verified(verify_signature=False, verify_exp=True, verify_nbf=True),
        "auth-signature",
    ),
    signed("unsigned tokens are let in", unsigned, "auth-none"),
    signed("expired tokens are let in", verified(verify_exp=False), "auth-expired"),
    signed("tokens are let in before their time", verified(verify_nbf=False, verify_iat=False), "auth-not-yet-valid"),
    scheme("any key is let in", "key", lambda r: bool(r.header("x-key")), "auth-garbage"),
    scheme("an empty key is let in", "key", lambda r: r.header("x-key") in ("", TOKEN), "auth-empty"),
    scheme("no key in the cookie is let in", "cookie_key", lambda r: True, "auth-missing"),
    scheme(
        "any password is let in",
        "basic",
        lambda r: (r.header("authorization") or "").lower().startswith("basic "),
        "auth-garbage",
        refusal=BASIC,
        also=("auth-empty",),
        options={"token": PASSWORD},
    ),
    Row(
        "authentication: another spelling of the path is open",
        BEARER,
        Site({"GET /x": guarded()}, doubled),
        finds=("auth-path",),
        options={"token": TOKEN},
    ),
)

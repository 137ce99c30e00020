"""The answers of a server process over HTTP, for every kind of request."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from store.sqlite.library import sqlite3

if TYPE_CHECKING:
    from tests.conftest import Eventually, Server

PATH = "/api/calls/providers"
CHALLENGE = 'Bearer realm="tether-relay"'
INVALID_TOKEN = 'Bearer realm="tether-relay", error="invalid_token"'
# Headers that depend on the connection or the time, and headers that every answer has.
TRANSPORT = {"date", "server"}
EVERYWHERE = {"x-content-type-options", "x-request-id"}


def envelope(code: str, sentence: str) -> dict[str, object]:
    return {"success": False, "error": sentence, "code": code}


TOKEN_MISSING = envelope("TOKEN_MISSING", "Send a bearer token in the Authorization header.")
TOKEN_INVALID = envelope("TOKEN_INVALID", "The bearer token is not valid.")
TOKEN_EXPIRED = envelope("TOKEN_EXPIRED", "The bearer token has expired.")
USER_NOT_FOUND = envelope("USER_NOT_FOUND", "The user of the bearer token does not exist.")
USER_DISABLED = envelope("USER_DISABLED", "The user of the bearer token is disabled.")
RESPONSE_INVALID = envelope("RESPONSE_INVALID", "The server made a response that violates the contract.")
STORE_UNAVAILABLE = envelope("STORE_UNAVAILABLE", "The data cannot be read at the moment. Try again later.")
ROUTE_NOT_FOUND = envelope("ROUTE_NOT_FOUND", "There is nothing at this path.")
METHOD_NOT_ALLOWED = envelope("METHOD_NOT_ALLOWED", "The path does not support this method.")


def ask(server: Server, path: str = PATH, *, method: str = "GET", authorization: str | None = None) -> httpx.Response:
    """The answer to a request with only these parameters."""
    headers = {} if authorization is None else {"Authorization": authorization}
    return server.client.request(method, path, headers=headers)


def parts(response: httpx.Response) -> tuple[int, object, dict[str, str]]:
    """Status, body, and the headers that the application sent, without those that every answer has."""
    assert response.headers.keys() >= EVERYWHERE
    headers = {name: value for name, value in response.headers.items() if name not in TRANSPORT | EVERYWHERE}
    return response.status_code, response.json(), headers


def callers(response: httpx.Response, **more: str) -> dict[str, str]:
    """All headers of an answer that depends on the caller."""
    return {
        "content-type": "application/json",
        "content-length": str(len(response.content)),
        "cache-control": "no-store",
        "vary": "Authorization",
        **more,
    }


# --- 200 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "provider", "number"),
    [
        pytest.param("user_ada", "sinch", "+14165550100", id="a default number for the active provider"),
        pytest.param("user_bea", "sinch", None, id="a default number only for another provider"),
        pytest.param("user_eli", None, None, id="no active provider"),
        pytest.param("user_lone", None, None, id="no organization"),
    ],
)
def test_a_known_caller_gets_provider_and_number(
    server: Server, user: str, provider: str | None, number: str | None
) -> None:
    response = server.get(user=user)

    assert parts(response) == (200, {"provider": provider, "phoneNumber": number}, callers(response))


@pytest.mark.parametrize("query", ["?", "?page=2", "?provider=twilio&provider=x", "?%ff=%00&=&&"])
def test_unknown_query_parameters_are_ignored(server: Server, query: str) -> None:
    assert server.get(PATH + query).json() == {"provider": "sinch", "phoneNumber": "+14165550100"}


def test_the_scheme_is_accepted_in_any_case(server: Server) -> None:
    assert ask(server, authorization=f"bEARER {server.token()}").status_code == 200


# --- 401 -----------------------------------------------------------------------------------------


def test_missing_credentials_get_a_challenge_without_an_error_code(server: Server) -> None:
    response = ask(server)

    assert parts(response) == (401, TOKEN_MISSING, callers(response, **{"www-authenticate": CHALLENGE}))


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic dXNlcjpwYXNz",
        "Token {token}",
        "{token}",
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer {token}x",
    ],
)
def test_credentials_without_a_valid_token_are_invalid(server: Server, authorization: str) -> None:
    response = ask(server, authorization=authorization.format(token=server.token()))

    assert parts(response) == (401, TOKEN_INVALID, callers(response, **{"www-authenticate": INVALID_TOKEN}))


def test_a_token_signed_with_another_secret_is_invalid(server: Server) -> None:
    token = server.token(secret="another-secret-of-thirty-two-bytes-or-more")
    response = ask(server, authorization=f"Bearer {token}")

    assert parts(response) == (401, TOKEN_INVALID, callers(response, **{"www-authenticate": INVALID_TOKEN}))


@pytest.mark.parametrize("claims", [{"exp": None}, {"sub": None}], ids=["exp", "sub"])
def test_a_token_without_a_required_claim_is_invalid(server: Server, claims: dict[str, Any]) -> None:
    response = ask(server, authorization=f"Bearer {server.token(**claims)}")

    assert parts(response) == (401, TOKEN_INVALID, callers(response, **{"www-authenticate": INVALID_TOKEN}))


def test_a_token_not_yet_valid_is_invalid(server: Server) -> None:
    response = ask(server, authorization=f"Bearer {server.token(nbf=int(time.time()) + 3600)}")

    assert parts(response) == (401, TOKEN_INVALID, callers(response, **{"www-authenticate": INVALID_TOKEN}))


def test_two_authorization_headers_are_invalid(server: Server) -> None:
    headers = [("Authorization", f"Bearer {server.token()}")] * 2
    response = server.client.get(PATH, headers=headers)

    assert parts(response) == (401, TOKEN_INVALID, callers(response, **{"www-authenticate": INVALID_TOKEN}))


def test_an_expired_token_has_its_own_code(server: Server) -> None:
    response = ask(server, authorization=f"Bearer {server.token(exp=int(time.time()) - 3600)}")

    assert parts(response) == (401, TOKEN_EXPIRED, callers(response, **{"www-authenticate": INVALID_TOKEN}))


def test_a_token_of_an_unknown_user_is_refused(server: Server) -> None:
    response = server.get(user="user_unknown")

    assert parts(response) == (401, USER_NOT_FOUND, callers(response, **{"www-authenticate": INVALID_TOKEN}))


def test_a_token_of_a_disabled_user_is_refused(server: Server) -> None:
    response = server.get(user="user_cem")

    assert parts(response) == (401, USER_DISABLED, callers(response, **{"www-authenticate": INVALID_TOKEN}))


# --- 404, 405, HEAD and OPTIONS ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        PATH + "/",
        "/" + PATH,
        "/api//calls/providers",
        "/api/calls%2Fproviders",
        "/api%2fcalls/providers",
        "/API/calls/providers",
        PATH + "%00",
        "/livez/",
        "/docs/",
        "/docs/..%2fopenapi.yaml",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_an_unknown_path_is_a_404_and_never_a_redirect(server: Server, method: str, path: str) -> None:
    response = ask(server, path, method=method, authorization=f"Bearer {server.token()}")

    headers = {"content-type": "application/json", "content-length": str(len(response.content))}
    assert parts(response) == (404, ROUTE_NOT_FOUND, headers)


def test_a_percent_encoded_letter_equals_the_letter(server: Server) -> None:
    assert server.get("/api/%63alls/providers").status_code == 200


@pytest.mark.parametrize("path", [PATH, "/livez", "/openapi.yaml"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "get", "BREW"])
def test_any_other_method_is_refused_with_the_allowed_methods(server: Server, method: str, path: str) -> None:
    response = raw(server, f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    headers = {
        "content-type": "application/json",
        "content-length": str(len(response.content)),
        "allow": "GET, HEAD, OPTIONS",
        "connection": "close",
    }
    assert parts(response) == (405, METHOD_NOT_ALLOWED, headers)


@pytest.mark.parametrize("path", [PATH, "/livez", "/docs"])
def test_options_lists_the_methods_without_authentication(server: Server, path: str) -> None:
    response = ask(server, path, method="OPTIONS")

    found = response.status_code, response.content, response.headers["allow"]
    assert found == (204, b"", "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("path", "user"),
    [
        (PATH, "user_ada"),
        (PATH, "user_unknown"),
        ("/nothing", "user_ada"),
        ("/livez", "user_ada"),
        ("/readyz", "user_ada"),
        ("/docs", "user_ada"),
        ("/openapi.json", "user_ada"),
    ],
)
def test_head_equals_get_without_the_body(server: Server, path: str, user: str) -> None:
    authorization = f"Bearer {server.token(user)}"
    get = ask(server, path, authorization=authorization)
    head = ask(server, path, method="HEAD", authorization=authorization)

    for response in (get, head):
        del response.headers["date"], response.headers["x-request-id"]
    assert (head.status_code, head.headers, head.content) == (get.status_code, get.headers, b"")


# --- changes while the server runs ---------------------------------------------------------------


def test_an_answer_that_breaks_the_contract_is_logged_and_not_sent(own_server: Server) -> None:
    with closing(sqlite3.connect(own_server.database, isolation_level=None)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("UPDATE user_default_number SET e164 = 'banana'")
    response = own_server.get()

    assert parts(response) == (500, RESPONSE_INVALID, callers(response))
    assert "CallsActiveProviderResponse/properties/phoneNumber/pattern" in own_server.output


def test_a_missing_store_is_an_error_until_it_is_back(own_server: Server, eventually: Eventually) -> None:
    before = own_server.get().json()
    elsewhere = own_server.database.rename(own_server.database.with_name("elsewhere"))
    assert eventually(lambda: own_server.get().status_code != 200)
    response = own_server.get()
    assert parts(response) == (500, STORE_UNAVAILABLE, callers(response))
    elsewhere.rename(own_server.database)

    assert eventually(lambda: own_server.get().json() == before)


def test_with_a_missing_store_the_server_is_alive_but_not_ready(own_server: Server) -> None:
    own_server.database.rename(own_server.database.with_name("elsewhere"))

    assert (ask(own_server, "/readyz").status_code, ask(own_server, "/livez").status_code) == (503, 200)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("org activate org_acme twilio", (200, {"provider": "twilio", "phoneNumber": "+14165550101"})),
        ("org activate org_acme none", (200, {"provider": None, "phoneNumber": None})),
        ("number assign user_ada +14165550102", (200, {"provider": "sinch", "phoneNumber": "+14165550102"})),
        ("user disable user_ada", (401, USER_DISABLED)),
    ],
)
def test_a_command_takes_effect_at_once(changing_server: Server, command: str, expected: tuple[int, object]) -> None:
    assert changing_server.get().json() == {"provider": "sinch", "phoneNumber": "+14165550100"}
    changing_server.run(command)
    response = changing_server.get()

    assert (response.status_code, response.json()) == expected


def test_enabling_a_user_takes_effect_at_once(changing_server: Server) -> None:
    assert changing_server.get(user="user_cem").status_code == 401
    changing_server.run("user enable user_cem")

    assert changing_server.get(user="user_cem").status_code == 200


def raw(server: Server, request: str) -> httpx.Response:
    """The answer to a request that is sent unchanged."""
    with server.connect() as connection:
        connection.sendall(request.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = [(line.partition(": ")[0], line.partition(": ")[2]) for line in lines]
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)

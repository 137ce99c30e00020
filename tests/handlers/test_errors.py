"""The table that maps errors to status, code, message and headers."""

import inspect

import pytest
from connexion.exceptions import NonConformingResponse
from starlette.exceptions import HTTPException

import handlers.authentication.auth
from handlers.authentication.auth import AuthenticationError, TokenExpired, TokenInvalid, TokenMissing, UserDisabled
from handlers.errors import ERRORS, HTTP_ERRORS, INTERNAL, Failure, OperationNotImplemented, failure_of
from openapi.contract import STRICT, load_contract
from openapi.schemas import Direction, Schema, SchemaValidator
from store import OrganizationNotFound, SchemaMismatch, StoreBusy, StoreUnavailable, UserNotFound

CHALLENGE = 'Bearer realm="tether-relay"'
INVALID = CHALLENGE + ', error="invalid_token"'


@pytest.mark.parametrize(
    ("error", "status", "code", "challenge"),
    [
        (TokenMissing(), 401, "TOKEN_MISSING", CHALLENGE),
        (TokenInvalid(), 401, "TOKEN_INVALID", INVALID),
        (TokenExpired(), 401, "TOKEN_EXPIRED", INVALID),
        (UserNotFound("user_ada"), 401, "USER_NOT_FOUND", INVALID),
        (UserDisabled(), 401, "USER_DISABLED", INVALID),
        (StoreUnavailable("locked"), 500, "STORE_UNAVAILABLE", None),
        (SchemaMismatch("older"), 500, "STORE_UNAVAILABLE", None),
        (OperationNotImplemented("get_x"), 500, "NOT_IMPLEMENTED", None),
        (StoreBusy("locked"), 503, "STORE_BUSY", None),
        (NonConformingResponse(detail="'x' is too short"), 500, "RESPONSE_INVALID", None),
        (HTTPException(400), 400, "REQUEST_INVALID", None),
        (HTTPException(404), 404, "ROUTE_NOT_FOUND", None),
        (HTTPException(405), 405, "METHOD_NOT_ALLOWED", None),
        (HTTPException(413), 413, "BODY_TOO_LARGE", None),
        (HTTPException(415), 415, "MEDIA_TYPE_UNSUPPORTED", None),
        (HTTPException(503), 503, "NOT_READY", None),
        (HTTPException(418), 500, "INTERNAL_ERROR", None),
        (OrganizationNotFound("org_acme"), 500, "INTERNAL_ERROR", None),
        (RuntimeError("a bug"), 500, "INTERNAL_ERROR", None),
        (ExceptionGroup("bugs", [TokenMissing()]), 500, "INTERNAL_ERROR", None),
    ],
    ids=lambda value: repr(value) if isinstance(value, Exception) else None,
)
def test_an_error_has_status_code_and_challenge(
    error: Exception, status: int, code: str, challenge: str | None
) -> None:
    failure = failure_of(error)

    assert (failure.status, failure.code, failure.headers.get("WWW-Authenticate")) == (status, code, challenge)


def test_the_nearest_base_class_determines_the_failure() -> None:
    class Late(TokenExpired, TokenInvalid):
        pass

    assert failure_of(Late()) is ERRORS[TokenExpired]


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for _, kind in inspect.getmembers(handlers.authentication.auth, inspect.isclass)
        if issubclass(kind, AuthenticationError) and kind is not AuthenticationError
    ],
)
def test_every_authentication_error_is_a_401_with_a_challenge(kind: type[Exception]) -> None:
    failure = failure_of(kind())

    assert (failure.status, list(failure.headers)) == (401, ["WWW-Authenticate"])


def test_only_a_bug_is_unexpected() -> None:
    failures = [failure_of(kind()) for kind in (TokenMissing, TokenInvalid, KeyError)]

    assert [failure.expected for failure in failures] == [True, True, False]
    assert all(failure.expected for failure in [*ERRORS.values(), *HTTP_ERRORS.values()])


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable("/srv/relay.db is damaged"),
        NonConformingResponse(detail="/srv/relay.db is damaged"),
        HTTPException(404, "/srv/relay.db is damaged"),
        HTTPException(418, "/srv/relay.db is damaged"),
        UserNotFound("/srv/relay.db is damaged"),
        ValueError("/srv/relay.db is damaged"),
    ],
    ids=repr,
)
def test_the_body_does_not_contain_the_cause(error: Exception) -> None:
    assert "damaged" not in str(failure_of(error).body)


@pytest.mark.parametrize("status", [400, 415, 503])
def test_the_detail_of_statuses_400_415_and_503_is_the_message(status: int) -> None:
    assert failure_of(HTTPException(status, "the page size is at most 100")).message == "the page size is at most 100"
    assert failure_of(HTTPException(status, "")).message == HTTP_ERRORS[status].message


def test_the_headers_of_an_http_error_are_kept() -> None:
    assert failure_of(HTTPException(405, headers={"Allow": "GET, HEAD"})).headers == {"Allow": "GET, HEAD"}


ALL = [*ERRORS.values(), *HTTP_ERRORS.values(), INTERNAL]


@pytest.mark.parametrize("failure", ALL, ids=lambda failure: failure.code)
def test_every_body_is_the_envelope_of_the_strict_contract(failure: Failure) -> None:
    contract = load_contract().with_overlay(STRICT)
    schema = {"$ref": "#/components/schemas/CallsErrorResponse"}

    assert failure.body == {"success": False, "error": failure.message, "code": failure.code}
    assert SchemaValidator(Schema(contract, schema, ""), Direction.RESPONSE).violations(failure.body) == []


def test_codes_are_unique_and_messages_are_sentences() -> None:
    assert len({failure.code for failure in ALL}) == len(ALL)
    assert [failure.message for failure in ALL if not failure.message.endswith(".")] == []

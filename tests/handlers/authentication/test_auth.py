"""From the Authorization header to the caller."""

import asyncio
from pathlib import Path

import pytest

from handlers.authentication.auth import (
    BearerAuthenticator,
    Caller,
    Subject,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
    UserDisabled,
    bearer_token,
)
from store import SQLiteAdministration, SQLiteReader, StoreUnavailable, UserNotFound


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (b"Bearer abc", "abc"),
        (b"bearer abc", "abc"),
        (b"BEARER abc", "abc"),
        (b"bEaReR abc", "abc"),
        (b"Bearer A-Z.a_z~0+9/==", "A-Z.a_z~0+9/=="),
        (b"Bearer Bearer", "Bearer"),
    ],
)
def test_the_token_follows_the_scheme_in_any_case(header: bytes, token: str) -> None:
    assert bearer_token([header]) == token


def test_a_request_without_the_header_has_no_token() -> None:
    with pytest.raises(TokenMissing):
        bearer_token([])


@pytest.mark.parametrize(
    "headers",
    [
        [b"Bearer abc", b"Bearer abc"],
        [b"Bearer abc", b"Bearer xyz"],
        [b"", b"Bearer abc"],
        [b""],
        [b" "],
        [b"Bearer"],
        [b"Bearer "],
        [b"Bearer  abc"],
        [b"Bearer\tabc"],
        [b"Bearer \tabc"],
        [b"Bearer\xa0abc"],
        [b"Bearerabc"],
        [b" Bearer abc"],
        [b"Bearer abc "],
        [b"Bearer abc\t"],
        [b"Bearer abc\n"],
        [b"Bearer abc xyz"],
        [b"Bearer abc, Bearer xyz"],
        [b"Bearer abc,"],
        [b'Bearer "abc"'],
        [b"Bearer: abc"],
        [b"Bearer=abc"],
        [b"Bearer a\x00c"],
        [b"Bearer \xc3\xbc"],
        [b"Bearer \xff"],
        [b"Basic dXNlcjpwYXNz"],
        [b"DPoP abc"],
        [b"Token abc"],
        [b"XBearer abc"],
        [b"Basic Bearer abc"],
        [b"abc"],
    ],
    ids=repr,
)
def test_any_other_header_is_an_invalid_token(headers: list[bytes]) -> None:
    with pytest.raises(TokenInvalid):
        bearer_token(headers)


def authenticate(
    store: SQLiteReader, user_id: str, organization_id: str | None = None, *, match: bool = False
) -> Caller:
    """The caller of a request whose token is the user id; the verifier accepts every token."""

    async def verify(token: str) -> Subject:
        return Subject(token, organization_id)

    authenticator = BearerAuthenticator(verify, store, match_organization=match)
    return asyncio.run(authenticator([b"Bearer " + user_id.encode()]))


@pytest.mark.parametrize(
    ("user_id", "organization_id"), [("user_ada", "org_acme"), ("user_lone", None)], ids=["member", "no organization"]
)
def test_the_caller_is_the_user_in_the_organization(
    store: SQLiteReader, user_id: str, organization_id: str | None
) -> None:
    assert authenticate(store, user_id) == Caller(user_id, organization_id)


@pytest.mark.parametrize(("user_id", "organization_id"), [("user_ada", "org_acme"), ("user_lone", None)])
def test_match_accepts_a_token_with_the_users_organization(
    store: SQLiteReader, user_id: str, organization_id: str | None
) -> None:
    assert authenticate(store, user_id, organization_id, match=True) == Caller(user_id, organization_id)


@pytest.mark.parametrize(
    ("user_id", "organization_id"),
    [("user_ada", "org_initech"), ("user_ada", None), ("user_ada", ""), ("user_lone", "org_acme"), ("user_cem", "x")],
)
def test_match_refuses_a_token_with_another_organization(
    store: SQLiteReader, user_id: str, organization_id: str | None
) -> None:
    with pytest.raises(TokenInvalid):
        authenticate(store, user_id, organization_id, match=True)


def test_an_unknown_user_is_refused(store: SQLiteReader) -> None:
    with pytest.raises(UserNotFound):
        authenticate(store, "user_unknown")


def test_a_disabled_user_is_refused(store: SQLiteReader) -> None:
    with pytest.raises(UserDisabled):
        authenticate(store, "user_cem")


def test_disabling_a_user_affects_the_next_request(store: SQLiteReader, database: Path) -> None:
    authenticate(store, "user_ada")
    with SQLiteAdministration(database) as administration:
        administration.set_disabled("user_ada", True)

    with pytest.raises(UserDisabled):
        authenticate(store, "user_ada")


def test_a_missing_store_raises_store_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        authenticate(SQLiteReader(tmp_path / "missing.db"), "user_ada")


@pytest.mark.parametrize("refusal", [TokenInvalid, TokenExpired])
def test_a_refused_token_causes_no_read_of_the_store(tmp_path: Path, refusal: type[Exception]) -> None:
    async def verify(token: str) -> Subject:
        raise refusal

    authenticator = BearerAuthenticator(verify, SQLiteReader(tmp_path / "missing.db"))

    with pytest.raises(refusal):
        asyncio.run(authenticator([b"Bearer abc"]))

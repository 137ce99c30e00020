"""A secret is masked in texts whole and in part: cut, escaped, or wrapped over lines."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from openapi.http.masking import MASK, Secrets, shown
from openapi.http.messages import Fields

CLAIMS = base64.urlsafe_b64encode(b'{"sub":"user_ada","exp":1999999999,"scope":"calls"}').decode().rstrip("=")
SIGNATURE = "q7Zr-2k_XvW9sTtB4mN8pLcY1hGfJdA3eRuQo5iK6xE"
TOKEN = f"eyJhbGciOiJIUzI1NiJ9.{CLAIMS}.{SIGNATURE}"
BASIC = "ada:correct horse"
GIVEN: Fields = (
    ("X-Session-Key", "k3y-of-a-session"),
    ("X-Trace", "abc"),
    ("Cookie", "sid=s3cret-cookie; theme=dark"),
    ("Accept", "application/json"),
    ("Accept-Language", "en"),
)
SECRETS = Secrets.of(["x-key"], [TOKEN, BASIC], given=GIVEN)
WRAPPED = "\r\n    ".join(TOKEN[at : at + 20] for at in range(0, len(TOKEN), 20))


def masked(text: str) -> str:
    return shown(SECRETS.text(text))


@pytest.mark.parametrize(
    "part", [CLAIMS[:12], CLAIMS[7:30], SIGNATURE[-12:], f"{CLAIMS[-6:]}.{SIGNATURE[:6]}", BASIC, "correct horse"]
)
def test_part_of_a_credential_is_masked(part: str) -> None:
    assert part not in masked(f"before {part} after")
    assert masked(f"before {part} after").startswith("before ")
    assert masked(f"before {part} after").endswith(" after")


@pytest.mark.parametrize(
    "escaped",
    [
        "".join(f"%{ord(character):02X}" for character in CLAIMS),
        "".join(f"%{ord(character):02x}" for character in SIGNATURE),
        "".join(f"&#{ord(character)};" for character in CLAIMS),
        "".join(f"&#x{ord(character):x};" for character in CLAIMS),
        "".join(f"\\u{ord(character):04x}" for character in CLAIMS),
        quote(SIGNATURE, safe="").replace("-", "%2D"),
    ],
)
def test_escaped_part_is_masked(escaped: str) -> None:
    assert masked(f"<{escaped}>") == f"<{MASK}>"


@pytest.mark.parametrize("text", [WRAPPED, json.dumps(WRAPPED), WRAPPED.replace("\r\n", "<br>")])
def test_wrapped_token_is_masked_but_for_its_header(text: str) -> None:
    hidden = masked(text)

    assert hidden.count(MASK) == 1
    assert not any(part in hidden for part in (CLAIMS[:12], CLAIMS[20:32], SIGNATURE[:12], SIGNATURE[-12:]))


def test_eleven_characters_of_a_token_stay() -> None:
    assert masked(f"{CLAIMS[:11]} {SIGNATURE[5:16]}") == f"{CLAIMS[:11]} {SIGNATURE[5:16]}"


@pytest.mark.parametrize("secret", ["k3y-of-a-session", "s3cret-cookie"])
def test_value_of_a_given_header_is_masked_in_texts(secret: str) -> None:
    assert masked(f"<{secret}>") == f"<{MASK}>"


def test_short_and_public_values_stay_in_texts() -> None:
    text = "abc dark en application/json"

    assert masked(text) == text


def test_given_header_becomes_a_variable_whatever_its_value() -> None:
    assert SECRETS.headers(GIVEN) == (
        ("X-Session-Key", "$HEADER_X_SESSION_KEY"),
        ("X-Trace", "$HEADER_X_TRACE"),
        ("Cookie", "sid=${MY_SID}; theme=${MY_THEME}"),
        ("Accept", "$HEADER_ACCEPT"),
        ("Accept-Language", "$HEADER_ACCEPT_LANGUAGE"),
    )


def test_parts_are_masked_in_a_body_that_is_not_text() -> None:
    assert SECRETS.body(b"\xff" + CLAIMS[:20].encode() + b"\xfe") == b"\xff***\xfe"

"""The work that every peer does, apart from its framework: verify a token with PyJWT, read the same SQLite file.

PyJWT verifies tokens with its defaults, and the plain driver reads the rows, without the safety checks of tether-relay.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import jwt

if TYPE_CHECKING:
    import sqlite3
else:
    # The SQLite library of tether-relay.
    from sqlite_utils.utils import sqlite3

_SECRET: Final = os.environ["TETHER_RELAY_JWT_SECRET"].encode()
_CONNECTION: Final = sqlite3.connect(
    f"file:{os.environ['TETHER_RELAY_DATABASE']}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
)

# The two reads of tether-relay: authentication reads the state of the user, the operation its answer.
_USER: Final = "SELECT disabled FROM app_user WHERE id = ?"
_ACTIVE_PROVIDER: Final = """
SELECT organization.active_provider, user_default_number.e164
FROM app_user
LEFT JOIN organization ON organization.id = app_user.organization_id
LEFT JOIN user_default_number
    ON user_default_number.user_id = app_user.id
    AND user_default_number.provider = organization.active_provider
WHERE app_user.id = ?
"""


def verified_user(token: str) -> str | None:
    """The user of a valid token, if known and not disabled; otherwise None."""
    try:
        claims = jwt.decode(token, _SECRET, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    except jwt.PyJWTError:
        return None
    row = _CONNECTION.execute(_USER, (claims["sub"],)).fetchone()
    return claims["sub"] if row is not None and not row[0] else None


def active_provider(user_id: str) -> tuple[str | None, str | None]:
    """The active provider of a known user's organization, and the user's default number for it."""
    provider, phone_number = _CONNECTION.execute(_ACTIVE_PROVIDER, (user_id,)).fetchone()
    return provider, phone_number

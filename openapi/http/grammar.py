"""The grammar that the fields of HTTP share (RFC 9110 section 5.6)."""

from __future__ import annotations

import re
from typing import Final

# A token (RFC 9110 section 5.6.2), for use in larger patterns. It is possessive (`++`): without backtracking, the time
# to match a text is linear.
TCHARS: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_TOKEN: Final = re.compile(TCHARS)
_TOKEN_LIST: Final = re.compile(rf"{TCHARS}(?:[ \t]*,[ \t]*{TCHARS})*")


def is_token(text: str) -> bool:
    """Whether a text is a token. The names of fields, methods and authentication schemes are tokens."""
    return _TOKEN.fullmatch(text) is not None


def is_token_list(text: str) -> bool:
    """Whether a text is one or more tokens, separated by commas (RFC 9110 section 5.6.1)."""
    return _TOKEN_LIST.fullmatch(text) is not None

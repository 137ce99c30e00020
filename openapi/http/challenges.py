"""The challenges of a 401 (RFC 9110 section 11.6.1)."""

from __future__ import annotations

from openapi.http.messages import Response, values_of


def challenged(response: Response) -> set[str]:
    """The schemes in the challenges of a 401, in lower case (RFC 9110 section 11.6.1)."""
    schemes = set()
    for value in values_of(response.headers, "www-authenticate"):
        for part in _unquoted(value).split(","):
            # `Basic realm="x"` begins a challenge, `charset="y"` continues one.
            word = part.strip().partition(" ")[0]
            if word and "=" not in word:
                schemes.add(word.lower())
    return schemes


def _unquoted(value: str) -> str:
    """A header without quoted strings, whose commas do not separate challenges."""
    kept, quoted, escaped = [], False, False
    for character in value:
        if quoted:
            escaped, quoted = character == "\\" and not escaped, character != '"' or escaped
        elif character == '"':
            quoted = True
        else:
            kept.append(character)
    return "".join(kept)

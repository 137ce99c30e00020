"""Request bodies with a Content-Encoding."""

from __future__ import annotations

from openapi.http.messages import Fields, values_of
from openapi.mock.answers.refusals import RequestInvalid
from openapi.mock.settings import MAX_BODY


def uncoded(body: bytes | None, headers: Fields) -> bytes | None:
    """A body without the codings that its headers name, which has at most `MAX_BODY` bytes. Raises RequestInvalid, 415
    for a coding that is not supported and 400 for content that is not valid in it (RFC 9110 sections 8.4 and
    15.5.16)."""
    values = values_of(headers, "content-encoding")
    if not body or not values:
        return body
    # Imported here because few requests are coded, and the libraries take time to import.
    from openapi.http.content_codings import CODINGS, NotDecoded, WronglyCoded, codings_of, decoded

    try:
        return decoded(body, codings_of(values), MAX_BODY)
    except NotDecoded as error:
        names = ", ".join(sorted(CODINGS))
        sentence = f"The body cannot be decoded: {error}. Content-Encoding may be one of {names}, or absent."
        raise RequestInvalid(415, "MEDIA_TYPE_UNSUPPORTED", sentence, {"Accept-Encoding": names}) from None
    except WronglyCoded as error:
        sentence = f"The body is not valid in its Content-Encoding: {error}."
        raise RequestInvalid(400, "REQUEST_INVALID", sentence) from None

"""Content codings (RFC 9110 section 8.4)."""

from __future__ import annotations

import gzip
import sys
import zlib
from typing import Final

import brotli

from openapi.http.messages import Request
from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Answer, Site, says
from tests.openapi.check.table.statuses import ONE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BODY: Final = b'{"a": 1}'


def coded(name: str, coding: str, body: bytes, *finds: str) -> Row:
    """An operation whose content has this Content-Encoding."""

    def answered(request: Request) -> Answer:
        answer = says({}).adding(Content_Encoding=coding, Vary="Accept-Encoding")
        return type(answer)(answer.status, body, answer.headers)

    return Row(f"codings: {name}", ONE, Site({"GET /x": answered}), finds)


ROWS: Final = (
    coded("gzip", "gzip", gzip.compress(BODY)),
    coded("x-gzip is gzip", "x-gzip", gzip.compress(BODY)),
    coded("deflate", "deflate", zlib.compress(BODY)),
    coded("br", "br", brotli.compress(BODY)),
    coded("zstd", "zstd", zstd.compress(BODY)),
    coded("the name in capitals", "GZIP", gzip.compress(BODY)),
    coded("gzip and then br", "gzip, br", brotli.compress(gzip.compress(BODY))),
    coded("gzip of two members", "gzip", gzip.compress(BODY[:4]) + gzip.compress(BODY[4:])),
    coded("gzip, but the content is not coded", "gzip", BODY, "content-encoding"),
    coded("gzip that is cut off", "gzip", gzip.compress(BODY)[:-4], "content-encoding"),
    coded("br, but the content is gzip", "br", gzip.compress(BODY), "content-encoding"),
    coded("two codings in the wrong order", "br, gzip", brotli.compress(gzip.compress(BODY)), "content-encoding"),
    coded("a coding that nobody asked for", "compress", BODY, "content-encoding"),
    coded("a schema that is broken behind gzip", "gzip", gzip.compress(b'{"a": "x"}'), "body-schema"),
)

"""The contract for people and programs: ``/openapi.yaml``, ``/openapi.json`` and Swagger UI at ``/docs``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import orjson
from starlette.types import Receive, Scope
from swagger_ui_bundle import swagger_ui_path

from openapi.contract import Contract
from openapi.server.types import Answer, Endpoint, Headers

# Swagger UI draws with inline styles and data: images; scripts come from this server alone.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE: Final = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tether Relay API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

# "Try it out" calls the server that shows the page, not the first one that the contract names.
_START: Final = b"""fetch("/openapi.json")
  .then((response) => response.json())
  .then((spec) => {
    const here = { url: window.location.origin, description: "This server" };
    const servers = spec.servers.filter((server) => server.url !== here.url);
    SwaggerUIBundle({
      spec: { ...spec, servers: [here, ...servers] },
      dom_id: "#swagger-ui",
      deepLinking: true,
      validatorUrl: null,
    });
  });
"""


class Document:
    """A file that is the same for everyone, kept in memory."""

    headers: Headers = ()

    def __init__(self, content: bytes, media_type: bytes, *headers: tuple[bytes, bytes]) -> None:
        more = ((b"x-content-type-options", b"nosniff"), *headers)
        self._answer = Answer(200, ((b"content-type", media_type), (b"cache-control", b"no-cache"), *more), content)

    async def __call__(self, scope: Scope, receive: Receive) -> Answer:
        """200 with the file."""
        return self._answer


def document_endpoints(contract: Contract) -> dict[str, Endpoint]:
    """Path -> the documents of a contract. `/openapi.yaml` is the published file, byte for byte."""
    assets = Path(swagger_ui_path)
    as_json = orjson.dumps({**contract.document, "servers": contract.document.get("servers", [])})
    return {
        # RFC 9512 section 2.1.
        "/openapi.yaml": Document(contract.content, b"application/yaml"),
        "/openapi.json": Document(as_json, b"application/json"),
        "/docs": Document(_PAGE, b"text/html; charset=utf-8", (b"content-security-policy", _POLICY)),
        "/docs/start.js": Document(_START, b"text/javascript; charset=utf-8"),
        "/docs/swagger-ui.css": Document((assets / "swagger-ui.css").read_bytes(), b"text/css; charset=utf-8"),
        "/docs/swagger-ui-bundle.js": Document(
            (assets / "swagger-ui-bundle.js").read_bytes(), b"text/javascript; charset=utf-8"
        ),
    }

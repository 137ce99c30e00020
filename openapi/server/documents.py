"""Serves the contract: ``/openapi.yaml``, ``/openapi.json``, and Swagger UI at ``/docs``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from swagger_ui_bundle import swagger_ui_path

from openapi.contract import Contract
from openapi.engine.endpoints import Answer, Endpoint, Headers, Incoming
from openapi.http.json import write_json

# Swagger UI needs inline styles and data: images; scripts are loaded from this server only.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# The address of the page is not sent to other servers (Referrer Policy section 3.1).
_NO_REFERRER: Final = (b"referrer-policy", b"no-referrer")

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

# "Try it out" calls the server of the page, not the first server in the contract.
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


class ServedDocument:
    """A file that is the same for every client, kept in memory."""

    headers: Headers = ()

    def __init__(self, name: str, content: bytes, media_type: bytes, *headers: tuple[bytes, bytes]) -> None:
        self.name = name
        self._answer = Answer(200, ((b"content-type", media_type), (b"cache-control", b"no-cache"), *headers), content)

    async def __call__(self, incoming: Incoming) -> Answer:
        """200 with the file."""
        return self._answer


def document_endpoints(contract: Contract) -> dict[str, Endpoint]:
    """The documents of a contract by path. `/openapi.yaml` is the published file, byte for byte."""
    assets = Path(swagger_ui_path)
    document = contract.as_dict()
    # The script of the page adds this server to the list, so it must exist.
    document.setdefault("servers", [])
    documents = (
        # RFC 9512 section 2.1.
        ServedDocument("/openapi.yaml", contract.content, b"application/yaml"),
        ServedDocument("/openapi.json", write_json(document), b"application/json"),
        ServedDocument(
            "/docs", _PAGE, b"text/html; charset=utf-8", (b"content-security-policy", _POLICY), _NO_REFERRER
        ),
        ServedDocument("/docs/start.js", _START, b"text/javascript; charset=utf-8"),
        ServedDocument("/docs/swagger-ui.css", (assets / "swagger-ui.css").read_bytes(), b"text/css; charset=utf-8"),
        ServedDocument(
            "/docs/swagger-ui-bundle.js",
            (assets / "swagger-ui-bundle.js").read_bytes(),
            b"text/javascript; charset=utf-8",
        ),
    )
    return {document.name: document for document in documents}

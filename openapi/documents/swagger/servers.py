"""The host, the base path and the schemes of a Swagger 2.0 document as Server Objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openapi.documents.swagger.context import Context

_SCHEMES: Final = ("http", "https", "ws", "wss")


def servers_of(context: Context, holder: Mapping[str, Any], pointer: str) -> list[dict[str, Any]]:
    """The servers for the `schemes` of `holder`, a document or an operation at `pointer`. Without schemes a server has
    that of the document, so that its URL is relative."""
    root = context.root
    schemes = [scheme for scheme in context.texts(holder, pointer, "schemes") if scheme in _SCHEMES]
    host, base = root.get("host", ""), root.get("basePath", "")
    for key, value in (("/host", host), ("/basePath", base)):
        if not isinstance(value, str):
            context.warn(key, "this must be a text; it is ignored")
    host, base = host if isinstance(host, str) else "", base if isinstance(base, str) else ""
    if base and not base.startswith("/"):
        context.warn("/basePath", "the base path must begin with a slash")
        base = f"/{base}"
    base = base.rstrip("/")
    if not host:
        urls = [base] if base and not pointer else []
    else:
        urls = [f"{scheme}://{host}{base}" for scheme in schemes] or [f"//{host}{base}"]
    place = f"{pointer}/schemes" if pointer else "/host" if host else "/basePath"
    return [context.trace.mark({"url": url}, place) for url in urls]

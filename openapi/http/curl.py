"""A request as a line for a POSIX shell: pasted, it sends the same bytes again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from openapi.findings.findings import Finding
from openapi.http.masking import VARIABLES, Secrets
from openapi.http.messages import Request
from openapi.http.shell import body_words, word

# Rules about what curl undoes or swallows unless it is told otherwise.
_CODED: Final = frozenset({"content-encoding", "content-length"})
_VERBOSE: Final = frozenset({"head-body", "no-answer", "http-malformed"})
_VISIBLE: Final = re.compile(r"/[!\"$-~]*")


def curl(
    subject: Finding | Request, base_url: str, secrets: Secrets | None = None, connecting: Sequence[str] = ()
) -> str:
    """The command that sends a request, or that of a finding, to the server at `base_url` again; "" without a request.

    `connecting` are words of the shell that `curl_options` made. Credentials are variables of the shell, `$TOKEN` for
    the token of the check; `variables` tells which. The line holds no control characters; the bytes that arrive are the
    same.
    """
    request = subject.request if isinstance(subject, Finding) else subject
    if request is None:
        return ""
    rule = subject.rule.id if isinstance(subject, Finding) else ""
    secrets = secrets or Secrets()
    words = ["curl", "-v" if rule in _VERBOSE else "-i", "--path-as-is", *connecting, *_method(request)]
    words += _address(request, base_url, secrets)
    # Of a request that passed a proxy, the body is not kept.
    without_body = not request.body and _had_body(request)
    for name, value in request.headers:
        if without_body and name.lower() in ("content-length", "transfer-encoding"):
            continue  # curl says so of the body that it is given.
        if (name.lower(), value) == ("accept", "*/*"):
            continue  # curl says so anyway.
        # A header without a value is written with a semicolon (curl(1), --header).
        parts = secrets.header(name, value)
        words += ["-H", word((f"{name}: ", *parts) if value.strip() else (f"{name};",))]
    if rule in _CODED and request.header("accept-encoding") is None:
        words += ["-H", "'Accept-Encoding: gzip, deflate, br, zstd'"]
    if without_body:
        words += [*([] if request.header("content-type") else ["-H", "'Content-Type:'"]), "-H", "'Expect:'"]
        return " ".join([*words, "--data-binary", '"@$BODY"'])
    piped, body = body_words(request, secrets.text(request.body.decode("latin-1")))
    return piped + " ".join([*words, *body])


def curl_options(
    url: str,
    *,
    proxy: str | None = None,
    ca_bundle: Path | None = None,
    insecure: bool = False,
    client_cert: tuple[Path, Path | None] | None = None,
) -> tuple[str, ...]:
    """What curl has to be told, as words of the shell, to connect to the server at `url` in the same way.

    User and password of the proxy are a variable.
    """
    words = [*_through(proxy)] if proxy else []
    if urlsplit(url).scheme != "https":
        return tuple(words)
    if ca_bundle is not None:
        words += ["--cacert", shlex.quote(str(ca_bundle))]
    if insecure:
        words.append("-k")
    for option, file in zip(("--cert", "--key"), client_cert or (), strict=False):
        words += [option, shlex.quote(str(file))] if file is not None else []
    return tuple(words)


def _through(proxy: str) -> list[str]:
    parts = urlsplit(proxy)
    user, _, place = parts.netloc.rpartition("@")
    return ["-x", shlex.quote(f"{parts.scheme}://{place}"), *(["-U", '"$PROXY_USER"'] if user else [])]


def variables(line: str) -> dict[str, str]:
    """The variables that a line needs, and what they have to hold."""
    return {name: meaning for name, meaning in VARIABLES.items() if re.search(rf"\$\{{?{name}\b", line)}


def _had_body(request: Request) -> bool:
    return (request.header("content-length") or "0") != "0" or request.header("transfer-encoding") is not None


def _method(request: Request) -> list[str]:
    if request.method == "HEAD" and not request.body and not _had_body(request):
        return ["-I"]
    return (
        []
        if request.method == "GET" and not request.body and not _had_body(request)
        else ["-X", word((request.method,))]
    )


def _address(request: Request, base_url: str, secrets: Secrets) -> list[str]:
    parts = urlsplit(base_url)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    target = secrets.target(request.target)
    if _VISIBLE.fullmatch(request.target) and not request.target.startswith("//"):
        glob = ["-g"] if re.search(r"[\[\]{}]", request.target) else []
        return [*glob, word((origin, *target))]
    # curl would change it, or cut it off at a number sign.
    return ["--request-target", word(target), word((origin,))]

"""Writes a request as a `curl` command for a POSIX shell, which sends the request again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

from openapi.http.masking import Masking, Secrets
from openapi.http.messages import Request
from openapi.http.shell import body_words, word

_VISIBLE: Final = re.compile(r"/[!\"$-~]*")
_GLOB: Final = re.compile(r"[\[\]{}]")
_DOT_SEGMENT: Final = re.compile(r"/\.\.?(/|$)")


def curl(
    request: Request,
    base_url: str,
    masking: Masking | None = None,
    connecting: Sequence[str] = (),
    *,
    verbose: bool = False,
    readable: bool = False,
) -> str:
    """The command that sends a request to the server at `base_url` again.

    It is one line, and sends the same bytes. With `readable` it has a line for each header and only the options that
    the request needs, and characters that a URL cannot contain are percent-encoded.

    `masking` decides what is secret, by default `Secrets()`; the shell must have the variables that it inserts.
    `connecting` are shell words from `curl_options`. With `verbose` curl prints everything that it sends and receives.
    The command contains no control characters except line feeds.
    """
    masking = masking or Secrets()
    if readable:
        words = [*_readable(request, base_url, masking)]
    else:
        words = ["--path-as-is", *connecting, *_method(request), *_address(request, base_url, masking)]
    without_body = not request.body and _had_body(request)
    lines = [" ".join(["curl", "-v" if verbose else "-i", *words])]
    lines += [f"-H {header}" for header in _headers(request, masking, without_body)]
    if without_body:
        untyped = [] if request.header("content-type") else ["-H", "'Content-Type:'"]
        piped, body = "", [*untyped, "-H", "'Expect:'", "--data-binary", '"@$BODY"']
    else:
        piped, body = body_words(request, masking.text(request.body.decode("latin-1")))
    return piped + (" \\\n  " if readable else " ").join([*lines, *([" ".join(body)] if body else [])])


def curl_options(
    url: str,
    *,
    proxy: str | None = None,
    ca_bundle: Path | None = None,
    insecure: bool = False,
    client_cert: tuple[Path, Path | None] | None = None,
) -> tuple[str, ...]:
    """The options of curl, as shell words, to connect to the server at `url` in the same way.

    A shell variable replaces the user and the password of the proxy.
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


def sendable(target: str) -> str:
    """The target with characters that a URL cannot contain percent-encoded; existing percent escapes are kept."""
    path = target.partition("#")[0]
    return quote(path, safe="/?:@!$&'()*+,;=-._~%[]{}|^`\\\"<>", encoding="latin-1", errors="replace")


def _through(proxy: str) -> list[str]:
    parts = urlsplit(proxy)
    user, _, place = parts.netloc.rpartition("@")
    return ["-x", shlex.quote(f"{parts.scheme}://{place}"), *(["-U", '"$PROXY_USER"'] if user else [])]


def _had_body(request: Request) -> bool:
    """Whether the request had a body, which the proxy does not keep."""
    return (request.header("content-length") or "0") != "0" or request.header("transfer-encoding") is not None


def _headers(request: Request, masking: Masking, without_body: bool) -> Iterator[str]:
    for name, value in request.headers:
        if without_body and name.lower() in ("content-length", "transfer-encoding"):
            continue  # curl sends them for the body that it is given.
        if (name.lower(), value) == ("accept", "*/*"):
            continue  # curl sends it by default.
        # A header without a value is written with a semicolon (curl(1), --header).
        yield word((f"{name}: ", *masking.header(name, value)) if value.strip() else (f"{name};",))


def _readable(request: Request, base_url: str, masking: Masking) -> Iterator[str]:
    """The options and then the address of a request, as a person would write them."""
    target = sendable(request.target)
    if _GLOB.search(target):
        yield "--globoff"
    if _DOT_SEGMENT.search(target.partition("?")[0]):
        yield "--path-as-is"
    if request.method == "HEAD":
        yield "--head"
    elif request.method != ("POST" if request.body else "GET"):
        yield f"-X {word((request.method,))}"
    yield word((base_url, *masking.target(target)))


def _method(request: Request) -> list[str]:
    has_body = request.body or _had_body(request)
    if request.method == "HEAD" and not has_body:
        return ["-I"]
    return [] if request.method == "GET" and not has_body else ["-X", word((request.method,))]


def _address(request: Request, base_url: str, masking: Masking) -> list[str]:
    parts = urlsplit(base_url)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    target = masking.target(request.target)
    if _VISIBLE.fullmatch(request.target) and not request.target.startswith("//"):
        return [*(["-g"] if _GLOB.search(request.target) else []), word((origin, *target))]
    # curl would change the target, or cut it at a number sign.
    return ["--request-target", word(target), word((origin,))]

"""A request as a line for a POSIX shell: pasted, it sends the same bytes again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from openapi.conformance.findings import Finding
from openapi.conformance.secrets import VARIABLES, Expansion, Part, Secrets, merged
from openapi.messages import Request

# Rules about what curl undoes or swallows unless it is told otherwise.
_CODED: Final = frozenset({"content-encoding", "content-length"})
_VERBOSE: Final = frozenset({"head-body", "no-answer", "http-malformed"})
# A single argument of a program is limited to 128 KiB on Linux (execve(2), MAX_ARG_STRLEN); printf is the shell's own.
_LONGEST_ARGUMENT: Final = 100_000
# What has a meaning between double quotes; an interactive shell adds the exclamation mark.
_SPECIAL: Final = re.compile(r"""[\\$`"!\n]""")
# Tabs complete words when they are pasted; the others steer the terminal, or cannot be seen.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# What needs no escape in a format of printf; a hyphen would make it an option.
_PLAIN: Final = frozenset(range(0x20, 0x7F)) - set(b"\\%'-")
_VISIBLE: Final = re.compile(r"/[!\"$-~]*")


def curl(subject: Finding | Request, base_url: str, secrets: Secrets | None = None) -> str:
    """The command that sends a request, or that of a finding, to the server at `base_url` again; "" without a request.

    Credentials are variables of the shell, `$TOKEN` for the token of the check; `variables` tells which. The line holds
    no control characters; the bytes that arrive are the same.
    """
    request = subject.request if isinstance(subject, Finding) else subject
    if request is None:
        return ""
    rule = subject.rule.id if isinstance(subject, Finding) else ""
    secrets = secrets or Secrets()
    words = ["curl", "-v" if rule in _VERBOSE else "-i", "--path-as-is", *_method(request)]
    words += _address(request, base_url, secrets)
    for name, value in request.headers:
        if (name.lower(), value) == ("accept", "*/*"):
            continue  # curl says so anyway.
        # A header without a value is written with a semicolon (curl(1), --header).
        parts = secrets.header(name, value)
        words += ["-H", _word((f"{name}: ", *parts) if value.strip() else (f"{name};",))]
    if rule in _CODED and request.header("accept-encoding") is None:
        words += ["-H", "'Accept-Encoding: gzip, deflate, br, zstd'"]
    piped, body = _body(request, secrets)
    return piped + " ".join([*words, *body])


def variables(line: str) -> dict[str, str]:
    """The variables that a line needs, and what they have to hold."""
    return {name: meaning for name, meaning in VARIABLES.items() if re.search(rf"\$\{{?{name}\b", line)}


def _method(request: Request) -> list[str]:
    if request.method == "HEAD" and not request.body:
        return ["-I"]
    return [] if request.method == "GET" and not request.body else ["-X", _word((request.method,))]


def _address(request: Request, base_url: str, secrets: Secrets) -> list[str]:
    parts = urlsplit(base_url)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    target = secrets.target(request.target)
    if _VISIBLE.fullmatch(request.target) and not request.target.startswith("//"):
        glob = ["-g"] if re.search(r"[\[\]{}]", request.target) else []
        return [*glob, _word((origin, *target))]
    # curl would change it, or cut it off at a number sign.
    return ["--request-target", _word(target), _word((origin,))]


def _body(request: Request, secrets: Secrets) -> tuple[str, list[str]]:
    """What stands before `curl`, and its options for the body."""
    if not request.body:
        return "", []
    words = [] if request.header("content-type") is not None else ["-H", "'Content-Type:'"]
    if len(request.body) > 1_000_000:
        words += ["-H", "'Expect:'"]
    parts = secrets.text(request.body.decode("latin-1"))
    if _printable(request.body) is None or len(request.body) > _LONGEST_ARGUMENT:
        return f"printf {_octal(parts)} | ", [*words, "--data-binary", "@-"]
    return "", [*words, "--data-raw", _word(parts)]


def _word(parts: Iterable[Part]) -> str:
    """One word of the shell. Text is what messages have: each character is a byte (ISO 8859-1)."""
    parts = merged(parts)
    texts = [(part, _printable(part.encode("latin-1")) if isinstance(part, str) else None) for part in parts]
    if len(parts) == 1 and (text := texts[0][1]) is not None:
        return shlex.quote(text)
    if all(isinstance(part, Expansion) or (text is not None and not _SPECIAL.search(text)) for part, text in texts):
        return '"' + "".join(str(part) if text is None else text for part, text in texts) + '"'
    return "".join(_piece(part, text) for part, text in texts)


def _piece(part: Part, text: str | None) -> str:
    if isinstance(part, Expansion):
        return f'"{part}"'
    # What it prints must not end with a line feed, which the substitution would drop.
    return shlex.quote(text) if text is not None else f'"$(printf {_octal([part])})"'


def _printable(data: bytes) -> str | None:
    """`data` as text that a terminal shows and does not act on; None when it is not."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if _UNPRINTABLE.search(text) else text


def _octal(parts: Iterable[Part]) -> str:
    """The arguments of printf for these parts (POSIX XCU, printf, "EXTENDED DESCRIPTION")."""
    parts = tuple(parts)
    format = "".join("%s" if isinstance(part, Expansion) else _escaped(part.encode("latin-1")) for part in parts)
    return " ".join([f"'{format}'", *(f'"{part}"' for part in parts if isinstance(part, Expansion))])


def _escaped(data: bytes) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"\\{byte:03o}" for byte in data)

"""Listings of a finding for the page: the answer and the contract as lines, with the relevant line marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import log10
from typing import Final

import yaml

from openapi.documents.lines import line_of, nearest_line
from openapi.findings.findings import Finding
from openapi.http.foreign_text import printable
from openapi.http.masking import Secrets
from openapi.http.media_types import is_json
from openapi.http.messages import Fields, Request, Response

_BEFORE: Final = 6
_AFTER: Final = 10
_LONGEST_BODY: Final = 16_384  # bytes
_LONGEST_LINE: Final = 400  # characters
_BARS: Final = 28


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a listing; `number` is None in listings without line numbers."""

    text: str
    marked: bool = False
    number: int | None = None


def request_lines(request: Request, secrets: Secrets) -> list[Line]:
    """The lines of a request, with secrets masked."""
    shown = secrets.request(request)
    head = [f"{shown.method} {shown.target}", *_fields(shown.headers)]
    return [*(Line(printable(text)) for text in head), *_separated(_body(shown.body, "", ""))]


def response_lines(finding: Finding, response: Response, secrets: Secrets) -> list[Line]:
    """The lines of an answer, with secrets masked, and with the subject of the finding marked."""
    about_status = finding.rule.id.startswith("status-") or finding.where == str(response.status)
    head = [Line(_status(response.status), about_status)]
    for text in _fields(secrets.headers(response.headers)):
        head.append(Line(printable(text), text.partition(":")[0].lower() == finding.where.lower()))
    body = _body(secrets.body(response.body), response.media_type or "", finding.where, response.cut)
    return [*head, *_separated(body)]


def contract_lines(content: bytes, pointer: str) -> list[Line]:
    """The lines of a document around the target of a pointer, with that line marked, common indent removed."""
    line = nearest_line(content, pointer)
    every = content.decode("utf-8", "replace").splitlines()
    first = max(1, line - _BEFORE)
    cut = every[first - 1 : line + _AFTER]
    margin = min((len(text) - len(text.lstrip()) for text in cut if text.strip()), default=0)
    return [Line(_short(text[margin:]), number == line, number) for number, text in enumerate(cut, first)]


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _fields(headers: Fields) -> Iterator[str]:
    return (f"{name}: {value}" for name, value in headers)


def _separated(lines: list[Line]) -> list[Line]:
    return [Line(""), *lines] if lines else []


def _body(body: bytes, media_type: str, where: str, cut: int = 0) -> list[Line]:
    """The lines of a body, indented if it is JSON; `cut` is the number of its bytes that were not kept."""
    text = _text(body[:_LONGEST_BODY])
    if text is None:
        return [Line(f"({len(body):,} bytes that are not text: {body[:24].hex(' ')} …)")]
    marked = None
    if len(body) <= _LONGEST_BODY and (is_json(media_type) or body[:1] in (b"{", b"[")):
        text, marked = _indented(text, where)
    lines = [Line(_short(line), number == marked) for number, line in enumerate(text.splitlines(), 1)]
    more = len(body) + cut - _LONGEST_BODY
    return [*lines, Line(f"(and {more:,} bytes more)")] if more > 0 else lines


def _indented(text: str, where: str) -> tuple[str, int | None]:
    """Indented JSON, and the line that a pointer leads to; other text is unchanged."""
    try:
        indented = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        return indented, line_of(indented.encode(), where) if where.startswith("/") else None
    except (ValueError, RecursionError, yaml.YAMLError):
        return text, None


def _text(data: bytes) -> str | None:
    """Text, without a character that is cut apart; None if it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return data[: error.start].decode() if error.start > len(data) - 4 and len(data) >= _LONGEST_BODY else None


def _short(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[:_LONGEST_LINE]}…"


@dataclass(frozen=True, slots=True)
class Distribution:
    """How long answers took: `bars` are heights from 0 to 1 over time on a logarithmic scale; times in seconds."""

    bars: tuple[float, ...]
    shortest: float
    median: float
    slow: float
    longest: float
    count: int


def distribution(seconds: Sequence[float]) -> Distribution | None:
    """The distribution of times in seconds; `slow` is the 95th percentile. None if there are no times."""
    if not seconds:
        return None
    times = sorted(max(time, 1e-6) for time in seconds)
    low, high = log10(times[0]), log10(times[-1])
    width = max(high - low, 1e-9)
    counts = [0] * _BARS
    for time in times:
        counts[min(_BARS - 1, int((log10(time) - low) / width * _BARS))] += 1
    bars = tuple(count / max(counts) for count in counts)
    at = [times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.95)]
    return Distribution(bars, times[0], at[0], at[1], times[-1], len(times))

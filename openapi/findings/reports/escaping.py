"""Text of others as data in the forms that reports have: workflow commands and Markdown."""

from __future__ import annotations

import re

from openapi.http.foreign_text import printable


def annotation(command: str, file: str, line: int, title: str, text: str) -> str:
    """A workflow command of GitHub Actions that annotates a line of a file. `command` is error, warning or notice."""
    place = f"file={_property(file)},line={line},title={_property(title)}"
    return f"::{command} {place}::{_data(text)}"


def remark(command: str, title: str, text: str) -> str:
    """As `annotation`, about no file."""
    return f"::{command} title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str) -> str:
    """`text` in one line, escaped: nothing in it is markup, a link or a mention."""
    return _escaped(" ".join(printable(text).split()))


def _escaped(line: str) -> str:
    return re.sub(r"([\\`*_{}\[\]()#+!|~>@-])", r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;"))


def markdown_with_code(text: str) -> str:
    """As `markdown`, with the parts in backticks as code. An unpaired backtick is one."""
    *pairs, last = re.split("(`[^`]+`)", " ".join(printable(text).split()))
    parts = (code(part[1:-1]) if index % 2 else _escaped(part) for index, part in enumerate(pairs))
    return "".join(parts) + _escaped(last)


def fenced(text: str, language: str = "") -> str:
    """A code block. Its fence is longer than any fence in the text."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{printable(text)}\n{fence}"


def code(text: str) -> str:
    """A code span of Markdown in one line (CommonMark section "Code spans")."""
    flat = " ".join(printable(text).split())
    ticks = "`" * (1 + max(map(len, re.findall("`+", flat)), default=0))
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{pad}{flat}{pad}{ticks}"

"""Writes a document as YAML, always with the same bytes for the same data."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_WIDTH: Final = 80
# Texts that a reader of YAML 1.2 takes for something else, and one of YAML 1.1 does not (YAML 1.2.2 section 10.3.2).
_NOT_PLAIN: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")


# Characters that some readers take for the end of a line, or do not accept (YAML 1.1 has more of them than 1.2).
_ODD: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class _Dumper(yaml.SafeDumper):
    """Indents the items of lists, and never writes aliases, which few readers of OpenAPI documents expect."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if _NOT_PLAIN.fullmatch(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'")
    if _ODD.search(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    style = "|" if "\n" in text.strip("\n") else ">" if len(text) > _WIDTH else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(document: Any) -> bytes:
    """The YAML of a document, in UTF-8; readers of YAML 1.1 and 1.2 read the same data from it."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text.encode()

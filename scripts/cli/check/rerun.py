"""The command that repeats a check, for reports: with all options that affect the requests or the rules."""

from __future__ import annotations

import shlex
from typing import Any, Final
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from openapi.http.masking import Secrets
from openapi.http.shell import Expansion, word
from openapi.http.token_variables import TOKEN, credential_variable

_TOKENS: Final = ("token", "token_command")
_DOCUMENTS: Final = ("source", "since")
# The URL comes first and the seed last; the other options affect reports only.
_OTHERS: Final = frozenset(
    ("url", "seed", "junit", "sarif", "html", "jsonl", "github", "summary", "quiet", "no_color", "baseline_file")
) | {"update_baseline"}
_PROXY_USER: Final = Expansion("$PROXY_USER")


def rerun_command(context: click.Context, seed: int, secrets: Secrets) -> str:
    """The command that repeats the check of `context` with `seed`, for a POSIX shell; credentials are variables."""
    words = ["tether-relay", "check", shlex.quote(str(context.params["url"]))]
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if given and name not in _OTHERS:
            option = max(parameter.opts, key=len)
            value = context.params[name]
            for one in value if parameter.multiple else (value,):
                words += [option] if one is True else [*_option(option, name, one, secrets)]
    return " ".join([*words, "--seed", str(seed)])


def _option(option: str, name: str, value: Any, secrets: Secrets) -> tuple[str, str]:
    if name in _TOKENS:
        # `--token` stands for a token command too: the command itself may contain secrets.
        return "--token", word((TOKEN,))
    if name == "named":
        # As for tokens: neither the value nor a command appears.
        return option, word((f"{value[0]}=", Expansion(f"${credential_variable(value[0])}")))
    if name in _DOCUMENTS and isinstance(value, str):
        # The query of a URL may have a key.
        return option, word(secrets.target(value))
    if name == "headers":
        field, content = value
        return option, word((f"{field}: ", *secrets.header(field, content)))
    if name == "proxy":
        parts = urlsplit(value)
        user, _, place = parts.netloc.rpartition("@")
        return option, word((f"{parts.scheme}://", *((_PROXY_USER, "@") if user else ()), place))
    if name == "rate":
        return option, f"{value:g}/s" if value >= 1 else f"{value * 3600:g}/h"
    return option, shlex.quote(str(value))

"""The source of a check's credentials."""

from __future__ import annotations

import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

import click

from openapi.http.grammar import is_token
from scripts.cli.failures import Refused
from scripts.cli.settings import copied_environment

_PATIENCE: Final = 60  # seconds
# Bytes that a command may print, more than any header of a server can take.
_LONGEST: Final = 65_536
# The value of a header (RFC 9110 section 5.5).
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class TokenOrigin:
    """Gets tokens with `ask`, and remembers them in `asked`, so that reports can mask them; `known` is a token that is
    known before it is asked for."""

    def __init__(self, ask: Callable[[], str], known: str | None = None) -> None:
        self._ask = ask
        self.asked = [known] if known else []

    def ask(self) -> str:
        """A token; Refused if the source has none, or one that cannot be sent."""
        token = self._ask()
        if not token or not _VALUE.fullmatch(token):
            raise Refused("the token is empty, or has characters that a header must not have")
        if token not in self.asked:
            self.asked.append(token)
        return token


def token_origin(
    environment: str | None, token: str | None, file: Path | None, command: str | None
) -> TokenOrigin | None:
    """The one origin that is given, an option before the environment; None without one.

    UsageError for more than one option, Refused for a file that cannot be read.
    """
    if sum(option is not None for option in (token, file, command)) > 1:
        raise click.UsageError("give one of --token, --token-file and --token-command")
    if command is not None:
        # The command gets the environment as it is now; the check changes it later.
        environment_now = copied_environment()
        return TokenOrigin(lambda: _printed(command, environment_now, "--token-command"))
    if file is not None:
        content = _read(file)
        return TokenOrigin(lambda: content, content)
    given = token if token is not None else environment
    return TokenOrigin(lambda: given, given) if given is not None else None


def named_origins(given: Iterable[tuple[str, str]], declared: Collection[str]) -> dict[str, TokenOrigin]:
    """The origins of `--credential` by scheme; a value may be ``@FILE`` or ``!COMMAND``.

    UsageError for a scheme that is not declared or is given twice, Refused for a file that cannot be read.
    """
    origins: dict[str, TokenOrigin] = {}
    for name, value in given:
        if name not in declared:
            names = ", ".join(declared) or "none"
            raise click.UsageError(f"--credential: the contract has no security scheme {name!r}; it has {names}")
        if name in origins:
            raise click.UsageError(f"--credential: {name} is given twice")
        origins[name] = _origin(value, "--credential")
    return origins


def _origin(value: str, option: str) -> TokenOrigin:
    if value.startswith("@"):
        content = _read(Path(value[1:]))
        return TokenOrigin(lambda: content, content)
    if value.startswith("!"):
        environment_now = copied_environment()
        return TokenOrigin(lambda: _printed(value[1:], environment_now, option))
    return TokenOrigin(lambda: value, value)


def header_field(text: str) -> tuple[str, str]:
    """The name and the value in ``Name: value``; ValueError if the text is not a header."""
    name, colon, value = text.partition(":")
    if not colon or not is_token(name) or not _VALUE.fullmatch(value.strip()):
        # The text is not repeated, because it can be a secret.
        raise ValueError("this is not a header; write 'Name: value'")
    return name, value.strip()


def _read(file: Path) -> str:
    try:
        content = sys.stdin.read() if str(file) == "-" else file.read_text()
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Refused(f"{file} cannot be read: {reason}") from None
    return _one_line(content, f"{file} has")


def _one_line(text: str, what: str) -> str:
    lines = text.strip().splitlines()
    if len(lines) > 1:
        raise Refused(f"{what} {len(lines)} lines; it must be only the token")
    return "".join(lines)


def _printed(command: str, variables: Mapping[str, str], option: str) -> str:
    """The stdout of the user's command; its stderr is that of the check."""
    with subprocess.Popen(  # noqa: S602 - it is the user's command, for the user's shell
        command, shell=True, env=variables, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        try:
            printed = _read_output(process, option)
        except Refused:
            # Others that it started get a SIGPIPE when they write more.
            process.kill()
            raise
    if process.returncode != 0:
        raise Refused(f"{option} failed with exit code {process.returncode}")
    try:
        return _one_line(printed.decode(), f"{option} printed")
    except UnicodeError:
        raise Refused(f"{option} printed something that is not text") from None


def _read_output(process: subprocess.Popen[bytes], option: str) -> bytes:
    """What a process prints until its end; Refused if that is too much, or takes too long."""
    printed, deadline = bytearray(), time.monotonic() + _PATIENCE
    while process.stdout is not None:
        if not select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise Refused(f"{option} printed no token within {_PATIENCE} s")
        if not (piece := process.stdout.read(_LONGEST)):
            break
        printed += piece
        if len(printed) > _LONGEST:
            raise Refused(f"{option} printed more than {_LONGEST} bytes; it must print only the token")
    return bytes(printed)

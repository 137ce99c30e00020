"""The log: a line for each request and for whatever else happens, as JSON or for people, on stderr."""

from __future__ import annotations

import logging
import os
import re
import secrets
import select
import stat
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from hashlib import blake2b
from typing import Any, Final, TypeAlias, cast

import orjson
import structlog
from pydantic import SecretStr

from handlers.auth import Caller
from openapi.server.observation import Exchange, Observer
from scripts.cli.settings import Settings

Event: TypeAlias = MutableMapping[str, Any]
Render: TypeAlias = Callable[[Event], bytes]

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
_PROBES: Final = frozenset({"/livez", "/readyz"})
# Users whose hash is kept at hand.
_MAX_USERS: Final = 10_000
# What must stand in no log, wherever it comes from: tokens, and telephone numbers (E.164).
_TOKEN: Final = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}\b")


def request_log(settings: Settings) -> Observer:
    """What writes a line of the log for each answer; see docs/operating.md for its fields."""
    key = settings.log_key.get_secret_value() if settings.log_key else secrets.token_hex(16)
    return RequestLog(Output(2), renderer(settings), key.encode(), _level(settings))


def log_config(settings: Settings) -> dict[str, Any]:
    """The standard logging of every process of the server (logging.config schema version 1), written the same way."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"stderr": {"()": lambda: _Handler(Output(2), renderer(settings), masks(settings))}},
        "root": {"handlers": ["stderr"], "level": _level(settings)},
        "loggers": {"_granian": {"handlers": [], "level": _level(settings), "propagate": True}},
    }


def with_log_key(settings: Settings) -> Settings:
    """`settings` with a key to hash the ids of users by, so that all workers write the same for the same user."""
    if settings.log_key is not None:
        return settings
    return settings.model_copy(update={"log_key": SecretStr(secrets.token_hex(16))})


def renderer(settings: Settings) -> Render:
    """What makes a line of an event."""
    if settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty()):
        as_json = structlog.processors.JSONRenderer(serializer=_dump)
        return lambda event: cast(bytes, as_json(None, "", event)) + b"\n"
    as_text = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="time", sort_keys=False)
    return lambda event: as_text(None, "", event).encode(errors="backslashreplace") + b"\n"


def masks(settings: Settings) -> Callable[[str], str]:
    """What replaces tokens, telephone numbers and the secret in a text."""
    secret = settings.jwt_secret.get_secret_value() if settings.jwt_secret else ""

    def mask(text: str) -> str:
        text = _NUMBER.sub("[number]", _TOKEN.sub("[token]", text))
        return text.replace(secret, "[secret]") if secret else text

    return mask


class RequestLog:
    """Writes a line for each answer that `level` lets through."""

    def __init__(self, write: Callable[[bytes], None], render: Render, key: bytes, level: int) -> None:
        self._write = write
        self._render = render
        self._key = key
        self._level = level
        self._users: dict[str, str] = {}
        self._clock = Timestamp()

    def __call__(self, exchange: Exchange) -> None:
        """Write the line of one answer. There is no path in it: that may hold what belongs to nobody else."""
        severity = _severity(exchange)
        if severity < self._level:
            return
        event: Event = {
            "time": self._clock(),
            "level": _NAMES[severity],
            "event": "request",
            "method": exchange.method if exchange.method in _METHODS else "OTHER",
            "operation": exchange.operation,
            "status": exchange.status,
            "code": exchange.code if exchange.status else "CLIENT_GONE",
            "duration_ms": round(exchange.seconds * 1000, 3),
            "request_id": exchange.request_id,
            "user": self._hash(exchange.caller.user_id) if isinstance(exchange.caller, Caller) else None,
        }
        self._write(self._render(event))

    def _hash(self, user_id: str) -> str:
        """A text that stands for a user, and that nobody without the key can make or find the user by."""
        known = self._users.get(user_id)
        if known is None:
            if len(self._users) >= _MAX_USERS:
                self._users.clear()
            known = self._users[user_id] = blake2b(user_id.encode(), key=self._key[:64], digest_size=8).hexdigest()
        return known


class Output:
    """Lines to a file descriptor. One that cannot be written now is left out, and counted: answers come first."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lost = 0
        self._poll: select.poll | None = None
        try:
            mode = os.fstat(descriptor).st_mode
        except OSError:
            return
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            # Whoever reads may be slow, and a write to a full pipe would wait for that.
            self._poll = select.poll()
            self._poll.register(descriptor, select.POLLOUT)

    def __call__(self, line: bytes) -> None:
        """Write a line, after a note about those that were lost."""
        if self._poll is not None and not self._poll.poll(0):
            self._lost += 1
            return
        if self._lost:
            line = b'{"event":"%d lines of the log were lost: its reader is too slow"}\n' % self._lost + line
        try:
            os.write(self._descriptor, line)
        except OSError:
            self._lost += 1
        else:
            self._lost = 0


class Timestamp:
    """The time in UTC with milliseconds (RFC 3339), its part up to the second made once a second."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._second = -1
        self._prefix = ""

    def __call__(self) -> str:
        """The time now."""
        now = self._clock()
        second = int(now)
        if second != self._second:
            self._second = second
            self._prefix = time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(second))
        return f"{self._prefix}{int((now - second) * 1000):03}Z"


class _Handler(logging.Handler):
    """Lines of the standard logging, in the same form."""

    def __init__(self, write: Callable[[bytes], None], render: Render, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._write = write
        self._render = render
        self._mask = mask
        self._clock = Timestamp()
        self._exceptions = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        event: Event = {"time": self._clock(), "level": record.levelname.lower(), "event": record.getMessage()}
        event.update(logger=record.name, request_id=getattr(record, "request_id", None))
        if record.exc_info:
            event["exception"] = self._exceptions.formatException(record.exc_info)
        self._write(self._render({name: self._masked(value) for name, value in event.items() if value is not None}))

    def _masked(self, value: object) -> object:
        return self._mask(value) if isinstance(value, str) else value


_NAMES: Final[Mapping[int, str]] = {logging.DEBUG: "debug", logging.INFO: "info", logging.ERROR: "error"}


def _severity(exchange: Exchange) -> int:
    if exchange.status is not None and exchange.status >= 500:
        return logging.ERROR
    return logging.DEBUG if exchange.operation in _PROBES else logging.INFO


def _level(settings: Settings) -> int:
    return logging.getLevelNamesMapping()[settings.log_level.upper()]


def _dump(event: object, **options: object) -> bytes:
    return orjson.dumps(event)

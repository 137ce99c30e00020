"""The log on stderr: a line for each request and each other event, as JSON or as text for people."""

from __future__ import annotations

import logging
import logging.config
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import orjson
from pydantic import SecretStr

from handlers.authentication.auth import Caller
from openapi.engine.observation import Observer, RequestRecord
from scripts.cli.settings import Settings
from scripts.cli.telemetry.streams import Write, standard_error, writer

Event: TypeAlias = dict[str, Any]
Render: TypeAlias = Callable[[Event], bytes]
Mask: TypeAlias = Callable[[str], str]

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
_PROBES: Final = frozenset({"/livez", "/readyz"})
# The most users whose hash is cached.
_MAX_USERS: Final = 10_000
# Texts that the log must not contain: tokens (RFC 7515 section 3.1), and phone numbers (E.164), also URL-encoded.
_TOKEN: Final = re.compile(r"ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_NUMBER: Final = re.compile(r"(?:\+|%2[Bb])[1-9][0-9]{6,14}(?![0-9])")
# Request logs of ASGI servers, which contain paths and queries; this log replaces them.
_ACCESS_LOGS: Final = ("granian.access", "hypercorn.access", "uvicorn.access")
_SERVERS: Final = ("_granian", "hypercorn.error", "uvicorn", "uvicorn.error")


def request_log(settings: Settings) -> Observer:
    """The observer that logs a line for each answer; docs/operating.md describes its fields."""
    key = settings.log_key or _new_key()
    return RequestLogger(open_log(settings), key.get_secret_value().encode(), _level(settings))


def configure_logging(settings: Settings) -> None:
    """Send the standard logging of this process, warnings included, to the log in the same form."""
    logging.config.dictConfig(log_config(settings))
    logging.captureWarnings(True)


def log_config(settings: Settings) -> dict[str, Any]:
    """The configuration of the standard logging for all processes of the server (logging.config schema version 1)."""
    level = _level(settings)
    ours = {name: {"handlers": [], "level": level, "propagate": True} for name in _SERVERS}
    silent = {name: {"handlers": [], "propagate": False} for name in _ACCESS_LOGS}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        # By name, because a spawned process gets the configuration pickled.
        "handlers": {"stderr": {"()": f"{__name__}.LogHandler", "settings": settings}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": ours | silent,
    }


def with_log_key(settings: Settings) -> Settings:
    """`settings` with a key for hashing user ids, so that all workers write the same hash for a user."""
    return settings if settings.log_key else settings.model_copy(update={"log_key": _new_key()})


def open_log(settings: Settings) -> Log:
    """The log on stderr."""
    descriptor = standard_error()
    return Log(writer(descriptor), renderer(settings, terminal=os.isatty(descriptor)))


def renderer(settings: Settings, *, terminal: bool) -> Render:
    """The function that turns an event into a line. The event's texts must not have lone surrogates."""
    if settings.log_format == "json" or (settings.log_format == "auto" and not terminal):
        return lambda event: orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)
    # It imports rich, if that is installed, which takes a tenth of a second.
    from structlog.dev import ConsoleRenderer, plain_traceback

    # The traceback of rich would show the values of variables.
    as_text = ConsoleRenderer(
        colors=terminal, timestamp_key="time", sort_keys=False, exception_formatter=plain_traceback
    )

    def text(event: Event) -> bytes:
        return f"{as_text(None, '', {name: value for name, value in event.items() if value is not None})}\n".encode()

    return text


def masks(settings: Settings) -> Mask:
    """The function that masks tokens, phone numbers and the secrets of the settings in a text."""
    secret_texts = [secret.get_secret_value() for secret in (settings.jwt_secret, settings.log_key) if secret]
    # As they are, and as `repr` shows them in messages.
    shown = {form for text in secret_texts for form in (text, repr(text)[1:-1])}

    def mask(text: str) -> str:
        for secret in shown:
            text = text.replace(secret, "[secret]")
        return _NUMBER.sub("[number]", _TOKEN.sub("[token]", text))

    return mask


class Log:
    """Writes events as lines. A line that cannot be written at once is dropped and counted, so that answers do not
    wait."""

    def __init__(self, write: Write, render: Render) -> None:
        self._write = write
        self._render = render
        self._lost = 0
        # The rest of a line that was written in part.
        self._rest = b""
        self.timestamp = Timestamp()

    def __call__(self, event: Event) -> None:
        """Write one event, after a note about lost lines if there are any."""
        line = self._render(event)
        if self._lost or self._rest:
            line = self._rest + (self._note() if self._lost else b"") + line
        try:
            taken = self._write(line)
        except OSError:
            self._lost += 1
            return
        self._lost = 0
        self._rest = line[taken:]

    def _note(self) -> bytes:
        event = {
            "time": self.timestamp(time.time()),
            "level": "warning",
            "event": "lines of the log were lost",
            "lost": self._lost,
        }
        return self._render(event)


class RequestLogger:
    """Writes a line for each answer with at least the severity `level`."""

    def __init__(self, log: Log, key: bytes, level: int) -> None:
        self._log = log
        # A key of any length (RFC 7693 section 2.9 takes up to 64 bytes).
        self._key = blake2b(key).digest()
        self._level = level
        self._users: dict[str, str] = {}

    def __call__(self, record: RequestRecord) -> None:
        """Write the line of one answer, without the path, which may contain personal data."""
        status, caller = record.status, record.caller
        severity = _severity(record)
        if severity < self._level:
            return
        self._log(
            {
                "time": self._log.timestamp(record.ended),
                "level": _NAMES[severity],
                "event": "request",
                "method": record.method if record.method in _METHODS else "OTHER",
                "operation": record.operation,
                "status": status,
                "code": record.code if status else "CLIENT_GONE",
                "duration_ms": int(record.seconds * 1e6) / 1000,
                "request_id": record.request_id,
                "user": self._users.get(caller.user_id) or self._hash(caller) if type(caller) is Caller else None,
            }
        )

    def _hash(self, caller: Caller) -> str:
        """A keyed hash of the user's id: without the key, it can be neither computed nor traced to the user."""
        if len(self._users) >= _MAX_USERS:
            self._users.clear()
        hashed = blake2b(caller.user_id.encode(), key=self._key, digest_size=8).hexdigest()
        self._users[caller.user_id] = hashed
        return hashed


class Timestamp:
    """Formats times in UTC with milliseconds (RFC 3339), and formats the part up to the second once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._prefix = ""

    def __call__(self, moment: float) -> str:
        """A moment in seconds since 1970, as text."""
        second = int(moment)
        if second != self._second:
            self._second = second
            self._prefix = time.strftime("%Y-%m-%dT%H:%M:%S.", time.gmtime(second))
        return self._prefix + _MILLISECONDS[int((moment - second) * 1000)]


class LogHandler(logging.Handler):
    """Writes records of the standard logging in the form of the log, with secrets masked."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._log = open_log(settings)
        self._mask = masks(settings)
        self._exceptions = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record. An error in the record is logged, not raised."""
        event: Event = {"time": self._log.timestamp(record.created), "level": record.levelname.lower()}
        try:
            event["event"] = self._clean(record.getMessage())
            if record.exc_info:
                event["exception"] = self._clean(self._exceptions.formatException(record.exc_info))
        except Exception as error:
            event["event"] = f"{type(error).__name__} in the log call of {record.module}, line {record.lineno}"
        event["logger"] = record.name
        if (request_id := getattr(record, "request_id", None)) is not None:
            event["request_id"] = request_id
        self._log(event)

    def _clean(self, text: str) -> str:
        # File names that are not UTF-8 have lone surrogates.
        return self._mask(text).encode(errors="backslashreplace").decode()


_NAMES: Final[Mapping[int, str]] = {logging.DEBUG: "debug", logging.INFO: "info", logging.ERROR: "error"}
_MILLISECONDS: Final = tuple(f"{count:03}Z" for count in range(1000))


def _new_key() -> SecretStr:
    return SecretStr(secrets.token_hex(16))


def _severity(record: RequestRecord) -> int:
    if record.status is not None and record.status >= 500:
        return logging.ERROR
    return logging.DEBUG if record.operation in _PROBES else logging.INFO


def _level(settings: Settings) -> int:
    return logging.getLevelNamesMapping()[settings.log_level.upper()]

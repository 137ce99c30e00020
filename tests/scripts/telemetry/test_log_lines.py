"""The content of log lines, and lines that cannot be written."""

from __future__ import annotations

import json
import logging
import pickle
import re
from collections.abc import Iterator
from typing import Any

import pytest

from handlers.authentication.auth import Caller
from openapi.engine.observation import RequestRecord
from scripts.cli.settings import Settings, read_settings
from scripts.cli.telemetry import logs
from scripts.cli.telemetry.logs import (
    Log,
    LogHandler,
    RequestLogger,
    Timestamp,
    log_config,
    masks,
    renderer,
    with_log_key,
)

pytestmark = pytest.mark.usefixtures("folder")

TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ")
SECRET = "a secret with a \\ and a ' in it, of no few bytes"


class Output:
    """Accepts at most this many bytes at once; raises if it is broken."""

    def __init__(self) -> None:
        self.text = b""
        self.room = 1_000_000
        self.error: type[OSError] | None = None

    def __call__(self, line: bytes) -> int:
        if self.error is not None:
            raise self.error
        self.text += line[: self.room]
        return min(len(line), self.room)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def settings() -> Settings:
    return read_settings(log_format="json", jwt_secret=SECRET, log_key="the key of the log")


@pytest.fixture
def output() -> Output:
    return Output()


@pytest.fixture
def log(settings: Settings, output: Output) -> Log:
    return Log(output, renderer(settings, terminal=False))


@pytest.fixture
def logger(settings: Settings, log: Log, monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """A standard logger whose lines go to the log."""
    monkeypatch.setattr(logs, "open_log", lambda settings: log)
    logger = logging.Logger("a.logger")
    logger.addHandler(LogHandler(settings))
    yield logger
    logger.handlers.clear()


def record(**about: Any) -> RequestRecord:
    return RequestRecord(**{"method": "GET", "request_id": "r", "operation": "get_a", "status": 200, **about})


# --- requests ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (record(), "info"),
        (record(status=404, operation=None), "info"),
        (record(status=500), "error"),
        (record(status=503, operation="/readyz"), "error"),
        (record(operation="/readyz"), "debug"),
        (record(operation="/livez"), "debug"),
        (record(status=None), "info"),
    ],
)
def test_the_level_follows_from_the_status(log: Log, output: Output, event: RequestRecord, level: str) -> None:
    RequestLogger(log, b"key", logging.DEBUG)(event)

    assert [line["level"] for line in output.events] == [level]


@pytest.mark.parametrize(
    ("level", "statuses"), [("debug", [200, 401, 500]), ("info", [401, 500]), ("warning", [500]), ("critical", [])]
)
def test_lines_below_the_level_are_left_out(log: Log, output: Output, level: str, statuses: list[int]) -> None:
    request_log = RequestLogger(log, b"key", logging.getLevelNamesMapping()[level.upper()])
    for event in (record(operation="/livez"), record(status=401), record(status=500)):
        request_log(event)

    assert [line["status"] for line in output.events] == statuses


def test_a_disconnected_client_is_logged_as_client_gone(log: Log, output: Output) -> None:
    RequestLogger(log, b"key", logging.INFO)(record(status=None))

    assert [(line["status"], line["code"]) for line in output.events] == [(None, "CLIENT_GONE")]


def test_an_unknown_method_is_logged_as_other(log: Log, output: Output) -> None:
    RequestLogger(log, b"key", logging.INFO)(record(method="X" * 10_000))

    assert output.events[0]["method"] == "OTHER"


def test_the_duration_is_in_milliseconds_with_microseconds(log: Log, output: Output) -> None:
    RequestLogger(log, b"key", logging.INFO)(record(seconds=1.2345678))

    assert output.events[0]["duration_ms"] == 1234.567


def users(log: Log, output: Output, key: bytes, *callers: str) -> list[str]:
    request_log = RequestLogger(log, key, logging.INFO)
    for caller in callers:
        request_log(record(caller=Caller(caller, None)))
    return [line["user"] for line in output.events[-len(callers) :]]


def test_a_user_is_logged_as_a_keyed_hash(log: Log, output: Output) -> None:
    first, second, again = users(log, output, b"key", "user_a", "user_b", "user_a")
    (other,) = users(log, output, b"another key", "user_a")

    assert re.fullmatch("[0-9a-f]{16}", first)
    assert first == again
    assert len({first, second, other}) == 3


def test_the_whole_of_a_long_key_affects_the_hash(log: Log, output: Output) -> None:
    assert users(log, output, b"k" * 100 + b"1", "user_a") != users(log, output, b"k" * 100 + b"2", "user_a")


def test_many_users_have_different_hashes(log: Log, output: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if there are more users than the cache holds."""
    monkeypatch.setattr(logs, "_MAX_USERS", 2)
    callers = [f"user_{number}" for number in (1, 2, 3, 1, 2, 3)]

    hashes = users(log, output, b"key", *callers)

    assert (hashes[:3], len(set(hashes))) == (hashes[3:], 3)


def test_one_random_key_is_made_for_all_workers() -> None:
    keyed = with_log_key(read_settings())

    assert keyed.log_key is not None
    assert with_log_key(keyed) is keyed


def test_the_time_is_utc_with_milliseconds() -> None:
    timestamp = Timestamp()

    assert [timestamp(moment) for moment in (0.0, 0.0419, 1_800_000_000.999, 0.5)] == [
        "1970-01-01T00:00:00.000Z",
        "1970-01-01T00:00:00.041Z",
        "2027-01-15T08:00:00.999Z",
        "1970-01-01T00:00:00.500Z",
    ]


# --- other events --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln failed", "Bearer [token] failed"),
        ("ewogImFsZyI6ICJub25lIn0 eyAiYWxnIjoibm9uZSJ9.eyJ9.", "ewogImFsZyI6ICJub25lIn0 [token]"),
        ("row (+14165550100, sinch)", "row ([number], sinch)"),
        ("?number=%2B14165550100&x=%2b442071838750", "?number=[number]&x=[number]"),
        (f"the secret {SECRET}!", "the secret [secret]!"),
        (f"the secret {SECRET!r}!", 'the secret "[secret]"!'),
        ("the key is the key of the log", "the key is [secret]"),
        (
            "1 + 2 = 3, +1, eyes.on.it, 2026-11-24T02:39:32+01:00",
            "1 + 2 = 3, +1, eyes.on.it, 2026-11-24T02:39:32+01:00",
        ),
    ],
)
def test_tokens_numbers_and_secrets_are_masked(settings: Settings, text: str, masked: str) -> None:
    assert masks(settings)(text) == masked


def test_a_failure_is_one_line_with_its_traceback(logger: logging.Logger, output: Output) -> None:
    try:
        raise ValueError("of +14165550100")
    except ValueError:
        logger.exception("of %s", "eyJhbGciOiJIUzI1NiJ9.e30.", extra={"request_id": "r"})
    (event,) = output.events

    assert TIME.fullmatch(event.pop("time"))
    assert event.pop("exception").startswith("Traceback (most recent call last):\n")
    assert event == {"level": "error", "event": "of [token]", "logger": "a.logger", "request_id": "r"}
    assert b"14165550100" not in output.text


@pytest.mark.parametrize(
    ("message", "argument", "logged"),
    [
        ("%d", "+14165550100", "TypeError in the log call of test_log_lines, line "),
        ("%s", "\udcff.db", r"\udcff.db"),
    ],
    ids=["it does not fit", "it is not UTF-8"],
)
def test_a_record_that_cannot_be_formatted_raises_nothing(
    logger: logging.Logger, output: Output, message: str, argument: str, logged: str
) -> None:
    logger.error(message, argument)

    assert [event["event"].rstrip("0123456789") for event in output.events] == [logged]


def test_the_configuration_can_be_pickled_for_spawned_processes(settings: Settings) -> None:
    assert pickle.loads(pickle.dumps(log_config(settings))) == log_config(settings)  # noqa: S301  # our own


@pytest.mark.parametrize(
    ("format", "terminal", "is_json"),
    [("auto", False, True), ("auto", True, False), ("text", False, False), ("json", True, True)],
)
def test_auto_is_text_in_a_terminal(format: str, terminal: bool, is_json: bool) -> None:
    render = renderer(read_settings(log_format=format), terminal=terminal)
    line = render({"time": "T", "level": "info", "event": "request", "status": 200})

    assert (line[:1] == b"{", line[-1:]) == (is_json, b"\n")


def test_text_is_aligned_and_omits_empty_fields() -> None:
    render = renderer(read_settings(log_format="text"), terminal=False)
    lines = [
        render({"time": "T", "level": level, "event": event, "status": status, "code": None}).decode()
        for level, event, status in [("info", "request", 200), ("error", "another", 500)]
    ]

    assert lines[0].split() == ["T", "[info", "]", "request", "status=200"]
    assert lines[0].index("status=") == lines[1].index("status=")


# --- lines that cannot be written ----------------------------------------------------------------


@pytest.mark.parametrize("error", [BlockingIOError, BrokenPipeError, OSError])
def test_lines_that_cannot_be_written_are_counted(log: Log, output: Output, error: type[OSError]) -> None:
    output.error = error
    log({"event": "first"})
    log({"event": "second"})
    output.error = None
    log({"event": "third"})
    log({"event": "fourth"})

    note, *events = output.events
    assert TIME.fullmatch(note.pop("time"))
    assert note == {"level": "warning", "event": "lines of the log were lost", "lost": 2}
    assert events == [{"event": "third"}, {"event": "fourth"}]


def test_the_rest_of_a_line_is_written_before_the_next(log: Log, output: Output) -> None:
    output.room = 5
    log({"event": "first"})
    output.error = BlockingIOError
    log({"event": "second"})
    output.error = None
    output.room = 1_000_000
    log({"event": "third"})

    assert [event["event"] for event in output.events] == ["first", "lines of the log were lost", "third"]

"""All metrics: name, meaning and labels. docs/operating.md has the same table."""

from __future__ import annotations

from typing import Final, NamedTuple


class Metric(NamedTuple):
    """A metric: its name in a scrape, its help text, and the names of its labels."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


# The value of a label that does not apply: no operation, no error, or no status because the client disconnected.
NONE: Final = "none"
# The labels of all requests that have no room in the file.
OTHER: Final = "other"

REQUESTS: Final = Metric(
    "tether_relay_requests_total",
    "Requests, by operation, status and error code.",
    ("operation", "status", "code"),
)
DURATION: Final = Metric(
    "tether_relay_request_duration_seconds",
    "Seconds from the headers of a request until its answer was sent.",
    ("operation",),
)
VIOLATIONS: Final = Metric(
    "tether_relay_response_violations_total",
    "Answers that were not sent because they would break the contract.",
    ("operation",),
)
STORE: Final = Metric("tether_relay_store_query_seconds", "Store queries, and their duration in seconds.")
TOKENS: Final = Metric(
    "tether_relay_token_memory_lookups_total",
    "Lookups in the memory of verified tokens, by result: hit or miss.",
    ("result",),
)
KEY_REFRESHES: Final = Metric(
    "tether_relay_key_refreshes_total",
    "Readings of the published keys, by outcome: changed, unchanged or failed.",
    ("outcome",),
)
KEY_AGE: Final = Metric(
    "tether_relay_keys_age_seconds",
    "Seconds since the published keys were last read, in the worker with the oldest keys.",
)
WORKERS: Final = Metric("tether_relay_workers", "Running workers.")
BUILD: Final = Metric("tether_relay_build_info", "The running version.", ("version",))

METRICS: Final = (REQUESTS, DURATION, VIOLATIONS, STORE, TOKENS, KEY_REFRESHES, KEY_AGE, WORKERS, BUILD)

# Upper bounds in seconds: an answer takes a few hundred microseconds; with a locked database up to 0.7 s; with
# published keys that must be read first, up to 5 s.
BUCKETS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
OUTCOMES: Final = ("changed", "unchanged", "failed")

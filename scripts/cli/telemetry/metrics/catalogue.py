"""Every metric that there is: its name, what it says, and its labels. docs/operating.md has the same table."""

from __future__ import annotations

from typing import Final, NamedTuple


class Metric(NamedTuple):
    """A metric; the name is that of a scrape, the labels those of each of its series."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


# The value of a label where there is nothing to say: no operation at a path, no error, a client who left.
NONE: Final = "none"
# In place of the labels of whatever there is no room for.
OTHER: Final = "other"

REQUESTS: Final = Metric(
    "tether_relay_requests_total",
    "Requests by operation, status and error code.",
    ("operation", "status", "code"),
)
DURATION: Final = Metric(
    "tether_relay_request_duration_seconds",
    "Seconds from the headers of a request until its answer was handed over.",
    ("operation",),
)
VIOLATIONS: Final = Metric(
    "tether_relay_response_violations_total",
    "Answers that were not sent, because they would have broken the contract.",
    ("operation",),
)
STORE: Final = Metric("tether_relay_store_query_seconds", "Queries of the store, and the seconds that they took.")
TOKENS: Final = Metric(
    "tether_relay_token_memory_lookups_total",
    "Tokens looked up in the memory of verified ones, by result: hit or miss.",
    ("result",),
)
KEY_REFRESHES: Final = Metric(
    "tether_relay_key_refreshes_total",
    "Readings of the published keys, by outcome: changed, unchanged or failed.",
    ("outcome",),
)
KEY_AGE: Final = Metric(
    "tether_relay_keys_age_seconds",
    "Seconds since the published keys were last read, by the worker that has the oldest.",
)
WORKERS: Final = Metric("tether_relay_workers", "Workers that are running.")
BUILD: Final = Metric("tether_relay_build_info", "The version that is running.", ("version",))

METRICS: Final = (REQUESTS, DURATION, VIOLATIONS, STORE, TOKENS, KEY_REFRESHES, KEY_AGE, WORKERS, BUILD)

# Upper bounds in seconds: an answer takes some hundred microseconds, one that waits for a locked database up to 0.7 s,
# one that waits for published keys up to 5 s.
BUCKETS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
OUTCOMES: Final = ("changed", "unchanged", "failed")

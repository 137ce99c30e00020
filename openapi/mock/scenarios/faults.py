"""Faults: failures on purpose, and whether they hit a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast, get_args

FaultKind: TypeAlias = Literal["hang", "reset", "truncate", "malform", "unavailable", "error"]
KINDS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)
# The kinds that replace the answer.
_REPLACING: Final = ("hang", "reset", "unavailable", "error")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure on purpose.

    `kind` is the failure, None for the normal answer; `delay` is the least and the most milliseconds before the answer;
    `share` is the share of requests that are hit, 0 to 1; after `times` hits the fault ends; `retry_after` is the
    Retry-After of `unavailable`, in seconds.
    """

    kind: FaultKind | None = None
    delay: tuple[int, int] = (0, 0)
    share: float = 1.0
    times: int | None = None
    retry_after: int | None = None

    @property
    def replaces_answer(self) -> bool:
        """Whether an error, or no answer, replaces the answer."""
        return self.kind in _REPLACING

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Fault:
        """The fault in a Fault of the control document, which has been validated against its schema.

        Raises ValueError for a range with its least above its most, and for a fault without a kind and a delay.
        """
        if "kind" not in value and "delay" not in value:
            raise ValueError(f"a fault needs a kind ({', '.join(KINDS)}) or a delay in milliseconds")
        delay = value.get("delay", 0)
        least, most = delay if isinstance(delay, list) else (delay, delay)
        if least > most:
            raise ValueError(f"in the delay [{least}, {most}], the least is greater than the most")
        kind = cast("FaultKind | None", value.get("kind"))
        return cls(kind, (least, most), value.get("share", 1.0), value.get("times"), value.get("retryAfter"))

    def as_json(self) -> dict[str, Any]:
        """The Fault of the control document, without default values."""
        least, most = self.delay
        delay = least if least == most else [least, most]
        members = {
            "kind": self.kind,
            "delay": delay or None,
            "share": self.share if self.share < 1 else None,
            "times": self.times,
            "retryAfter": self.retry_after,
        }
        # The schema requires at least one member.
        return {name: value for name, value in members.items() if value is not None} or {"delay": 0}

    def hits(self, random: Random) -> bool:
        """Whether the fault hits the next request, determined by `random`."""
        return self.share >= 1 or random.random() < self.share

    def milliseconds(self, random: Random) -> int:
        """The delay of the next request, determined by `random`."""
        least, most = self.delay
        return least if least == most else random.randint(least, most)


class FaultHit(NamedTuple):
    """A fault that hits a request, after a delay in milliseconds."""

    fault: Fault
    milliseconds: int

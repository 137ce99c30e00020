"""What goes wrong on purpose: a value, and whether it hits a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast, get_args

FaultKind: TypeAlias = Literal["hang", "reset", "truncate", "malform", "unavailable", "error"]
KINDS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)
# Those by which the answer itself is not sent.
_REPLACING: Final = ("hang", "reset", "unavailable", "error")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong.

    `kind` is what comes instead of the answer, None for the answer itself; `delay` is the least and the most
    milliseconds before it; `share` of the requests are hit; after `times` requests that were hit it is over;
    `retry_after` are the seconds that `unavailable` asks a client to wait.
    """

    kind: FaultKind | None = None
    delay: tuple[int, int] = (0, 0)
    share: float = 1.0
    times: int | None = None
    retry_after: int | None = None

    @property
    def replaces_answer(self) -> bool:
        """Whether something else comes in place of the answer, be it nothing."""
        return self.kind in _REPLACING

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Fault:
        """The fault in a Fault of the control document, which has been held to its schema.

        ValueError for a range that ends before it begins, and for one by which nothing goes wrong.
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
        """The Fault of the control document; what is as usual is left out."""
        least, most = self.delay
        delay = least if least == most else [least, most]
        members = {
            "kind": self.kind,
            "delay": delay or None,
            "share": self.share if self.share < 1 else None,
            "times": self.times,
            "retryAfter": self.retry_after,
        }
        # A fault says at least something.
        return {name: value for name, value in members.items() if value is not None} or {"delay": 0}

    def hits(self, random: Random) -> bool:
        """Whether it hits the next request, by the dice of `random`."""
        return self.share >= 1 or random.random() < self.share

    def milliseconds(self, random: Random) -> int:
        """How long the next request waits."""
        least, most = self.delay
        return least if least == most else random.randint(least, most)


class FaultHit(NamedTuple):
    """A fault that hits a request, which waits for so many `milliseconds` first."""

    fault: Fault
    milliseconds: int

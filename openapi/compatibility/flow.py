"""What is compared of one operation, and in which direction its messages go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from openapi.compatibility.changes import ChangeDirection, ChangeLevel, Witness
from openapi.compatibility.places import readable_place
from openapi.compatibility.recorder import ChangeRecorder
from openapi.compatibility.schemas.comparing import SchemaComparison
from openapi.compatibility.schemas.differences import Conjunction, Effect, SchemaDifference
from openapi.contract import Contract, Operation
from openapi.schemas import Direction

DEFAULTS: Final = frozenset({"default-added", "default-changed", "default-removed"})
_REQUEST, _RESPONSE = ChangeDirection.REQUEST, ChangeDirection.RESPONSE
_NAMES: Final = {Effect.NARROWED: "narrowed", Effect.WIDENED: "widened", Effect.UNDECIDED: "undecided"}
_LEVELS: Final = {
    "harmful": ChangeLevel.BREAKING,
    "undecided": ChangeLevel.RISKY,
    "harmless": ChangeLevel.COMPATIBLE,
}


@dataclass(frozen=True)
class OperationPair:
    """An operation in both contracts. If it `is_sent_by_server`, it is that of a webhook or callback: the server sends
    the request, and the client answers. Changes of a draft do no harm."""

    old_contract: Contract
    new_contract: Contract
    old: Operation
    new: Operation
    label: str
    recorder: ChangeRecorder
    comparisons: Mapping[Direction, SchemaComparison]
    is_sent_by_server: bool = False
    is_draft: bool = False

    def add(
        self,
        rule: str,
        text: str,
        *,
        old: str | None = None,
        new: str | None = None,
        key: str = "",
        level: ChangeLevel | None = None,
        direction: ChangeDirection | None = None,
        witness: Witness | None = None,
    ) -> None:
        """Record a change of the operation."""
        if self.is_draft:
            text = "the draft changed, which is exempt"
            self.recorder.add("draft-changed", self.label, text, old=self.old.pointer, new=self.new.pointer)
            return
        self.recorder.add(
            rule, self.label, text, old=old, new=new, key=key, level=level, direction=direction, witness=witness,
        )  # fmt: skip

    def sender(self, message: ChangeDirection) -> Direction:
        """What the sender of a message sends: a client requests, the server responses."""
        from_client = (message is _REQUEST) is not self.is_sent_by_server
        return Direction.REQUEST if from_client else Direction.RESPONSE

    def is_from_client(self, message: ChangeDirection) -> bool:
        """Whether clients send a message."""
        return self.sender(message) is Direction.REQUEST

    @property
    def is_from_server(self) -> bool:
        """Whether the server sends the response."""
        return not self.is_from_client(_RESPONSE)

    def compare_schemas(self, message: ChangeDirection, old: Conjunction, new: Conjunction, subject: str) -> None:
        """Record the differences between the values of a part of a message, which `subject` names."""
        for difference in self.differences(message, old, new):
            self.add_difference(message, difference, subject)

    def differences(self, message: ChangeDirection, old: Conjunction, new: Conjunction) -> list[SchemaDifference]:
        """The differences between the values of a part of a message."""
        return self.comparisons[self.sender(message)].differences(old, new)

    def add_difference(self, message: ChangeDirection, difference: SchemaDifference, subject: str) -> None:
        """Record one difference of a part of a message. A default says what an absent value of a client means."""
        if difference.kind in DEFAULTS and not (self.is_from_client(message) and message is _REQUEST):
            return
        harmful = Effect.NARROWED if self.is_from_client(message) else Effect.WIDENED
        effect = difference.effect
        stem = f"{message.value}-{difference.kind}"
        level: ChangeLevel | None = None
        if effect is Effect.NONE:
            rule = stem
        elif difference.is_exempt:
            rule = f"{message.value}-enum-extended"
        else:
            harmless = Effect.CHANGED & ~harmful
            name = harmful if effect & harmful else Effect.UNDECIDED if effect & Effect.UNDECIDED else harmless
            rule = f"{stem}-{_NAMES[name]}"
            if self.is_sent_by_server:
                level = _LEVELS["harmful" if name is harmful else "harmless" if name is harmless else "undecided"]
        self.add(
            rule,
            self._sentence(difference, subject),
            old=difference.old or None,
            new=difference.new or None,
            key=difference.key,
            level=level,
            direction=message,
            witness=difference.witness,
        )

    def _sentence(self, difference: SchemaDifference, subject: str) -> str:
        places = ((self.old_contract, difference.old), (self.new_contract, difference.new))
        names = [readable_place(contract, pointer) for contract, pointer in places if pointer]
        # A property of one contract can be one of the undeclared properties of the other, which has no name for it.
        name = max(names, key=lambda each: each.count(".") + each.count("[]"))
        if difference.key and difference.kind in ("required", "property-dropped", "property-declared"):
            name = name.removesuffix(difference.key).removesuffix(".")
        sentence = f"{name or subject} {difference.text}"
        return sentence if difference.witness is None else f"{sentence}: {difference.witness.text}"

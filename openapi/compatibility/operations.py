"""Pairs the operations of two contracts, and compares each pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openapi.compatibility.bodies import compare_bodies
from openapi.compatibility.documentation import compare_words
from openapi.compatibility.flow import OperationPair
from openapi.compatibility.parameters import compare_parameters
from openapi.compatibility.recorder import ChangeRecorder
from openapi.compatibility.responses import compare_responses
from openapi.compatibility.retirement import is_retired
from openapi.compatibility.schemas.comparing import SchemaComparison
from openapi.compatibility.security import compare_security
from openapi.compatibility.servers import addresses, compare_servers, plain_path
from openapi.contract import Contract, Operation
from openapi.contract.operation_ids import is_generated_id
from openapi.contract.router import Router
from openapi.schemas import Direction


@dataclass(frozen=True)
class ContractPair:
    """Two contracts that are compared, and how. `stability` is the extension whose value ``draft`` marks drafts."""

    old: Contract
    new: Contract
    recorder: ChangeRecorder
    comparisons: Mapping[Direction, SchemaComparison]
    today: date
    stability: str

    def is_draft(self, operation: Operation) -> bool:
        """Whether an operation is a draft."""
        value: Any = operation.extension(self.stability)
        return isinstance(value, str) and value.lower() == "draft"

    def compare(self) -> None:
        """Compare all operations, and the requests that the server sends."""
        counterparts = self.counterparts()
        matched = {id(new) for new in counterparts.values()}
        for old in self.old.operations:
            new = counterparts.get(old)
            if new is None:
                self._removed(old)
            else:
                self._compare(old, new)
        for new in self.new.operations:
            if id(new) not in matched:
                self._added(new)
        self._compare_sent(self.old.sent_webhooks, self.new.sent_webhooks, "webhook")
        compare_words(self.old, self.new, counterparts.items(), self.recorder)

    def counterparts(self) -> dict[Operation, Operation]:
        """Each older operation with the newer one: that of the same path, else that of the same address."""
        by_path = {(each.method, plain_path(each.path)): each for each in self.new.operations}
        found = {
            old: new
            for old in self.old.operations
            if (new := by_path.get((old.method, plain_path(old.path)))) is not None
        }
        taken = {id(new) for new in found.values()}
        by_address = {
            (new.method, address.url): new
            for new in self.new.operations
            if id(new) not in taken
            for address in addresses(self.new, new)
        }
        for old in self.old.operations:
            if old not in found and by_address:
                keys = ((old.method, address.url) for address in addresses(self.old, old))
                new = next((by_address[key] for key in keys if key in by_address), None)
                if new is not None:
                    found[old] = new
        return found

    def _compare(self, old: Operation, new: Operation) -> None:
        pair = OperationPair(
            self.old, self.new, old, new, old.label, self.recorder, self.comparisons, is_draft=self.is_draft(old)
        )
        if self.is_draft(new) and not pair.is_draft:
            pair.add("operation-became-draft", "the operation became a draft", old=old.pointer, new=new.pointer)
        compare_servers(pair)
        compare_security(pair)
        self._compare_parts(pair)
        self._compare_sent(old.callbacks, new.callbacks, "callback", pair)

    def _compare_parts(self, pair: OperationPair) -> None:
        compare_parameters(pair, self.today)
        compare_bodies(pair)
        compare_responses(pair)
        old, new = pair.old, pair.new
        is_named = not is_generated_id(old.operation_id, old.method, old.path) and not pair.is_sent_by_server
        if is_named and old.operation_id != new.operation_id:
            text = f"the operationId is {new.operation_id or 'absent'}, not {old.operation_id}"
            pair.add("operation-id-changed", text, old=f"{old.pointer}/operationId", new=f"{new.pointer}/operationId")
        if old.is_deprecated != new.is_deprecated:
            rule = "operation-deprecated" if new.is_deprecated else "operation-undeprecated"
            text = f"the operation is {'deprecated' if new.is_deprecated else 'no longer deprecated'}"
            pair.add(rule, text, old=old.pointer, new=new.pointer)

    def _removed(self, old: Operation) -> None:
        remaining = {plain_path(each.path) for each in self.new.operations}
        is_path = plain_path(old.path) not in remaining
        if is_retired(old.is_deprecated, old.extension("x-sunset"), self.today):
            rule, pointer = "operation-retired", old.pointer
        else:
            rule, pointer = ("path-removed", old.path_pointer) if is_path else ("operation-removed", old.pointer)
        text = f"the path {old.path} was removed" if rule == "path-removed" else f"{old.label} was removed"
        if self.is_draft(old):
            rule = "draft-changed"
        self.recorder.add(rule, old.label, text, old=pointer)

    def _added(self, new: Operation) -> None:
        self.recorder.add("operation-added", new.label, f"{new.label} was added", new=new.pointer)
        if "{" not in new.path and (old := self._shadowed(new)) is not None:
            text = f"{new.label} takes requests that reached {old.label}"
            self.recorder.add("operation-shadowed", new.label, text, old=old.pointer, new=new.pointer)

    def _shadowed(self, new: Operation) -> Operation | None:
        """The older operation whose template matches the path of a new one, with values that its schemas allow."""
        router: Router[Operation] = Router(lenient=True)
        for old in self.old.operations:
            if old.method == new.method and len(old.path.split("/")) == len(new.path.split("/")) and "{" in old.path:
                router.add(old.method, old.path, old)
        found = router.find(new.path.encode(), new.method.upper())
        if found is None or new.method.upper() not in found[0].endpoints:
            return None
        old = found[0].endpoints[new.method.upper()]
        schemas = {each.name: each.schema for each in old.parameters if each.location == "path"}
        comparison = self.comparisons[Direction.REQUEST]
        allowed = all(
            comparison.is_valid_text(value, schemas[name]) for name, value in found[1].items() if name in schemas
        )
        return old if allowed else None

    def _compare_sent(
        self,
        old: Mapping[str, Sequence[Operation]],
        new: Mapping[str, Sequence[Operation]],
        word: str,
        holder: OperationPair | None = None,
    ) -> None:
        """Compare requests that the server sends, by name."""
        old_flat = {(name, each.method): each for name, several in old.items() for each in several}
        new_flat = {(name, each.method): each for name, several in new.items() for each in several}
        for key, before in old_flat.items():
            label = holder.label if holder else f"{word} {key[0]}"
            is_draft = holder.is_draft if holder else self.is_draft(before)
            after = new_flat.get(key) or self._renamed(key, before, old_flat, new_flat)
            if after is None:
                self._sent_removed(key, before, new_flat, word, label, is_draft=is_draft)
                continue
            pair = OperationPair(
                self.old, self.new, before, after, label, self.recorder, self.comparisons, True, is_draft
            )
            self._compare_parts(pair)
        for key, after in new_flat.items():
            if key not in old_flat and not self._is_known(key, after, old_flat):
                label = holder.label if holder else f"{word} {key[0]}"
                self.recorder.add("callback-added", label, f"the {word} {key[0]} was added", new=after.pointer)

    def _renamed(
        self,
        key: tuple[str, str],
        before: Operation,
        old: Mapping[tuple[str, str], Operation],
        new: Mapping[tuple[str, str], Operation],
    ) -> Operation | None:
        """The same callback under another name: the address says which one it is."""
        if not before.path.startswith(("{", "http", "/")):
            return None
        return next(
            (
                each
                for other, each in new.items()
                if other not in old and each.path == before.path and other[1] == key[1]
            ),
            None,
        )

    def _is_known(self, key: tuple[str, str], after: Operation, old: Mapping[tuple[str, str], Operation]) -> bool:
        return self._renamed(key, after, {}, old) is not None

    def _sent_removed(
        self,
        key: tuple[str, str],
        before: Operation,
        new: Mapping[tuple[str, str], Operation],
        word: str,
        label: str,
        *,
        is_draft: bool,
    ) -> None:
        name = key[0].partition(" ")[0]
        moved = word == "callback" and any(other[0].partition(" ")[0] == name for other in new)
        rule = "callback-address-changed" if moved else "callback-removed"
        text = f"the {word} {key[0]} {'has another address' if moved else 'was removed'}"
        if is_retired(before.is_deprecated, before.extension("x-sunset"), self.today):
            rule = "operation-retired"
        if is_draft:
            rule = "draft-changed"
        self.recorder.add(rule, label, text, old=before.pointer)

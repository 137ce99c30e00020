"""Sequences of requests about one resource: create, read, change, read again, delete, read again.

Only sequences show faults of the state: a change that is lost, a deleted object that is still served, a failure when an
object is stored twice or when one with dependents is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from openapi.check.client.session import Session
from openapi.check.client.wire import Exchange
from openapi.check.credentials import NOTHING, Credentials
from openapi.check.resources.families import Family, families
from openapi.check.resources.identifiers import data_of
from openapi.check.resources.known import KnownResources, ResourcePath, at
from openapi.check.resources.variants import varied
from openapi.check.response_checks import ResponseChecks
from openapi.contract import Operation
from openapi.examples.requests import SampleRequest
from openapi.findings.findings import Certainty
from openapi.http.messages import Request

_RULE: Final = "resource-lifecycle"
# Attempts to create an object that the server does not have yet.
_ATTEMPTS: Final = 4
# The number in the values of a change, which differ from those of every attempt.
_OF_A_CHANGE: Final = 9
# Successes after which the work is done; with 202 it may be done later (RFC 9110 section 15.3.3).
_DONE: Final = (200, 201, 204)
_GONE: Final = (404, 410)


class Sequences:
    """Sends sequences; `samples` are valid requests by the labels of their operations."""

    def __init__(
        self,
        session: Session,
        credentials: Credentials,
        checks: ResponseChecks,
        known: KnownResources,
        samples: Mapping[str, SampleRequest],
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._checks = checks
        self._recorder = checks.recorder
        self._known = known
        self._samples = samples

    def run(self, family: Family) -> None:
        """Create an object of a family, and send it through its life."""
        created = self._created(family)
        if created is None:
            reason = "no object could be created, or the answer does not tell its identifier"
            for operation in filter(None, (family.read, family.delete)):
                self._recorder.not_judged(operation, _RULE, reason)
            return
        place, exchange = created
        if not self._is_readable(family, place, exchange):
            return
        # The same object again: a conflict is for the server to refuse.
        self._send(family.create, None, self._body_of(family.create, exchange))
        for operation in family.change:
            self._change(family, operation, place)
        for operation in family.dependents:
            self._send(operation, place)
        self._delete(family, place)

    def renew(self, operation: Operation, operations: Sequence[Operation]) -> None:
        """Create an object for an operation that will destroy it, in place of the one that is known."""
        paths = (operation.path, operation.path.rpartition("/")[0])
        for family in families([o for o in (*operations, operation) if o.path.rstrip("/") in paths]):
            if family.template == operation.path and (created := self._created(family)) is not None:
                self._known.forget(family.template)
                self._known.remember(family.create, created[1])

    def _created(self, family: Family) -> tuple[ResourcePath, Exchange] | None:
        """The place of a new object, and the exchange that created it; None if there is none."""
        for sample in self._samples_of(family.create):
            exchange = self._send(family.create, None, sample)
            status = exchange.response.status if exchange.response else 500
            if status in _DONE:
                places = [p for p in self._known.places(family.create, exchange) if p.template == family.template]
                return (max(places, key=lambda place: place.is_declared), exchange) if places else None
            if status // 100 != 4:
                break
        return None

    def _samples_of(self, operation: Operation) -> Iterator[SampleRequest]:
        """Variants of the valid request of an operation, and the request itself if it has none."""
        sample = self._known.filled(operation, self._samples[operation.label])
        sent = set[bytes]()
        for number in range(1, _ATTEMPTS):
            other = varied(sample, number, lambda changed: self._keeps(changed, sample))
            if other.body not in sent:
                sent.add(other.body)
                yield other

    def _body_of(self, operation: Operation, exchange: Exchange) -> SampleRequest:
        """The request of an exchange once more."""
        sample = self._known.filled(operation, self._samples[operation.label])
        return replace(sample, body=exchange.request.body)

    def _keeps(self, changed: SampleRequest, sample: SampleRequest) -> bool:
        """Whether a changed request breaks no rule that the original keeps."""

        def rules(one: SampleRequest) -> set[str]:
            target = f"{one.path}?{one.query}" if one.query else one.path
            violations = self._checks.judge.request(Request(one.method, target, one.headers, one.body))
            return {violation.rule for violation in violations}

        return rules(changed) <= rules(sample)

    def _is_readable(self, family: Family, place: ResourcePath, created: Exchange) -> bool:
        """Judge that a created object can be read; return whether the sequence can go on."""
        if family.read is None:
            return True
        exchange = self._send(family.read, place)
        status = exchange.response.status if exchange.response else 0
        if status in _GONE:
            message = f"{family.create.label} succeeded, but the created object is answered with {status}"
            certainty = Certainty.CERTAIN if place.is_declared else Certainty.PROBABLE
            self._found(family.read, message, "a created object can be read", exchange, certainty)
        elif status // 100 == 2:
            self._recorder.judged(family.read, _RULE)
        return status // 100 == 2

    def _change(self, family: Family, operation: Operation, place: ResourcePath) -> None:
        """Judge that a change takes effect: at least one of the changed values is another one afterwards."""
        before = self._data(family, place)
        sample = at(self._samples[operation.label], place.path)
        changed = varied(sample, _OF_A_CHANGE, lambda other: self._keeps(other, sample))
        exchange = self._send(operation, place, changed)
        if exchange.response is None or exchange.response.status not in _DONE:
            return
        after, sent = self._data(family, place), data_of(changed.body)
        if not (isinstance(before, dict) and isinstance(after, dict) and isinstance(sent, dict)):
            return
        names = [name for name in sent if name in before and name in after and sent[name] != before[name]]
        names = [name for name in names if str(before[name]) != place.path.rpartition("/")[2]]
        if not names:
            return
        self._recorder.judged(operation, _RULE)
        if all(after[name] == before[name] for name in names):
            message = f"{exchange.response.status}, but `{names[0]}` has its former value afterwards"
            self._found(operation, message, "a change that succeeds takes effect", exchange, where=names[0])

    def _data(self, family: Family, place: ResourcePath) -> Any:
        """The data of an object as it is read; None if it cannot be."""
        if family.read is None:
            return None
        response = self._send(family.read, place).response
        return data_of(response.body) if response is not None and response.status == 200 else None

    def _delete(self, family: Family, place: ResourcePath) -> None:
        """Judge that a deleted object cannot be read, nor deleted or changed with a failure of the server."""
        if family.delete is None:
            return
        response = self._send(family.delete, place).response
        if response is None or response.status not in _DONE:
            return
        if family.read is not None:
            exchange = self._send(family.read, place)
            self._recorder.judged(family.delete, _RULE)
            if exchange.response is not None and exchange.response.status // 100 == 2:
                message = f"{response.status}, but the deleted object is answered with {exchange.response.status}"
                self._found(family.delete, message, "a deleted object cannot be read (404 or 410)", exchange)
        for operation in (family.delete, *family.change):
            self._send(operation, place)

    def _send(self, operation: Operation, place: ResourcePath | None, sample: SampleRequest | None = None) -> Exchange:
        """Send a valid request of an operation, about the resource at a place, and judge its answer."""
        sample = sample or self._known.filled(operation, self._samples[operation.label])
        carried = self._credentials.carried(operation)
        exchange = self._session.send(
            self._session.request_of(sample if place is None else at(sample, place.path), carried)
        )
        self._checks.answer(operation, exchange, status_is_judged=operation.public or carried != NOTHING)
        return exchange

    def _found(
        self,
        operation: Operation,
        message: str,
        expected: str,
        exchange: Exchange,
        certainty: Certainty = Certainty.PROBABLE,
        where: str = "",
    ) -> None:
        pointer = operation.pointer
        self._recorder.found(
            _RULE, operation, message, expected, exchange, pointer=pointer, where=where, certainty=certainty
        )

"""The resources that a check has created or seen, so that later requests are about them. Thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from openapi.check.client.wire import Exchange
from openapi.check.resources.identifiers import below_base, data_of, linked, located, named, text_of_value
from openapi.contract import Contract, Operation
from openapi.examples.requests import SampleRequest


@dataclass(frozen=True)
class ResourcePath:
    """The `path` of one resource, escaped, for the `template` that it fills. `is_declared`: a link or the Location
    header leads there; else the names of properties suggest it."""

    template: str
    path: str
    is_declared: bool


class KnownResources:
    """Remembers the places of resources in answers: those of what the check created, and of what it has read. Requests
    that change something are only led to the former."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._items = {o.path for o in contract.operations if is_item(o.path)}
        self._lock = threading.Lock()
        self._created: dict[str, str] = {}
        self._read: dict[str, str] = {}

    def remember(self, operation: Operation, exchange: Exchange) -> None:
        """Keep the places of the resources in the answer to a valid request, if it is a success."""
        if exchange.response is None or exchange.response.status // 100 != 2 or operation.method == "delete":
            return
        places = self._created if not operation.is_safe else self._read
        with self._lock:
            for place in self.places(operation, exchange):
                places.setdefault(place.template, place.path)

    def forget(self, template: str) -> None:
        """Forget what was created at a template, and below it."""
        with self._lock:
            for known in [known for known in self._created if f"{known}/".startswith(f"{template}/")]:
                del self._created[known]

    def is_created(self, operation: Operation) -> bool:
        """Whether the check itself created what a request of an operation is about."""
        return _longest(operation.path, self._created) is not None

    def filled(self, operation: Operation, sample: SampleRequest) -> SampleRequest:
        """A request about a known resource; the same request if none is known."""
        with self._lock:
            for places in (self._created, self._read):
                template = _longest(operation.path, places)
                if template is not None and (places is self._created or operation.is_safe):
                    return at(sample, places[template])
        return sample

    def places(self, operation: Operation, exchange: Exchange) -> Iterator[ResourcePath]:
        """The places of the resources that the answer of an operation is about."""
        response = exchange.response
        if response is None:
            return
        declared = operation.response_for(response.status)
        for link in declared.links if declared else ():
            target = self._contract.linked(link)
            if target is not None and (path := linked(link, target.path, exchange, operation.path)) is not None:
                yield ResourcePath(target.path, path, True)
        own = below_base(exchange.request.path, operation.path)
        if operation.method == "put" and is_item(operation.path):
            yield ResourcePath(operation.path, own, True)
        for template in self._items:
            collection, _, parameter = template.rpartition("/")
            if collection == operation.path.rstrip("/") and operation.method in ("get", "post"):
                place = _item(template, parameter[1:-1], own, exchange)
                if place is not None:
                    yield place


def _item(template: str, parameter: str, collection: str, exchange: Exchange) -> ResourcePath | None:
    """The place of the item of a collection at `collection`."""
    response = exchange.response
    if response is None:
        return None
    location = response.header("location")
    if location is not None and (path := located(location, template)) is not None:
        return ResourcePath(template, path, True)
    data = data_of(response.body)
    name = collection.rpartition("/")[2]
    # Clients choose some identifiers themselves, such as names of users.
    identifier = text_of_value(data) or named(data, parameter, name)
    if identifier is None and exchange.request.method == "POST":
        identifier = named(data_of(exchange.request.body), parameter, name)
    return None if identifier is None else ResourcePath(template, f"{collection}/{quote(identifier, safe='')}", False)


def at(sample: SampleRequest, place: str) -> SampleRequest:
    """A request whose path begins with that of a resource instead of its own."""
    rest = sample.path.split("/")[len(place.split("/")) :]
    return replace(sample, path="/".join([place, *rest]))


def is_item(path: str) -> bool:
    """Whether a path ends in a parameter alone, as in ``/things/{id}``."""
    last = path.rpartition("/")[2]
    return last.startswith("{") and last.endswith("}") and last.count("{") == 1


def _longest(path: str, templates: dict[str, str]) -> str | None:
    """The longest of the templates that a path is at or below."""
    above = (template for template in templates if f"{path}/".startswith(f"{template}/"))
    return max(above, key=len, default=None)

"""Other valid bodies than the one of a sample request, because servers refuse to store the same object twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from openapi.check.resources.identifiers import data_of
from openapi.examples.requests import SampleRequest
from openapi.http.json import write_json


def varied(sample: SampleRequest, number: int, may_change: Callable[[SampleRequest], bool]) -> SampleRequest:
    """A request whose JSON object has other strings and numbers, as far as they are accepted by `may_change`; `number`
    tells variants apart. The same request if nothing can be changed."""
    data = data_of(sample.body)
    if not isinstance(data, dict):
        return sample
    for name, value in list(data.items()):
        for candidate in _candidates(value, number):
            changed = replace(sample, body=write_json({**data, name: candidate}))
            if may_change(changed):
                data, sample = {**data, name: candidate}, changed
                break
    return sample


def _candidates(value: Any, number: int) -> Iterator[Any]:
    """Values like this one, in forms that names, e-mail addresses and codes have."""
    if isinstance(value, str):
        yield f"{value}{number}"
        yield f"{number}{value}"
        yield f"{value[:-1]}{number}"
        yield f"v{number}{value[2:]}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value + number
        yield value - number

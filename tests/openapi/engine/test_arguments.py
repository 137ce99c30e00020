"""The names of arguments are the same as in Connexion."""

from __future__ import annotations

import builtins
import keyword

import pytest
from connexion.decorators.parameter import pythonic
from hypothesis import given
from hypothesis import strategies as st

from openapi.engine.arguments import argument_name

NAMES = [
    "",
    "after",
    "phoneNumber",
    "X-Request-ID",
    "HTTPServerID2Name",
    "IDs",
    "aBC",
    "a1B",
    "A",
    "AB",
    "filter[name]",
    "filter[]",
    "a[b][c]",
    "[",
    "2fa",
    "2",
    "__code",
    "as",
    "Class",
    "ID",
    "type",
    "Type",
    "match",
    "None",
    "print",
    "list[]",
    "$top",
    "a.b",
    "a b",
    "é",
    "ÄnderungId",
    "x٣Y",
    "_",
    "__name__",
    "True",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_has_the_name_of_connexion(name: str) -> None:
    assert argument_name(name) == pythonic(name)


def test_a_reserved_name_has_the_name_of_connexion() -> None:
    names = [*keyword.kwlist, *keyword.softkwlist, *vars(builtins)]

    assert [argument_name(name) for name in names] == [pythonic(name) for name in names]


@given(st.one_of(st.text(alphabet="aAbBzZ09_-[]. é", max_size=12), st.text(max_size=8)))
def test_any_parameter_has_the_name_of_connexion(name: str) -> None:
    assert argument_name(name) == pythonic(name)

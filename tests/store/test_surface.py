"""`store.__all__` is complete, and the docstring of `store.errors` shows every error."""

import inspect

import store
from store import errors


def test_every_listed_name_exists() -> None:
    assert [name for name in store.__all__ if not hasattr(store, name)] == []


def test_the_listed_names_are_sorted() -> None:
    assert store.__all__ == sorted(store.__all__)


def test_every_error_is_exported_and_in_the_docstring() -> None:
    classes = [
        name for name, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, store.StoreError)
    ]

    assert [name for name in classes if name not in store.__all__] == []
    assert errors.__doc__
    assert [name for name in classes if name not in errors.__doc__] == []


def test_every_lookup_error_is_a_not_found() -> None:
    found = (store.UserNotFound, store.OrganizationNotFound, store.NumberNotFound)

    assert all(issubclass(kind, store.NotFound) for kind in found)


def test_shown_is_short_printable_ascii() -> None:
    values = ["a\nb", "x" * 200, None, True, 7, [1], {"a": 1}]

    assert [errors.shown(value, 10) for value in values] == [
        r"'a\nb'",
        "'xxxxxxxxx...",
        "null",
        "true",
        "7",
        "a list",
        "an object",
    ]

"""An invalid file is refused, with the line and field of every problem."""

import copy
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from store import Administration, ImportRejected, Problem

Json = dict[str, Any]
Change = Callable[[Json], object]


def rejection(administration: Administration, content: bytes) -> ImportRejected:
    """Return the error of an import that must fail without a change of the store."""
    before = list(administration.export_organizations())
    with pytest.raises(ImportRejected) as caught:
        administration.import_organizations(io.BytesIO(content))
    assert list(administration.export_organizations()) == before
    return caught.value


def places(error: ImportRejected) -> list[tuple[int, str]]:
    return [(problem.line, problem.field) for problem in error.problems]


def setter(*path: str | int, to: object) -> Change:
    """Return a change that sets a value of an organization."""

    def change(organization: Any) -> None:
        for part in path[:-1]:
            organization = organization[part]
        organization[path[-1]] = to

    return change


FIELDS: list[tuple[str, Change]] = [
    ("id", lambda acme: acme.pop("id")),
    ("id", setter("id", to="")),
    ("id", setter("id", to="org acme")),
    ("id", setter("id", to="org\n")),
    ("id", setter("id", to="x" * 129)),
    ("id", setter("id", to=7)),
    ("name", lambda acme: acme.pop("name")),
    ("name", setter("name", to="")),
    ("name", setter("name", to=None)),
    ("name", setter("name", to="a\nb")),
    ("name", setter("name", to="a\0b")),
    ("name", setter("name", to="\ud800")),
    ("name", setter("name", to="n" * 201)),
    ("colour", setter("colour", to="red")),
    ("active_provider", setter("active_provider", to="telnyx")),
    ("active_provider", setter("active_provider", to="Sinch")),
    ("active_provider", setter("active_provider", to=["sinch"])),
    ("accounts", setter("accounts", to=None)),
    ("accounts", setter("accounts", to={})),
    ("accounts[1]", setter("accounts", 1, to="twilio")),
    ("accounts[1].provider", setter("accounts", 1, "provider", to="telnyx")),
    ("accounts[1].provider", setter("accounts", 1, "provider", to="sinch")),
    ("accounts[1].account_id", setter("accounts", 1, "account_id", to="")),
    ("accounts[1].account_id", lambda acme: acme["accounts"][1].pop("account_id")),
    ("accounts[1].auth_token", setter("accounts", 1, "auth_token", to="s3cret")),
    ("phone_numbers", setter("phone_numbers", to="+14165550100")),
    ("phone_numbers[1]", setter("phone_numbers", 1, to=None)),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="4165550101")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+0165550101")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+1416555010a")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+14165550101\n")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+1 416 555 0101")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+1\u0665\u0666")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+1234567890123456")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+1")),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to=14165550101)),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to=float("nan"))),
    ("phone_numbers[1].e164", setter("phone_numbers", 1, "e164", to="+14165550100")),
    ("phone_numbers[1].provider", setter("phone_numbers", 1, "provider", to="telnyx")),
    ("phone_numbers[1].provider", lambda acme: acme["phone_numbers"][1].pop("provider")),
    ("users", setter("users", to=0)),
    ("users[1]", setter("users", 1, to="user_bob")),
    ("users[1].id", setter("users", 1, "id", to="user bob")),
    ("users[1].id", setter("users", 1, "id", to="bøb")),
    ("users[1].id", setter("users", 1, "id", to="user_ada")),
    ("users[1].id", setter("users", 1, "id", to=None)),
    ("users[1].disabled", setter("users", 1, "disabled", to=0)),
    ("users[1].disabled", setter("users", 1, "disabled", to="false")),
    ("users[1].disabled", setter("users", 1, "disabled", to=None)),
    ("users[1].name", setter("users", 1, "name", to="Bob")),
    ("users[1].default_numbers", setter("users", 1, "default_numbers", to=[])),
    (
        "users[1].default_numbers.telnyx",
        setter("users", 1, "default_numbers", to={"telnyx": "+14165550100"}),
    ),
    (
        "users[1].default_numbers.sinch",
        setter("users", 1, "default_numbers", to={"sinch": "+14165550102"}),
    ),
    (
        "users[1].default_numbers.twilio",
        setter("users", 1, "default_numbers", to={"twilio": "+14165550199"}),
    ),
    ("users[1].default_numbers.sinch", setter("users", 1, "default_numbers", to={"sinch": None})),
    (
        r"users[1].default_numbers['a\nb']",
        setter("users", 1, "default_numbers", to={"a\nb": "+14165550100"}),
    ),
]


@pytest.mark.parametrize(("field", "change"), FIELDS)
def test_an_invalid_value_is_reported_with_its_line(
    existing: Administration, acme: Json, field: str, change: Change
) -> None:
    change(acme)
    content = b'{"id": "org_good", "name": "Good"}\n\n' + json.dumps(acme).encode()

    assert (3, field) in places(rejection(existing, content))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (setter("id", to=""), '"id": "",'),
        (setter("active_provider", to="telnyx"), '"active_provider": "telnyx",'),
        (lambda acme: acme.pop("name"), "{"),
        (setter("accounts", to=7), '"accounts": 7,'),
        (setter("accounts", 1, to="twilio"), '"twilio"'),
        (setter("phone_numbers", 1, "e164", to="+0"), '"e164": "+0",'),
        (lambda acme: acme["phone_numbers"][2].pop("provider"), "{"),
        (setter("users", 1, "disabled", to=1), '"disabled": 1,'),
        (setter("users", 1, "default_numbers", to={"sinch": "+12"}), '"sinch": "+12"'),
        (setter("users", 2, "id", to='"} ,\\'), r'"id": "\"} ,\\",'),
    ],
)
def test_an_invalid_value_in_an_indented_array_is_reported_with_its_own_line(
    existing: Administration, acme: Json, change: Change, line: str
) -> None:
    """The line of a missing value is the first line of the object that lacks it."""
    change(acme)
    text = json.dumps([{"id": "org_good", "name": "Good"}, acme], indent=1)
    error = rejection(existing, text.encode())

    assert line in [text.split("\n")[number - 1].strip() for number, _ in places(error)]


@pytest.mark.parametrize(("field", "change"), [case for case in FIELDS if "['" not in case[0]])
def test_only_the_invalid_value_is_reported(existing: Administration, acme: Json, field: str, change: Change) -> None:
    """Other reported problems are only consequences of the invalid value."""
    change(acme)
    error = rejection(existing, json.dumps(acme).encode())

    follows = ("users[0].default", "users[2].default", "active_provider", field)
    assert [place for _, place in places(error) if not place.startswith(follows)] == []


TEXTS: list[tuple[str, bytes, list[tuple[int, str]]]] = [
    ("empty", b"", [(1, "")]),
    ("blank", b" \n\n\t", [(1, "")]),
    ("byte order mark alone", b"\xef\xbb\xbf", [(1, "")]),
    ("text", b"hello", [(1, "")]),
    ("lines of text", b"hello\nworld\n", [(1, ""), (2, "")]),
    ("a number", b"42", [(1, "")]),
    ("null", b"null", [(1, "")]),
    ("a string", b'"org"', [(1, "")]),
    ("UTF-16", '{"id": "a", "name": "A"}'.encode("utf-16"), [(1, "")]),
    ("UTF-8 cut in a letter", b'{"id": "a", "name": "\xc3"}', [(1, "")]),
    ("bad UTF-8 in an array", b'[{"id": "a",\n"name": "\xff"}]', [(2, "")]),
    ("cut line", b'{"id": "a", "name": "A"}\n{"id": "b", "na', [(2, "")]),
    ("cut array", b'[{"id": "a", "name": "A"},\n', [(2, "")]),
    ("cut element", b'[{"id": "a", "name": "A"},\n{"id": "b"', [(2, "")]),
    ("cut string", b'[{"id": "a", "name": "A"},\n{"id": "b', [(2, "")]),
    ("cut bare string", b'["a', [(1, "")]),
    ("cut bare number", b"[42", [(1, "")]),
    ("cut lines of an object", b'{\n"id": "a"', [(1, "")]),
    ("cut after a comma", b'[{"id": "a", "name": "A"},', [(1, "")]),
    ("no comma", b'[{"id": "a", "name": "A"}\n{"id": "b", "name": "B"}]', [(2, "")]),
    ("comma at the end", b'[{"id": "a", "name": "A"},\n]', [(1, "")]),
    ("comma at the start", b'[,{"id": "a", "name": "A"}]', [(1, "")]),
    ("two commas", b'[{"id": "a", "name": "A"},\n,{"id": "b", "name": "B"}]', [(2, "")]),
    ("text after the array", b"[]\nx", [(2, "")]),
    ("two arrays", b"[]\n[]", [(2, "")]),
    ("stray brace", b"[\n}]", [(2, "")]),
    ("wrong bracket", b'[{"id": "a", "name": "A"]]', [(1, "")]),
    ("single quotes", b"{'id': 'a'}", [(1, "")]),
    ("comment", b'{"id": "a", "name": "A"} // one', [(1, "")]),
    ("control character", b'{"id": "a", "name": "A\x01"}', [(1, "")]),
    (
        "key twice",
        b'{"id": "a", "name": "A",\n"x": 1}\n{"id": "a"}',
        [(1, ""), (2, ""), (3, "name")],
    ),
    ("key twice in an array", b'[{"id": "a",\n"name": "A",\n"name": "B"}]', [(3, "name")]),
    ("nested too deep", b"[" * 100_000 + b"]" * 100_000, [(1, "")]),
    ("number too long", b'{"id": ' + b"1" * 5_000 + b"}", [(1, "")]),
    (
        "bad lines among good",
        b'{"id": 1, "name": "A"}\n\n{"id": "b", "name": "B"}\n{\n',
        [(1, "id"), (4, "")],
    ),
    ("users of none with a name", b'{"id": null, "name": "N"}', [(1, "name")]),
    (
        "users of none with a number",
        b'{"id": null, "users": [{"id": "u", "default_numbers": {}}]}',
        [(1, "users[0].default_numbers")],
    ),
    ("users of none twice", b'{"id": null}\n{"id": null}', [(2, "id")]),
]


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in TEXTS], ids=[case[0] for case in TEXTS])
def test_invalid_text_is_reported_with_its_line(
    existing: Administration, content: bytes, expected: list[tuple[int, str]]
) -> None:
    assert places(rejection(existing, content)) == expected


def organization(name: str, users: list[str], numbers: list[str]) -> Json:
    return {
        "id": name,
        "name": name,
        "phone_numbers": [{"e164": number, "provider": "sinch"} for number in numbers],
        "users": [{"id": user} for user in users],
    }


A = organization("a", ["u1"], ["+12"])
CLASHES: list[tuple[str, list[Json], list[tuple[int, str]]]] = [
    ("organization twice", [A, A], [(2, "id")]),
    ("user in two", [A, organization("b", ["u2", "u1"], [])], [(2, "users[1].id")]),
    ("number in two", [A, organization("b", [], ["+12"])], [(2, "phone_numbers[0].e164")]),
    ("user in three", [A, organization("b", ["u1"], []), organization("c", ["u1"], [])],
     [(2, "users[0].id"), (3, "users[0].id")]),
    ("user in one and in none", [A, {"id": None, "users": [{"id": "u1"}]}], [(2, "users[0].id")]),
    ("user of none and of one", [{"id": None, "users": [{"id": "u1"}]}, A], [(2, "users[0].id")]),
    ("user of another in the store", [organization("b", ["user_ada"], [])], [(1, "users[0].id")]),
    ("number of another in the store", [organization("b", [], ["+14165550100"])],
     [(1, "phone_numbers[0].e164")]),
    ("stored user to none", [{"id": None, "users": [{"id": "user_ada"}]}], [(1, "users[0].id")]),
    ("clash with a bad organization", [{**A, "name": ""}, organization("b", ["u1"], ["+12"])],
     [(1, "name"), (2, "phone_numbers[0].e164"), (2, "users[0].id")]),
    ("bad organization that gives up a user",
     [{"id": "org_acme", "name": ""}, organization("b", ["user_ada"], [])], [(1, "name")]),
    ("unknown organization that may give up a user",
     [{"id": 5, "name": "x"}, organization("b", ["user_ada"], [])], [(1, "id")]),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "expected"), [case[1:] for case in CLASHES], ids=[case[0] for case in CLASHES])
def test_conflicting_organizations_are_reported(
    existing: Administration, elements: list[Json], expected: list[tuple[int, str]]
) -> None:
    content = "\n".join(map(json.dumps, elements)).encode()

    assert places(rejection(existing, content)) == expected


def test_conflicts_in_an_indented_array_have_their_own_lines(existing: Administration) -> None:
    text = json.dumps([A, organization("b", ["u2", "u1"], ["+13", "+12"])], indent=1)
    error = rejection(existing, text.encode())

    assert [text.split("\n")[line - 1].strip() for line, _ in places(error)] == [
        '"e164": "+12",',
        '"id": "u1"',
    ]


def test_every_problem_of_a_file_is_reported(existing: Administration, acme: Json) -> None:
    other = copy.deepcopy(acme)
    other.update(id="org_other", active_provider="telnyx", accounts=[], size=3)
    other["users"] = [{"id": "user ada"}, {"id": "user_bob", "disabled": 1}]
    content = json.dumps(acme).encode() + b"\nnonsense\n" + json.dumps(other).encode()

    assert places(rejection(existing, content)) == [
        (2, ""),
        (3, "active_provider"),
        (3, "active_provider"),
        (3, "phone_numbers[0].e164"),
        (3, "phone_numbers[1].e164"),
        (3, "phone_numbers[2].e164"),
        (3, "size"),
        (3, "users[0].id"),
        (3, "users[1].disabled"),
        (3, "users[1].id"),
    ]


@pytest.mark.parametrize("bad", ["{}", '{"id": "a", "name": "A", "users": [{"id": "u"}]}'])
def test_the_first_hundred_problems_are_shown_and_all_are_counted(existing: Administration, bad: str) -> None:
    error = rejection(existing, "\n".join([bad] * 251).encode())

    assert len(error.problems) == 100
    assert error.total == (502 if bad == "{}" else 250)
    assert str(error).endswith(f"and {error.total - 100} more")


def test_an_element_that_is_too_long_is_refused(existing: Administration, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.importing.elements.LONGEST", 1 << 20)
    error = rejection(existing, b'[{"id": "' + b"x" * (8 << 20))

    assert error.problems == (Problem(1, "", "this element is longer than 1 MiB; the rest was not read"),)


def test_the_message_lists_every_problem(existing: Administration) -> None:
    error = rejection(existing, b'{"id": "a"}')

    assert str(error) == (
        "Nothing was imported: the file has 1 problem; fix the file and import it again.\n  line 1, name: is missing"
    )

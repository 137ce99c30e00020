"""An export equals the import."""

import io
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import SQLiteAdministration

Json = dict[str, Any]
PROVIDERS = ("sinch", "twilio")
IDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=128)
NAMES = st.text(
    st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]),
    min_size=1,
    max_size=200,
)
NUMBERS = st.from_regex(r"\+[1-9][0-9]{1,14}", fullmatch=True)


@st.composite
def stores(draw: st.DrawFn) -> list[Json]:
    """Draw the elements of a whole store, in the order of an export."""
    organizations: list[Json] = [
        {"id": name, "name": draw(NAMES), "active_provider": None, "accounts": [],
         "phone_numbers": [], "users": []}
        for name in sorted(draw(st.sets(IDS, max_size=4)))
    ]  # fmt: skip
    for organization in organizations:
        providers = draw(st.sets(st.sampled_from(PROVIDERS)))
        organization["accounts"] = [{"provider": provider, "account_id": draw(IDS)} for provider in sorted(providers)]
        organization["active_provider"] = draw(st.sampled_from([None, *sorted(providers)]))
    for number in sorted(draw(st.sets(NUMBERS, max_size=8))) if organizations else ():
        provider = draw(st.sampled_from(PROVIDERS))
        owner = draw(st.sampled_from(organizations))
        owner["phone_numbers"].append({"e164": number, "provider": provider})
    unattached: list[Json] = []
    for user in sorted(draw(st.sets(IDS, max_size=8))):
        record: Json = {"id": user, "disabled": draw(st.booleans())}
        home = draw(st.sampled_from([None, *organizations]))
        if home is None:
            unattached.append(record)
            continue
        numbers = draw(st.permutations(home["phone_numbers"]))
        chosen = {number["provider"]: number["e164"] for number in numbers if draw(st.booleans())}
        home["users"].append({**record, "default_numbers": dict(sorted(chosen.items()))})
    return [*organizations, *([{"id": None, "users": unattached}] if unattached else [])]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stores(), st.sampled_from(["lines", "array", "pretty"]))
def test_export_equals_import(elements: list[Json], form: str) -> None:
    text = {
        "lines": "\n".join(map(json.dumps, elements)) or "[]",
        "array": json.dumps(elements),
        "pretty": json.dumps(elements, indent=2, ensure_ascii=False),
    }[form]
    with (
        tempfile.TemporaryDirectory() as folder,
        SQLiteAdministration(Path(folder, "store.db")) as administration,
    ):
        administration.import_organizations(io.BytesIO(text.encode()))
        exported = list(administration.export_organizations())
        administration.import_organizations(io.BytesIO("\n".join(exported).encode() or b"[]"))
        twice = list(administration.export_organizations())

    assert [json.loads(line) for line in exported] == elements
    assert twice == exported

"""The behaviour of every implementation of the store."""

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from store import (
    ActiveProvider,
    Administration,
    Conflict,
    ImportRejected,
    ImportSummary,
    NumberNotFound,
    OrganizationNotFound,
    OrganizationSummary,
    Provider,
    Reader,
    User,
    UserNotFound,
    UserRecord,
    Writer,
)

Json = dict[str, Any]
FileOf = Callable[..., io.BytesIO]

UNKNOWN = ["", "user_unknown", "USER_ADA", "user_ada ", "\ud800", "user_ada\0", "é", "x" * 1_000_000]


class TestReader:
    def test_finds_a_user(self, reader: Reader) -> None:
        assert asyncio.run(reader.user("user_ada")) == User("user_ada", "org_acme", disabled=False)

    def test_reports_a_disabled_user(self, reader: Reader) -> None:
        assert asyncio.run(reader.user("user_bob")).disabled

    def test_finds_a_user_of_no_organization(self, reader: Reader) -> None:
        assert asyncio.run(reader.user("user_lone")) == User("user_lone", None, disabled=False)

    @pytest.mark.parametrize("user_id", UNKNOWN)
    def test_finds_no_unknown_user(self, reader: Reader, user_id: str) -> None:
        with pytest.raises(UserNotFound):
            asyncio.run(reader.user(user_id))

    @pytest.mark.parametrize("user_id", UNKNOWN)
    def test_finds_no_provider_for_an_unknown_user(self, reader: Reader, user_id: str) -> None:
        with pytest.raises(UserNotFound):
            asyncio.run(reader.active_provider(user_id))

    def test_answers_provider_and_number(self, reader: Reader) -> None:
        answer = asyncio.run(reader.active_provider("user_ada"))

        assert answer == ActiveProvider("sinch", "+14165550100")

    def test_answers_no_number_without_a_default_for_the_provider(self, reader: Reader) -> None:
        assert asyncio.run(reader.active_provider("user_bob")) == ActiveProvider("sinch", None)

    def test_answers_nothing_without_an_active_provider(self, reader: Reader, existing: Administration) -> None:
        existing.activate("org_acme", None)

        assert asyncio.run(reader.active_provider("user_ada")) == ActiveProvider(None, None)

    def test_answers_nothing_without_an_organization(self, reader: Reader) -> None:
        assert asyncio.run(reader.active_provider("user_lone")) == ActiveProvider(None, None)

    def test_sees_a_change_at_once(self, reader: Reader, existing: Administration) -> None:
        before = asyncio.run(reader.active_provider("user_ada"))
        existing.activate("org_acme", "twilio")

        assert before == ActiveProvider("sinch", "+14165550100")
        assert asyncio.run(reader.active_provider("user_ada")) == ActiveProvider("twilio", "+14165550102")

    def test_check_accepts_a_good_store(self, reader: Reader) -> None:
        asyncio.run(reader.check())

    def test_reads_again_after_closing(self, reader: Reader) -> None:
        asyncio.run(reader.user("user_ada"))
        asyncio.run(reader.close())

        assert asyncio.run(reader.user("user_ada")).id == "user_ada"

    def test_closes_twice(self, reader: Reader) -> None:
        asyncio.run(reader.close())
        asyncio.run(reader.close())


class TestWriter:
    def test_activates_a_provider(self, writer: Writer, existing: Administration) -> None:
        asyncio.run(writer.activate("org_acme", "twilio"))

        assert existing.organization("org_acme").active_provider == "twilio"

    def test_clears_the_active_provider(self, writer: Writer, existing: Administration) -> None:
        asyncio.run(writer.activate("org_acme", None))

        assert existing.organization("org_acme").active_provider is None

    def test_assigns_a_default_number(self, writer: Writer, existing: Administration) -> None:
        asyncio.run(writer.assign_number("user_bob", "+14165550101"))

        assert existing.user("user_bob").phone_number == "+14165550101"

    @pytest.mark.parametrize("organization_id", UNKNOWN)
    def test_activates_nothing_for_an_unknown_organization(self, writer: Writer, organization_id: str) -> None:
        with pytest.raises(OrganizationNotFound):
            asyncio.run(writer.activate(organization_id, "sinch"))

    def test_refuses_a_number_of_another_organization(self, writer: Writer) -> None:
        with pytest.raises(Conflict, match="belongs to the organization 'org_acme'"):
            asyncio.run(writer.assign_number("user_lone", "+14165550101"))

    def test_writes_again_after_a_refused_change(self, writer: Writer, existing: Administration) -> None:
        with pytest.raises(NumberNotFound):
            asyncio.run(writer.assign_number("user_bob", "+14165559999"))
        asyncio.run(writer.assign_number("user_bob", "+14165550101"))

        assert existing.user("user_bob").phone_number == "+14165550101"

    def test_writes_again_after_it_was_closed(self, writer: Writer, existing: Administration) -> None:
        async def write() -> None:
            await writer.activate("org_acme", None)
            await writer.close()
            await writer.activate("org_acme", "twilio")
            await writer.close()

        asyncio.run(write())

        assert existing.organization("org_acme").active_provider == "twilio"

    def test_a_reader_sees_each_change_at_once(self, writer: Writer, reader: Reader) -> None:
        async def changes() -> list[Provider | None]:
            async def look() -> None:
                while not done:
                    await reader.active_provider("user_ada")
                    await asyncio.sleep(0)

            done = False
            others = [asyncio.create_task(look()) for _ in range(3)]
            seen = []
            for provider in order:
                await writer.activate("org_acme", provider)
                seen.append((await reader.active_provider("user_ada")).provider)
            done = True
            await asyncio.gather(*others)
            return seen

        order: list[Provider | None] = ["twilio", None, "sinch"] * 20

        assert asyncio.run(changes()) == order

    def test_changes_happen_in_the_order_of_their_calls(self, writer: Writer, existing: Administration) -> None:
        async def write() -> None:
            order: list[Provider | None] = ["twilio", None] * 10
            await asyncio.gather(*(writer.activate("org_acme", provider) for provider in [*order, "sinch"]))

        asyncio.run(write())

        assert existing.organization("org_acme").active_provider == "sinch"


class TestOrganizations:
    def test_lists_none_in_an_empty_store(self, administration: Administration) -> None:
        assert administration.organizations() == []

    def test_lists_organizations_with_counts(self, existing: Administration) -> None:
        expected = OrganizationSummary("org_acme", "Acme", "sinch", 2, 3, 3)

        assert existing.organizations() == [expected]

    def test_shows_an_organization_as_imported(self, existing: Administration, acme: Json) -> None:
        assert existing.organization("org_acme").model_dump() == acme

    @pytest.mark.parametrize("organization_id", ["", "org_unknown", "\ud800", "org_acme\0"])
    def test_shows_no_unknown_one(self, existing: Administration, organization_id: str) -> None:
        with pytest.raises(OrganizationNotFound):
            existing.organization(organization_id)

    @pytest.mark.parametrize("provider", ["twilio", "sinch", None])
    def test_activates_a_provider(self, existing: Administration, provider: Provider | None) -> None:
        existing.activate("org_acme", provider)

        assert existing.organization("org_acme").active_provider == provider

    def test_refuses_a_provider_without_an_account(self, administration: Administration, file_of: FileOf) -> None:
        administration.import_organizations(file_of({"id": "org_bare", "name": "Bare"}))

        with pytest.raises(Conflict, match="no account with twilio"):
            administration.activate("org_bare", "twilio")

    def test_activates_no_provider_for_an_unknown_organization(self, existing: Administration) -> None:
        with pytest.raises(OrganizationNotFound, match="org_unknown"):
            existing.activate("org_unknown", None)


class TestUsers:
    def test_shows_the_record_of_a_user(self, existing: Administration) -> None:
        expected = UserRecord(
            id="user_ada",
            organization_id="org_acme",
            organization_name="Acme",
            disabled=False,
            active_provider="sinch",
            phone_number="+14165550100",
            default_numbers={"sinch": "+14165550100", "twilio": "+14165550102"},
        )

        assert existing.user("user_ada") == expected

    def test_shows_one_of_no_organization(self, existing: Administration) -> None:
        expected = UserRecord("user_lone", None, None, False, None, None, {})

        assert existing.user("user_lone") == expected

    @pytest.mark.parametrize("user_id", UNKNOWN)
    def test_shows_no_unknown_one(self, existing: Administration, user_id: str) -> None:
        with pytest.raises(UserNotFound):
            existing.user(user_id)

    @pytest.mark.parametrize("disabled", [True, False])
    def test_disables_and_enables_a_user(self, existing: Administration, disabled: bool) -> None:
        existing.set_disabled("user_cy", disabled)

        assert existing.user("user_cy").disabled == disabled

    def test_disables_no_unknown_user(self, existing: Administration) -> None:
        with pytest.raises(UserNotFound, match="user_unknown"):
            existing.set_disabled("user_unknown", True)


class TestAssigningNumbers:
    def test_replaces_the_default(self, existing: Administration) -> None:
        existing.assign_number("user_ada", "+14165550101")

        assert existing.user("user_ada").phone_number == "+14165550101"

    def test_keeps_the_default_of_the_other_provider(self, existing: Administration) -> None:
        existing.assign_number("user_ada", "+14165550101")

        assert existing.user("user_ada").default_numbers["twilio"] == "+14165550102"

    def test_sets_a_first_default(self, existing: Administration) -> None:
        existing.assign_number("user_bob", "+14165550102")

        assert existing.user("user_bob").default_numbers == {"twilio": "+14165550102"}

    def test_two_users_can_share_a_number(self, existing: Administration) -> None:
        existing.assign_number("user_bob", "+14165550100")

        assert existing.user("user_bob").phone_number == existing.user("user_ada").phone_number

    def test_refuses_a_number_of_another_organization(self, existing: Administration, file_of: FileOf) -> None:
        existing.import_organizations(file_of({"id": "org_other", "name": "Other", "users": [{"id": "user_other"}]}))

        with pytest.raises(Conflict, match="'org_acme'"):
            existing.assign_number("user_other", "+14165550100")

    def test_refuses_a_number_for_a_user_of_no_organization(self, existing: Administration) -> None:
        with pytest.raises(Conflict, match="user_lone"):
            existing.assign_number("user_lone", "+14165550100")

    @pytest.mark.parametrize("e164", ["+14165550199", "4165550100", "", "\ud800"])
    def test_assigns_no_unknown_number(self, existing: Administration, e164: str) -> None:
        with pytest.raises(NumberNotFound):
            existing.assign_number("user_ada", e164)

    def test_assigns_to_no_unknown_user(self, existing: Administration) -> None:
        with pytest.raises(UserNotFound):
            existing.assign_number("user_unknown", "+14165550100")


class TestImport:
    def test_counts_the_imported_records(self, administration: Administration, acme: Json, file_of: FileOf) -> None:
        lone = {"id": None, "users": [{"id": "user_lone"}]}

        summary = administration.import_organizations(file_of(acme, lone))

        assert summary == ImportSummary(1, 0, accounts=2, phone_numbers=3, users=4)

    def test_counts_the_replaced_organizations(self, existing: Administration, acme: Json, file_of: FileOf) -> None:
        summary = existing.import_organizations(file_of(acme, {"id": "org_b", "name": "B"}))

        assert (summary.organizations, summary.replaced) == (2, 1)

    def test_fills_in_the_defaults(self, administration: Administration, file_of: FileOf) -> None:
        administration.import_organizations(file_of({"id": "org_b", "name": "B", "users": [{"id": "user_b"}]}))

        assert administration.organization("org_b").model_dump() == {
            "id": "org_b",
            "name": "B",
            "active_provider": None,
            "accounts": [],
            "phone_numbers": [],
            "users": [{"id": "user_b", "disabled": False, "default_numbers": {}}],
        }

    @pytest.mark.parametrize("indent", [None, 2])
    def test_reads_an_array(self, administration: Administration, acme: Json, indent: int | None) -> None:
        text = json.dumps([acme, {"id": "org_b", "name": "B"}], indent=indent)

        administration.import_organizations(io.BytesIO(text.encode()))

        assert [one.id for one in administration.organizations()] == ["org_acme", "org_b"]

    def test_reads_an_indented_object(self, existing: Administration, acme: Json) -> None:
        text = existing.organization("org_acme").model_dump_json(indent=2)

        summary = existing.import_organizations(io.BytesIO(text.encode()))

        assert summary.replaced == 1

    @pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\r\n \t"])
    def test_ignores_a_byte_order_mark_or_whitespace_at_the_start(
        self, administration: Administration, acme: Json, file_of: FileOf, mark: bytes
    ) -> None:
        administration.import_organizations(io.BytesIO(mark + file_of(acme).getvalue()))

        assert administration.organization("org_acme").name == "Acme"

    def test_an_empty_array_changes_nothing(self, existing: Administration) -> None:
        before = list(existing.export_organizations())

        existing.import_organizations(io.BytesIO(b"[]"))

        assert list(existing.export_organizations()) == before

    def test_removes_users_that_are_no_longer_listed(
        self, existing: Administration, acme: Json, file_of: FileOf
    ) -> None:
        acme["users"].pop(0)
        existing.import_organizations(file_of(acme))

        with pytest.raises(UserNotFound):
            existing.user("user_ada")

    def test_does_not_change_other_organizations(self, existing: Administration, acme: Json, file_of: FileOf) -> None:
        existing.import_organizations(file_of({"id": "org_b", "name": "B"}))

        assert existing.organization("org_acme").model_dump() == acme

    @pytest.mark.parametrize("order", [1, -1])
    def test_moves_a_user_and_a_number_in_any_order(
        self, existing: Administration, acme: Json, file_of: FileOf, order: int
    ) -> None:
        user, number = acme["users"].pop(0), acme["phone_numbers"].pop(2)
        user["default_numbers"] = {"twilio": number["e164"]}
        new = {"id": "org_new", "name": "New", "phone_numbers": [number], "users": [user]}

        existing.import_organizations(file_of(*[acme, new][::order]))

        assert existing.user("user_ada").organization_id == "org_new"
        assert existing.user("user_ada").default_numbers == {"twilio": "+14165550102"}

    def test_a_user_without_an_organization_can_join_one(self, existing: Administration, file_of: FileOf) -> None:
        joined = {"id": "org_b", "name": "B", "users": [{"id": "user_lone"}]}

        existing.import_organizations(file_of(joined))

        assert existing.user("user_lone").organization_id == "org_b"

    def test_replaces_the_users_of_no_organization(self, existing: Administration, file_of: FileOf) -> None:
        existing.import_organizations(file_of({"id": None, "users": [{"id": "user_two"}]}))

        assert existing.user("user_two").organization_id is None
        with pytest.raises(UserNotFound):
            existing.user("user_lone")

    def test_reports_progress_in_bytes(self, administration: Administration, acme: Json) -> None:
        text = json.dumps([acme]).encode()
        seen: list[int] = []

        administration.import_organizations(io.BytesIO(text), progress=seen.append)

        assert seen[-1] == len(text)

    def test_changes_nothing_if_one_organization_is_invalid(
        self, existing: Administration, acme: Json, file_of: FileOf
    ) -> None:
        before = list(existing.export_organizations())
        acme["name"] = "Changed"

        with pytest.raises(ImportRejected):
            existing.import_organizations(file_of(acme, {"id": "org_b"}))

        assert list(existing.export_organizations()) == before


class TestExport:
    def test_writes_nothing_for_an_empty_store(self, administration: Administration) -> None:
        assert list(administration.export_organizations()) == []

    def test_writes_organizations_by_id_then_users_without_one(self, existing: Administration, file_of: FileOf) -> None:
        existing.import_organizations(file_of({"id": "a", "name": "A"}, {"id": "z", "name": "Z"}))

        ids = [json.loads(line)["id"] for line in existing.export_organizations()]

        assert ids == ["a", "org_acme", "z", None]

    def test_writes_each_organization_on_one_line(self, administration: Administration, file_of: FileOf) -> None:
        administration.import_organizations(file_of({"id": "a", "name": "A\u2028\u0085B"}))

        assert [line.count("\n") for line in administration.export_organizations()] == [0]

    def test_is_a_snapshot(self, existing: Administration, file_of: FileOf) -> None:
        existing.import_organizations(file_of({"id": "z", "name": "Before"}))
        lines = existing.export_organizations()
        first = next(lines)
        existing.import_organizations(file_of({"id": "z", "name": "After"}))

        assert "Before" in [json.loads(line).get("name") for line in [first, *lines]]

"""`tether-relay org`: organizations."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

import click

from scripts.cli.data.database import open_database
from scripts.cli.options import with_settings
from scripts.cli.output import print_fields, print_json, print_table, with_json
from scripts.cli.settings import Settings
from store import Organization, Provider


@click.group()
def org() -> None:
    """List and show organizations, and set their active provider."""


@org.command("list")
@with_json
@with_settings
def list_organizations(settings: Settings, as_json: bool) -> None:
    """List all organizations."""
    with open_database(settings) as store:
        summaries = [asdict(summary) for summary in store.organizations()]
    if as_json:
        print_json(summaries)
    else:
        headers = ["ID", "NAME", "ACTIVE PROVIDER", "ACCOUNTS", "NUMBERS", "USERS"]
        print_table(headers, [tuple(summary.values()) for summary in summaries])


@org.command()
@click.argument("organization_id", metavar="ORG")
@with_json
@with_settings
def show(settings: Settings, organization_id: str, as_json: bool) -> None:
    """Show the organization ORG with its accounts, numbers and users."""
    with open_database(settings) as store:
        organization = store.organization(organization_id)
    if as_json:
        print_json(organization.model_dump())
    else:
        _print_organization(organization)


@org.command()
@click.argument("organization_id", metavar="ORG")
@click.argument("provider", type=click.Choice(["twilio", "sinch", "none"]))
@with_json
@with_settings
def activate(
    settings: Settings, organization_id: str, provider: Literal["twilio", "sinch", "none"], as_json: bool
) -> None:
    """Make PROVIDER the active provider of the organization ORG; `none` for no provider."""
    chosen: Provider | None = None if provider == "none" else provider
    with open_database(settings) as store:
        store.activate(organization_id, chosen)
    if as_json:
        print_json({"id": organization_id, "active_provider": chosen})
    else:
        click.echo(f"{organization_id}: the active provider is now {provider}")


def _print_organization(organization: Organization) -> None:
    print_fields({"id": organization.id, "name": organization.name, "active provider": organization.active_provider})
    click.echo()
    print_table(["PROVIDER", "ACCOUNT"], [(account.provider, account.account_id) for account in organization.accounts])
    click.echo()
    print_table(["NUMBER", "PROVIDER"], [(number.e164, number.provider) for number in organization.phone_numbers])
    click.echo()
    print_table(
        ["USER", "DISABLED", "DEFAULT SINCH", "DEFAULT TWILIO"],
        [
            (user.id, user.disabled, user.default_numbers.get("sinch"), user.default_numbers.get("twilio"))
            for user in organization.users
        ],
    )

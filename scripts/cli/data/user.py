"""`tether-relay user`: users."""

from __future__ import annotations

from dataclasses import asdict

import click

from scripts.cli.data.database import open_database
from scripts.cli.options import with_settings
from scripts.cli.output import print_fields, print_json, with_json
from scripts.cli.settings import Settings
from store import UserRecord


@click.group()
def user() -> None:
    """Show, disable and enable users."""


@user.command()
@click.argument("user_id", metavar="USER")
@with_json
@with_settings
def show(settings: Settings, user_id: str, as_json: bool) -> None:
    """Show the user USER, with the provider and number that the server answers."""
    with open_database(settings) as store:
        print_user(store.user(user_id), as_json)


@user.command()
@click.argument("user_id", metavar="USER")
@with_json
@with_settings
def disable(settings: Settings, user_id: str, as_json: bool) -> None:
    """Refuse all requests of the user USER from now on, even with a valid token."""
    _set_disabled(settings, user_id, True, as_json)


@user.command()
@click.argument("user_id", metavar="USER")
@with_json
@with_settings
def enable(settings: Settings, user_id: str, as_json: bool) -> None:
    """Accept requests of the user USER again."""
    _set_disabled(settings, user_id, False, as_json)


def print_user(record: UserRecord, as_json: bool) -> None:
    """Print a user, as JSON or as fields."""
    if as_json:
        print_json(asdict(record))
        return
    print_fields(
        {
            "id": record.id,
            "organization": record.organization_id and f"{record.organization_id} ({record.organization_name})",
            "disabled": record.disabled,
            "default number, sinch": record.default_numbers.get("sinch"),
            "default number, twilio": record.default_numbers.get("twilio"),
            "answered provider": record.active_provider,
            "answered number": record.phone_number,
        }
    )


def _set_disabled(settings: Settings, user_id: str, disabled: bool, as_json: bool) -> None:
    with open_database(settings) as store:
        store.set_disabled(user_id, disabled)
    if as_json:
        print_json({"id": user_id, "disabled": disabled})
    else:
        click.echo(f"{user_id} is now {'disabled' if disabled else 'enabled'}")

"""`tether-relay number`: phone numbers."""

from __future__ import annotations

import click

from scripts.cli.data.database import open_database
from scripts.cli.data.user import print_user
from scripts.cli.options import with_settings
from scripts.cli.output import with_json
from scripts.cli.settings import Settings


@click.group()
def number() -> None:
    """Assign phone numbers to users."""


@number.command()
@click.argument("user_id", metavar="USER")
@click.argument("e164", metavar="E164")
@with_json
@with_settings
def assign(settings: Settings, user_id: str, e164: str, as_json: bool) -> None:
    """Make E164, a number of the user's organization, the default number of USER for its provider."""
    with open_database(settings) as store:
        store.assign_number(user_id, e164)
        print_user(store.user(user_id), as_json)

"""`tether-relay token`: tokens for development."""

from __future__ import annotations

import re
import time
from typing import Final

import click

from handlers.authentication.tokens import sign_token
from scripts.cli.options import with_settings
from scripts.cli.serve.keys import signing_key, token_rules
from scripts.cli.settings import Settings

# A hundred years: the times in a token end with the year 9999.
_LONGEST: Final = 36_500 * 86_400
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Duration(click.ParamType[int]):
    """A number with a unit, as in ``90s``, ``15m``, ``1h``, ``7d``; in seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seconds in `value`."""
        match = re.fullmatch(r"([1-9][0-9]{0,8})([smhd])", str(value))
        seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
        if not 0 < seconds <= _LONGEST:
            self.fail(f"{value!r} is not a duration up to 36500d; write, for example, 90s, 15m, 1h or 7d", param, ctx)
        return seconds


@click.command()
@click.argument("user_id", metavar="USER")
@click.option("--ttl", type=Duration(), default="1h", show_default=True, help="Lifetime: 90s, 15m, 1h, 7d.")
@click.option(
    "--organization", metavar="ORGANIZATION", help="The user's organization, if TETHER_RELAY_JWT_ORG_CLAIM is set."
)
@with_settings
def token(settings: Settings, user_id: str, ttl: int, organization: str | None) -> None:
    """Print a token for the user USER, signed with the configured secret."""
    key, rules = signing_key(settings), token_rules(settings)
    if organization is not None and rules.organization_claim is None:
        raise click.UsageError("--organization: set TETHER_RELAY_JWT_ORG_CLAIM, the claim for the organization")
    if rules.max_lifetime is not None and ttl > rules.max_lifetime:
        raise click.UsageError(
            f"--ttl: the longest lifetime is {rules.max_lifetime:g}s (TETHER_RELAY_JWT_MAX_LIFETIME)"
        )
    try:
        signed = sign_token(user_id, key, rules, ttl=ttl, now=time.time(), organization_id=organization)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="USER") from None
    click.echo(signed)

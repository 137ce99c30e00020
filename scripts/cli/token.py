"""`tether-relay token`: tokens for development."""

from __future__ import annotations

import re
import time
from typing import Final

import click

from handlers.keys import KeyUnusable
from handlers.tokens import sign_token
from scripts.cli.options import with_settings
from scripts.cli.settings import Settings
from scripts.cli.wiring import token_rules, verification_key

# A hundred years: times in tokens end with the year 9999.
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
            self.fail(f"{value!r} is no duration up to 36500d; write 90s, 15m, 1h or 7d", param, ctx)
        return seconds


@click.command()
@click.argument("user_id", metavar="USER")
@click.option("--ttl", type=Duration(), default="1h", show_default=True, help="How long it is good: 90s, 15m, 1h, 7d.")
@with_settings
def token(settings: Settings, user_id: str, ttl: int) -> None:
    """Print a token for the user USER, signed with the configured secret."""
    key = verification_key(settings)
    try:
        click.echo(sign_token(user_id, key, token_rules(settings), ttl=ttl, now=time.time()))
    except ValueError as error:
        if not isinstance(key.key, bytes):
            raise KeyUnusable(f"TETHER_RELAY_JWT_PUBLIC_KEY_FILE: {error}") from None
        raise click.BadParameter(str(error), param_hint="USER") from None

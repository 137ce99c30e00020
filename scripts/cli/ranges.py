"""Types of numeric options."""

from __future__ import annotations

import click


class Whole(click.IntRange):
    """A whole number between bounds; error messages call it `integer`, not `integer range`."""

    name = "integer"

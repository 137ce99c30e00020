"""Numbers that options take."""

from __future__ import annotations

import click


class Whole(click.IntRange):
    """A whole number between bounds; what is none is told by a name that people know, which `integer range` is not."""

    name = "integer"

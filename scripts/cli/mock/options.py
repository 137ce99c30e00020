"""What `tether-relay mock` and its subcommand `export` have in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from openapi.contract import PUBLISHED
from openapi.mock.settings import Envelope

examples_option: Final = click.option(
    "--examples",
    type=click.Choice(["strict", "lenient", "always"]),
    default="lenient",
    show_default=True,
    help="Of examples that break their schemas, send none; the nearly right ones, and what fits of others; or all.",
)


def envelope_of(sources: Mapping[str, Path]) -> Envelope | None:
    """The form of errors that no contract declares: that of the Tether API if only its contract is mocked."""
    if set(sources.values()) != {PUBLISHED}:
        return None
    # Imported here because the handlers of the server take time to import.
    from handlers.envelope import envelope

    return envelope

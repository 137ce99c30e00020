"""The demo: a database with a few organizations, and a secret."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from scripts.cli.serve.keys import has_key_source
from scripts.cli.settings import Settings, SettingsError

DEMO_FOLDER: Final = Path(".demo")
DEMO_DATA: Final = Path(__file__).with_name("demo.json")
DEMO_USER: Final = "user_ada"
DEMO_ORGANIZATION: Final = "org_acme"


def demo_settings(settings: Settings) -> Settings:
    """`settings` with defaults for the demo: a database in ``.demo/``, and a random secret in a file next to it that
    only its owner can read. SettingsError if one of them cannot be created."""
    if "database" not in settings.model_fields_set:
        settings = settings.model_copy(update={"database": DEMO_FOLDER / "relay.db"})
    folder = settings.database.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"the demo's folder {folder} cannot be created: {error.strerror}") from None
    if not has_key_source(settings):
        secret = SecretStr(_secret(secret_file(settings)))
        settings = settings.model_copy(update={"jwt_secret": secret})
    return settings


def secret_file(settings: Settings) -> Path:
    """The file with the demo's secret."""
    return settings.database.with_name(settings.database.name + ".jwt-secret")


def fill_demo(settings: Settings) -> bool:
    """Import the demo's organizations if the database is empty or missing; return whether it was."""
    from store import SQLiteAdministration

    with SQLiteAdministration(settings.database) as store:
        if store.organizations():
            return False
        with DEMO_DATA.open("rb") as stream:
            store.import_organizations(stream)
        return True


def _secret(path: Path) -> str:
    """The secret in `path`, created if it is missing; processes that start at the same time use the same one."""
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the demo's secret {path} cannot be read or written: {error}") from None


def _make_secret(path: Path) -> None:
    # Written under another name first, so that no process reads a part of it. `mkstemp` sets the mode 0600.
    descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(32))
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)

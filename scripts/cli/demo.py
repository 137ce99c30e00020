"""The demo: a database with a few organizations, and a secret of its own."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from scripts.cli.settings import Settings, SettingsError

DEMO_FOLDER: Final = Path(".demo")
DEMO_DATA: Final = Path(__file__).with_name("demo.json")
DEMO_USER: Final = "user_ada"


def demo_settings(settings: Settings) -> Settings:
    """`settings` with what the demo needs where nothing is set: a database in ``.demo/``, and a random secret in a
    file beside it that only its owner can read."""
    if "database" not in settings.model_fields_set:
        DEMO_FOLDER.mkdir(mode=0o700, exist_ok=True)
        settings = settings.model_copy(update={"database": DEMO_FOLDER / "relay.db"})
    if settings.jwt_secret is None and settings.jwt_public_key_file is None:
        secret = SecretStr(_secret(secret_file(settings)))
        settings = settings.model_copy(update={"jwt_secret": secret})
    return settings


def secret_file(settings: Settings) -> Path:
    """Where the demo keeps its secret."""
    return settings.database.with_name(settings.database.name + ".jwt-secret")


def fill_demo(settings: Settings) -> bool:
    """Put the demo's organizations into an empty database, creating it; whether it was empty."""
    from store import SQLiteAdministration

    with SQLiteAdministration(settings.database) as store:
        if store.organizations():
            return False
        with DEMO_DATA.open("rb") as stream:
            store.import_organizations(stream)
        return True


def _secret(path: Path) -> str:
    """The secret in `path`, made when there is none; several processes at once agree on one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            # Written whole under another name first: nobody ever reads half a secret.
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(32))
            try:
                os.link(draft, path)
            finally:
                draft.unlink()
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the demo's secret {path} cannot be kept: {error}") from None

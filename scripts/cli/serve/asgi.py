"""The ASGI factory, for servers other than our own: ``uvicorn --factory scripts.cli.serve.asgi:create_app``."""

from __future__ import annotations

from starlette.types import ASGIApp

from scripts.cli.serve.wiring import Hooks, build_server, open_tracing
from scripts.cli.settings import read_settings
from scripts.cli.telemetry.logs import configure_logging, request_log


def create_app() -> ASGIApp:
    """The application for the settings in the environment (docs/settings.md), and the logging of its process.

    It raises what `tether-relay serve` would print: SettingsError, KeyUnusable, ContractError, BindingError,
    Refused. The database must exist; `tether-relay data import` makes it.
    """
    settings = read_settings()
    configure_logging(settings)
    return build_server(settings, Hooks([request_log(settings)], tracing=open_tracing(settings)))

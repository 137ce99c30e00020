"""The ASGI factory, for other ASGI servers: ``uvicorn --factory scripts.cli.serve.asgi:create_app``."""

from __future__ import annotations

import logging

from starlette.types import ASGIApp

from openapi.contract import load_contract
from openapi.engine.statuses import undeclared_warnings
from scripts.cli.serve.wiring import Hooks, build_server, open_tracing
from scripts.cli.settings import read_settings
from scripts.cli.telemetry.logs import configure_logging, request_log


def create_app() -> ASGIApp:
    """Build the application from the settings in the environment (docs/settings.md), and configure the logging of the
    process.

    SettingsError, KeyUnusable, ContractError, BindingError or Refused if it cannot be built. The database must exist
    before the first request; `tether-relay data import` creates it.
    """
    settings = read_settings()
    configure_logging(settings)
    for warning in undeclared_warnings(load_contract().operations):
        logging.getLogger(__name__).warning("%s", warning)
    return build_server(settings, Hooks([request_log(settings)], tracing=open_tracing(settings)))

"""`tether-relay serve`: the server, run by granian."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer
from starlette.types import ASGIApp

from handlers.authentication.tokens import sign_token
from openapi.contract import load_contract
from openapi.engine.statuses import undeclared_warnings
from openapi.http.heads import MAX_HEADERS
from scripts.cli.addresses import free_address
from scripts.cli.data.database import require_database
from scripts.cli.data.demo import DEMO_ORGANIZATION, DEMO_USER, fill_demo, secret_file
from scripts.cli.failures import Refused
from scripts.cli.options import settings_for
from scripts.cli.serve.draining import Draining
from scripts.cli.serve.keys import signing_key, token_rules
from scripts.cli.serve.projects import Project, build_project, project_of
from scripts.cli.serve.respawns import Respawns
from scripts.cli.serve.wiring import NO_HOOKS, Hooks, build_server, open_tracing, public_operations
from scripts.cli.settings import Settings
from scripts.cli.telemetry.logs import log_config, request_log, with_log_key
from store import migrate, sqlite_warning

if sys.platform != "win32":
    import resource

# Milliseconds for all headers of a request to arrive.
HEADER_TIMEOUT: Final = 10_000
# Connections that a worker keeps open, and the other files that it needs. Further connections wait to be accepted
# until one of these ends. This many connections with headers of the maximum size take half a gigabyte.
MAX_CONNECTIONS: Final = 8192
OTHER_FILES: Final = 256
# Seconds after SIGTERM for requests in flight to finish, and, on SIGHUP, from the start of a new worker to the end of
# the old one.
STOP_TIMEOUT: Final = 20
RELOAD_INTERVAL: Final = 0.2

_DEMO_TOKEN_TTL: Final = 8 * 3600


@click.command()
@click.option("--host", help="The address to listen on. [TETHER_RELAY_HOST; 127.0.0.1]")
@click.option("--port", type=int, help="The port to listen on. [TETHER_RELAY_PORT; 2212]")
@click.option("--workers", type=int, help="The number of worker processes. [TETHER_RELAY_WORKERS; 1]")
@click.option(
    "--database", type=click.Path(path_type=Path, readable=False), help="The SQLite file. [TETHER_RELAY_DATABASE]"
)
@click.option(
    "--metrics-port", type=int, help="The port of /metrics; not served if not set. [TETHER_RELAY_METRICS_PORT]"
)
@click.option(
    "--log-level",
    help="The lowest level that is logged: debug, info, warning, error or critical. [TETHER_RELAY_LOG_LEVEL; info]",
)
@click.option("--log-format", help="json, text, or auto: text in a terminal, otherwise json. [auto]")
@click.option(
    "--allow-public", is_flag=True, default=None, help="Serve all operations that the contract declares public."
)
@click.option("--documents/--no-documents", default=None, help="Serve /docs, /openapi.yaml and /openapi.json. [on]")
@click.option("--health/--no-health", default=None, help="Serve /livez and /readyz. [on]")
@click.option("--contract", type=click.Path(path_type=Path), help="Serve this contract instead; needs --handlers.")
@click.option("--handlers", metavar="PACKAGE", help="The package with a coroutine for each operation of --contract.")
@click.option("--overlay", type=click.Path(path_type=Path), help="An overlay of --contract that answers must satisfy.")
@click.option("--demo", is_flag=True, help="Serve demo data with a generated secret, and print a request to try.")
def serve(
    database: Path | None,
    demo: bool,
    contract: Path | None,
    handlers: str | None,
    overlay: Path | None,
    **options: Any,
) -> None:
    """Serve the API from the database, or a contract of your own with its handlers."""
    project = project_of(contract, handlers, overlay)
    if project is not None and demo:
        raise Refused("--demo has data for the Tether API only; set TETHER_RELAY_JWT_SECRET instead")
    settings = with_log_key(settings_for(database, demo, **options))
    prepare(settings, demo, project)
    server = make_server(settings, free_address(settings.host, settings.port))
    server.on_startup(partial(announce, settings, demo, project))
    if os.name == "posix":
        keep_signals_over_fork()
    with exporting_metrics(settings) as figures:
        server.serve(target_loader=partial(load_worker, settings, figures, project), wrap_loader=False)


@contextmanager
def exporting_metrics(settings: Settings) -> Iterator[Path | None]:
    """Serve metrics during the block, if the settings name a port; yield the folder that workers count in.

    Refused on Windows.
    """
    if settings.metrics_port is None:
        yield None
    elif sys.platform == "win32":
        raise Refused("metrics are available only on Linux and macOS; leave out --metrics-port")
    else:
        from scripts.cli.telemetry.metrics.exporter import exporting

        with exporting(settings.metrics_host, settings.metrics_port, settings.metrics_allowed_hosts) as folder:
            yield folder


def make_server(settings: Settings, address: str) -> AbstractServer[Any]:
    """The server, not yet started: a process that listens on an IP address and manages the workers."""
    server = Granian(
        "tether-relay",
        address=address,
        port=settings.port,
        workers=settings.workers,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop if os.name == "posix" else Loops.asyncio,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=connection_limit(),
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT, max_buffer_size=MAX_HEADERS),
        log_level=LogLevels(settings.log_level),
        log_dictconfig=log_config(settings),
        respawn_failed_workers=True,
        respawn_interval=RELOAD_INTERVAL,
        workers_kill_timeout=STOP_TIMEOUT,
    )
    server.respawned_wrks = Respawns()
    return server


def connection_limit() -> int:
    """The most connections that a worker keeps open: as many as its limit of open files allows, up to
    `MAX_CONNECTIONS`.

    A worker that has no file left for the next connection would retry to accept it without a pause.
    """
    if sys.platform == "win32":
        return MAX_CONNECTIONS
    # Importing granian has raised the soft limit to the hard limit.
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if files == resource.RLIM_INFINITY else max(1, min(files - OTHER_FILES, MAX_CONNECTIONS))


def load_worker(settings: Settings, figures: Path | None = None, project: Project | None = None) -> ASGIApp:
    """The application of one worker process, which counts in the folder `figures`."""
    logging.captureWarnings(True)
    hooks = replace(worker_hooks(settings, figures), tracing=open_tracing(settings))
    return Draining(application(settings, project, hooks), settings.port)


def application(settings: Settings, project: Project | None, hooks: Hooks = NO_HOOKS) -> ASGIApp:
    """The application of a project, or of the Tether API. Raises the errors of `build_project` or `build_server`."""
    return build_server(settings, hooks) if project is None else build_project(settings, project, hooks)


def worker_hooks(settings: Settings, figures: Path | None) -> Hooks:
    """The hooks of a worker: the log, and the metrics if there is a folder for them."""
    log = request_log(settings)
    if figures is None:
        return Hooks([log])
    from scripts.cli.telemetry.metrics.recorder import Recorder

    try:
        recorder = Recorder(figures)
    except OSError as error:
        # A worker without metrics can still answer.
        logging.getLogger(__name__).error("this worker records no metrics: %s", error)
        return Hooks([log])
    return Hooks([log, recorder.request], recorder.store_read, recorder.remembered, recorder.keys_read)


def keep_signals_over_fork() -> None:
    """Make sure that a worker stops if the signal arrives during its start.

    A forked worker has the handlers of its parent until granian sets the worker's own, and would ignore the one SIGTERM
    that it gets.
    """
    stop = {signal.SIGINT, signal.SIGTERM}

    parent = os.getpid()

    def in_worker() -> None:
        end_with(parent)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Ctrl-C reaches the parent too, which then stops its workers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stop)

    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, stop),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, stop),
        after_in_child=in_worker,
    )


def end_with(parent: int) -> None:
    """End this process when `parent` ends, even by SIGKILL: a worker without a parent would keep the port (prctl(2),
    PR_SET_PDEATHSIG; only on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(0)


def prepare(settings: Settings, demo: bool, project: Project | None = None) -> None:
    """Check that the server can start, and migrate its database; a project has none.

    Refused without a database, and all errors of `application` and `migrate`.
    """
    if project is None and (warning := sqlite_warning()) is not None:
        click.echo(f"tether-relay: warning: {warning}", err=True)
    # The parent builds what each worker builds later, so that an error is printed once and ends the start.
    application(settings, project)
    if (tracing := open_tracing(settings)) is not None:
        tracing.stop()
    if project is not None:
        return
    if demo:
        fill_demo(settings)
    require_database(settings.database)
    migrate(settings.database)


def announce(settings: Settings, demo: bool, project: Project | None = None) -> None:
    """Print the addresses of the server and, for the demo, a request to try."""
    address = f"http://[{settings.host}]" if ":" in settings.host else f"http://{settings.host}"
    url = f"{address}:{settings.port}"
    contract, source = (load_contract(), settings.database) if project is None else (project.load(), project.contract)
    click.echo(f"tether-relay serves {len(contract.operations)} operation(s) on {url} from {source}")
    for operation in public_operations(contract):
        click.echo(f"  public, without authentication: {operation.operation_id}")
    for warning in undeclared_warnings(contract.operations):
        click.echo(f"tether-relay: warning: {warning}", err=True)
    if settings.documents:
        click.echo(f"  documentation: {url}/docs")
    if demo:
        announce_demo(settings, url)


def announce_demo(settings: Settings, url: str) -> None:
    """Print a request for pasting into a shell, and the file of the demo's secret."""
    if secret_file(settings).exists():
        click.echo(f"  the demo's random secret is in {secret_file(settings)}")
    if settings.jwt_secret is not None:
        key, rules = signing_key(settings), token_rules(settings)
        ttl = min(_DEMO_TOKEN_TTL, rules.max_lifetime or _DEMO_TOKEN_TTL)
        token = sign_token(DEMO_USER, key, rules, ttl=ttl, now=time.time(), organization_id=DEMO_ORGANIZATION)
        click.echo(f"\nTry it:\n\n  curl -i -H 'Authorization: Bearer {token}' {url}/api/calls/providers\n")

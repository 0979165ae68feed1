"""Serves: prepares the database, then runs the worker processes until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from banyan.app.build import migrate_database, open_database
from banyan.app.furnish import check_outside
from banyan.app.log import set_up_logging
from banyan.app.planting import plant_demo
from banyan.app.secret_key import read_secret_key
from banyan.app.settings import Settings, render_environment
from banyan.base.errors import Trouble
from banyan.doors.http.metrics import FOLDER_VARIABLE

WORKER = "banyan.app.worker:create_app"
"""What makes the application of a worker process."""

_backlog = 1024
_stop_wait_s = 15
_head_wait_ms = 10_000
"""How long the head of a request may take to arrive, and a connection may rest between two: a stop
waits for whoever has begun a request, and must be over before it is cut short."""
_port_wait_s = 5.0
_port_poll_s = 0.1


def serve(
    settings: Settings,
    on_prepared: Callable[[], None] = lambda: None,
    report: Callable[[str], None] = lambda _what: None,
) -> None:
    """Serve until SIGTERM or SIGINT; calls under way are finished first.

    `on_prepared` is called when the tables are up to date, before the workers start; `report`
    hears how the demo town grows, if it is wanted.
    Raises Invalid, Refusal or Trouble when it cannot start.
    """
    check_outside(settings)
    wait_for_port(settings, report)
    read_secret_key(settings)
    set_up_logging(settings.log)
    with _metrics_folder(settings), asyncio.Runner() as runner:
        loading = threading.Thread(target=_load_worker)
        loading.start()
        # We hold the embedded server as long as we live, so that it outlasts each worker.
        opening = open_database(settings)
        database = runner.run(opening.__aenter__())
        try:
            runner.run(migrate_database(database.dsn))
            if settings.demo:
                runner.run(plant_demo(settings, report))
            loading.join()
            on_prepared()
            _run_workers(settings)
        finally:
            runner.run(opening.__aexit__(None, None, None))


def wait_for_port(settings: Settings, report: Callable[[str], None]) -> None:
    """Return when the port is free: workers whose parent was killed give it up in moments.

    Raises Trouble `serve.port_taken` if it is still taken then.
    """
    deadline = time.monotonic() + _port_wait_s
    is_told = False
    while True:
        try:
            return check_port_free(settings)
        except Trouble:
            if time.monotonic() > deadline:
                raise
        if not is_told:
            report(f"Waiting for port {settings.port} …")
            is_told = True
        time.sleep(_port_poll_s)


def check_port_free(settings: Settings) -> None:
    """Raise Trouble `serve.port_taken`: workers share a port, so two servers could as well."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Trouble(
                "serve.port_taken", host=settings.host, port=settings.port, why=str(error)
            ) from None


def _load_worker() -> None:
    """Have in memory what workers run, while the database starts: if forked, they share it."""
    import banyan.app.worker  # noqa: F401
    from banyan.app.web import read_pages

    read_pages()


@contextmanager
def _metrics_folder(settings: Settings) -> Iterator[None]:
    """Let several workers add up their figures in files, which end with the server.

    To be entered before the workers' modules are loaded: the library of figures looks only once.
    """
    if settings.workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="banyan-metrics-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        yield


def _run_workers(settings: Settings) -> None:
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    # The workers read their settings as any process does.
    os.environ |= render_environment(settings)
    server = Granian(
        WORKER,
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=settings.workers,
        backlog=_backlog,
        http1_settings=HTTP1Settings(header_read_timeout=_head_wait_ms),
        respawn_failed_workers=True,
        workers_kill_timeout=_stop_wait_s,
        log_level=LogLevels.warning,
    )
    server.serve()

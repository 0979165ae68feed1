"""A serving process for benchmarks that measure over HTTP: started apart, as in earnest."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from banyan.app.settings import Settings, render_environment
from banyan.base.errors import Trouble
from banyan.base.secret import Secret

SECRET_KEY = Secret("the key of a benchmark, for as long as it runs")
"""The servers' own; whoever prepares sealed data for one needs it."""
NOTHING: Mapping[str, str] = MappingProxyType({})
_START_WAIT_S = 30.0
_POLL_S = 0.1
_TAIL_BYTES = 2_000


class Served(NamedTuple):
    """Where a server is reached, and which process it is."""

    host: str
    port: int
    pid: int


@asynccontextmanager
async def serving(
    dsn: str,
    *,
    workers: int = 1,
    callbacks_private: bool = False,
    program: Sequence[str] = (),
    environment: Mapping[str, str] = NOTHING,
) -> AsyncIterator[Served]:
    """A server on that database with its ordinary settings, access log included.

    `program` are the arguments of Python for a server that is not `banyan serve`.

    Raises Trouble `bench.server_failed` if it does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        settings = Settings(
            port=_free_port(),
            data=Path(folder),
            database_url=Secret(dsn),
            secret_key=SECRET_KEY,
            workers=workers,
            callbacks_private=callbacks_private,
        )
        log = Path(folder) / "log"
        served = (str(Path(sys.executable).with_name("banyan")), "serve")
        command = (sys.executable, *program) if program else served
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=os.environ | environment | render_environment(settings),
                stdout=output,
                stderr=output,
            )
        try:
            await _wait_until_up(process, settings, log)
            yield Served(settings.host, settings.port, process.pid)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def _wait_until_up(
    process: asyncio.subprocess.Process, settings: Settings, log: Path
) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _START_WAIT_S
    while process.returncode is None and loop.time() < deadline:
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(_POLL_S)
        else:
            writer.close()
            return
    told = await asyncio.to_thread(log.read_text, errors="replace")
    raise Trouble("bench.server_failed", log=told[-_TAIL_BYTES:])

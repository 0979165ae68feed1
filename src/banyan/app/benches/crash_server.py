"""A real server that can be killed: its whole process group, its PostgreSQL, or both."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from banyan.app.settings import Settings, render_environment
from banyan.base.db.cluster import Cluster
from banyan.base.db.home import find_home
from banyan.base.errors import Trouble

_START_WAIT_S = 120.0
_POLL_S = 0.05
_TAIL_BYTES = 3_000


class Server:
    """`banyan serve` on a data folder, in a process group of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> float:
        """Start it; return how many seconds it took until it does business.

        Raises Trouble `bench.server_failed` if it does not come up.
        """
        began = time.perf_counter()
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                str(Path(sys.executable).with_name("banyan")),
                "serve",
                env=os.environ | render_environment(self.settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        await self.wait_until_ready()
        return time.perf_counter() - began

    async def wait_until_ready(self) -> None:
        """Return when it says that it can do business. Raises Trouble `bench.server_failed`."""
        assert self._process is not None
        deadline = time.perf_counter() + _START_WAIT_S
        while time.perf_counter() < deadline and self._process.returncode is None:
            if await self._is_ready():
                return
            await asyncio.sleep(_POLL_S)
        raise Trouble("bench.server_failed", log=self.said()[-_TAIL_BYTES:])

    async def kill(self) -> None:
        """End every process of its group at once, as the kernel does when memory runs out."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def kill_database(self) -> int:
        """End every process of its PostgreSQL at once; return how many there were."""
        processes = await asyncio.to_thread(Cluster(find_home(self.settings.data)).processes)
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return len(processes)

    async def stop(self) -> None:
        """Ask it to end in order."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    def said(self) -> str:
        """Its log."""
        return self._log.read_text(errors="replace")

    @property
    def _log(self) -> Path:
        return self.settings.data / "crash.log"

    async def _is_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection(self.settings.host, self.settings.port)
        except OSError:
            return False
        try:
            writer.write(b"GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            async with asyncio.timeout(5):
                return b" 200 " in await reader.readline()
        except (OSError, TimeoutError):
            return False
        finally:
            writer.close()

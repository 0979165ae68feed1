"""Helpers that run a function in a process of its own, as another user, or to be killed."""

import os
import pickle
import signal
import subprocess
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from banyan.base.db import EmbeddedServer

small = {"shared_buffers": "32MB"}


def query(server: EmbeddedServer, sql: str) -> str:
    """Run SQL with psql, as an operator would."""
    command = [str(server.binary("psql")), server.dsn, "-XAtq", "-c", sql]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def postmaster(data: Path) -> int:
    """Return the process id of the server of a data folder."""
    return int((data / "postgresql/cluster/postmaster.pid").read_text().split()[0])


def kill_server(server: EmbeddedServer, data: Path) -> None:
    """Kill the server's first process and return when its socket is deaf."""
    os.kill(postmaster(data), signal.SIGKILL)
    while server.is_running():
        time.sleep(0.005)


class Child:
    """A forked process that runs a function; its result or failure comes through a pipe."""

    def __init__(self, function: Callable[[], Any], uid: int | None = None) -> None:
        self._result, ours = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            self._run(function, uid, ours)
        os.close(ours)

    @staticmethod
    def _run(function: Callable[[], Any], uid: int | None, pipe: int) -> None:
        try:
            if uid is not None:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)
            outcome: tuple[Any, str | None] = (function(), None)
        except BaseException as error:  # noqa: BLE001 - it is raised in the parent
            outcome = (None, f"{error!r}\n{traceback.format_exc()}")
        os.write(pipe, pickle.dumps(outcome))
        os._exit(0)

    def wait(self) -> Any:  # noqa: ANN401 - whatever the function returned
        """Return what the function returned; fail with what it raised."""
        with os.fdopen(self._result, "rb") as pipe:
            content = pipe.read()
        os.waitpid(self.process, 0)
        result, failure = pickle.loads(content)
        assert failure is None, failure
        return result

    def kill(self) -> None:
        """End it at once, wherever it is."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._result)

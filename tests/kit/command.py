"""Runs `banyan` as an operator does: a process of its own, with the environment it is given."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import httpx

from banyan.app.cli import App
from banyan.doors.cli import run_commands

_run = "from banyan.app.cli import main; main()"
_wait_s = 120
_stop_s = 90


def run_banyan(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, inside this process: a new one would spend its time on imports."""
    said, complained = io.StringIO(), io.StringIO()

    def run() -> int:
        with redirect_stdout(said), redirect_stderr(complained):
            try:
                run_commands(App(), arguments)
            except SystemExit as ended:
                return int(ended.code or 0)
        raise AssertionError("a command ends with a code")

    # A command has an event loop of its own, and the tests' loop is not to know of it.
    with ThreadPoolExecutor(1) as thread:
        code = thread.submit(run).result(_wait_s)
    return subprocess.CompletedProcess(arguments, code, said.getvalue(), complained.getvalue())


def start_banyan(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a process of its own with the environment it is given."""
    return subprocess.run(
        [sys.executable, "-c", _run, *arguments],
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_wait_s,
        check=False,
    )


def _environment(given: Mapping[str, str] | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANYAN_")}
    return kept | {"TERM": "dumb", "COLUMNS": "100", "BANYAN_LOG": "json"} | dict(given or {})


def free_port() -> int:
    """A port that nobody listens at right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Served:
    """A serving `banyan`, as its operator and its callers see it."""

    def __init__(self, process: subprocess.Popen[str], port: int, folder: Path) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self._folder = folder

    @property
    def said(self) -> str:
        """What it wrote to standard output."""
        return (self._folder / "out").read_text()

    @property
    def complained(self) -> str:
        """What it wrote to standard error: its log."""
        return (self._folder / "err").read_text()

    def is_ready(self) -> bool:
        """Whether it can do business."""
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def wait_until_ready(self) -> None:
        """Return as soon as it can do business; raise AssertionError with its log if it ends."""
        deadline = time.monotonic() + _wait_s
        while not self.is_ready():
            assert self.process.poll() is None, self.complained
            assert time.monotonic() < deadline, self.complained
            time.sleep(0.05)

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [
            int(child)
            for child in children.split()
            if b"postgres" not in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    def stop(self) -> int:
        """Ask it to end as a supervisor does; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_stop_s)


@contextmanager
def serving(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Served]:
    """A `banyan serve` that is ready, by default on a free port; it is stopped at the end."""
    port = port or free_port()
    command = ("serve", "--port", str(port), *arguments)
    with begin_banyan(folder, *command, environment=environment) as process:
        served = Served(process, port, folder)
        served.wait_until_ready()
        yield served


@contextmanager
def begin_banyan(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A command that has just begun; what it says goes to files, and it is stopped at the end."""
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-c", _run, *arguments],
            env=_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(_stop_s)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

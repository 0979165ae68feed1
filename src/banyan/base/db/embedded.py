"""Starts, shares and stops the PostgreSQL server that Banyan brings along."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import quote
from weakref import WeakSet

from banyan.base.db import binaries
from banyan.base.db.cluster import Cluster
from banyan.base.db.creating import ROLE
from banyan.base.db.home import find_home
from banyan.base.errors import Trouble

_start_wait_s = 300
_gate_wait_s = 600
_stop_wait_s = 60
_orphans_wait_s = 5
_poll_s = 0.01
_no_settings: Mapping[str, str] = MappingProxyType({})


class EmbeddedServer:
    """One process's use of the server of a data folder.

    Any number of processes may use the same folder. The first one starts the server, the last one
    to leave stops it. Locks are the kernel's, so a killed user leaves none behind, and a server
    that outlived its users is found and used again.

    Three lock files, one meaning each: `gate` is held while somebody starts or stops the server;
    `users` is held, shared, by each user; `server` is held by the server's processes alone, which
    inherit it: whoever can take it knows that none of them is alive, whatever process ids say.
    """

    def __init__(self, cluster: Cluster, settings: Mapping[str, str], users: int) -> None:
        """Keep the cluster and the descriptor of our share in it; call `start` instead."""
        self._cluster = cluster
        self._settings = settings
        self._users: int | None = users
        _ours.add(self)

    @classmethod
    def start(cls, data: Path, settings: Mapping[str, str] = _no_settings) -> Self:
        """Return a running server on the data folder: found, recovered or newly made.

        Blocks (run it in a thread from async code). Settings are those of PostgreSQL and only
        count when this call is the one that starts the server.
        Raises Trouble if the server cannot be made or started.
        """
        cluster = Cluster(find_home(data))
        with _gate(cluster):
            users = _open_lock(cluster, "users")
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                _ensure_running(cluster, settings)
            except BaseException:
                os.close(users)
                raise
        return cls(cluster, settings, users)

    @property
    def dsn(self) -> str:
        """The address of Banyan's database for asyncpg, psql, pg_dump and pgbench."""
        return self.dsn_of(ROLE)

    def dsn_of(self, database: str) -> str:
        """Return the address of another database on this server."""
        host = quote(str(self._cluster.socket_folder()), safe="")
        return f"postgresql://{ROLE}@/{quote(database, safe='')}?host={host}"

    def is_running(self) -> bool:
        """Tell whether the server is up and takes connections."""
        return self._cluster.is_ready()

    def revive(self) -> None:
        """Start the server again if it was killed; do nothing if it runs.

        Raises Trouble if it cannot be started.
        """
        with _gate(self._cluster):
            _ensure_running(self._cluster, self._settings)

    def stop(self) -> None:
        """Leave the server, and shut it down if nobody else uses it; again, it does nothing."""
        if self._users is None:
            return
        with _gate(self._cluster):
            if _take(self._users):
                _shut_down(self._cluster)
            os.close(self._users)
            self._users = None

    def leave_to_parent(self) -> None:
        """Let go of a share that a fork has copied: it is the parent's, and ends with it."""
        if self._users is not None:
            os.close(self._users)
            self._users = None

    @staticmethod
    def binary(name: str) -> Path:
        """Return the path of a program such as `pg_dump`; raises Trouble if there is none."""
        return binaries.binary(name)

    def __enter__(self) -> Self:
        """Return the server itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the server."""
        self.stop()


_ours: WeakSet[EmbeddedServer] = WeakSet()
"""The shares that this process has."""


def _leave_to_parent() -> None:
    # A copy of the descriptor would keep the server alive after all who use it are gone.
    for server in list(_ours):
        server.leave_to_parent()


os.register_at_fork(after_in_child=_leave_to_parent)


def _ensure_running(cluster: Cluster, settings: Mapping[str, str]) -> None:
    """Return when the server takes connections; the gate must be held."""
    launched = False
    began = time.monotonic()
    while time.monotonic() < began + _start_wait_s:
        lock = _open_lock(cluster, "server")
        try:
            if _take(lock):
                if launched:
                    raise Trouble(
                        "database.not_started",
                        folder=str(cluster.folder),
                        said=cluster.home.read_log(),
                    )
                cluster.prepare(lock)
                cluster.launch(lock, settings)
                launched = True
            elif cluster.is_ready():
                return
            elif not launched and time.monotonic() > began + _orphans_wait_s:
                _end_orphans(cluster)
        finally:
            os.close(lock)
        time.sleep(_poll_s)
    raise Trouble(
        "database.not_started", folder=str(cluster.folder), said="it takes too long; see its log"
    )


def _end_orphans(cluster: Cluster) -> None:
    """End what a killed server left behind and would not go by itself: a long statement, say."""
    alive = cluster.processes()
    if cluster.postmaster() not in alive:
        for process in alive:
            _signal(process, signal.SIGKILL)


def _shut_down(cluster: Cluster) -> None:
    """Stop the server: first with a checkpoint, then without, then by force; no commit is lost."""
    for number, wait_s in (
        (signal.SIGINT, _stop_wait_s),
        (signal.SIGQUIT, 10),
        (signal.SIGKILL, 10),
    ):
        alive = cluster.processes()
        first = alive & {cluster.postmaster()}
        for process in alive if number == signal.SIGKILL or not first else first:
            _signal(process, number)
        if _wait_for_end(cluster, wait_s):
            return
    raise Trouble("database.not_stopped", folder=str(cluster.folder))


def _wait_for_end(cluster: Cluster, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        lock = _open_lock(cluster, "server")
        try:
            if _take(lock):
                return True
        finally:
            os.close(lock)
        time.sleep(_poll_s)
    return False


def _signal(process: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


@contextmanager
def _gate(cluster: Cluster) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    lock = _open_lock(cluster, "gate")
    try:
        deadline = time.monotonic() + _gate_wait_s
        while not _take(lock):
            if time.monotonic() > deadline:
                raise Trouble("database.gate_closed", folder=str(cluster.folder))
            time.sleep(_poll_s)
        yield
    finally:
        os.close(lock)


def _open_lock(cluster: Cluster, name: str) -> int:
    return cluster.home.open_file(f"{name}.lock")


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

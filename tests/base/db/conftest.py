"""Servers for the tests of the database package: the shared one, and ones to be killed."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from banyan.base.db import EmbeddedServer
from banyan.base.db.cluster import Cluster
from banyan.base.db.home import find_home
from tests.kit.postgres import fresh_database, shared_server


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    with shared_server() as shared:
        yield shared


@pytest.fixture
async def database(server: EmbeddedServer) -> AsyncIterator[str]:
    async with fresh_database(server) as dsn:
        yield dsn


@pytest.fixture
def empty() -> Iterator[Path]:
    """A data folder of our own; the server that a failed test leaves in it is ended."""
    folder = Path(tempfile.mkdtemp(prefix="banyan-data-"))
    yield folder
    cluster = Cluster(find_home(folder))
    if cluster.files.exists():
        for process in cluster.processes():
            os.kill(process, signal.SIGKILL)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder with a server's files, made once, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="banyan-made-"))
    EmbeddedServer.start(folder).stop()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(made: Path, empty: Path) -> Path:
    """A data folder of our own in which a server has run and was stopped."""
    subprocess.run(["cp", "-a", made / "postgresql", empty], check=True)
    return empty

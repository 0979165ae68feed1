"""What every test may ask for: the shared database server, and a world of its own."""

from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest

from banyan.base.db import Connection, EmbeddedServer
from tests.kit.postgres import shared_server
from tests.kit.world import Ground, World, open_ground, open_untouched, open_world

# How long an example takes says how busy the machine is, not whether it is right.
# The same examples in every run: what fails was changed. Others with --hypothesis-profile=explore.
hypothesis.settings.register_profile("banyan", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile("banyan")


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The server that all tests share."""
    with shared_server() as shared:
        yield shared


@pytest.fixture(scope="session")
async def ground(server: EmbeddedServer) -> AsyncIterator[Ground]:
    """The database on which this process's worlds stand, one after the other."""
    async with open_ground(server) as ground:
        yield ground


@pytest.fixture
async def world(ground: Ground) -> AsyncIterator[World]:
    """A Banyan in which nothing has happened yet. Afterwards every invariant holds."""
    async with open_world(ground) as world:
        yield world


@pytest.fixture
async def untouched(server: EmbeddedServer) -> AsyncIterator[Connection]:
    """A database that is only migrated: for tests of which index a statement takes."""
    async with open_untouched(server) as db:
        yield db

"""A merchant's program, written with an unmodified SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.kit.alipay import Program, open_program
from tests.kit.world import World


@pytest_asyncio.fixture
async def program(world: World) -> AsyncIterator[Program]:
    """The program of the world's merchant."""
    async with open_program(world) as opened:
        yield opened

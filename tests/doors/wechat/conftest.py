"""An official account with its own program, written with an unmodified SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.kit.wechat import Account, open_account
from tests.kit.world import World


@pytest_asyncio.fixture
async def account(world: World) -> AsyncIterator[Account]:
    """A service account."""
    async with open_account(world) as opened:
        yield opened

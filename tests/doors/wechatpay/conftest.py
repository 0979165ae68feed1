"""A world that serves merchants' programs, written with an unmodified SDK of WeChat Pay."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from banyan.pay.payees import KeyMode
from tests.kit.wechatpay import Market, Shop, Town, open_market, open_town
from tests.kit.world import World


@pytest_asyncio.fixture
async def town(world: World) -> AsyncIterator[Town]:
    """A world that serves."""
    async with open_town(world) as opened:
        yield opened


@pytest.fixture(params=[KeyMode.CERTIFICATE, KeyMode.PUBLIC_KEY], ids=str)
def mode(request: pytest.FixtureRequest) -> KeyMode:
    """Each way in which programs know us."""
    found: KeyMode = request.param
    return found


@pytest_asyncio.fixture
async def shop(town: Town) -> Shop:
    """The world's merchant, whose program knows our public key."""
    return await town.shop()


@pytest_asyncio.fixture
async def market(town: Town) -> AsyncIterator[Market]:
    """A merchant with an account and a server, whose program knows our public key."""
    async with open_market(town) as opened:
        yield opened


@pytest_asyncio.fixture
async def either_market(town: Town, mode: KeyMode) -> AsyncIterator[Market]:
    """The same, in each key mode."""
    async with open_market(town, mode) as opened:
        yield opened

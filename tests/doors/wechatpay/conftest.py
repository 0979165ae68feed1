"""A world that serves merchants' programs, written with an unmodified SDK of WeChat Pay."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from banyan.pay.payees import KeyMode
from tests.kit.answers import MODES, mode_of, watching
from tests.kit.wechatpay import Market, Shop, Town, open_market, open_town
from tests.kit.world import World


@pytest_asyncio.fixture
async def town(world: World) -> AsyncIterator[Town]:
    """A world that serves."""
    async with open_town(world) as opened:
        yield opened


@pytest.fixture(params=MODES, ids=str)
def mode(request: pytest.FixtureRequest) -> KeyMode:
    """Each way in which programs know us."""
    found: KeyMode = request.param
    return found


@pytest.fixture(autouse=True)
def answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold a test to the methods that it claims."""
    claim = request.node.get_closest_marker("answers")
    mode, failed = mode_of(request), request.session.testsfailed
    with watching() as found:
        yield
        if claim is None or request.session.testsfailed != failed:
            return
        missing = {one for one in claim.args if (one, mode) not in found}
        assert not missing, f"not answered in the mode of {mode}: {missing}"


@pytest_asyncio.fixture
async def shop(town: Town, request: pytest.FixtureRequest) -> Shop:
    """The world's merchant."""
    return await town.shop(mode_of(request))


@pytest_asyncio.fixture
async def market(town: Town, request: pytest.FixtureRequest) -> AsyncIterator[Market]:
    """A merchant with an account and a server."""
    async with open_market(town, mode_of(request)) as opened:
        yield opened

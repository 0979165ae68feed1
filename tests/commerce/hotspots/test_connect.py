"""Rivals add one router; whoever connects is told to the account's server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.books.work import Operation
from banyan.commerce.hotspots import (
    ConnectWifi,
    ScanWifi,
    add_router,
    connect_wifi,
    read_shop,
    scan_wifi,
)
from banyan.reach.channels import Channel
from banyan.reach.pushes import PushMode
from tests.kit.commerce_shop import add_store
from tests.kit.loyalty import open_channel
from tests.kit.receiver import Receiver, open_line
from tests.kit.world import World

ROUTER = {"ssid": "WX-Tea", "password": "longjing88", "bssid": "00:1f:7a:ad:5c:a8"}


async def run(world: World, channel: Channel, operation: Operation[Any, Any], **values: Any) -> Any:  # noqa: ANN401
    """Run an operation of the account as its merchant's owner."""
    own = {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}
    return await world.office.run(operation, operation.command_type(**own, **values), world.owner)


@pytest.mark.parametrize("mode", [PushMode.PLAIN, PushMode.SAFE])
async def test_a_server_is_told_who_connected(world: World, mode: PushMode) -> None:
    async with open_line(world, Receiver(mode=mode)) as line:
        store_id = await add_store(world)
        await run(world, line.channel, add_router, store_id=store_id, **ROUTER)
        shop = await run(world, line.channel, read_shop, store_id=store_id)
        token = shop.networks[0].token
        offer = await world.office.run(scan_wifi, ScanWifi(token=token), NOBODY)
        assert (offer.ssid, offer.password) == ("WX-Tea", "")
        lin = await world.person("lin")
        mark = await world.mark()
        await world.office.run(connect_wifi, ConnectWifi(token=token), lin)
        assert await world.events(mark) == ["hotspots.connected"]
        await line.deliver()
        (message,) = line.receiver.messages
        assert message.event == "wificconnected"
        assert message.shop_id == str(int(store_id))
        assert message.bssid == ROUTER["bssid"]
        assert message.connect_time == int(world.now.timestamp())


async def test_rivals_add_a_router_once(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    stores = [await add_store(world) for _ in range(2)]
    tries = await asyncio.gather(
        *(
            run(world, channel, add_router, store_id=stores[place % 2], **ROUTER)
            for place in range(6)
        ),
        return_exceptions=True,
    )
    assert len([one for one in tries if not isinstance(one, BaseException)]) == 1
    assert {one.code for one in tries if isinstance(one, Refusal)} == {"hotspots.router_known"}


async def test_nonsense_is_no_code(world: World) -> None:
    lin = await world.person("lin")
    with pytest.raises(NotFound, match=r"hotspots\.no_such_code"):
        await world.office.run(connect_wifi, ConnectWifi(token="A" * 32), lin)

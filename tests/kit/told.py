"""What merchants' servers would be told, read with the SDK as their servers read it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from banyan.app.platform_keys import Platform
from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.doors.wechatpay import RENDERINGS, Directory, WeChatPayTeller
from banyan.pay.notifications import Protocol, TakeNotifications, take_notifications
from tests.kit.wechatpay import Shop, Town


async def read_told(town: Town, shop: Shop) -> list[dict[str, Any]]:
    """What a shop's server is to be told now, verified and decrypted by the SDK; each once."""
    office = town.world.office
    directory = Directory(office, Platform(office))
    teller = WeChatPayTeller(Protocol.WECHAT, RENDERINGS, directory)
    now = Clock().now()
    taking = TakeNotifications(at=now, until=now + timedelta(hours=1), each_max=100, limit=100)
    taken = await office.run(take_notifications, taking, SYSTEM)
    told = []
    for telling in taken.tellings:
        if int(telling.notification.merchant_id) != int(shop.merchant_id):
            continue
        written = await teller.write(telling, now)
        found = await asyncio.to_thread(shop.sdk.callback, dict(written.headers), written.body)
        assert found, "the SDK takes it for ours"
        told.append(found)
    return told

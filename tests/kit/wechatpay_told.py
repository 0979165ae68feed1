"""What a merchant's server would be told, written and read without a server in between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from banyan.app.platform_keys import Platform
from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.doors.wechatpay import RENDERINGS, Directory, WeChatPayTeller
from banyan.pay.notifications import (
    FinishTry,
    Protocol,
    TakeNotifications,
    TryOutcome,
    finish_try,
    take_notifications,
)
from tests.kit.wechatpay import Shop
from tests.kit.world import World


async def read_told(world: World, shop: Shop) -> list[dict[str, Any]]:
    """All that is due to be told, decrypted by the SDK in the order in which it happened."""
    teller = WeChatPayTeller(
        Protocol.WECHAT, RENDERINGS, Directory(world.office, Platform(world.office))
    )
    now = max(world.now, Clock().now())
    taking = TakeNotifications(
        at=now, until=now + timedelta(minutes=1), each_max=1_000, limit=1_000
    )
    taken = await world.office.run(take_notifications, taking, SYSTEM)
    told = []
    for one in sorted(taken.tellings, key=lambda one: one.notification.notification_id):
        written = await teller.write(one, Clock().now())
        read = await asyncio.to_thread(shop.sdk.callback, dict(written.headers), written.body)
        assert read, written.body
        told.append(read)
        finishing = FinishTry(
            merchant_id=one.notification.merchant_id,
            notification_id=one.notification.notification_id,
            number=one.number,
            at=now,
            outcome=TryOutcome.TAKEN,
            status=200,
            took_ms=1,
            url=one.notification.url,
        )
        await world.office.run(finish_try, finishing, SYSTEM)
    return told

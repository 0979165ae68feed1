"""What an owner can't take back is in the audit log; the console has words for all of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import banyan
from banyan.commerce.campaigns import SegmentRules
from banyan.commerce.stock import StockLine, WriteOffStock, write_off_stock
from banyan.doors.pages.console.words import SUBJECTS
from banyan.parties.audit import ListAudit, list_audit
from banyan.reach.broadcasts import SendMessage, send_message
from tests.kit.loyalty import invite, join, offer, open_channel, segment
from tests.kit.sales import buy, open_busy_shop, refund
from tests.kit.world import World


async def read(world: World, subject: str) -> tuple[int, dict[str, Any]]:
    """The only entry about such a thing: which one, and what became of it."""
    query = ListAudit(merchant_id=world.merchant_id, subject=subject, limit=2)
    (entry,) = (await world.office.run(list_audit, query, world.owner)).items
    assert (entry.actor_name, entry.before) == ("Mei", None)
    assert entry.after is not None
    return entry.subject_id, entry.after


async def test_a_message_to_many_is_noted_with_whom_it_was_for(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    for name in ("lin", "wu"):
        await join(world, name)
    everybody = await segment(world, "所有人", SegmentRules())
    coupon = await offer(world)
    send = await invite(world, everybody, coupon=coupon)
    assert await read(world, "campaigns.send") == (
        send.send_id,
        {
            "title": "回来坐坐",
            "segment_id": str(int(everybody.segment_id)),
            "segment_name": "所有人",
            "members_count": 2,
            "channel_id": str(int(channel.channel_id)),
            "channel_name": "榕树茶馆",
            "coupon_campaign_id": str(int(coupon.campaign_id)),
            "coupon_name": coupon.name,
        },
    )
    bare = SendMessage(merchant_id=world.merchant_id, channel_id=channel.channel_id, title="今日")
    message = await world.office.run(send_message, bare, world.owner)
    subject_id, after = await read(world, "broadcasts.message")
    assert subject_id == message.message_id
    assert (after["title"], after["audience"], after["openids_count"]) == ("今日", "all", 0)


async def test_money_and_goods_that_are_gone_are_noted(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    given = await refund(world, order, reason="打翻了，电话 13800138000")
    subject_id, after = await read(world, "orders.refund")
    assert subject_id == given.refund_id
    assert (after["order_id"], after["amount_fen"]) == (str(int(order.order_id)), 3600)
    # It is kept for ever: nothing that somebody wrote about a person.
    assert "13800138000" not in str(after)
    before = await world.office.run(
        list_audit, ListAudit(merchant_id=world.merchant_id, subject="stock.movement"), world.owner
    )
    lost = await world.office.run(
        write_off_stock,
        WriteOffStock(
            merchant_id=shop.merchant_id,
            store_id=shop.store_id,
            lines=[StockLine(sku_id=shop.oolong, quantity=3)],
        ),
        world.owner,
    )
    newest, *earlier = (
        await world.office.run(
            list_audit,
            ListAudit(merchant_id=world.merchant_id, subject="stock.movement"),
            world.owner,
        )
    ).items
    assert earlier == before.items
    assert newest.subject_id == lost.movement_id
    assert newest.after == {
        "kind": "written_off",
        "store_id": str(int(shop.store_id)),
        "to_store_id": "0",
        "skus_count": 1,
        "units": 3,
    }


def test_the_console_has_a_word_for_everything_that_is_noted() -> None:
    root = Path(banyan.__file__).parent
    noted = {
        subject
        for path in root.glob("*/*/*.py")
        if "note_change" in (text := path.read_text())
        for subject in re.findall(r'subject="([a-z_.]+)"', text)
    }
    assert noted == SUBJECTS.keys()

"""The demo town: planted once, by real operations, within the month before now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.app.demo import plant
from banyan.app.demo.cast import CAST, NEIGHBOURS
from banyan.app.demo.pictures import draw_goods
from banyan.app.demo.shops import read_shops
from banyan.app.furnish import furnish
from banyan.books.actor import Actor
from banyan.commerce.catalogue import check_picture
from banyan.reach.notices import ListNotices, list_notices
from tests.kit.world import World


def test_everybody_has_a_name_and_a_phone_of_their_own() -> None:
    everybody = [*CAST.values(), *NEIGHBOURS]
    assert len({one.phone for one in everybody}) == len(everybody)
    assert len({one.name for one in everybody}) == len(everybody)


def test_everything_that_is_sold_can_be_drawn() -> None:
    goods = [one for shop in read_shops() for one in shop.goods]
    files = {check_picture(draw_goods(one.look)).file for one in goods}
    assert len(files) == len({one.look for one in goods})


@pytest.mark.slow
async def test_the_town_is_planted_once(world: World) -> None:
    await furnish(world.building)
    said: list[str] = []
    await plant(world.building, said.append)
    async with world.building.pool.acquire() as db:
        figures = await db.fetchrow("""
            select count(*) as orders, count(distinct merchant_id) as merchants,
                count(*) filter (where paid_at is not null) as paid,
                count(*) filter (where paid_at is not null and person_id = 0) as strangers,
                count(*) filter (where coupon_id <> 0) as with_coupon,
                count(*) filter (where code_id <> 0) as by_code,
                count(*) filter (where refunded_fen > 0) as refunded,
                min(placed_at) as first_at, max(placed_at) as last_at
            from orders.orders
        """)
        sent = await db.fetchval(
            "select count(*) from campaigns.sends where finished_at is not null"
        )
        late = await db.fetchval(
            "select count(*) from journal.events where occurred_at > $1", world.now
        )
    assert figures is not None
    assert figures["merchants"] == 3
    assert figures["orders"] > figures["paid"] > 300
    assert min(figures["strangers"], figures["with_coupon"], figures["by_code"]) > 30
    assert figures["refunded"] > 0
    assert world.now - timedelta(days=31) < figures["first_at"] < figures["last_at"] < world.now
    assert (sent, late) == (1, 0)
    await check_inboxes(world)
    text = "\n".join(said)
    assert "13800000004" in text
    assert text.count("/c/") == 4
    since = await world.mark()
    await plant(world.building, said.append)
    assert await world.events(since) == []
    await world.settle()


async def check_inboxes(world: World) -> None:
    """Everybody has a receipt of each payment and a note of each refund, in order of time."""
    async with world.building.pool.acquire() as db:
        missing = await db.fetch("""
            select o.order_id from orders.orders o
            where o.person_id <> 0 and o.paid_at is not null and (
                select count(*) from notices.notices n
                where n.person_id = o.person_id and n.arrived_at = o.paid_at
                    and n.kind = 'orders.receipt' and n.fields ->> 'order_id' = o.order_id::text
            ) <> 1
        """)
        refunds = await db.fetchrow("""
            select (select count(*) from notices.notices where kind = 'orders.refund') as told,
                (select count(*) from orders.orders where refunded_fen > 0) as given
        """)
        lin = await db.fetchval(
            "select person_id from orders.orders where person_id <> 0"
            " group by person_id order by count(*) desc limit 1"
        )
    assert missing == []
    assert refunds is not None
    assert refunds["told"] == refunds["given"] > 0
    actor = Actor(kind="person", actor_id=lin, person_id=lin)
    inbox = (await world.office.run(list_notices, ListNotices(limit=100), actor)).items
    assert len(inbox) > 20
    arrived = [one.arrived_at for one in inbox]
    assert arrived == sorted(arrived, reverse=True)


class Stop(Exception):
    """Somebody pulled the plug."""


async def test_a_planting_that_was_cut_short_is_completed(world: World) -> None:
    await furnish(world.building)

    def stop(text: str) -> None:
        if text.startswith("Living"):
            raise Stop

    for _ in range(2):
        with pytest.raises(Stop):
            await plant(world.building, stop)
        assert world.office.clock.offset == timedelta()
    async with world.building.pool.acquire() as db:
        for table, count in (
            ("merchants.merchants", 3),
            ("stores.stores", 4),
            ("catalogue.products", 21),
            ("channels.channels", 3),
            ("coupons.campaigns", 9),
            ("people.people", len(CAST)),
        ):
            assert await db.fetchval(f"select count(*) from {table}") == count, table

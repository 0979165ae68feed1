"""The reports as a merchant asks for them: from real trade, for those who may, and how fresh."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from banyan.base.errors import Invalid, NotFound, Refusal, Trouble
from banyan.base.ids import NONE
from banyan.books.actor import SYSTEM, Actor
from banyan.commerce.members import Arrive, arrive
from banyan.commerce.places import CodeId, PlaceKind
from banyan.commerce.stores import StoreId
from banyan.parties.staff import Role
from banyan.pay.charges import RefundCharge, refund_charge
from banyan.views.insight import (
    PLACE,
    REPORTS,
    BuyersBy,
    FunnelBy,
    ReadCohorts,
    ReadFunnel,
    ReadLifetime,
    ReadOverview,
    ReadRecognised,
    ReadRfm,
    RecordSpend,
    TradeBy,
    export_all,
    read_cohorts,
    read_funnel,
    read_lifetime,
    read_overview,
    read_recognised,
    read_rfm,
    record_spend,
)
from banyan.views.insight import engine as engines
from tests.kit import loyalty
from tests.kit.commerce_shop import TeaShop, add_spots, add_store, receive, scan
from tests.kit.desks import open_desk, pay_at_desk, say_amount
from tests.kit.sales import buy, open_busy_shop, pay, place, refund, take, take_money
from tests.kit.world import World

pytestmark = pytest.mark.usefixtures("folder")


async def walk_the_loop(world: World) -> tuple[TeaShop, CodeId]:
    """Lin scans the door, joins, buys, and buys again a month later; somebody pays cash."""
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    await loyalty.open_channel(world)
    (door,) = await add_spots(world, shop.store_id, PlaceKind.DOOR, ["门"])
    code = door.codes[0]
    await scan(world, code.token, world.as_person("lin"))
    command = Arrive(merchant_id=shop.merchant_id, code=code.token)
    await world.office.run(arrive, command, world.as_person("lin"))
    await buy(world, "lin", shop, {shop.oolong: 1})
    cash = await take(world, "hao", shop, {shop.jasmine: 2})
    await take_money(world, "hao", cash)
    await world.advance(timedelta(days=31))
    order = await place(world, "lin", shop, {shop.oolong: 2})
    await pay(world, "lin", order)
    await refund(world, order, {1: 1})
    await world.settle()
    return shop, code.code_id


async def test_the_loop_is_seen_by_its_code(world: World) -> None:
    shop, code_id = await walk_the_loop(world)
    await export_all(world.office)
    query = ReadFunnel(
        merchant_id=shop.merchant_id,
        from_on=(world.now - timedelta(days=40)).date(),
        by=(FunnelBy.CODE,),
    )
    report = await world.office.run(read_funnel, query, world.owner)
    by_code = {row.code_id: row for row in report.rows}
    door, without = by_code[code_id], by_code[NONE]
    steps = (door.touches, door.visitors, door.people, door.followed, door.joined)
    assert steps == (1, 1, 1, 1, 1)
    assert (door.ordered, door.paid, door.came_back) == (1, 1, 1)
    assert (door.orders, door.earned_fen) == (1, 1800)
    assert (without.visitors, without.paid, without.came_back, without.orders) == (0, 0, 0, 2)
    assert (without.revenue_fen, without.refunded_fen) == (4500 + 3600, 1800)
    assert (report.currency, report.facts_behind, report.is_cut) == ("CNY", 0, False)
    assert report.as_of <= world.now
    query = ReadFunnel(merchant_id=shop.merchant_id, by=(FunnelBy.STORE, FunnelBy.DAY))
    (row,) = (await world.office.run(read_funnel, query, world.owner)).rows
    assert (row.store_id, row.orders, row.touches) == (shop.store_id, 1, 0)
    assert row.paid == 0, "the scan was before these days"


async def test_what_a_cash_desk_takes_counts_with_its_code(world: World) -> None:
    desk = await open_desk(world, "lin", "wu")
    code = desk.codes[0]
    await scan(world, code.token, world.as_person("lin"))
    charge = await pay_at_desk(world, "lin", desk, 1_200)
    await pay_at_desk(world, "wu", desk, 800)
    await say_amount(world, "wu", desk, 5_000)
    giving = RefundCharge(
        merchant_id=world.merchant_id,
        charge_id=charge.charge_id,
        out_refund_no="back",
        refund_fen=200,
    )
    await world.office.run(refund_charge, giving, world.owner)
    await world.settle()
    await export_all(world.office)
    query = ReadFunnel(merchant_id=world.merchant_id, by=(FunnelBy.CODE,))
    (row,) = (await world.office.run(read_funnel, query, world.owner)).rows
    assert (row.code_id, row.touches, row.orders) == (code.code_id, 1, 2)
    assert (row.revenue_fen, row.refunded_fen, row.earned_fen) == (2_000, 200, 1_800)
    whole = ReadOverview(merchant_id=world.merchant_id)
    (trade,) = (await world.office.run(read_overview, whole, world.owner)).rows
    assert (trade.orders, trade.revenue_fen, trade.buyers) == (2, 2_000, 2)


async def test_trade_and_buyers(world: World) -> None:
    shop, code_id = await walk_the_loop(world)
    spent_on = (world.now - timedelta(days=31)).date()
    command = RecordSpend(
        merchant_id=shop.merchant_id, code_id=code_id, spent_on=spent_on, amount_fen=2000
    )
    await world.office.run(record_spend, command, world.owner)
    await export_all(world.office)
    whole: dict[str, Any] = {"merchant_id": shop.merchant_id, "from_on": spent_on}

    (trade,) = (await world.office.run(read_overview, ReadOverview(**whole), world.owner)).rows
    assert (trade.orders, trade.revenue_fen, trade.average_fen) == (3, 9900, 3300)
    assert (trade.buyers, trade.repeat_buyers, trade.new_members) == (1, 1, 1)
    days = ReadOverview(**whole, by=(TradeBy.DAY, TradeBy.STORE))
    assert len((await world.office.run(read_overview, days, world.owner)).rows) == 2

    shares = ReadRecognised(**whole)
    (share,) = (await world.office.run(read_recognised, shares, world.owner)).rows
    assert (share.known_fen, share.share_bp) == (5400, 5454)

    rfm = await world.office.run(read_rfm, ReadRfm(**whole), world.owner)
    assert rfm.people == 1
    assert sum(segment.people for segment in rfm.segments) == 1
    assert rfm.cells[0].spent_fen == 3600

    (cohort,) = (await world.office.run(read_cohorts, ReadCohorts(**whole), world.owner)).cohorts
    assert (cohort.buyers, [one.months_since for one in cohort.months]) == (1, [0, 1])
    assert cohort.months[1].retention_bp == 10_000

    query = ReadLifetime(**whole, by=BuyersBy.CODE)
    (row,) = (await world.office.run(read_lifetime, query, world.owner)).rows
    assert (row.code_id, row.buyers, row.cost_fen, row.payback_day) == (code_id, 1, 2000, 31)
    assert [(one.buyers, one.value_fen) for one in row.values[:2]] == [(1, 1800), (0, 0)]
    for by in (BuyersBy.CHANNEL, BuyersBy.MONTH):
        query = ReadLifetime(**whole, by=by)
        rows = (await world.office.run(read_lifetime, query, world.owner)).rows
        assert sum(one.buyers for one in rows) == 1


async def test_a_report_says_what_it_does_not_know_yet(world: World) -> None:
    shop, _ = await walk_the_loop(world)
    query = ReadOverview(merchant_id=shop.merchant_id)
    empty = await world.office.run(read_overview, query, world.owner)
    assert empty.facts_behind > 0
    assert [row.orders for row in empty.rows] == [0]
    assert empty.as_of < world.now - timedelta(days=30)
    await export_all(world.office)
    fresh = await world.office.run(read_overview, query, world.owner)
    assert (fresh.facts_behind, fresh.rows[0].orders) == (0, 1)
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    stale = await world.office.run(read_overview, query, world.owner)
    assert stale.facts_behind > 0
    assert stale.rows == fresh.rows


async def test_others_see_nothing(world: World) -> None:
    shop, _ = await walk_the_loop(world)
    other = await world.merchant("别家", owner="chen")
    await export_all(world.office)
    for operation in REPORTS:
        query = operation.command_type(merchant_id=shop.merchant_id)
        with pytest.raises(NotFound, match=r"merchants\.not_found"):
            await world.office.run(operation, query, world.as_person("chen"))
        with pytest.raises(Refusal, match=r"access\.forbidden"):
            await world.office.run(operation, query, world.as_person("hao"))
    theirs = ReadOverview(merchant_id=other)
    (row,) = (await world.office.run(read_overview, theirs, world.as_person("chen"))).rows
    assert (row.orders, row.new_members) == (0, 0)


async def test_a_merchant_that_does_not_exist_is_not_found(world: World) -> None:
    await world.merchant()
    for operation in REPORTS:
        query = operation.command_type(merchant_id=12)
        for actor in (world.owner, SYSTEM):
            with pytest.raises(NotFound, match=r"merchants\.not_found"):
                await world.office.run(operation, query, actor)


async def test_a_merchant_to_whom_nothing_happened_has_every_report(world: World) -> None:
    merchant_id = await world.merchant()
    analyst = await world.staff("hao", Role.ANALYST)
    await export_all(world.office)
    for operation in REPORTS:
        query = operation.command_type(merchant_id=merchant_id)
        told = await world.office.run(operation, query, analyst)
        assert (told.merchant_id, told.facts_behind) == (merchant_id, 0)
    funnel = await world.office.run(read_funnel, ReadFunnel(merchant_id=merchant_id), analyst)
    (row,) = funnel.rows
    assert not any(msgspec.structs.astuple(row))
    rfm = await world.office.run(read_rfm, ReadRfm(merchant_id=merchant_id), analyst)
    assert (rfm.people, rfm.cells) == (0, [])


async def test_the_funnel_of_one_store_has_its_scans_only(world: World) -> None:
    shop, _ = await walk_the_loop(world)
    second = await add_store(world, "分店")
    (door,) = await add_spots(world, second, PlaceKind.DOOR, ["门"])
    await scan(world, door.codes[0].token, world.as_person("lin"))
    await export_all(world.office)
    analyst = await world.staff("wu", Role.ANALYST, store_ids=[int(second)])
    begin = (world.now - timedelta(days=40)).date()
    query = ReadFunnel(merchant_id=shop.merchant_id, from_on=begin)
    (row,) = (await world.office.run(read_funnel, query, analyst)).rows
    assert (row.touches, row.people, row.joined, row.ordered, row.orders) == (1, 1, 1, 0, 0)
    (row,) = (await world.office.run(read_funnel, query, world.owner)).rows
    assert (row.touches, row.people, row.joined, row.ordered, row.orders) == (2, 1, 1, 1, 3)


async def test_who_may_see_one_store_sees_that_one(world: World) -> None:
    shop, _ = await walk_the_loop(world)
    second = await add_store(world, "分店")
    await receive(world, second, {shop.oolong: 10})
    other = TeaShop(shop.merchant_id, second, shop.oolong, shop.jasmine, shop.water)
    await buy(world, "lin", other, {shop.oolong: 1})
    await world.settle()
    await export_all(world.office)
    analyst = await world.staff("wu", Role.ANALYST, store_ids=[int(second)])

    async def orders(actor: Actor, store_id: int = 0) -> int:
        query = ReadOverview(merchant_id=shop.merchant_id, store_id=StoreId(store_id))
        return (await world.office.run(read_overview, query, actor)).rows[0].orders

    assert await orders(world.owner) == 2
    assert await orders(world.owner, shop.store_id) == 1
    assert await orders(analyst) == 1
    assert await orders(analyst, second) == 1
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await orders(analyst, shop.store_id)


async def test_a_store_of_another_merchant_is_not_found(world: World) -> None:
    shop, _ = await walk_the_loop(world)
    await export_all(world.office)
    rival = await world.merchant("对面的茶馆", owner="chen")
    for operation in REPORTS:
        query = operation.command_type(merchant_id=rival, store_id=shop.store_id)
        with pytest.raises(NotFound, match=r"stores\.not_found"):
            await world.office.run(operation, query, world.as_person("chen"))


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"from_on": "2026-02-02", "until_on": "2026-02-01"}, "insight.days_reversed"),
        ({"from_on": "0001-01-01"}, "insight.day_out_of_range"),
        ({"until_on": "9999-12-31"}, "insight.day_out_of_range"),
    ],
)
async def test_days_that_make_no_sense(world: World, days: dict[str, str], code: str) -> None:
    merchant_id = await world.merchant()
    given: dict[str, Any] = {name: date.fromisoformat(day) for name, day in days.items()}
    for operation in REPORTS:
        query = operation.command_type(merchant_id=merchant_id, **given)
        with pytest.raises(Invalid, match=code.replace(".", r"\.")):
            await world.office.run(operation, query, world.owner)


async def test_too_many_at_once_are_told_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_waiting_max", 0)
    query = ReadOverview(merchant_id=await world.merchant())
    with pytest.raises(Trouble, match=r"insight\.busy"):
        await world.office.run(read_overview, query, world.owner)


async def test_a_report_that_takes_too_long_is_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next one finds the engine free."""
    merchant_id = await world.merchant()
    query = ReadOverview(merchant_id=merchant_id)
    await world.office.run(read_overview, query, world.owner)
    monkeypatch.setattr(engines, "_wait_s", 0.2)
    endless = "select count(*) as n from range(10000000000) a, range(10000) b where a.range % 7 = 1"
    with pytest.raises(Trouble, match=r"insight\.too_slow"):
        await PLACE.engine.run(lambda: endless, [])
    monkeypatch.setattr(engines, "_wait_s", 20)
    assert (await world.office.run(read_overview, query, world.owner)).rows


async def test_before_it_is_open_it_is_told_later(world: World) -> None:
    query = ReadOverview(merchant_id=await world.merchant())
    PLACE.close()
    with pytest.raises(Trouble, match=r"insight\.not_open"):
        await world.office.run(read_overview, query, world.owner)

"""What was paid yesterday is the merchant's today, to the fen and never a day too early."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from banyan.base.money import CNY
from banyan.pay.charges import Funds as Source
from banyan.pay.settle import (
    CHINA,
    Balance,
    ListSettlements,
    ReadBalances,
    Settlement,
    list_settlements,
    read_balances,
    start_of_day,
)
from banyan.pay.settle.rules import compute_settled, next_settling
from tests.kit.charges import Funds, ask, funds_of, give_back, open_till, pay_asked
from tests.kit.china import to_hour
from tests.kit.payouts import give_merchant_card, open_teller
from tests.kit.split import bring_back, paid_charge, part, partner, share
from tests.kit.world import World


async def balance(world: World) -> Balance:
    query = ReadBalances(merchant_id=world.merchant_id)
    found = await world.office.run(read_balances, query, world.owner)
    assert [one.currency for one in found.items] == [CNY.code]
    return found.items[0]


async def settled(world: World) -> list[Settlement]:
    query = ListSettlements(merchant_id=world.merchant_id)
    return (await world.office.run(list_settlements, query, world.owner)).items


async def sell(world: World, out_no: str, fen: int, **more: Any) -> None:  # noqa: ANN401 - any field of the command
    await pay_asked(world, "lin", await ask(world, out_no, fen, **more))


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)))  # noqa: DTZ001
def test_settling_is_in_the_night_after(at: datetime) -> None:
    paid_at = at.replace(tzinfo=CHINA)
    settling = next_settling(paid_at)
    assert settling.date() == paid_at.date() + timedelta(days=1)
    assert start_of_day(settling) > paid_at


def test_what_came_today_stays() -> None:
    assert compute_settled(1_000, 0) == 1_000
    assert compute_settled(1_000, 400) == 600
    # A refund took old money.
    assert compute_settled(300, 400) == 0


async def test_paid_today_settled_tomorrow_less_the_fee(world: World) -> None:
    await open_till(world, "lin")
    await to_hour(world, 10)
    await sell(world, "A00001", 10_000)
    await world.settle()
    pending = Balance(
        currency="CNY", available_fen=0, pending_fen=9_940, frozen_fen=0, leaving_fen=0
    )
    assert await balance(world) == pending
    await world.advance(timedelta(hours=13, minutes=59))
    assert await balance(world) == pending, "it is still the same day"
    paid_on = world.now.astimezone(CHINA).date()
    await world.advance(timedelta(hours=1, minutes=1))
    assert (await balance(world)).available_fen == 9_940
    (one,) = await settled(world)
    assert (one.amount_fen, one.currency, one.paid_until) == (9_940, "CNY", paid_on)
    assert "settle.settled" in await world.events()
    await world.check()


async def test_what_is_paid_after_midnight_waits_although_the_server_was_away(
    world: World,
) -> None:
    await open_till(world, "lin")
    await to_hour(world, 10)
    await sell(world, "A00001", 10_000)
    await world.settle()
    # The server is away at one o'clock, and back by noon: somebody pays before it settles.
    await world.office.set_clock(world.now + timedelta(days=1, hours=2))
    await sell(world, "A00002", 5_000)
    await world.settle()
    assert await funds_of(world) == Funds(unsettled_fen=4_970, purse_fen=9_940, fees_fen=90)
    await to_hour(world)
    assert await funds_of(world) == Funds(purse_fen=14_910, fees_fen=90)
    assert [one.amount_fen for one in await settled(world)] == [4_970, 9_940]
    await world.check()


async def test_refunds_take_the_oldest_money_first(world: World) -> None:
    await open_till(world, "lin")
    await to_hour(world, 10)
    await sell(world, "A00001", 10_000)
    await to_hour(world, 0)
    await sell(world, "A00002", 10_000)
    await give_back(world, "A00001", 4_000, funds=Source.UNSETTLED)
    await world.advance(timedelta(hours=2))
    assert await funds_of(world) == Funds(unsettled_fen=9_940, purse_fen=5_964, fees_fen=96)
    await world.check()


async def test_nothing_is_left_to_do_when_all_is_settled(world: World) -> None:
    await open_till(world, "lin")
    await sell(world, "A00001", 10_000)
    await world.settle()
    assert await timers(world) == 1
    await to_hour(world)
    assert await timers(world) == 0
    await sell(world, "A00002", 100)
    await world.settle()
    assert await timers(world) == 1


async def test_what_waits_to_be_shared_is_not_settled(world: World) -> None:
    await open_till(world, "lin")
    await sell(world, "A00001", 10_000, is_shared=True)
    await to_hour(world, days=2)
    assert await funds_of(world) == Funds(shared_fen=9_940, fees_fen=60)
    assert (await balance(world)).frozen_fen == 9_940
    assert await settled(world) == []
    assert await timers(world) == 1, "the rest may be released at any time"
    await world.check()


async def test_what_comes_back_when_all_is_settled_is_settled_too(world: World) -> None:
    await open_till(world, "lin")
    coop = await partner(world)
    charge = await paid_charge(world, "T1", 10_000)
    await share(world, charge, "S1", part(coop, 1_000), is_last=True)
    await to_hour(world, 12)
    assert await funds_of(world) == Funds(purse_fen=8_940, fees_fen=60)
    await bring_back(world, "S1", "R1", coop, 400)
    assert (await funds_of(world)).unsettled_fen == 400
    await to_hour(world, 12)
    assert await funds_of(world) == Funds(purse_fen=9_340, fees_fen=60)


async def test_settled_money_leaves_for_the_bank(world: World) -> None:
    from banyan.pay.payouts import WithdrawPurse, withdraw_purse  # noqa: PLC0415

    await open_till(world, "lin")
    await give_merchant_card(world)
    await sell(world, "A00001", 10_000)
    await to_hour(world)
    command = WithdrawPurse(merchant_id=world.merchant_id, amount_fen=9_000)
    await world.office.run(withdraw_purse, command, world.owner)
    found = await balance(world)
    assert (found.available_fen, found.leaving_fen, found.total_fen) == (940, 9_000, 9_940)
    await open_teller(world).run_waiting()
    found = await balance(world)
    assert (found.available_fen, found.leaving_fen, found.total_fen) == (940, 0, 940)
    await world.check()


async def test_days_of_settlements_can_be_chosen(world: World) -> None:
    await open_till(world, "lin")
    days: list[date] = []
    for number in range(3):
        await sell(world, f"A0000{number}", 1_000)
        days.append(world.now.astimezone(CHINA).date())
        await to_hour(world)
    query = ListSettlements(merchant_id=world.merchant_id, since=days[1], until=days[1])
    found = await world.office.run(list_settlements, query, world.owner)
    assert [one.paid_until for one in found.items] == [days[1]]
    query = ListSettlements(merchant_id=world.merchant_id, limit=2)
    page = await world.office.run(list_settlements, query, world.owner)
    assert [one.paid_until for one in page.items] == [days[2], days[1]]
    query = ListSettlements(merchant_id=world.merchant_id, limit=2, cursor=page.next_cursor)
    page = await world.office.run(list_settlements, query, world.owner)
    assert [one.paid_until for one in page.items] == [days[0]]


async def timers(world: World) -> int:
    async with world.building.pool.acquire() as db:
        count: int = await db.fetchval("select count(*) from timers.timers where kind='settle.run'")
    return count

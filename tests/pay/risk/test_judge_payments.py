"""Payments are judged by rules that are data, exactly also between rivals; each is explained."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import Refusal
from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.passwords import GivePassword, ProvePassword, give_password, prove_password
from banyan.pay.risk import (
    Action,
    BlockPerson,
    Kind,
    LimitMerchant,
    Measure,
    UnblockPerson,
    UnlimitMerchant,
    block_person,
    limit_merchant,
    unblock_person,
    unlimit_merchant,
)
from tests.kit.commerce_shop import TeaShop
from tests.kit.risk import attempt, decisions, hold, judge, operator, rule
from tests.kit.sales import balance, open_busy_shop, pay, place
from tests.kit.world import World


async def test_nothing_speaks_against_a_cup_of_tea(world: World) -> None:
    lin = await world.person("lin")
    assert await judge(world, attempt(world, lin.person_id)) == [""]
    assert await decisions(world) == []


@pytest.mark.parametrize(
    ("measure", "threshold", "told"),
    [
        (Measure.AMOUNT, 100, ["", "", ""]),
        (Measure.AMOUNT, 99, ["refused"] * 3),
        (Measure.HOUR_COUNT, 2, ["", "", "refused"]),
        (Measure.HOUR_FEN, 299, ["", "", "refused"]),
        (Measure.DAY_COUNT, 1, ["", "refused", "refused"]),
        (Measure.DAY_FEN, 300, ["", "", ""]),
    ],
)
async def test_each_measure_notices_what_is_more(
    world: World, measure: Measure, threshold: int, told: list[str]
) -> None:
    lin = await world.person("lin")
    await hold(world, rule(measure, threshold))
    one_by_one = [(await judge(world, attempt(world, lin.person_id)))[0] for _ in range(3)]
    assert one_by_one == told
    wu = await world.person("wu")
    together = await judge(world, *[attempt(world, wu.person_id) for _ in range(3)])
    assert together == told


async def test_what_was_refused_does_not_count(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.DAY_FEN, 1_000))
    big, small = attempt(world, lin.person_id, 900), attempt(world, lin.person_id, 100)
    assert await judge(world, big) == [""]
    assert await judge(world, big, small) == ["refused", ""]
    assert await judge(world, small) == ["refused"]


async def test_an_hour_and_a_day_begin_anew(world: World) -> None:
    lin = await world.person("lin")
    await hold(
        world,
        rule(Measure.HOUR_COUNT, 1, code="hour"),
        rule(Measure.DAY_COUNT, 2, code="day"),
    )
    assert await judge(world, attempt(world, lin.person_id)) == [""]
    assert await judge(world, attempt(world, lin.person_id)) == ["refused"]
    hour = world.now.replace(minute=59, second=0) + timedelta(minutes=1, days=2)
    await world.advance(hour.replace(hour=2) - world.now)
    assert await judge(world, attempt(world, lin.person_id)) == [""]
    assert await judge(world, attempt(world, lin.person_id)) == ["refused"]
    await world.advance(timedelta(hours=1))
    assert await judge(world, attempt(world, lin.person_id)) == [""]
    await world.advance(timedelta(hours=1))
    assert await judge(world, attempt(world, lin.person_id)) == ["refused"]
    hits = (await decisions(world))[0].hits
    assert [(one.code, one.value, one.threshold) for one in hits] == [("day", 3, 2)]


async def test_of_rivals_exactly_so_many_pass(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.HOUR_COUNT, 5))
    told = await asyncio.gather(
        *(judge(world, *[attempt(world, lin.person_id)] * size) for size in (1, 2, 3, 1, 2, 3))
    )
    assert sum(one.count("") for one in told) == 5
    async with world.building.pool.acquire() as db:
        rows = await db.fetch("select hour_count, day_count, day_fen from risk.tallies")
    assert [tuple(row) for row in rows] == [(5, 5, 500)]


async def test_of_rivals_for_a_merchants_day_exactly_so_many_pass(world: World) -> None:
    await world.merchant()
    people = [(await world.person(name)).person_id for name in ("lin", "wu", "chen")]
    limit = LimitMerchant(limited_id=world.merchant_id, day_max_fen=700, reason="new here")
    await world.office.run(limit_merchant, limit, await operator(world))
    told = await asyncio.gather(
        *(judge(world, attempt(world, one), attempt(world, one)) for one in people * 2)
    )
    assert sum(one.count("") for one in told) == 7
    async with world.building.pool.acquire() as db:
        assert await db.fetchval("select day_fen from risk.takings") == 700


async def test_the_pay_password_opens_what_asks_for_it_once(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.AMOUNT, 99, Action.STEP_UP))
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    assert await judge(world, attempt(world, lin.person_id)) == ["password_needed"]
    command = ProvePassword(password="258036", subject="a tea")
    proof = (await world.office.run(prove_password, command, lin)).token
    other = attempt(world, lin.person_id, subject="a cake", proof=proof)
    assert await judge(world, other) == ["password_needed"]
    mine = attempt(world, lin.person_id, proof=proof)
    assert await judge(world, mine, mine) == ["", "password_needed"]
    newest = await decisions(world, action=Action.WATCH)
    assert [(one.is_proved, one.hits[0].action) for one in newest] == [(True, Action.STEP_UP)]


async def test_a_password_does_not_open_what_is_refused(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.AMOUNT, 99))
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    command = ProvePassword(password="258036", subject="a tea")
    proof = (await world.office.run(prove_password, command, lin)).token
    assert await judge(world, attempt(world, lin.person_id, proof=proof)) == ["refused"]


async def test_payments_by_code_ask_for_the_password_now_and_then(world: World) -> None:
    lin = await world.person("lin")
    by_code = attempt(world, lin.person_id, kind=Kind.CODE)
    told = [(await judge(world, by_code))[0] for _ in range(12)]
    assert told == [""] * 10 + ["password_needed"] * 2
    assert await judge(world, attempt(world, lin.person_id)) == [""]
    assert await judge(world, attempt(world, lin.person_id, 100_001, kind=Kind.CODE)) == [
        "password_needed"
    ]
    await world.advance(timedelta(days=1))
    assert await judge(world, by_code) == [""]


async def test_much_from_a_new_device(world: World) -> None:
    lin = await world.person("lin")
    session_id = lin.session_id  # type: ignore[attr-defined]
    much = attempt(world, lin.person_id, 300_000, session_id=session_id)
    assert await judge(world, much) == ["password_needed"]
    assert await judge(world, attempt(world, lin.person_id, 299_999, session_id=session_id)) == [""]
    assert await judge(world, attempt(world, lin.person_id, 300_000)) == [""]
    await world.advance(timedelta(days=1))
    later = attempt(world, lin.person_id, 300_000, session_id=session_id)
    assert await judge(world, later) == [""]


async def test_switching_from_device_to_device(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.SWITCH_COUNT, 2, Action.STEP_UP))
    told = []
    for session_id in (1, 1, 0, 2, 2, 1, 2):
        told += await judge(world, attempt(world, lin.person_id, session_id=session_id))
    assert told == ["", "", "", "", "", "", "password_needed"]


async def test_a_rule_looks_only_at_what_it_is_for(world: World) -> None:
    lin = await world.person("lin")
    await hold(
        world,
        rule(Measure.AMOUNT, 10, code="codes", kinds=[Kind.CODE]),
        rule(Measure.AMOUNT, 10, code="yen", currency="JPY"),
        rule(Measure.AMOUNT, 10, code="off", is_on=False),
        rule(Measure.HOUR_COUNT, 0, code="big", from_fen=5_000),
        rule(Measure.AMOUNT, 10, Action.WATCH, code="watched"),
    )
    assert await judge(world, attempt(world, lin.person_id)) == [""]
    assert await judge(world, attempt(world, lin.person_id, 5_000)) == ["refused"]
    assert await judge(world, attempt(world, lin.person_id, kind=Kind.CODE)) == ["refused"]
    assert await judge(world, attempt(world, lin.person_id, currency="JPY")) == ["refused"]
    assert await judge(world, attempt(world, lin.person_id, 9, currency="USD")) == [""]
    codes = [[hit.code for hit in one.hits] for one in await decisions(world)]
    assert codes == [["yen"], ["codes", "watched"], ["big", "watched"], ["watched"]]


async def test_who_is_blocked_does_not_pay(world: World) -> None:
    lin, fang = await world.person("lin"), await operator(world)
    until = world.now + timedelta(hours=2)
    blocked = PersonId(lin.person_id)
    command = BlockPerson(blocked_id=blocked, reason="stolen phone", until=until)
    await world.office.run(block_person, command, fang)
    assert await judge(world, attempt(world, lin.person_id)) == ["refused"]
    assert [one.code for one in (await decisions(world))[0].hits] == ["blocked"]
    await world.advance(timedelta(hours=2))
    assert await judge(world, attempt(world, lin.person_id)) == [""]
    await world.office.run(block_person, BlockPerson(blocked_id=blocked, reason="again"), fang)
    await world.advance(timedelta(days=400))
    assert await judge(world, attempt(world, lin.person_id)) == ["refused"]
    await world.office.run(unblock_person, UnblockPerson(blocked_id=blocked), fang)
    assert await judge(world, attempt(world, lin.person_id)) == [""]


async def test_a_merchant_is_limited_and_blocked(world: World) -> None:
    await world.merchant()
    lin, fang = await world.person("lin"), await operator(world)
    limited = world.merchant_id
    command = LimitMerchant(limited_id=limited, payment_max_fen=500, reason="new here")
    await world.office.run(limit_merchant, command, fang)
    told = await judge(
        world, attempt(world, lin.person_id, 501), attempt(world, lin.person_id, 500)
    )
    assert told == ["refused", ""]
    # Another merchant is paid as ever.
    assert await judge(world, attempt(world, lin.person_id, 501, merchant_id=7)) == [""]
    command = LimitMerchant(limited_id=limited, is_blocked=True, reason="sells nothing")
    await world.office.run(limit_merchant, command, fang)
    assert await judge(world, attempt(world, lin.person_id, 1)) == ["refused"]
    await world.office.run(unlimit_merchant, UnlimitMerchant(limited_id=limited), fang)
    assert await judge(world, attempt(world, lin.person_id, 501)) == [""]


async def test_history_that_is_brought_in_is_not_judged(world: World) -> None:
    lin = await world.person("lin")
    await hold(world, rule(Measure.AMOUNT, 0))
    long_ago = attempt(world, lin.person_id, at=world.now - timedelta(hours=1))
    assert await judge(world, long_ago, attempt(world, lin.person_id)) == ["", "refused"]
    assert len(await decisions(world)) == 1


async def test_an_order_that_is_refused_can_still_be_paid(world: World) -> None:
    shop: TeaShop = await open_busy_shop(world)
    await hold(world, rule(Measure.AMOUNT, 0, Action.STEP_UP))
    order = await place(world, "lin", shop, {shop.oolong: 1})
    before = await balance(world, "lin")
    with pytest.raises(Refusal, match=r"risk\.password_needed") as caught:
        await pay(world, "lin", order)
    assert caught.value.fields["subject"] == f"orders.{int(order.order_id)}"
    assert await balance(world, "lin") == before
    await hold(world)
    await pay(world, "lin", order)
    assert await balance(world, "lin") == before - order.total_fen

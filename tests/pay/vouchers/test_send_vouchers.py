"""Vouchers come to people: once a request, never more than there are, a day, or a person."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.ids import Id
from banyan.pay.partnerships import (
    BuildPartnership,
    Business,
    TerminatePartnership,
    build_partnership,
    terminate_partnership,
)
from banyan.pay.vouchers import (
    ListMyVouchers,
    SendVoucher,
    Voucher,
    VoucherState,
    list_my_vouchers,
    send_vouchers,
)
from tests.kit.loyalty import second_office
from tests.kit.vouchers import add_stock, fill_purse, report_on, send, sending
from tests.kit.world import World


async def test_the_same_request_sends_one_voucher(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False)
    first = await send(world, stock, "lin", "r1")
    again = await send(world, stock, "lin", "r1")
    assert first == again
    with pytest.raises(Refusal, match=r"vouchers\.request_used"):
        await send(world, stock, "wu", "r1")
    mine = await world.office.run(list_my_vouchers, ListMyVouchers(), world.as_person("lin"))
    assert [(one.voucher_id, one.state) for one in mine.items] == [
        (first.voucher_id, VoucherState.HELD)
    ]
    assert (await report_on(world, stock)).counts.sent == 1


async def test_limits_a_person_a_day_and_in_all(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False, max_count=4, max_by_day=3)
    await send(world, stock, "lin", "r1")
    await send(world, stock, "lin", "r2")
    with pytest.raises(Refusal, match=r"vouchers\.person_limit"):
        await send(world, stock, "lin", "r3")
    await send(world, stock, "wu", "r4")
    with pytest.raises(Refusal, match=r"vouchers\.day_limit"):
        await send(world, stock, "wu", "r5")
    await world.advance(timedelta(days=1))
    await send(world, stock, "wu", "r5")
    with pytest.raises(Refusal, match=r"vouchers\.sold_out"):
        await send(world, stock, "chen", "r6")
    counts = (await report_on(world, stock)).counts
    assert (counts.left, counts.sent, counts.held) == (0, 4, 4)


async def test_fifty_rivals_over_two_servers_get_seven(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False, max_count=7, max_by_person=60)
    lin = await world.person("lin")
    async with second_office(world) as other:
        offices = [world.office, other]
        outcomes = await asyncio.gather(
            *(
                offices[number % 2].run(
                    send_vouchers,
                    sending(world, stock, int(lin.person_id), f"r{number}"),
                    world.owner,
                )
                for number in range(50)
            ),
            return_exceptions=True,
        )
    codes = Counter(
        one.code if isinstance(one, Failure) else type(one).__name__ for one in outcomes
    )
    assert codes == {"Voucher": 7, "vouchers.sold_out": 43}
    assert (await report_on(world, stock)).counts.left == 0


async def test_two_hundred_people_over_two_servers_and_a_budget_for_fifty(world: World) -> None:
    await world.merchant()
    await fill_purse(world, 10_000)
    stock = await add_stock(world, max_count=50, max_by_person=1)
    people = [1_000 + number % 200 for number in range(300)]
    async with second_office(world) as other:
        offices = [world.office, other]
        outcomes = await asyncio.gather(
            *(
                offices[number % 2].run(
                    send_vouchers, sending(world, stock, person_id, f"r{number}"), world.owner
                )
                for number, person_id in enumerate(people)
            ),
            return_exceptions=True,
        )
    won = [one.person_id for one in outcomes if isinstance(one, Voucher)]
    assert len(won) == len(set(won)) == 50
    refused = {one.code for one in outcomes if isinstance(one, Failure)}
    assert refused <= {"vouchers.sold_out", "vouchers.person_limit"}
    counts = (await report_on(world, stock)).counts
    assert (counts.left, counts.held, counts.fund_fen) == (0, 50, 10_000)


async def test_rivals_with_one_request_number_send_one(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False, max_by_person=60)
    lin = await world.person("lin")
    command = sending(world, stock, int(lin.person_id), "same")
    async with second_office(world) as other:
        outcomes = await asyncio.gather(
            *(
                office.run(send_vouchers, command, world.owner)
                for office in [world.office, other] * 6
            ),
            return_exceptions=True,
        )
    ids = {one.voucher_id for one in outcomes if not isinstance(one, BaseException)}
    assert len(ids) == 1
    assert (await report_on(world, stock)).counts.sent == 1


async def test_another_merchant_sends_as_a_partner_only(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False)
    other = await world.merchant("隔壁", owner="hao")
    lin = await world.person("lin")
    command = SendVoucher(
        merchant_id=other,
        creator_merchant_id=stock.merchant_id,
        stock_id=stock.stock_id,
        person_id=Id(lin.person_id),
        request_no="p1",
    )
    hao = world.as_person("hao")
    with pytest.raises(Refusal, match=r"vouchers\.not_partnered"):
        await world.office.run(send_vouchers, command, hao)
    key = {
        "merchant_id": world.merchant_id,
        "business": Business.VOUCHERS,
        "stock_id": Id(stock.stock_id),
        "partner_merchant_id": Id(other),
    }
    built = BuildPartnership(**key, request_key="k1")  # type: ignore[arg-type]
    first = await world.office.run(build_partnership, built, world.owner)
    assert await world.office.run(build_partnership, built, world.owner) == first
    voucher = await world.office.run(send_vouchers, command, hao)
    assert int(voucher.sender_merchant_id) == int(other)
    ended = TerminatePartnership(**key, request_key="k2")  # type: ignore[arg-type]
    await world.office.run(terminate_partnership, ended, world.owner)
    clash = TerminatePartnership(**key, request_key="k1")  # type: ignore[arg-type]
    with pytest.raises(Refusal, match=r"partnerships\.key_used"):
        await world.office.run(terminate_partnership, clash, world.owner)
    later = SendVoucher(
        merchant_id=other,
        creator_merchant_id=stock.merchant_id,
        stock_id=stock.stock_id,
        person_id=Id(lin.person_id),
        request_no="p2",
    )
    with pytest.raises(Refusal, match=r"vouchers\.not_partnered"):
        await world.office.run(send_vouchers, later, hao)
    with pytest.raises(NotFound):
        await world.office.run(send_vouchers, sending(world, stock, 1, "x"), lin)

"""Stocks are written once, funded when they start, and give back what nobody used."""

from datetime import timedelta
from typing import TypeVar

import msgspec
import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.pay.vouchers import (
    ListStocks,
    PauseStock,
    RestartStock,
    StartStock,
    Stock,
    StockState,
    StopStock,
    TurnStock,
    VoucherRule,
    create_platform_stock,
    create_stock,
    list_stocks,
    pause_stock,
    restart_stock,
    start_platform_stock,
    start_stock,
    stop_stock,
)
from tests.kit.vouchers import add_stock, fill_purse, read_purse, report_on, send, start, stock_of
from tests.kit.world import World

_Turn = TypeVar("_Turn", bound=TurnStock)


def changing(kind: type[_Turn], stock: Stock) -> _Turn:
    """Name a stock."""
    return kind(merchant_id=MerchantId(stock.merchant_id), stock_id=stock.stock_id)


async def test_the_same_request_makes_one_stock(world: World) -> None:
    await world.merchant()
    command = stock_of(world)
    first = await world.office.run(create_stock, command, world.owner)
    again = await world.office.run(create_stock, command, world.owner)
    assert (first.stock_id, first.state) == (again.stock_id, StockState.UNACTIVATED)
    other = msgspec.structs.replace(command, amount_fen=300)
    with pytest.raises(Refusal, match=r"vouchers\.request_used"):
        await world.office.run(create_stock, other, world.owner)
    stocks = await world.office.run(
        list_stocks, ListStocks(merchant_id=world.merchant_id), world.owner
    )
    assert stocks.total_count == 1
    assert stocks.items[0].counts.left == 10


async def test_a_start_puts_all_the_money_aside_and_the_end_gives_the_rest_back(
    world: World,
) -> None:
    await world.merchant()
    await fill_purse(world, 2_500)
    stock = await add_stock(world)
    assert (stock.state, stock.funded_fen) == (StockState.RUNNING, 2_000)
    assert await read_purse(world) == 500
    again = await start(world, stock)
    assert again.funded_fen == 2_000
    assert await read_purse(world) == 500
    await send(world, stock, "lin", "r1")
    await world.advance(timedelta(days=31))
    report = await report_on(world, stock)
    assert (report.stock.state, report.stock.returned_fen) == (StockState.STOPPED, 2_000)
    assert (report.counts.expired, report.counts.left, report.counts.fund_fen) == (1, 0, 0)
    assert await read_purse(world) == 2_500


async def test_who_has_too_little_starts_nothing(world: World) -> None:
    await world.merchant()
    await fill_purse(world, 1_999)
    stock = await add_stock(world, is_started=False)
    since = await world.mark()
    with pytest.raises(Refusal, match=r"vouchers\.funds_short"):
        await start(world, stock)
    assert (await report_on(world, stock)).stock.state is StockState.UNACTIVATED
    assert await read_purse(world) == 1_999
    assert await world.events(since) == []


async def test_what_the_merchant_gives_up_needs_no_money(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False)
    assert (stock.state, stock.funded_fen) == (StockState.RUNNING, 0)


async def test_nobody_gives_up_the_money_of_others(world: World) -> None:
    await world.merchant()
    other = await world.merchant("隔壁", owner="hao")
    for merchant_ids in ([Id(other)], [], [Id(world.merchant_id), Id(7)]):
        with pytest.raises(Refusal, match=r"vouchers\.not_theirs"):
            await add_stock(world, is_cash=False, rule=VoucherRule(merchant_ids=merchant_ids))


async def test_a_paused_stock_gives_out_none_and_a_stopped_one_returns_what_was_not_sent(
    world: World,
) -> None:
    await world.merchant()
    await fill_purse(world, 2_000)
    stock = await add_stock(world)
    await send(world, stock, "lin", "r1")
    await world.office.run(pause_stock, changing(PauseStock, stock), world.owner)
    with pytest.raises(Refusal, match=r"vouchers\.not_running"):
        await send(world, stock, "lin", "r2")
    await world.office.run(restart_stock, changing(RestartStock, stock), world.owner)
    await send(world, stock, "lin", "r2")
    stopped = await world.office.run(stop_stock, changing(StopStock, stock), world.owner)
    assert (stopped.state, stopped.returned_fen) == (StockState.STOPPED, 1_600)
    assert await read_purse(world) == 1_600
    with pytest.raises(Refusal, match=r"vouchers\.not_running"):
        await world.office.run(pause_stock, changing(PauseStock, stock), world.owner)
    with pytest.raises(Refusal, match=r"vouchers\.not_running"):
        await world.office.run(restart_stock, changing(RestartStock, stock), world.owner)
    with pytest.raises(Refusal, match=r"vouchers\.not_startable"):
        await world.office.run(start_stock, changing(StartStock, stock), world.owner)
    await world.advance(timedelta(days=31))
    assert await read_purse(world) == 2_000


@pytest.mark.parametrize(
    ("begin_days", "end_days", "code"),
    [
        (2, 1, "window_empty"),
        (-3, -1, "window_past"),
        (0, 91, "window_too_long"),
        (366, 370, "window_too_far"),
    ],
)
async def test_a_time_that_makes_no_sense(
    world: World, begin_days: int, end_days: int, code: str
) -> None:
    await world.merchant()
    with pytest.raises(Invalid, match=code):
        await add_stock(
            world,
            begins_at=world.now + timedelta(days=begin_days),
            ends_at=world.now + timedelta(days=end_days),
        )


async def test_strangers_find_no_stock(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_started=False)
    lin = await world.person("lin")
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(start_stock, changing(StartStock, stock), lin)
    other = await world.merchant("隔壁", owner="hao")
    foreign = StartStock(merchant_id=other, stock_id=stock.stock_id)
    with pytest.raises(NotFound, match=r"vouchers\.stock_not_found"):
        await world.office.run(start_stock, foreign, world.as_person("hao"))
    with pytest.raises(NotFound):
        await world.office.run(create_platform_stock, stock_of(world), world.owner)


async def test_the_platform_gives_away_what_it_earned_only(world: World) -> None:
    await world.merchant()
    stock = await world.office.run(create_platform_stock, stock_of(world), SYSTEM)
    assert stock.merchant_id == 0
    with pytest.raises(Refusal, match=r"vouchers\.funds_short"):
        await world.office.run(start_platform_stock, changing(TurnStock, stock), SYSTEM)

"""Vouchers inside payments: the best or the chosen one, once, and back with the refund."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.money import CNY
from banyan.books.ledger import EMPTY, read_accounts
from banyan.pay.payees import (
    BindPayee,
    OpenPayee,
    Scope,
    bind_payee,
    open_payee,
)
from banyan.pay.vouchers import (
    Back,
    Promotion,
    Taken,
    Voucher,
    VoucherRule,
    Want,
    give_back,
    take_vouchers,
)
from banyan.pay.wallets import unsettled_of
from tests.kit.vouchers import add_stock, fill_purse, read_purse, report_on, send
from tests.kit.world import World


async def take(world: World, name: str, total_fen: int, **changes: Any) -> Taken:  # noqa: ANN401 - any field of it
    """Pay so much, as far as vouchers go."""
    person = await world.person(name)
    want = Want(
        person_id=int(person.person_id),
        merchant_id=int(world.merchant_id),
        charge_id=1,
        transaction_no="42",
        total_fen=total_fen,
        currency="CNY",
        way="jsapi",
        at=world.now,
    )
    async with world.office.begin() as work:
        work.open_account(unsettled_of(CNY, int(world.merchant_id)))
        want = msgspec.structs.replace(want, charge_id=work.ids.next(), **changes)
        (taken,) = await take_vouchers(work, [want])
    if isinstance(taken, Failure):
        raise taken
    return taken


async def refund(world: World, promotion: Promotion, amount_fen: int, *, is_whole: bool) -> None:
    """Give so much of a voucher back."""
    async with world.office.begin() as work:
        back = Back(
            merchant_id=int(world.merchant_id),
            refund_id=work.ids.next(),
            promotions=[promotion],
            voucher_fen=amount_fen if promotion.is_cash else 0,
            discount_fen=0 if promotion.is_cash else amount_fen,
            source=unsettled_of(CNY, int(world.merchant_id)),
            refusal="charges.funds_short",
            is_whole=is_whole,
        )
        await give_back(work, [back])


async def read_unsettled(world: World) -> int:
    """What the merchant waits for."""
    account = unsettled_of(CNY, int(world.merchant_id)).account_id
    async with world.building.pool.acquire() as db:
        return (await read_accounts(db, [account])).get(account, EMPTY).balance


async def test_a_fund_pays_and_is_paid_back(world: World) -> None:
    await world.merchant()
    await fill_purse(world, 2_000)
    stock = await add_stock(world)
    await send(world, stock, "lin", "r1")
    assert await take(world, "lin", 999) == Taken()
    taken = await take(world, "lin", 1_000)
    (promotion,) = taken.promotions
    assert (taken.cash_fen, taken.given_up_fen, promotion.merchant_fen) == (200, 0, 200)
    assert await read_unsettled(world) == 200
    assert await take(world, "lin", 1_000) == Taken()
    await refund(world, promotion, 66, is_whole=False)
    assert (await report_on(world, stock)).counts.used == 1
    await refund(world, promotion, 134, is_whole=True)
    counts = (await report_on(world, stock)).counts
    assert (counts.used, counts.held, counts.fund_fen) == (0, 1, 2_000)
    assert await read_unsettled(world) == 0
    again = await take(world, "lin", 1_000)
    assert again.promotions[0].voucher_id == promotion.voucher_id


async def test_after_the_end_money_goes_to_the_funder_and_the_voucher_stays_used(
    world: World,
) -> None:
    await world.merchant()
    await fill_purse(world, 2_000)
    stock = await add_stock(world)
    await send(world, stock, "lin", "r1")
    (promotion,) = (await take(world, "lin", 1_000)).promotions
    await world.advance(timedelta(days=31))
    assert await read_purse(world) == 1_800
    await refund(world, promotion, 200, is_whole=True)
    assert await read_purse(world) == 2_000
    counts = (await report_on(world, stock)).counts
    assert (counts.used, counts.held, counts.fund_fen) == (1, 0, 0)


async def test_a_voucher_without_money_is_given_up_by_the_merchant(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "r1")
    taken = await take(world, "lin", 1_500)
    assert (taken.cash_fen, taken.given_up_fen) == (0, 200)
    await refund(world, taken.promotions[0], 200, is_whole=True)
    assert (await report_on(world, stock)).counts.held == 1


async def test_nobody_gives_up_money_for_a_provider_that_acts_for_them_no_more(
    world: World,
) -> None:
    await world.merchant()
    other = await world.merchant("隔壁", owner="hao")
    hao = world.as_person("hao")
    provider = await world.office.run(
        open_payee, OpenPayee(merchant_id=world.merchant_id), world.owner
    )
    await world.office.run(open_payee, OpenPayee(merchant_id=other), hao)
    provider_mchid = provider.mchid
    binding = BindPayee(merchant_id=other, provider_mchid=provider_mchid)
    await world.office.run(bind_payee, binding, hao)
    with pytest.raises(Refusal, match=r"payees\.not_bound"):
        await add_stock(world, is_cash=False, rule=VoucherRule(merchant_ids=[Id(other)]))
    wider = BindPayee(merchant_id=other, provider_mchid=provider_mchid, scopes=[Scope.FUNDS])
    await world.office.run(bind_payee, wider, hao)
    stock = await add_stock(world, is_cash=False, rule=VoucherRule(merchant_ids=[Id(other)]))
    for request_no in ("r1", "r2"):
        await send(world, stock, "lin", request_no)
    assert (await take(world, "lin", 1_500, merchant_id=int(other))).given_up_fen == 200
    await world.office.run(bind_payee, binding, hao)
    assert await take(world, "lin", 1_500, merchant_id=int(other)) == Taken()


async def test_the_best_one_or_the_chosen_one_or_none(world: World) -> None:
    await world.merchant()
    small = await add_stock(world, is_cash=False, amount_fen=100, request_no="s1")
    big = await add_stock(world, is_cash=False, amount_fen=300, request_no="s2")
    cheap = await send(world, small, "lin", "r1")
    dear = await send(world, big, "lin", "r2")
    assert await take(world, "lin", 2_000, chosen=0) == Taken()
    chosen = await take(world, "lin", 2_000, chosen=int(cheap.voucher_id))
    assert chosen.promotions[0].voucher_id == cheap.voucher_id
    with pytest.raises(NotFound, match=r"vouchers\.not_found"):
        await take(world, "lin", 2_000, chosen=int(cheap.voucher_id))
    with pytest.raises(Refusal, match=r"vouchers\.not_fitting"):
        await take(world, "lin", 999, chosen=int(dear.voucher_id))
    with pytest.raises(NotFound, match=r"vouchers\.not_found"):
        await take(world, "wu", 2_000, chosen=int(dear.voucher_id))
    assert (await take(world, "lin", 2_000)).promotions[0].voucher_id == dear.voucher_id


async def test_at_least_one_fen_is_paid(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False, amount_fen=500, minimum_fen=1)
    await send(world, stock, "lin", "r1")
    assert await take(world, "lin", 1) == Taken()
    assert (await take(world, "lin", 300)).given_up_fen == 299


async def test_tags_ways_merchants_and_goods(world: World) -> None:
    class Item(msgspec.Struct):
        goods_id: str
        quantity: int
        unit_price_fen: int

    await world.merchant()
    rule = VoucherRule(
        merchant_ids=[Id(world.merchant_id)], goods_tags=["tea"], ways=["native"], items=["a", "b"]
    )
    stock = await add_stock(world, is_cash=False, rule=rule)
    await send(world, stock, "lin", "r1")
    fitting: dict[str, Any] = {
        "goods_tag": "tea",
        "way": "native",
        "goods": [Item("a", 2, 300), Item("b", 1, 400), Item("c", 1, 5_000)],
    }
    for wrong in (
        {"goods_tag": "coffee"},
        {"way": "jsapi"},
        {"merchant_id": 7},
        {"goods": [Item("c", 1, 6_000)]},
        {"at": world.now - timedelta(hours=1)},
    ):
        assert await take(world, "lin", 6_000, **{**fitting, **wrong}) == Taken()
    (promotion,) = (await take(world, "lin", 6_000, **fitting)).promotions
    assert promotion.is_single
    assert list(promotion.goods) == [("a", 2, 300, 120), ("b", 1, 400, 80)]


async def test_rivals_for_one_voucher(world: World) -> None:
    await world.merchant()
    await fill_purse(world, 2_000)
    stock = await add_stock(world)
    await send(world, stock, "lin", "r1")
    await send(world, stock, "lin", "r2")
    takes = await asyncio.gather(*(take(world, "lin", 1_000) for _ in range(8)))
    assert sorted(one.cash_fen for one in takes) == [0] * 6 + [200] * 2
    used: list[Voucher] = [p.voucher_id for one in takes for p in one.promotions]  # type: ignore[misc]
    assert len(set(used)) == 2
    assert await read_unsettled(world) == 400


async def test_two_payments_of_one_batch_take_two_vouchers(world: World) -> None:
    await world.merchant()
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "r1")
    lin = await world.person("lin")
    want = Want(
        person_id=int(lin.person_id),
        merchant_id=int(world.merchant_id),
        charge_id=1,
        transaction_no="42",
        total_fen=1_000,
        currency="CNY",
        way="jsapi",
        at=world.now,
    )
    async with world.office.begin() as work:
        second = msgspec.structs.replace(want, charge_id=2)
        one, two = await take_vouchers(work, [want, second])
    assert isinstance(one, Taken)
    assert (len(one.promotions), two) == (1, Taken())

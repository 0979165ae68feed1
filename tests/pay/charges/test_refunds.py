"""Charges go back in parts or whole, and every party gets back what it gave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import NONE
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.charges import (
    PAID,
    REFUNDED,
    Charge,
    ChargeId,
    ChargeState,
    CombinedId,
    Facts,
    Funds,
    ListRefundsOf,
    Protocol,
    ReadRefund,
    RefundedGoods,
    RefundFacts,
    Way,
    list_refunds_of,
    read_refund,
    refund_id_of,
)
from banyan.pay.charges.rules import compute_fee, compute_split
from banyan.pay.notifications import ListNotifications, list_notifications
from tests.kit import charges as kit
from tests.kit.charges import ask, charge_of, funds_of, give_back, open_till, pay_asked
from tests.kit.sales import balance
from tests.kit.world import World

_at = datetime(2026, 5, 1, tzinfo=UTC)


async def _paid(world: World, *, is_shared: bool = False) -> None:
    await open_till(world, "lin")
    await pay_asked(world, "lin", await ask(world, "T1", 10_000, is_shared=is_shared))


async def test_parts_go_back_with_their_part_of_the_fee(world: World) -> None:
    await _paid(world)
    first = await give_back(world, "T1", 3_333, facts=RefundFacts(notify_url=kit.NOTIFY_URL))
    assert (first.refund.payer_fen, first.refund.fee_fen) == (3_333, 20)
    assert first.charge.state is ChargeState.PAID
    assert refund_id_of(first.refund.refund_no) == first.refund.refund_id
    assert len(first.refund.refund_no) == 29
    again = await give_back(world, "T1", 3_333)
    assert again.refund == first.refund
    with pytest.raises(Refusal, match=r"charges\.refund_no_used"):
        await give_back(world, "T1", 1, number="T1-3333")
    with pytest.raises(Refusal, match=r"charges\.refund_too_large"):
        await give_back(world, "T1", 6_668)
    await give_back(world, "T1", 6_667)
    assert await funds_of(world) == kit.Funds()
    assert await balance(world, "lin") == 100_000
    charge = await charge_of(world, "T1")
    assert (charge.refunded_fen, charge.fee_refunded_fen, charge.refund_count) == (10_000, 60, 2)
    query = ListNotifications(merchant_id=world.merchant_id)
    page = await world.office.run(list_notifications, query, world.owner)
    assert sorted(one.kind for one in page.items) == [PAID, REFUNDED]
    listed = await world.office.run(
        list_refunds_of,
        ListRefundsOf(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no="T1"),
        world.owner,
    )
    assert [one.refund_fen for one in listed] == [3_333, 6_667]


async def test_what_waits_to_be_shared_goes_back_first(world: World) -> None:
    await _paid(world, is_shared=True)
    assert await funds_of(world) == kit.Funds(shared_fen=9_940, fees_fen=60)
    done = await give_back(world, "T1", 4_000)
    assert (done.refund.pool_fen, done.charge.unsplit_fen) == (3_976, 5_964)
    assert await funds_of(world) == kit.Funds(shared_fen=5_964, fees_fen=36)


async def test_a_merchant_without_money_gives_nothing_back_yet(world: World) -> None:
    await _paid(world)
    with pytest.raises(Refusal, match=r"refunds\.purse_short"):
        await give_back(world, "T1", 5_000, funds=Funds.AVAILABLE)
    assert (await charge_of(world, "T1")).refunded_fen == 0
    done = await give_back(world, "T1", 5_000)
    assert done.refund.funds is Funds.UNSETTLED


async def test_what_is_wrong_with_a_refund_is_named(world: World) -> None:
    await _paid(world)
    await ask(world, "T2", 500)
    with pytest.raises(Refusal, match=r"charges\.not_paid"):
        await give_back(world, "T2", 500)
    with pytest.raises(NotFound):
        await give_back(world, "T3", 500)
    with pytest.raises(Refusal, match=r"charges\.total_differs"):
        await give_back(world, "T1", 500, total_fen=9_999)
    goods = [RefundedGoods(goods_id="tea", refund_fen=499, quantity=1)]
    with pytest.raises(Invalid, match=r"charges\.goods_differ"):
        await give_back(world, "T1", 500, facts=RefundFacts(goods=goods))
    for number in range(50):
        await give_back(world, "T1", 1, number=f"R{number}")
    with pytest.raises(Refusal, match=r"charges\.too_many_refunds"):
        await give_back(world, "T1", 1, number="R50")
    with pytest.raises(NotFound, match=r"charges\.refund_not_found"):
        await world.office.run(
            read_refund,
            ReadRefund(merchant_id=world.merchant_id, out_refund_no="R50"),
            world.owner,
        )
    await pay_asked(world, "lin", await ask(world, "T4", 500))
    await world.advance(timedelta(days=366))
    with pytest.raises(Refusal, match=r"charges\.refund_too_late"):
        await give_back(world, "T4", 500)


def test_the_fee_is_half_a_fen_up() -> None:
    assert [compute_fee(total, 60) for total in (1, 83, 84, 250, 10_000)] == [0, 0, 1, 2, 60]
    assert compute_fee(10**12, 10_000) == 10**12


def _charge(payer_fen: int, voucher_fen: int, discount_fen: int, rate_bp: int) -> Charge:
    total_fen = payer_fen + voucher_fen + discount_fen
    fee_fen = compute_fee(total_fen - discount_fen, rate_bp)
    return Charge(
        merchant_id=MerchantId(1),
        charge_id=ChargeId(1),
        provider_id=MerchantId(0),
        combined_id=CombinedId(0),
        protocol=Protocol.WECHAT,
        way=Way.NATIVE,
        out_no="T1",
        token="2" * 20,
        channel_id=NONE,
        sub_channel_id=NONE,
        wanted_payer_id=PersonId(0),
        currency="CNY",
        total_fen=total_fen,
        is_shared=True,
        facts=Facts(),
        created_at=_at,
        expires_at=None,
        payable_until=_at,
        state=ChargeState.PAID,
        payer_id=PersonId(1),
        openid="",
        sub_openid="",
        paid_at=_at,
        closed_at=None,
        payer_fen=payer_fen,
        voucher_fen=voucher_fen,
        discount_fen=discount_fen,
        rate_bp=rate_bp,
        fee_fen=fee_fen,
        unsplit_fen=total_fen - discount_fen - fee_fen,
        promotions=[],
        refund_count=0,
        refunded_fen=0,
        payer_refunded_fen=0,
        voucher_refunded_fen=0,
        discount_refunded_fen=0,
        fee_refunded_fen=0,
    )


_fen = st.one_of(st.integers(0, 20), st.integers(0, 1_000_000))


@given(
    st.tuples(_fen, _fen, _fen).filter(sum),
    st.integers(0, 10_000),
    st.lists(st.floats(0, 1), max_size=8),
    st.integers(0, 100),
)
def test_any_refunds_give_back_each_part_exactly(
    parts: tuple[int, int, int], rate_bp: int, cuts: list[float], shared_percent: int
) -> None:
    charge = _charge(*parts, rate_bp)
    unsplit_fen = charge.unsplit_fen * shared_percent // 100
    charge = msgspec.structs.replace(charge, unsplit_fen=unsplit_fen)
    marks = sorted({round(cut * charge.total_fen) for cut in cuts} | {0, charge.total_fen})
    for start, end in pairwise(marks):
        split = compute_split(charge, end - start)
        assert min(split.payer_fen, split.voucher_fen, split.discount_fen, split.fee_fen) >= 0
        assert split.payer_fen + split.voucher_fen + split.discount_fen == end - start
        assert 0 <= split.pool_fen <= charge.unsplit_fen
        assert split.pool_fen <= max(0, split.payer_fen + split.voucher_fen - split.fee_fen)
        charge = msgspec.structs.replace(
            charge,
            refunded_fen=end,
            payer_refunded_fen=charge.payer_refunded_fen + split.payer_fen,
            voucher_refunded_fen=charge.voucher_refunded_fen + split.voucher_fen,
            discount_refunded_fen=charge.discount_refunded_fen + split.discount_fen,
            fee_refunded_fen=charge.fee_refunded_fen + split.fee_fen,
            unsplit_fen=charge.unsplit_fen - split.pool_fen,
        )
        assert charge.voucher_refunded_fen <= charge.voucher_fen
        assert charge.discount_refunded_fen <= charge.discount_fen
        # The payer never waits for a whole fen of what is due.
        due = charge.payer_fen * end / charge.total_fen
        assert due - charge.payer_refunded_fen < 1
    assert charge.payer_refunded_fen == charge.payer_fen
    assert charge.voucher_refunded_fen == charge.voucher_fen
    assert charge.discount_refunded_fen == charge.discount_fen
    assert charge.fee_refunded_fen == charge.fee_fen

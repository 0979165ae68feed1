"""What is used first is paid once, later, from the wallet of the one who agreed to it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.parties.ids import PersonId
from banyan.pay.risk import BlockPerson, UnblockPerson, block_person, unblock_person
from banyan.pay.scores import (
    AskMandate,
    BeginCompleted,
    BeginOrder,
    ChangeScheme,
    CloseMyMandate,
    CollectOrder,
    ConfirmOrder,
    EndMandate,
    FindMandate,
    FindStanding,
    GiveMandate,
    Item,
    ListMyMandates,
    ListScoreOrders,
    LowerOrder,
    MandateState,
    NotePaidElsewhere,
    OrderFilter,
    PaidBy,
    PayMyOrder,
    ReadMyStanding,
    ReadScoreOrder,
    RevokeOrder,
    ScoreOrder,
    ScoreState,
    Terms,
    ask_mandate,
    begin_completed,
    begin_order,
    change_scheme,
    close_my_mandate,
    collect_order,
    confirm_order,
    end_mandate,
    find_mandate,
    find_standing,
    give_mandate,
    list_my_mandates,
    list_score_orders,
    lower_order,
    note_paid_elsewhere,
    pay_my_order,
    read_my_standing,
    read_score_order,
    revoke_order,
)
from banyan.pay.scores.rules import ASKED_AGAIN, check_total, compute_total
from tests.kit.lending import Lending, lend, terms
from tests.kit.sales import balance, fill_wallet
from tests.kit.world import World


async def read(lending: Lending, out_no: str = "bike-1") -> ScoreOrder:
    query = ReadScoreOrder(**lending.named, out_no=out_no)
    return await lending.world.office.run(read_score_order, query, lending.world.owner)


async def give(lending: Lending, name: str, code: str = "auth-1") -> None:
    world = lending.world
    command = AskMandate(**lending.named, channel_id=Id(lending.channel.channel_id), code=code)
    asked = await world.office.run(ask_mandate, command, world.owner)
    await world.office.run(give_mandate, GiveMandate(token=asked.token), world.as_person(name))


async def test_an_order_is_agreed_to_completed_and_paid(world: World) -> None:
    lending = await lend(world)
    begun = await lending.begin()
    assert (begun.state, begun.is_confirm_needed, begun.person_id) == (ScoreState.CREATED, True, 0)
    assert (await lending.begin()) == begun  # told twice, begun once
    used = await world.office.run(
        confirm_order, ConfirmOrder(token=begun.token), world.as_person("lin")
    )
    assert (used.state, used.confirmed_at is not None) == (ScoreState.DOING, True)
    assert used.openid
    completed = await lending.complete(350, off_fen=50)
    assert (completed.total_fen, completed.is_owed) == (300, True)
    assert await lending.complete(350, off_fen=50) == completed
    await world.settle()
    paid = await read(lending)
    assert (paid.state, paid.paid_by) == (ScoreState.DONE, PaidBy.BANYAN)
    assert paid.transaction_no.startswith("42")
    assert await balance(world, "lin") == 9_700
    await world.check()


async def test_whoever_agrees_first_has_the_order(world: World) -> None:
    lending = await lend(world)
    begun = await lending.begin()
    rivals = [world.as_person("lin"), await world.person("chen")]
    command = ConfirmOrder(token=begun.token)
    outcomes = await asyncio.gather(
        *(world.office.run(confirm_order, command, one) for one in rivals),
        return_exceptions=True,
    )
    won = [one for one in outcomes if isinstance(one, ScoreOrder)]
    lost = [one for one in outcomes if isinstance(one, Failure)]
    assert (len(won), [one.code for one in lost]) == (1, ["scores.not_found"])
    await world.check()


async def test_a_short_wallet_is_asked_again_until_it_holds_enough(world: World) -> None:
    lending = await lend(world)
    await lending.use("wu")
    await lending.complete(500)
    await world.settle()
    short = await read(lending)
    assert (short.is_owed, short.tries) == (True, 1)
    wu = world.as_person("wu")
    standing = await world.office.run(read_my_standing, ReadMyStanding(), wu)
    assert (standing.standing.may_use, standing.standing.owed_fen) == (False, 500)
    asked = FindStanding(**lending.named, person_id=PersonId(wu.person_id))
    assert not (await world.office.run(find_standing, asked, world.owner)).may_use
    other = await lending.begin("bike-2")
    with pytest.raises(Refusal, match=r"scores\.owes"):
        await world.office.run(confirm_order, ConfirmOrder(token=other.token), wu)
    pay = PayMyOrder(merchant_id=world.merchant_id, order_id=short.order_id)
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await world.office.run(pay_my_order, pay, wu)
    collect = CollectOrder(**lending.named, out_no="bike-1")
    assert (await world.office.run(collect_order, collect, world.owner)).tries == 2
    await fill_wallet(world, "wu", 800)
    world.office.clock.offset += timedelta(hours=2)
    await world.settle()
    paid = await read(lending)
    assert (paid.state, paid.paid_by, await balance(world, "wu")) == (
        ScoreState.DONE,
        PaidBy.BANYAN,
        300,
    )
    with pytest.raises(Refusal, match=r"scores\.wrong_state"):
        await world.office.run(collect_order, collect, world.owner)
    await world.check()


async def test_who_may_not_pay_for_now_owes_until_they_may(world: World) -> None:
    lending = await lend(world)
    await lending.use("lin")
    lin = world.as_person("lin")
    blocking = BlockPerson(blocked_id=PersonId(lin.person_id), reason="手机丢失")
    await world.office.run(block_person, blocking, SYSTEM)
    owed = await lending.complete(500)
    await world.settle()
    assert (await read(lending)).tries == 1
    pay = PayMyOrder(merchant_id=world.merchant_id, order_id=owed.order_id)
    with pytest.raises(Refusal, match=r"scores\.not_now"):
        await world.office.run(pay_my_order, pay, lin)
    lower = LowerOrder(
        **lending.named,
        out_no="bike-1",
        fees=[Item(name="骑行费", amount_fen=200)],
        total_fen=200,
        why="协商",
    )
    await world.office.run(lower_order, lower, world.owner)
    unblocking = UnblockPerson(blocked_id=PersonId(lin.person_id))
    await world.office.run(unblock_person, unblocking, SYSTEM)
    world.office.clock.offset += timedelta(hours=2)
    await world.settle()
    assert (await read(lending)).state is ScoreState.DONE
    assert await balance(world, "lin") == 9_800
    await world.check()


async def test_what_is_owed_is_paid_once_by_rivals(world: World) -> None:
    lending = await lend(world)
    await lending.use("wu")
    await lending.complete(500)
    await world.settle()
    owed = await read(lending)
    await fill_wallet(world, "wu", 2_000)
    wu = world.as_person("wu")
    pay = PayMyOrder(merchant_id=world.merchant_id, order_id=owed.order_id)
    collect = CollectOrder(**lending.named, out_no="bike-1")
    await asyncio.gather(
        *(world.office.run(pay_my_order, pay, wu) for _ in range(4)),
        *(world.office.run(collect_order, collect, world.owner) for _ in range(4)),
        return_exceptions=True,
    )
    assert await balance(world, "wu") == 1_500
    await world.check()


async def test_a_merchant_asks_for_less_and_is_paid_elsewhere(world: World) -> None:
    lending = await lend(world)
    await lending.use("wu")
    await lending.complete(500)
    lower = LowerOrder(
        **lending.named,
        out_no="bike-1",
        fees=[Item(name="骑行费", amount_fen=200)],
        total_fen=200,
        why="用户投诉",
    )
    assert (await world.office.run(lower_order, lower, world.owner)).total_fen == 200
    assert (await world.office.run(lower_order, lower, world.owner)).total_fen == 200
    more = LowerOrder(
        **lending.named,
        out_no="bike-1",
        fees=[Item(name="骑行费", amount_fen=300)],
        total_fen=300,
        why="更贵",
    )
    with pytest.raises(Refusal, match=r"scores\.over_risk"):
        await world.office.run(lower_order, more, world.owner)
    elsewhere = NotePaidElsewhere(**lending.named, out_no="bike-1", paid_at=world.now)
    done = await world.office.run(note_paid_elsewhere, elsewhere, world.owner)
    assert (done.state, done.paid_by, done.charge_id) == (ScoreState.DONE, PaidBy.MERCHANT, 0)
    assert await world.office.run(note_paid_elsewhere, elsewhere, world.owner) == done
    await world.settle()
    assert await balance(world, "wu") == 0
    await world.check()


async def test_what_is_free_is_done_at_once(world: World) -> None:
    lending = await lend(world)
    await lending.use("lin")
    done = await lending.complete(100, off_fen=100)
    assert (done.state, done.paid_by, done.total_fen) == (ScoreState.DONE, PaidBy.NOBODY, 0)
    await world.settle()
    assert await balance(world, "lin") == 10_000
    await world.check()


async def test_bills_must_add_up_and_stay_below_the_risk(world: World) -> None:
    lending = await lend(world)
    with pytest.raises(Refusal, match=r"scores\.risk_too_large"):
        await lending.begin("bike-9", risk_fen=20_001)
    await lending.use("lin")
    with pytest.raises(Refusal, match=r"scores\.over_risk"):
        await lending.complete(10_001)
    assert not (await read(lending)).is_owed
    with pytest.raises(Invalid, match=r"scores\.no_risk"):
        await world.office.run(
            begin_order,
            BeginOrder(
                **lending.named,
                channel_id=Id(lending.channel.channel_id),
                out_no="bike-3",
                terms=Terms(introduction="单车"),
            ),
            world.owner,
        )
    with pytest.raises(Refusal, match=r"scores\.out_no_taken"):
        await lending.begin("bike-1", risk_fen=9_999)


async def test_orders_are_taken_back_or_run_out(world: World) -> None:
    lending = await lend(world)
    revoke = RevokeOrder(**lending.named, out_no="bike-1", why="用户取消")
    with pytest.raises(NotFound):
        await world.office.run(revoke_order, revoke, world.owner)
    begun = await lending.begin()
    revoked = await world.office.run(revoke_order, revoke, world.owner)
    assert revoked.state is ScoreState.REVOKED
    with pytest.raises(Refusal, match=r"scores\.wrong_state"):
        await world.office.run(
            confirm_order, ConfirmOrder(token=begun.token), world.as_person("lin")
        )
    await lending.begin("bike-2")
    await lending.use("lin", "bike-3")
    world.office.clock.offset += timedelta(hours=1, minutes=1)
    await world.settle()
    states = [(await read(lending, f"bike-{number}")).state for number in (1, 2, 3)]
    assert states == [ScoreState.REVOKED, ScoreState.EXPIRED, ScoreState.DOING]
    world.office.clock.offset += timedelta(days=30)
    await world.settle()
    assert (await read(lending, "bike-3")).state is ScoreState.EXPIRED
    listed = ListScoreOrders(merchant_id=world.merchant_id, show=OrderFilter.EXPIRED, limit=1)
    page = await world.office.run(list_score_orders, listed, world.owner)
    assert (len(page.items), page.next_cursor is not None) == (1, True)
    await world.check()


async def test_a_mandate_begins_orders_until_it_ends(world: World) -> None:
    lending = await lend(world)
    lin = world.as_person("lin")
    channel_id = Id(lending.channel.channel_id)
    begin = BeginCompleted(
        **lending.named,
        channel_id=channel_id,
        out_no="bus-1",
        terms=Terms(introduction="公交", fees=[Item(name="车费", amount_fen=200)]),
        total_fen=200,
        person_id=PersonId(lin.person_id),
        openid="openid-of-lin",
    )
    with pytest.raises(Refusal, match=r"scores\.no_mandate"):
        await world.office.run(begin_completed, begin, world.owner)
    await give(lending, "lin")
    find = FindMandate(**lending.named, code="auth-1")
    mandate = await world.office.run(find_mandate, find, world.owner)
    assert (mandate.state, mandate.person_id) == (MandateState.GIVEN, lin.person_id)
    owed = await world.office.run(begin_completed, begin, world.owner)
    assert await world.office.run(begin_completed, begin, world.owner) == owed
    await world.settle()
    assert await balance(world, "lin") == 9_800
    with pytest.raises(Refusal, match=r"scores\.mandate_given_already"):
        await give(lending, "lin", "auth-2")
    end = EndMandate(**lending.named, person_id=PersonId(lin.person_id), why="服务停止")
    assert (await world.office.run(end_mandate, end, world.owner)).state is MandateState.CLOSED
    again = BeginOrder(
        **lending.named,
        channel_id=channel_id,
        out_no="bus-2",
        terms=terms(),
        person_id=PersonId(lin.person_id),
    )
    with pytest.raises(Refusal, match=r"scores\.no_mandate"):
        await world.office.run(begin_order, again, world.owner)
    await give(lending, "lin", "auth-3")
    begun = await world.office.run(begin_order, again, world.owner)
    assert (begun.state, begun.is_confirm_needed) == (ScoreState.DOING, False)
    mine = await world.office.run(list_my_mandates, ListMyMandates(), lin)
    assert [one.scheme.name for one in mine.items] == ["单车骑行"]
    await world.office.run(close_my_mandate, CloseMyMandate(**lending.named), lin)
    assert not (await world.office.run(list_my_mandates, ListMyMandates(), lin)).items
    await world.check()


async def test_who_gave_a_mandate_pays_no_more_than_it_said(world: World) -> None:
    lending = await lend(world)
    lin = world.as_person("lin")
    await give(lending, "lin")
    agreed_fen = lending.scheme.risk_max_fen
    change = ChangeScheme(**lending.named, name="单车骑行", risk_max_fen=10_000_000)
    await world.office.run(change_scheme, change, world.owner)
    facts = {
        **lending.named,
        "channel_id": Id(lending.channel.channel_id),
        "person_id": PersonId(lin.person_id),
    }
    dear = [Item(name="骑行费", amount_fen=agreed_fen + 1)]
    at_once = BeginCompleted(
        **facts,
        out_no="bike-1",
        terms=Terms(introduction="单车", fees=dear),
        total_fen=agreed_fen + 1,
        openid="openid-of-lin",
    )
    with pytest.raises(Refusal, match=r"scores\.over_risk"):
        await world.office.run(begin_completed, at_once, world.owner)
    later = BeginOrder(**facts, out_no="bike-2", terms=terms(agreed_fen + 1))
    with pytest.raises(Refusal, match=r"scores\.risk_too_large"):
        await world.office.run(begin_order, later, world.owner)
    same = BeginOrder(**facts, out_no="bike-3", terms=terms(agreed_fen))
    assert (await world.office.run(begin_order, same, world.owner)).state is ScoreState.DOING


async def test_a_closed_scheme_begins_nothing(world: World) -> None:
    lending = await lend(world)
    change = ChangeScheme(**lending.named, name="停运", risk_max_fen=1_000, is_open=False)
    await world.office.run(change_scheme, change, world.owner)
    with pytest.raises(Refusal, match=r"scores\.scheme_closed"):
        await lending.begin("bike-2", risk_fen=100)


@given(
    fees=st.lists(st.integers(0, 10_000), min_size=1, max_size=5),
    discounts=st.lists(st.integers(0, 10_000), max_size=5),
    most=st.integers(0, 50_000),
)
def test_a_bill_passes_only_if_it_adds_up(fees: list[int], discounts: list[int], most: int) -> None:
    paid = [Item(name="费", amount_fen=one) for one in fees]
    off = [Item(name="减", amount_fen=one) for one in discounts]
    total = compute_total(paid, off)
    assert total == sum(fees) - sum(discounts)
    if total <= most:
        check_total(paid, off, total, most)
    else:
        with pytest.raises(Refusal):
            check_total(paid, off, total, most)
    with pytest.raises(Invalid):
        check_total(paid, off, total + 1, most)


def test_money_is_asked_for_ever_less_often_and_not_forever() -> None:
    pauses = [ASKED_AGAIN.pause_after(tries) for tries in range(1, 62)]
    known = [one for one in pauses if one is not None]
    assert known == sorted(known)
    assert pauses[-1] is None

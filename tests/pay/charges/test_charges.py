"""Charges are asked for once, paid once, and closed when nobody shall pay them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId
from banyan.parties.staff import Role
from banyan.pay.charges import (
    COMBINED_PAID,
    PAID,
    Ask,
    Asked,
    ChargeState,
    CloseCharge,
    CloseCombination,
    CombinedAsk,
    CombinedPaid,
    ConfirmCharge,
    CreateCharges,
    DeclineCharge,
    Facts,
    ListCharges,
    PayCharge,
    Protocol,
    ReadByToken,
    ReadCharge,
    ReadCombination,
    ReadShown,
    ReverseCharge,
    TakeCharge,
    Way,
    charge_id_of,
    close_charge,
    close_combination,
    confirm_charge,
    create_charges,
    decline_charge,
    list_charges,
    pay_charges,
    read_charge,
    read_combination,
    read_payable,
    read_shown,
    reverse_charge,
    take_charge,
)
from banyan.pay.notifications import ListNotifications, list_notifications
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.payees import (
    BindPayee,
    OpenPayee,
    ReadPayee,
    SetTerms,
    bind_payee,
    open_payee,
    read_payee,
    set_terms,
)
from banyan.reach.channels import ChannelKind, CreateChannel, create_channel, find_openids_of
from tests.kit.charges import (
    NOTIFY_URL,
    Funds,
    ask,
    build_ask,
    charge_of,
    funds_of,
    open_till,
    pay_asked,
)
from tests.kit.sales import balance
from tests.kit.world import World


async def _told(world: World) -> list[tuple[str, int]]:
    query = ListNotifications(merchant_id=world.merchant_id)
    page = await world.office.run(list_notifications, query, world.owner)
    return [(one.kind, int(one.subject_id)) for one in page.items]


async def test_what_is_paid_is_unsettled_less_the_fee(world: World) -> None:
    await open_till(world, "lin")
    asked = await ask(world, "T1", 10_000)
    (charge,) = asked.charges
    assert charge.state is ChargeState.UNPAID
    assert len(charge.transaction_no) == 28
    assert charge_id_of(charge.transaction_no) == charge.charge_id
    assert charge_id_of(charge.transaction_no[:-1] + "x") == 0
    since = await world.mark()
    paid = await pay_asked(world, "lin", asked)
    assert (paid.total_fen, paid.payer_fen) == (10_000, 10_000)
    known = await charge_of(world, "T1")
    assert known == paid.charges[0]
    assert (known.state, known.fee_fen, known.rate_bp) == (ChargeState.PAID, 60, 60)
    assert known.payer_id == world.as_person("lin").person_id
    assert await funds_of(world) == Funds(unsettled_fen=9_940, fees_fen=60)
    assert await balance(world, "lin") == 90_000
    assert await world.events(since) == ["charges.paid"]
    assert await _told(world) == [(PAID, charge.charge_id)]


async def test_the_rate_is_the_one_when_it_was_asked_for(world: World) -> None:
    merchant_id = await open_till(world, "lin")
    asked = await ask(world, "T1", 10_000)
    await world.office.run(set_terms, SetTerms(merchant_id=merchant_id, rate_bp=38), SYSTEM)
    await pay_asked(world, "lin", asked)
    await pay_asked(world, "lin", await ask(world, "T2", 10_000))
    assert (await charge_of(world, "T1")).fee_fen == 60
    assert (await charge_of(world, "T2")).fee_fen == 38


async def test_asked_again_it_is_the_same_for_longer(world: World) -> None:
    await open_till(world, "lin")
    first = await ask(world, "T1", 500)
    await world.advance(timedelta(minutes=100))
    again = await ask(world, "T1", 500)
    assert again.token == first.token
    assert again.charges[0].charge_id == first.charges[0].charge_id
    await world.advance(timedelta(minutes=100))
    with pytest.raises(Refusal, match=r"charges\.out_no_used"):
        await ask(world, "T1", 501)
    await pay_asked(world, "lin", again)
    with pytest.raises(Refusal, match=r"charges\.already_paid"):
        await ask(world, "T1", 500)


async def test_what_was_handed_out_long_ago_pays_nothing(world: World) -> None:
    await open_till(world, "lin")
    asked = await ask(world, "T1", 500)
    soon = await ask(world, "T2", 500, expires_at=world.now + timedelta(minutes=5))
    await world.advance(timedelta(minutes=6))
    with pytest.raises(Refusal, match=r"charges\.expired"):
        await pay_asked(world, "lin", soon)
    await world.advance(timedelta(hours=2))
    with pytest.raises(Refusal, match=r"charges\.expired"):
        await pay_asked(world, "lin", asked)
    with pytest.raises(Invalid, match=r"charges\.expires_too_soon"):
        await ask(world, "T3", 500, expires_at=world.now)
    assert await balance(world, "lin") == 100_000


async def test_who_pays_and_how_much_is_held_to(world: World) -> None:
    await open_till(world, "lin", "chen")
    lin = world.as_person("lin")
    asked = await ask(world, "T1", 500, way=Way.JSAPI, wanted_payer_id=lin.person_id)
    with pytest.raises(Refusal, match=r"charges\.for_another"):
        await pay_asked(world, "chen", asked)
    with pytest.raises(NotFound):
        await world.office.run(
            read_payable, ReadByToken(token=asked.token), world.as_person("chen")
        )
    seen = await world.office.run(read_payable, ReadByToken(token=asked.token), lin)
    assert (seen.total_fen, seen.currency, len(seen.charges)) == (500, "CNY", 1)
    wrong = PayCharge(token=asked.token, expected_total_fen=499)
    with pytest.raises(Refusal, match=r"charges\.total_differs"):
        await world.office.run(pay_charges, wrong, lin)
    with pytest.raises(NotFound):
        await world.office.run(pay_charges, PayCharge(token="2" * 20), lin)
    await pay_asked(world, "lin", asked)
    with pytest.raises(Refusal, match=r"charges\.already_paid"):
        await pay_asked(world, "lin", asked)


async def test_an_empty_wallet_pays_nothing_and_may_try_again(world: World) -> None:
    await open_till(world, "lin", money_fen=300)
    asked = await ask(world, "T1", 500)
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await pay_asked(world, "lin", asked)
    assert (await charge_of(world, "T1")).state is ChargeState.UNPAID
    assert await _told(world) == []


async def test_the_payer_is_told_by_the_openid_of_the_channel(world: World) -> None:
    merchant_id = await open_till(world, "lin")
    creation = CreateChannel(merchant_id=merchant_id, kind=ChannelKind.SERVICE, name="榕树茶馆")
    made = await world.office.run(create_channel, creation, world.owner)
    channel_id = made.channel.channel_id
    asked = await ask(world, "T1", 500, channel_id=channel_id)
    (charge,) = (await pay_asked(world, "lin", asked)).charges
    async with world.building.pool.acquire() as db:
        known = await find_openids_of(db, channel_id, [charge.payer_id])
    assert charge.openid
    assert known[charge.payer_id] == charge.openid


async def test_closed_is_closed(world: World) -> None:
    await open_till(world, "lin")
    asked = await ask(world, "T1", 500)
    close = CloseCharge(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no="T1")
    for _ in range(2):
        closed = await world.office.run(close_charge, close, world.owner)
        assert closed.state is ChargeState.CLOSED
    with pytest.raises(Refusal, match=r"charges\.closed"):
        await pay_asked(world, "lin", asked)
    with pytest.raises(Refusal, match=r"charges\.closed"):
        await ask(world, "T1", 500)
    await pay_asked(world, "lin", await ask(world, "T2", 500))
    with pytest.raises(Refusal, match=r"charges\.already_paid"):
        await world.office.run(
            close_charge, msgspec.structs.replace(close, out_no="T2"), world.owner
        )
    assert (await world.events()).count("charges.closed") == 1


async def _combine(world: World, other_id: MerchantId, *totals: int, out_no: str = "C1") -> Asked:
    asks = [
        build_ask(world, f"{out_no}-{number}", total, payee_id=payee, is_provided=False)
        for number, (payee, total) in enumerate(
            zip((world.merchant_id, other_id), totals, strict=True)
        )
    ]
    facts = Facts(notify_url=NOTIFY_URL)
    command = CreateCharges(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.JSAPI,
        asks=asks,
        combined=CombinedAsk(out_no=out_no, facts=facts),
    )
    return await world.office.run(create_charges, command, world.owner)


async def _second_merchant(world: World, *, is_bound: bool = True) -> MerchantId:
    other_id = await world.merchant("二楼书店", owner="hao")
    await world.office.run(open_payee, OpenPayee(merchant_id=other_id), world.as_person("hao"))
    if is_bound:
        provider = ReadPayee(merchant_id=world.merchant_id)
        mchid = (await world.office.run(read_payee, provider, world.owner)).payee.mchid
        bind = BindPayee(merchant_id=other_id, provider_mchid=mchid)
        await world.office.run(bind_payee, bind, world.as_person("hao"))
    return other_id


async def test_what_is_combined_is_paid_whole_or_not_at_all(world: World) -> None:
    await open_till(world, "lin", money_fen=1_000)
    other_id = await _second_merchant(world)
    dear = await _combine(world, other_id, 600, 600)
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await pay_asked(world, "lin", dear)
    asked = await _combine(world, other_id, 600, 400, out_no="C2")
    again = await _combine(world, other_id, 600, 400, out_no="C2")
    assert (again.token, again.combination) == (asked.token, asked.combination)
    paid = await pay_asked(world, "lin", asked)
    assert (paid.total_fen, len(paid.charges)) == (1_000, 2)
    assert await balance(world, "lin") == 0
    assert (await funds_of(world)).unsettled_fen == 596
    assert (await funds_of(world, other_id)).unsettled_fen == 398
    assert asked.combination is not None
    assert await _told(world) == [(COMBINED_PAID, asked.combination.combined_id)]
    query = ReadCombination(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no="C2")
    known = await world.office.run(read_combination, query, world.owner)
    assert [one.state for one in known.charges] == [ChargeState.PAID] * 2
    assert msgspec.json.decode(
        msgspec.json.encode(
            CombinedPaid(combination=known.combination, charges=known.charges), enc_hook=str
        )
    )
    close = CloseCombination(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no="C1")
    closed = await world.office.run(close_combination, close, world.owner)
    assert {one.state for one in closed} == {ChargeState.CLOSED}
    with pytest.raises(Refusal, match=r"charges\.already_paid"):
        await world.office.run(
            close_combination, msgspec.structs.replace(close, out_no="C2"), world.owner
        )


async def test_nobody_asks_for_a_merchant_who_did_not_agree(world: World) -> None:
    await open_till(world, "lin")
    other_id = await _second_merchant(world, is_bound=False)
    with pytest.raises(Failure, match=r"payees\."):
        await _combine(world, other_id, 1, 1)
    with pytest.raises(Failure, match=r"payees\."):
        await ask(world, "T1", 500, payee_id=other_id)


async def test_a_provider_asks_for_its_sub_merchant(world: World) -> None:
    await open_till(world, "lin")
    other_id = await _second_merchant(world)
    asked = await ask(world, "T1", 500, payee_id=other_id)
    assert asked.charges[0].provider_id == world.merchant_id
    await pay_asked(world, "lin", asked)
    query = ReadCharge(merchant_id=world.merchant_id, payee_id=other_id, out_no="T1")
    query = msgspec.structs.replace(query, protocol=Protocol.WECHAT)
    assert (await world.office.run(read_charge, query, world.owner)).is_paid
    # The number is the provider's: the merchant itself has not used it.
    own = ReadCharge(merchant_id=other_id, protocol=Protocol.WECHAT, out_no="T1")
    with pytest.raises(NotFound):
        await world.office.run(read_charge, own, world.as_person("hao"))
    page = await world.office.run(
        list_charges, ListCharges(merchant_id=other_id), world.as_person("hao")
    )
    assert [one.out_no for one in page.items] == ["T1"]
    assert (await funds_of(world, other_id)).unsettled_fen == 497
    assert await _told(world) == [(PAID, asked.charges[0].charge_id)]


def _take(world: World, out_no: str, total_fen: int, payer_id: int, **more: Any) -> TakeCharge:  # noqa: ANN401 - any field of the command
    return TakeCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.CODE,
        asks=[build_ask(world, out_no, total_fen)],
        shown_at=world.now,
        payer_id=payer_id,  # type: ignore[arg-type]
        **more,
    )


async def test_a_till_takes_at_once_or_waits_for_a_password(world: World) -> None:
    await open_till(world, "lin", "chen")
    lin = world.as_person("lin")
    taken = await world.office.run(take_charge, _take(world, "T1", 500, lin.person_id), world.owner)
    assert (taken.state, taken.payer_fen) == (ChargeState.PAID, 500)
    dear = _take(world, "T2", 50_000, lin.person_id, needs_password=True)
    waiting = await world.office.run(take_charge, dear, world.owner)
    assert (waiting.state, waiting.payer_id) == (ChargeState.PAYING, lin.person_id)
    asked = Asked(token=waiting.token, charges=[waiting])
    with pytest.raises(Refusal, match=r"charges\.for_another"):
        await pay_asked(world, "chen", asked)
    close = CloseCharge(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no="T2")
    with pytest.raises(Refusal, match=r"charges\.paying"):
        await world.office.run(close_charge, close, world.owner)
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    with pytest.raises(Refusal, match=r"risk\.password_needed"):
        await pay_asked(world, "lin", asked)
    confirm = ConfirmCharge(token=asked.token, password="258036", expected_total_fen=50_000)
    await world.office.run(confirm_charge, confirm, lin)
    assert await balance(world, "lin") == 49_500
    other = await world.office.run(
        take_charge, _take(world, "T3", 1, lin.person_id, needs_password=True), world.owner
    )
    with pytest.raises(NotFound):
        await world.office.run(
            decline_charge, DeclineCharge(token=other.token), world.as_person("chen")
        )
    declined = await world.office.run(decline_charge, DeclineCharge(token=other.token), lin)
    assert declined.state is ChargeState.FAILED
    with pytest.raises(Refusal, match=r"charges\.failed"):
        await pay_asked(world, "lin", Asked(token=other.token, charges=[other]))


async def test_a_till_waits_for_a_password_ten_minutes(world: World) -> None:
    await open_till(world, "lin")
    lin = world.as_person("lin")
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    waiting = await world.office.run(
        take_charge, _take(world, "T1", 500, lin.person_id, needs_password=True), world.owner
    )
    await world.advance(timedelta(minutes=11))
    await world.settle()
    shown = (await world.office.run(read_shown, ReadShown(), lin)).charge
    assert shown is not None
    assert (shown.charge_id, shown.state) == (waiting.charge_id, ChargeState.FAILED)
    confirm = ConfirmCharge(token=waiting.token, password="258036")
    with pytest.raises(Refusal, match=r"charges\.failed"):
        await world.office.run(confirm_charge, confirm, lin)
    assert await balance(world, "lin") == 100_000


async def test_a_till_reverses_what_it_began(world: World) -> None:
    await open_till(world, "lin")
    lin = world.as_person("lin").person_id
    await world.office.run(take_charge, _take(world, "T1", 500, lin), world.owner)
    waiting = _take(world, "T2", 500, lin, needs_password=True)
    await world.office.run(take_charge, waiting, world.owner)
    for number in ("T1", "T2", "T1", "T2"):
        reverse = ReverseCharge(
            merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no=number
        )
        done = await world.office.run(reverse_charge, reverse, world.owner)
        assert done.state is ChargeState.REVOKED
    assert await balance(world, "lin") == 100_000
    assert await funds_of(world) == Funds()
    late = await world.office.run(take_charge, _take(world, "T3", 500, lin), world.owner)
    await world.advance(timedelta(days=8))
    reverse = ReverseCharge(
        merchant_id=world.merchant_id, protocol=Protocol.WECHAT, charge_id=late.charge_id
    )
    with pytest.raises(Refusal, match=r"charges\.reverse_too_late"):
        await world.office.run(reverse_charge, reverse, world.owner)


async def test_who_only_looks_asks_for_nothing(world: World) -> None:
    await open_till(world)
    await world.staff("chen", Role.ANALYST)
    await world.person("wu")
    command = CreateCharges(
        merchant_id=world.merchant_id,
        way=Way.NATIVE,
        asks=[Ask(payee_id=world.merchant_id, out_no="T1", total_fen=1)],
    )
    for name in ("chen", "wu"):
        with pytest.raises(Refusal):
            await world.office.run(create_charges, command, world.as_person(name))


async def test_pages_of_charges_end(world: World) -> None:
    await open_till(world)
    for number in range(5):
        await ask(world, f"T{number}", 500)
    seen: list[str] = []
    cursor = None
    while True:
        query = ListCharges(merchant_id=world.merchant_id, limit=2, cursor=cursor)
        page = await world.office.run(list_charges, query, world.owner)
        seen += [one.out_no for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["T4", "T3", "T2", "T1", "T0"]
    with pytest.raises(Invalid, match=r"paging\.bad_cursor"):
        await world.office.run(
            list_charges, ListCharges(merchant_id=world.merchant_id, cursor="x"), world.owner
        )

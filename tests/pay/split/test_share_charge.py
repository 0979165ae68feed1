"""Sharing: exact to the fen, whatever rivals share, refund, return and end meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import Charge
from banyan.pay.split import (
    AddReceiver,
    DeleteReceiver,
    PartState,
    ReceiverKind,
    SetShareRatio,
    Share,
    ShareCharge,
    add_receiver,
    delete_receiver,
    set_share_ratio,
    share_charge,
)
from banyan.views.statements import EntryKind, ListWalletEntries, list_wallet_entries
from tests.kit.charges import Funds, ask, charge_of, funds_of, give_back, open_till, pay_asked
from tests.kit.remit import payer
from tests.kit.sales import balance
from tests.kit.split import bring_back, paid_charge, part, partner, share
from tests.kit.talks import follower
from tests.kit.world import World


async def _charge(world: World, total_fen: int = 10_000) -> Charge:
    await open_till(world, "lin")
    return await paid_charge(world, "T1", total_fen)


async def _unsplit(world: World) -> int:
    return (await charge_of(world, "T1")).unsplit_fen


async def test_parts_come_to_receivers_and_the_rest_waits(world: World) -> None:
    charge = await _charge(world)
    assert await funds_of(world) == Funds(shared_fen=9_940, fees_fen=60)
    coop = await partner(world)
    first = await share(world, charge, "S1", part(coop, 1_000))
    assert [one.state for one in first.parts] == [PartState.DONE]
    assert await share(world, charge, "S1", part(coop, 1_000)) == first
    assert (await funds_of(world, coop.merchant_id)).purse_fen == 1_000
    assert await _unsplit(world) == 8_940

    last = await share(world, charge, "S2", part(coop, 500), is_last=True)
    assert last.unfrozen_fen == 8_440
    assert await funds_of(world) == Funds(unsettled_fen=8_440, fees_fen=60)
    with pytest.raises(Refusal, match=r"split\.over"):
        await share(world, charge, "S3", part(coop, 1))
    with pytest.raises(Invalid, match=r"split\.number_reused"):
        await share(world, charge, "S1", part(coop, 1_001))


async def test_people_are_shared_with_by_their_openid(world: World) -> None:
    await open_till(world, "lin")
    channel = await payer(world, 100)
    charge = await paid_charge(world, "T1", 10_000)
    _, openid = await follower(world, channel, "wu")
    command = AddReceiver(
        merchant_id=world.merchant_id,
        kind=ReceiverKind.PERSON,
        channel_id=channel.channel_id,
        account=openid,
        relation="STAFF",
    )
    await world.office.run(add_receiver, command, world.owner)
    one = Share(
        kind=ReceiverKind.PERSON,
        channel_id=channel.channel_id,
        account=openid,
        amount_fen=300,
        description="提成",
    )
    await share(world, charge, "S1", one)
    assert await balance(world, "wu") == 300
    page = await world.office.run(list_wallet_entries, ListWalletEntries(), world.as_person("wu"))
    (entry,) = page.items
    assert (entry.kind, entry.amount_fen) == (EntryKind.SHARE, 300)
    assert entry.merchant_id == world.merchant_id


async def test_who_is_no_receiver_gets_nothing_and_it_waits(world: World) -> None:
    charge = await _charge(world)
    coop = await partner(world)
    command = DeleteReceiver(
        merchant_id=world.merchant_id, kind=ReceiverKind.MERCHANT, account=coop.mchid
    )
    for _ in range(2):
        await world.office.run(delete_receiver, command, world.owner)
    made = await share(world, charge, "S1", part(coop, 1_000))
    assert [(one.state, one.fail_reason) for one in made.parts] == [
        (PartState.CLOSED, "NO_RELATION")
    ]
    assert await _unsplit(world) == 9_940


async def test_what_comes_back_may_be_shared_again_until_it_is_over(world: World) -> None:
    charge = await _charge(world)
    coop = await partner(world)
    await share(world, charge, "S1", part(coop, 1_000))
    made = await bring_back(world, "S1", "R1", coop, 400)
    assert made.is_pooled
    assert await bring_back(world, "S1", "R1", coop, 400) == made
    assert await _unsplit(world) == 9_340
    with pytest.raises(Refusal, match=r"split\.return_too_large"):
        await bring_back(world, "S1", "R2", coop, 601)
    await share(world, charge, "S2", is_last=True)
    assert not (await bring_back(world, "S1", "R3", coop, 600)).is_pooled
    assert await funds_of(world) == Funds(unsettled_fen=9_940, fees_fen=60)
    assert (await funds_of(world, coop.merchant_id)).purse_fen == 0


async def test_limits_hold(world: World) -> None:
    charge = await _charge(world)
    coop = await partner(world)
    with pytest.raises(Refusal, match=r"split\.ratio_exceeded"):
        await share(world, charge, "S1", part(coop, 3_001))
    ratio = SetShareRatio(merchant_id=world.merchant_id, ratio_bp=10_000)
    await world.office.run(set_share_ratio, ratio, SYSTEM)
    with pytest.raises(Refusal, match=r"split\.too_much"):
        await share(world, charge, "S1", part(coop, 9_941))
    await share(world, charge, "S1", part(coop, 9_940))
    assert await _unsplit(world) == 0
    with pytest.raises(Invalid, match=r"split\.nothing_shared"):
        await share(world, charge, "S2")


async def test_only_what_was_asked_for_to_be_shared_is(world: World) -> None:
    await open_till(world, "lin")
    coop = await partner(world)
    asked = await ask(world, "T1", 1_000)
    charge = await charge_of(world, "T1")
    with pytest.raises(Refusal, match=r"split\.not_paid"):
        await share(world, charge, "S1", part(coop, 1))
    await pay_asked(world, "lin", asked)
    with pytest.raises(Refusal, match=r"split\.not_shared"):
        await share(world, charge, "S1", part(coop, 1))


async def test_another_merchant_shares_nothing_of_it(world: World) -> None:
    charge = await _charge(world)
    coop = await partner(world)
    hao = await world.meet("hao")
    for payee_id in (MerchantId(0), world.merchant_id):
        command = ShareCharge(
            merchant_id=coop.merchant_id,
            payee_id=payee_id,
            charge_id=charge.charge_id,
            out_no="S1",
            is_last=True,
        )
        with pytest.raises((NotFound, Refusal)):
            await world.office.run(share_charge, command, hao)
    assert await _unsplit(world) == 9_940


async def test_receivers_are_named_as_they_are_called(world: World) -> None:
    await open_till(world)
    coop = await partner(world)
    for name, code in (("别家", "name_differs"), ("", "name_wanted")):
        command = AddReceiver(
            merchant_id=world.merchant_id,
            kind=ReceiverKind.MERCHANT,
            account=coop.mchid,
            name=name,
            relation="PARTNER",
        )
        with pytest.raises(Invalid, match=rf"split\.{code}"):
            await world.office.run(add_receiver, command, world.owner)


async def test_what_nobody_shares_thaws_after_half_a_year(world: World) -> None:
    await _charge(world)
    await world.settle()
    await world.advance(timedelta(days=179))
    assert await _unsplit(world) == 9_940
    await world.advance(timedelta(days=2))
    assert await _unsplit(world) == 0
    assert (await funds_of(world)).unsettled_fen == 9_940


async def test_rivals_share_refund_return_and_end_at_once(world: World) -> None:
    charge = await _charge(world)
    coop = await partner(world)
    await share(world, charge, "S0", part(coop, 500))
    tries = [
        *(share(world, charge, f"S{number}", part(coop, 700)) for number in range(1, 6)),
        *(give_back(world, "T1", 2_000, f"B{number}") for number in range(3)),
        *(bring_back(world, "S0", f"R{number}", coop, 200) for number in range(4)),
        share(world, charge, "S9", is_last=True),
    ]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert all(not isinstance(one, Exception) or isinstance(one, Failure) for one in outcomes)
    assert sum(not isinstance(one, Exception) for one in outcomes[8:12]) == 2
    after = await charge_of(world, "T1")
    assert after.unsplit_fen == 0 or isinstance(outcomes[-1], Failure)
    await world.check()


async def test_one_number_for_two_charges_shares_once(world: World) -> None:
    await open_till(world, "lin")
    coop = await partner(world)
    charges = [await paid_charge(world, f"T{side}", 1_000) for side in "ab"]
    outcomes = await asyncio.gather(
        *(share(world, one, "S1", part(coop, 100)) for one in charges * 2), return_exceptions=True
    )
    failures = [one for one in outcomes if isinstance(one, BaseException)]
    assert [getattr(one, "code", one) for one in failures] == ["split.number_reused"] * 2
    await world.check()

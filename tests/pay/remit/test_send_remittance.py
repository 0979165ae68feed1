"""Money to one person: set aside, confirmed, cancelled, given up; nothing twice, nothing lost."""

from __future__ import annotations

import asyncio
import importlib
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.pay.remit import (
    CancelRemittance,
    ConfirmRemittance,
    ReadRemittance,
    RemittanceState,
    SendRemittance,
    cancel_remittance,
    confirm_remittance,
    read_remittance,
    send_remittance,
)
from banyan.pay.risk import Action, Kind, LimitMerchant, Measure, Rule, limit_merchant
from banyan.reach.channels import Channel
from tests.kit.remit import REPORTS, payer, purse, send
from tests.kit.risk import decisions, hold, operator, rule
from tests.kit.sales import balance
from tests.kit.talks import follower
from tests.kit.world import World


async def _state(world: World, out_no: str = "B1") -> tuple[RemittanceState, str]:
    query = ReadRemittance(merchant_id=world.merchant_id, out_no=out_no)
    found = await world.office.run(read_remittance, query, world.owner)
    return found.remittance.state, found.remittance.fail_reason


async def test_what_is_confirmed_comes_to_the_person(world: World) -> None:
    channel = await payer(world, 1_000)
    lin, openid = await follower(world, channel)
    mark = await world.mark()

    sent = await send(world, channel, openid, amount_fen=300)
    assert sent.state is RemittanceState.WAITING
    assert await purse(world) == (1_000, 700)
    assert await balance(world, "lin") == 0

    offer = await world.office.run(confirm_remittance, ConfirmRemittance(token=sent.token), lin)
    assert offer.state is RemittanceState.DONE
    assert await purse(world) == (700, 700)
    assert await balance(world, "lin") == 300
    again = await world.office.run(confirm_remittance, ConfirmRemittance(token=sent.token), lin)
    assert again.state is RemittanceState.DONE
    assert await balance(world, "lin") == 300
    await world.advance(timedelta(days=2))
    assert await _state(world) == (RemittanceState.DONE, "")
    assert [one for one in await world.events(mark) if one.startswith("remit.")] == [
        "remit.sent",
        "remit.remitted",
    ]


async def test_what_nobody_confirms_stays_with_the_merchant(world: World) -> None:
    channel = await payer(world, 1_000)
    lin, openid = await follower(world, channel)
    sent = await send(world, channel, openid)
    await world.advance(timedelta(hours=23, minutes=59))
    assert await purse(world) == (1_000, 900)
    await world.advance(timedelta(minutes=1))
    assert await _state(world) == (RemittanceState.FAILED, "OVERDUE_CLOSE")
    assert await purse(world) == (1_000, 1_000)
    with pytest.raises(Refusal, match=r"remit\.ended"):
        await world.office.run(confirm_remittance, ConfirmRemittance(token=sent.token), lin)


async def test_what_is_cancelled_can_not_be_confirmed(world: World) -> None:
    channel = await payer(world, 1_000)
    lin, openid = await follower(world, channel)
    sent = await send(world, channel, openid)
    command = CancelRemittance(merchant_id=world.merchant_id, out_no="B1")
    for _ in range(2):
        done = await world.office.run(cancel_remittance, command, world.owner)
        assert done.state is RemittanceState.CANCELLED
    assert await purse(world) == (1_000, 1_000)
    with pytest.raises(Refusal, match=r"remit\.ended"):
        await world.office.run(confirm_remittance, ConfirmRemittance(token=sent.token), lin)


async def test_only_whom_it_is_meant_for_confirms(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    sent = await send(world, channel, openid)
    chen = await world.person("chen")
    with pytest.raises(NotFound, match=r"remit\.not_found"):
        await world.office.run(confirm_remittance, ConfirmRemittance(token=sent.token), chen)
    assert await purse(world) == (1_000, 900)


async def test_one_number_sends_once(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    first = await send(world, channel, openid)
    assert await send(world, channel, openid) == first
    with pytest.raises(Invalid, match=r"remit\.number_reused"):
        await send(world, channel, openid, amount_fen=101)
    assert await purse(world) == (1_000, 900)


async def test_direct_comes_at_once(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    sent = await send(world, channel, openid, is_confirmed=False, reports=[], scene="")
    assert sent.state is RemittanceState.DONE
    assert await balance(world, "lin") == 100


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"amount_fen": 200_000}, "remit.name_wanted"),
        ({"amount_fen": 200_000, "person_id": 7}, "remit.name_wanted"),
        ({"amount_fen": 29, "name": "林"}, "remit.name_unwanted"),
        ({"amount_fen": 2_000_001, "name": "林"}, "remit.too_large"),
        ({"amount_fen": 20_001, "style": "RED_PACKET"}, "remit.too_large"),
        ({"scene": "9999"}, "remit.unknown_scene"),
        ({"reports": []}, "remit.no_reports"),
        ({"openid": "o" * 28}, "remit.no_such_person"),
        ({"amount_fen": 1_001}, "remit.purse_short"),
    ],
)
async def test_what_may_not_be_sent(world: World, facts: dict[str, object], code: str) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    with pytest.raises(Failure) as caught:
        await send(world, channel, **{"openid": openid, **facts})  # type: ignore[arg-type]
    assert caught.value.code == code
    assert await purse(world) == (1_000, 1_000)


async def test_a_day_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("banyan.pay.remit.send_remittance")
    monkeypatch.setattr(module, "PERSON_DAY_MAX_FEN", 5_000)
    channel = await payer(world, 8_000)
    _, openid = await follower(world, channel)
    for number in range(2):
        await send(world, channel, openid, out_no=f"B{number}", amount_fen=2_000, name="林")
    with pytest.raises(Refusal, match=r"remit\.day_full"):
        await send(world, channel, openid, out_no="B2", amount_fen=1_001, name="林")
    await world.office.set_clock(world.now + timedelta(days=1))
    await send(world, channel, openid, out_no="B3", amount_fen=1_001, name="林")
    await world.settle()


async def test_rivals_never_send_more_than_there_is(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    outcomes = await asyncio.gather(
        *(send(world, channel, openid, out_no=f"B{number}", amount_fen=300) for number in range(8)),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert [one.code for one in refused] == ["remit.purse_short"] * 5
    assert await purse(world) == (1_000, 100)


async def test_confirming_and_cancelling_race(world: World) -> None:
    channel = await payer(world, 1_000)
    lin, openid = await follower(world, channel)
    for number in range(5):
        sent = await send(world, channel, openid, out_no=f"B{number}", amount_fen=100)
        await asyncio.gather(
            world.office.run(confirm_remittance, ConfirmRemittance(token=sent.token), lin),
            world.office.run(
                cancel_remittance,
                CancelRemittance(merchant_id=world.merchant_id, out_no=f"B{number}"),
                world.owner,
            ),
            return_exceptions=True,
        )
    got = await balance(world, "lin")
    assert await purse(world) == (1_000 - got, 1_000 - got)


async def test_strangers_send_nothing(world: World) -> None:
    channel: Channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    chen = await world.person("chen")
    command = SendRemittance(
        merchant_id=world.merchant_id,
        out_no="B1",
        channel_id=channel.channel_id,
        openid=openid,
        amount_fen=1,
        remark="谢谢",
        scene="1000",
        reports=REPORTS,
    )
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(send_remittance, command, chen)


async def test_risk_has_a_say_and_what_it_said_stays(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    await hold(world, rule(Measure.AMOUNT, 0, code="of_people"), sending(Measure.AMOUNT, 500))
    with pytest.raises(Refusal, match=r"risk\.refused") as caught:
        await send(world, channel, openid, out_no="B1", amount_fen=501)
    assert await purse(world) == (1_000, 1_000)
    (made,) = await decisions(world)
    assert caught.value.fields == {"decision_id": str(int(made.decision_id))}
    assert (made.kind, made.action, made.subject) == (Kind.REMITTANCE, Action.REFUSE, "remit.B1")
    assert (made.merchant_id, made.amount_fen) == (world.merchant_id, 501)
    (hit,) = made.hits
    assert (hit.code, hit.value, hit.threshold) == ("a_rule", 501, 500)
    # The number is free: nothing was sent under it. Rules for people are not the merchant's.
    assert (await send(world, channel, openid, out_no="B1", amount_fen=500)).amount_fen == 500
    assert len(await decisions(world)) == 1
    await world.check()


async def test_what_was_sent_already_counts_once(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    await hold(world, sending(Measure.DAY_FEN, 300))
    for _ in range(2):
        await asyncio.gather(*(send(world, channel, openid, amount_fen=200) for _ in range(4)))
    await send(world, channel, openid, out_no="B2", amount_fen=100)
    with pytest.raises(Refusal, match=r"risk\.refused"):
        await send(world, channel, openid, out_no="B3", amount_fen=1)


async def test_who_may_not_be_paid_sends_nothing(world: World) -> None:
    channel = await payer(world, 1_000)
    _, openid = await follower(world, channel)
    fang, merchant_id = await operator(world), world.merchant_id
    most = LimitMerchant(limited_id=merchant_id, payment_max_fen=1, day_max_fen=1, reason="new")
    await world.office.run(limit_merchant, most, fang)
    await send(world, channel, openid, amount_fen=200)
    blocked = LimitMerchant(limited_id=merchant_id, is_blocked=True, reason="a cheat")
    await world.office.run(limit_merchant, blocked, fang)
    with pytest.raises(Refusal, match=r"risk\.refused"):
        await send(world, channel, openid, out_no="B2", amount_fen=200)
    (made,) = await decisions(world)
    assert [one.code for one in made.hits] == ["merchant_blocked"]


def sending(measure: Measure, threshold: int) -> Rule:
    """A rule about what merchants send."""
    return rule(measure, threshold, kinds=["remittance"])

"""What is said at a cash desk may come through the merchant's own account at a provider."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.commerce.desks import (
    ListDeskWays,
    PayDeskOutside,
    RefundTaking,
    list_desk_ways,
    pay_desk_outside,
    refund_taking,
)
from banyan.commerce.places import CodedPlace
from banyan.pay.charges import Charge, ChargeState, PayCharge, ReadCharge, pay_charges, read_charge
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import Attempt, AttemptState, GatewayKind, RefundOutcome, Way
from tests.kit.desks import open_desk, pay_at_desk, say_amount, sum_of, takings_of
from tests.kit.gateways import attempts, hear, hear_refund, money_at, open_gateway, paid, refunds
from tests.kit.sales import balance
from tests.kit.world import World


@pytest_asyncio.fixture
async def desk(world: World) -> CodedPlace:
    """A cash desk of a merchant with an account at WeChat Pay; lin and wu have money here."""
    opened = await open_desk(world, "lin", "wu")
    await open_gateway(world)
    return opened


async def set_out(world: World, name: str, charge: Charge) -> Attempt:
    """Have somebody begin to pay through WeChat Pay what they said."""
    command = PayDeskOutside(token=charge.token, kind=GatewayKind.WECHATPAY, way=Way.CODE)
    return await world.office.run(pay_desk_outside, command, world.as_person(name))


async def give_back(world: World, charge: Charge, amount_fen: int) -> int:
    """Give so much of a taking back; what has gone back of it."""
    command = RefundTaking(
        merchant_id=world.merchant_id, charge_id=charge.charge_id, amount_fen=amount_fen
    )
    return (await world.office.run(refund_taking, command, world.owner)).refunded_fen


async def refused(doing: Callable[[], Awaitable[object]]) -> str:
    with pytest.raises(Refusal) as told:
        await doing()
    return told.value.code


async def test_a_desk_takes_money_through_a_provider(world: World, desk: CodedPlace) -> None:
    charge = await say_amount(world, "lin", desk, 2_850, "3 号桌")
    found = await world.office.run(
        list_desk_ways, ListDeskWays(token=charge.token), world.as_person("lin")
    )
    assert [one.kind for one in found.items] == [GatewayKind.WECHATPAY]
    attempt = await set_out(world, "lin", charge)
    assert (attempt.amount_fen, attempt.description) == (2_850, "1 号收银台")
    assert (await set_out(world, "lin", charge)).attempt_id == attempt.attempt_id
    await hear(world, attempt, paid(attempt))
    (taking,) = (await takings_of(world, desk)).items
    assert (taking.method, taking.attempt_id) == (PaymentMethod.WECHATPAY, attempt.attempt_id)
    assert (taking.total_fen, taking.remark) == (2_850, "3 号桌")
    assert await balance(world, "lin") == 100_000
    assert await money_at(world) == (2_850, 2_850, 0)
    reading = ReadCharge(merchant_id=world.merchant_id, charge_id=charge.charge_id)
    closed = await world.office.run(read_charge, reading, SYSTEM)
    assert closed.state is ChargeState.CLOSED
    paying = PayCharge(token=charge.token)
    code = await refused(lambda: world.office.run(pay_charges, paying, world.as_person("lin")))
    assert code == "charges.closed"


async def test_it_goes_back_through_the_provider_never_more_than_came(
    world: World, desk: CodedPlace
) -> None:
    charge = await say_amount(world, "lin", desk, 1_000)
    attempt = await set_out(world, "lin", charge)
    with pytest.raises(NotFound, match=r"desks\.taking_not_found"):
        await give_back(world, charge, 1)
    await hear(world, attempt, paid(attempt))
    assert await give_back(world, charge, 300) == 300
    assert await refused(lambda: give_back(world, charge, 701)) == "desks.refund_too_large"
    assert await give_back(world, charge, 700) == 1_000
    assert await money_at(world) == (1_000, 0, 1_000)
    for one in await refunds(world):
        await hear_refund(world, one, RefundOutcome.DONE)
    assert await money_at(world) == (0, 0, 0)
    found = await sum_of(world, desk)
    assert (found.count, found.total_fen, found.refunded_fen) == (1, 1_000, 1_000)
    own = await pay_at_desk(world, "wu", desk, 500)
    await world.settle()
    assert await refused(lambda: give_back(world, own, 1)) == "desks.paid_by_wallet"


async def test_what_was_paid_from_the_wallet_meanwhile_goes_back(
    world: World, desk: CodedPlace
) -> None:
    charge = await say_amount(world, "lin", desk, 1_000)
    attempt = await set_out(world, "lin", charge)
    lin = world.as_person("lin")
    await world.office.run(pay_charges, PayCharge(token=charge.token), lin)
    await world.settle()
    (seen,) = await attempts(world)
    assert seen.state is AttemptState.CLOSED
    assert (await hear(world, attempt, paid(attempt))).state is AttemptState.STRAY
    (back,) = await refunds(world)
    assert back.amount_fen == 1_000
    assert (await sum_of(world, desk)).total_fen == 1_000
    assert await refused(lambda: set_out(world, "lin", charge)) == "charges.already_paid"


async def test_nobody_else_pays_what_somebody_said(world: World, desk: CodedPlace) -> None:
    charge = await say_amount(world, "lin", desk, 1_000)
    with pytest.raises(NotFound, match=r"charges\.not_found"):
        await set_out(world, "wu", charge)


async def test_of_wallet_and_provider_one_pays_and_the_other_gives_back(
    world: World, desk: CodedPlace
) -> None:
    lin = world.as_person("lin")
    for _ in range(4):
        charge = await say_amount(world, "lin", desk, 1_000)
        attempt = await set_out(world, "lin", charge)
        paying = world.office.run(pay_charges, PayCharge(token=charge.token), lin)
        own, heard = await asyncio.gather(
            paying,
            hear(world, attempt, paid(attempt, number=f"42{attempt.attempt_id:d}")),
            return_exceptions=True,
        )
        assert isinstance(heard, Attempt), heard
        is_own = not isinstance(own, BaseException)
        assert heard.state is (AttemptState.STRAY if is_own else AttemptState.PAID)
    found = await sum_of(world, desk)
    assert (found.count, found.total_fen) == (4, 4_000)

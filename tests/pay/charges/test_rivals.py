"""Many at one charge: it is paid once, closed or paid but not both, and never given back twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from banyan.base.errors import Failure
from banyan.pay.charges import (
    Charge,
    ChargeState,
    CloseCharge,
    PaidCharge,
    PayCharge,
    Protocol,
    ReverseCharge,
    close_charge,
    pay_charges,
    reverse_charge,
)
from banyan.pay.notifications import ListNotifications, list_notifications
from tests.kit.charges import Funds, ask, charge_of, funds_of, give_back, open_till, pay_asked
from tests.kit.loyalty import second_office
from tests.kit.sales import balance
from tests.kit.world import World

_people = ("lin", "wu", "chen")


def _failures(outcomes: list[object]) -> list[str]:
    unexpected = [
        one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, Failure)
    ]
    assert not unexpected
    return [one.code for one in outcomes if isinstance(one, Failure)]


async def test_one_charge_is_paid_by_one_of_many(world: World) -> None:
    await open_till(world, *_people)
    asked = await ask(world, "T1", 500)
    command = PayCharge(token=asked.token)
    async with second_office(world) as second:
        outcomes = await asyncio.gather(
            *(
                office.run(pay_charges, command, world.as_person(name))
                for _ in range(10)
                for name in _people
                for office in (world.office, second)
            ),
            return_exceptions=True,
        )
    failures = _failures(list(outcomes))
    assert len(failures) == len(outcomes) - 1
    assert set(failures) <= {"charges.already_paid", "charges.for_another"}
    assert sum([await balance(world, name) for name in _people]) == 3 * 100_000 - 500
    assert await funds_of(world) == Funds(unsettled_fen=497, fees_fen=3)
    query = ListNotifications(merchant_id=world.merchant_id)
    page = await world.office.run(list_notifications, query, world.owner)
    assert len(page.items) == 1


async def test_one_number_asked_for_by_many_is_one_charge(world: World) -> None:
    await open_till(world)
    asked = await asyncio.gather(*(ask(world, "T1", 500) for _ in range(20)))
    assert len({one.token for one in asked}) == 1
    assert len({one.charges[0].charge_id for one in asked}) == 1


async def _close(world: World, out_no: str) -> Charge:
    command = CloseCharge(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no=out_no)
    return await world.office.run(close_charge, command, world.owner)


async def _reverse(world: World, out_no: str) -> Charge:
    command = ReverseCharge(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no=out_no)
    return await world.office.run(reverse_charge, command, world.owner)


async def test_paying_closing_and_reversing_agree_in_the_end(world: World) -> None:
    await open_till(world, *_people)
    for number in range(12):
        asked = await ask(world, f"T{number}", 500)
        before = sum([await balance(world, name) for name in _people])
        races: list[Awaitable[PaidCharge | Charge]] = [
            *(pay_asked(world, name, asked) for name in _people),
            _close(world, f"T{number}"),
        ]
        if number % 2:
            races.append(_reverse(world, f"T{number}"))
        failures = _failures(list(await asyncio.gather(*races, return_exceptions=True)))
        charge = await charge_of(world, f"T{number}")
        spent = before - sum([await balance(world, name) for name in _people])
        if charge.state is ChargeState.PAID:
            assert (spent, charge.is_paid) == (500, True)
            assert "charges.already_paid" in failures
        else:
            assert charge.state in {ChargeState.CLOSED, ChargeState.REVOKED}
            assert (spent, charge.refunded_fen) == (0, 500 if charge.is_paid else 0)


async def test_refunds_at_once_never_exceed_what_was_paid(world: World) -> None:
    await open_till(world, "lin")
    await pay_asked(world, "lin", await ask(world, "T1", 1_000))
    outcomes = await asyncio.gather(
        *(give_back(world, "T1", 300, number=f"R{number // 2}") for number in range(16)),
        return_exceptions=True,
    )
    failures = _failures(list(outcomes))
    assert set(failures) == {"charges.refund_too_large"}
    charge = await charge_of(world, "T1")
    assert (charge.refund_count, charge.refunded_fen) == (3, 900)
    assert await balance(world, "lin") == 99_900


async def test_one_refund_number_for_two_charges_is_one_refund(world: World) -> None:
    await open_till(world, "lin")
    for number in range(6):
        for side in "ab":
            await pay_asked(world, "lin", await ask(world, f"T{number}{side}", 1_000))
        outcomes = await asyncio.gather(
            *(give_back(world, f"T{number}{side}", 300, number=f"R{number}") for side in "abab"),
            return_exceptions=True,
        )
        assert _failures(list(outcomes)) == ["charges.refund_no_used"] * 2
    assert await balance(world, "lin") == 100_000 - 12_000 + 6 * 300

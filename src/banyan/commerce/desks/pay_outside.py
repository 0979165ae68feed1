"""Paying at a cash desk through the merchant's own account at an outside provider."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.money import Fen
from banyan.base.text import END
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.desks import store
from banyan.commerce.desks.events import DeskPaid
from banyan.commerce.desks.reactions import name_taking
from banyan.pay.charges import (
    Charge,
    ReadByToken,
    Token,
    Way,
    end_unpaid,
    lock_to_pay,
    read_payable,
)
from banyan.pay.gateways import (
    DESK,
    Attempt,
    GatewayKind,
    Wanted,
    WaysToPay,
    begin_attempt,
    find_ways,
    lock_live_attempts,
)
from banyan.pay.gateways import Way as GatewayWay

_PayerIp = Annotated[str, msgspec.Meta(max_length=45, pattern=rf"^[0-9A-Fa-f.:]*{END}")]


class ListDeskWays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: how can I pay this at the desk, besides from my wallet?"""

    token: Token


class PayDeskOutside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I want to pay this at the desk through an outside provider."""

    token: Token
    kind: GatewayKind
    way: GatewayWay
    expected_total_fen: Fen | None = None
    payer_ip: _PayerIp = ""
    """Whence the payer comes: the way `web` of WeChat Pay wants to know it."""


@reading(permission=Permission.PERSON)
async def list_desk_ways(work: Work, query: ListDeskWays) -> WaysToPay:
    """Return through which providers one may pay what one said at a desk, and how far that is.

    Raises NotFound `charges.not_found`.
    """
    charge = await _find(work, query.token)
    key = (charge.merchant_id, work.actor.person_id, DESK, charge.charge_id)
    return await find_ways(work.db, *key)


@single(permission=Permission.PERSON)
async def pay_desk_outside(work: Work, command: PayDeskOutside) -> Attempt:
    """Begin to pay at a desk through a provider, which is asked at once.

    Until the provider says that it is paid it can still be paid otherwise; what comes twice goes
    back. Vouchers take nothing off it.

    Raises like `pay_charges` for what can't be paid, and like `pay_order_outside`.
    """
    charge = await _find(work, command.token)
    await lock_live_attempts(work, charge.merchant_id, DESK, charge.charge_id)
    charge = await lock_to_pay(work, charge, command.expected_total_fen)
    wanted = Wanted(
        merchant_id=charge.merchant_id,
        kind=command.kind,
        way=command.way,
        subject=DESK,
        subject_id=charge.charge_id,
        person_id=work.actor.person_id,
        currency=charge.currency,
        amount_fen=charge.total_fen,
        description=charge.facts.description,
        expires_at=charge.payable_until,
        return_path=f"/pay/{charge.token}/outside",
        payer_ip=command.payer_ip,
    )
    return await begin_attempt(work, wanted)


async def take_paid(work: Work, attempt: Attempt) -> bool:
    """Count a taking that came through a gateway; False if it is paid or over already."""
    assert attempt.paid_at is not None
    merchant_id, charge_id = int(attempt.merchant_id), int(attempt.subject_id)
    if not await end_unpaid(work, merchant_id, charge_id):
        return False
    key = (merchant_id, charge_id, attempt.paid_at, attempt.kind.value, int(attempt.attempt_id))
    moved = await store.set_paid_outside(work.db, *key)
    assert moved is not None, "its charge was unpaid"
    work.record(
        DeskPaid(
            **name_taking(moved),
            total_fen=moved.total_fen,
            method=attempt.kind.value,
            taken_at=attempt.paid_at,
        )
    )
    return True


async def _find(work: Work, token: str) -> Charge:
    """What one said at a desk that one pays. Raises NotFound `charges.not_found`."""
    (charge, *more) = (await read_payable(work, ReadByToken(token=token))).charges
    if more or charge.way is not Way.DESK:
        raise NotFound("charges.not_found")
    return charge

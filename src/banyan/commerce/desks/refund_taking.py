"""Gives back what came to a cash desk through an outside provider."""

from typing import Annotated

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.money import PositiveFen
from banyan.base.text import LINES
from banyan.books.work import Permission, Work, single
from banyan.commerce.desks import store
from banyan.commerce.desks.events import DeskRefunded
from banyan.commerce.desks.reactions import name_taking
from banyan.commerce.desks.types import Taking
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeId
from banyan.pay.gateways import DESK, RefundWanted, ask_refunds


class RefundTaking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: give so much back of what was paid at a desk through a provider."""

    merchant_id: MerchantId
    charge_id: ChargeId
    amount_fen: PositiveFen
    reason: Annotated[str, msgspec.Meta(max_length=80, pattern=LINES)] = ""


@single(permission=Permission.ORDERS_REFUND)
async def refund_taking(work: Work, command: RefundTaking) -> Taking:
    """Have a provider give money back; it is asked after this, and again if need be.

    What came from a wallet goes back with its charge: `refund_charge`.

    Raises NotFound `desks.taking_not_found`; Refusal `desks.paid_by_wallet`,
    `desks.refund_too_large`.
    """
    taking = await store.lock_taking(work.db, command.merchant_id, command.charge_id)
    if taking is None:
        raise NotFound("desks.taking_not_found")
    work.check_store(command.merchant_id, taking.store_id)
    if not taking.method.is_gateway:
        raise Refusal("desks.paid_by_wallet")
    left_fen = taking.total_fen - taking.refunded_fen
    if command.amount_fen > left_fen:
        raise Refusal("desks.refund_too_large", left_fen=left_fen, currency=taking.currency)
    wanted = RefundWanted(
        merchant_id=int(taking.merchant_id),
        subject_id=int(taking.charge_id),
        amount_fen=command.amount_fen,
        reason=command.reason,
        source_id=int(work.ids.next()),
    )
    (begun,) = await ask_refunds(work, DESK, [wanted])
    if isinstance(begun, Failure):
        raise begun
    refunded = store.Refunded(
        merchant_id=int(taking.merchant_id),
        charge_id=int(taking.charge_id),
        refund_fen=command.amount_fen,
    )
    (moved,) = await store.add_refunded(work.db, [refunded])
    work.record(DeskRefunded(**name_taking(moved), amount_fen=command.amount_fen))
    refunded_fen = taking.refunded_fen + command.amount_fen
    return msgspec.structs.replace(taking, refunded_fen=refunded_fen)

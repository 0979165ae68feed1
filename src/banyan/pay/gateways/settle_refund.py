"""What merchants do where a provider did not give back: they try again, or do it by hand."""

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.text import Note
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import rules
from banyan.pay.gateways.refunds import send_off
from banyan.pay.gateways.returning import store as refund_store
from banyan.pay.gateways.types import (
    BELL,
    WHY_MAX,
    GatewayAsked,
    GatewayRefund,
    GatewayRefundId,
    RefundState,
)


class RetryRefund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: ask the provider once more to give this back."""

    merchant_id: MerchantId
    refund_id: GatewayRefundId


class SettleRefundByHand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: we have given this back in another way."""

    merchant_id: MerchantId
    refund_id: GatewayRefundId
    note: Note
    """How."""


@single(permission=Permission.FINANCE_WRITE)
async def retry_refund(work: Work, command: RetryRefund) -> GatewayRefund:
    """Ask the provider once more; the money is on its way again.

    One that it refused is asked for under a new number, any other under the same: it can't be given
    back twice. Raises NotFound `gateways.no_such_refund`; Refusal `gateways.refund_over`.
    """
    before = await _lock(work, command.merchant_id, command.refund_id)
    if before.state in {RefundState.DONE, RefundState.BY_HAND}:
        raise Refusal("gateways.refund_over")
    after = before
    if before.state in rules.REFUSED:
        is_new = before.state is RefundState.REFUSED
        number = str(work.ids.next()) if is_new else before.out_refund_no
        state = RefundState.ASKED if is_new else RefundState.UNDER_WAY
        after = msgspec.structs.replace(before, state=state, out_refund_no=number, why="")
        await refund_store.set_refund(work.db, after)
        send_off(work, after, 0)
    await refund_store.ask_now(work.db, after.merchant_id, after.refund_id)
    work.ring(BELL)
    work.record(
        GatewayAsked(
            merchant_id=int(after.merchant_id), subject_id=int(after.refund_id), provider=after.kind
        )
    )
    await _note_audit(work, before, after)
    return after


@single(permission=Permission.FINANCE_WRITE)
async def settle_refund_by_hand(work: Work, command: SettleRefundByHand) -> GatewayRefund:
    """Note that the merchant gave back in another way what the provider would not.

    Raises NotFound `gateways.no_such_refund`; Refusal `gateways.refund_not_refused`; Invalid
    `gateways.note_missing`.
    """
    if not command.note.strip():
        raise Invalid("gateways.note_missing")
    before = await _lock(work, command.merchant_id, command.refund_id)
    if before.state not in rules.REFUSED:
        raise Refusal("gateways.refund_not_refused")
    after = msgspec.structs.replace(
        before, state=RefundState.BY_HAND, why=command.note[:WHY_MAX], done_at=work.now
    )
    await refund_store.set_refund(work.db, after)
    await _note_audit(work, before, after)
    return after


async def _lock(work: Work, merchant_id: MerchantId, refund_id: GatewayRefundId) -> GatewayRefund:
    kept = await refund_store.lock_refund(work.db, merchant_id, refund_id)
    if kept is None:
        raise NotFound("gateways.no_such_refund")
    return kept.refund


async def _note_audit(work: Work, before: GatewayRefund, after: GatewayRefund) -> None:
    await note_change(
        work,
        merchant_id=int(after.merchant_id),
        subject="gateways.refund",
        subject_id=int(after.refund_id),
        before=_shown(before),
        after=_shown(after),
    )


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the record of changes keeps of a refund."""

    state: RefundState
    out_refund_no: str
    why: str


def _shown(one: GatewayRefund) -> _Shown:
    return _Shown(state=one.state, out_refund_no=one.out_refund_no, why=one.why)

"""What servers are told of payments and refunds, in the third interface."""

from __future__ import annotations

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.charge_forms import (
    render_combination,
    render_refund_notice,
    render_transaction,
)
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.charges import (
    COMBINED_PAID,
    PAID,
    REFUNDED,
    Charge,
    CombinedCharges,
    CombinedPaid,
    RefundMade,
)
from banyan.pay.notifications import Telling

_kind = "transaction"


@renders(PAID)
async def tell_paid(directory: Directory, telling: Telling, charge: Charge) -> Told:
    """Somebody paid."""
    del telling
    return Told(
        event_type="TRANSACTION.SUCCESS",
        original_type=_kind,
        summary="支付成功",
        resource=await render_transaction(directory, charge),
    )


@renders(COMBINED_PAID)
async def tell_combined(directory: Directory, telling: Telling, told: CombinedPaid) -> Told:
    """Somebody paid several orders at once."""
    del telling
    found = CombinedCharges(combination=told.combination, charges=told.charges)
    return Told(
        event_type="TRANSACTION.SUCCESS",
        original_type=_kind,
        summary="支付成功",
        resource=await render_combination(directory, found),
    )


@renders(REFUNDED)
async def tell_refunded(directory: Directory, telling: Telling, told: RefundMade) -> Told:
    """Money went back."""
    del telling
    return Told(
        event_type="REFUND.SUCCESS",
        original_type="refund",
        summary="退款成功",
        resource=await render_refund_notice(directory, told.charge, told.refund),
    )

"""Tells the servers of merchants who made vouchers that one was used."""

from collections.abc import Sequence

import msgspec

from banyan.base import json
from banyan.books.work import Work
from banyan.pay.notifications import NewNotification, Protocol, note_notifications
from banyan.pay.vouchers import store
from banyan.pay.vouchers.rules import Offer, Want
from banyan.pay.vouchers.types import Voucher, VoucherState

USED = "vouchers.used"


class UsedVoucher(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant's server is told of a voucher that was used."""

    voucher: Voucher
    goods: tuple[tuple[str, int, int, int], ...] = ()


async def tell_used(work: Work, used: Sequence[tuple[Want, Offer]]) -> None:
    """Note what servers are told, where a merchant asked to be."""
    makers = {int(offer.voucher.merchant_id) for _, offer in used} - {0}
    if not makers:
        return
    callbacks = await store.find_callbacks(work.db, makers)
    notes: list[tuple[int, NewNotification]] = []
    for want, offer in used:
        callback = callbacks.get(int(offer.voucher.merchant_id))
        if callback is None or not callback.is_on:
            continue
        voucher = msgspec.structs.replace(
            offer.voucher,
            state=VoucherState.USED,
            used_at=want.at,
            used_merchant_id=want.merchant_id,
            transaction_no=want.transaction_no,
            used_fen=offer.amount_fen,
        )
        note = NewNotification(
            merchant_id=int(voucher.merchant_id),
            protocol=Protocol.WECHAT,
            kind=USED,
            subject_id=int(voucher.voucher_id),
            url=callback.url,
            data=json.encode(UsedVoucher(voucher=voucher, goods=offer.goods)),
            ladder="coupon_used",
        )
        notes.append((want.index, note))
    if notes:
        await note_notifications(work, notes)

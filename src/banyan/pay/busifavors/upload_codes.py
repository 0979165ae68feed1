"""Takes in codes that a merchant made, to be given out one by one."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import store
from banyan.pay.busifavors.asked import note_asked
from banyan.pay.busifavors.types import Code, CodeMode, CouponStockId, Instant, RequestNo
from banyan.pay.busifavors.write_stock import access_stock

CODES_MAX = 200


class UploadCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have these codes given out with coupons of a stock."""

    merchant_id: MerchantId
    stock_id: CouponStockId
    request_no: RequestNo
    codes: Annotated[list[Code], msgspec.Meta(min_length=1, max_length=CODES_MAX)]


class UploadedCodes(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each code."""

    stock_id: CouponStockId
    uploaded_at: Instant
    taken: list[str]
    known: list[str]
    """Were there before."""
    doubled: list[str]
    """Stand in the list twice."""


@single(permission=Permission.COUPONS_WRITE)
async def upload_codes(work: Work, command: UploadCodes) -> UploadedCodes:
    """Take codes in; those that are there are left as they are.

    Raises NotFound `busifavors.stock_not_found`; Refusal `busifavors.takes_no_codes`,
    `busifavors.request_used`.
    """
    stock = await access_stock(work, command.merchant_id, command.stock_id)
    if stock.code_mode is not CodeMode.UPLOADED:
        raise Refusal("busifavors.takes_no_codes")
    asked = await note_asked(work, command.merchant_id, "codes", command.request_no, command)
    every = list(dict.fromkeys(command.codes))
    if asked.is_new:
        await store.insert_codes(work.db, stock, every, asked.subject_id, asked.at)
    found = await store.find_codes(work.db, stock, every)
    return UploadedCodes(
        stock_id=stock.stock_id,
        uploaded_at=asked.at,
        taken=[one for one in every if found[one] == asked.subject_id],
        known=[one for one in every if found[one] != asked.subject_id],
        doubled=[one for one in every if command.codes.count(one) > 1],
    )

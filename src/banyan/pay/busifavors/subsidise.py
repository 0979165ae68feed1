"""Subsidies: what a stock's maker pays the merchant where a coupon was used, and gets back."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.money import CNY, PositiveFen
from banyan.base.text import LINE, LINES
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import store
from banyan.pay.busifavors.asked import note_asked
from banyan.pay.busifavors.rules import day_of
from banyan.pay.busifavors.types import (
    Code,
    CouponState,
    CouponStockId,
    RequestNo,
    Subsidy,
    SubsidyGivenBack,
    SubsidyId,
    SubsidyPaid,
    SubsidyReturn,
    TransferCode,
)
from banyan.pay.charges import FindCharge, ReadRefund, find_charge, read_refund, refund_id_of
from banyan.pay.wallets import purse_of

_No = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
_Words = Annotated[str, msgspec.Meta(max_length=1_024, pattern=LINES)]


class PaySubsidy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pay a merchant for a coupon that was used in a payment to it."""

    merchant_id: MerchantId
    """Who pays: the maker of the stock, or whose it is in name."""
    payee_id: Id
    stock_id: CouponStockId
    code: Code
    transaction_no: _No
    amount_fen: PositiveFen
    description: _Words
    request_no: RequestNo


class ReturnSubsidy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a part of a subsidy back, because its payment was refunded."""

    merchant_id: MerchantId
    """Who got it, and now gives it back."""
    payer_id: Id
    stock_id: CouponStockId
    code: Code
    transaction_no: _No
    refund_no: _No
    amount_fen: PositiveFen
    description: _Words
    request_no: RequestNo


@single(permission=Permission.COUPONS_WRITE)
async def pay_subsidy(work: Work, command: PaySubsidy) -> Subsidy:
    """Pay a merchant for a coupon, once for each payment, out of the payer's purse.

    Raises NotFound `busifavors.not_found`, `charges.not_found`; Refusal
    `busifavors.not_subsidised`, `busifavors.not_used`, `busifavors.subsidy_too_large`,
    `busifavors.subsidised_before`, `busifavors.request_used`; at the end
    `refunds.purse_short`.
    """
    asked = await note_asked(work, command.merchant_id, "subsidy", command.request_no, command)
    if not asked.is_new:
        known = await store.find_subsidy(work.db, int(command.merchant_id), asked.subject_id)
        assert known is not None, "subsidies are never deleted"
        return known
    await _check_used(work, command)
    charge = await find_charge(work, FindCharge(transaction_no=command.transaction_no))
    if not charge.is_paid or int(charge.merchant_id) != int(command.payee_id):
        raise NotFound("charges.not_found")
    if command.amount_fen > charge.total_fen:
        raise Refusal("busifavors.subsidy_too_large", max_fen=charge.total_fen)
    subsidy = Subsidy(
        merchant_id=Id(command.merchant_id),
        subsidy_id=SubsidyId(asked.subject_id),
        payee_id=command.payee_id,
        stock_id=command.stock_id,
        code=command.code,
        transaction_no=command.transaction_no,
        amount_fen=command.amount_fen,
        returned_fen=0,
        description=command.description,
        out_no=command.request_no,
        paid_at=work.now,
    )
    if not await store.insert_subsidy(work.db, subsidy):
        raise Refusal("busifavors.subsidised_before")
    _move(
        work,
        int(command.merchant_id),
        int(command.payee_id),
        subsidy.amount_fen,
        TransferCode.SUBSIDISED,
        cause=int(subsidy.subsidy_id),
    )
    work.record(
        SubsidyPaid(
            merchant_id=int(command.merchant_id),
            subject_id=int(subsidy.subsidy_id),
            payee_id=int(command.payee_id),
            amount_fen=subsidy.amount_fen,
        )
    )
    return subsidy


async def _check_used(work: Work, command: PaySubsidy) -> None:
    found = await store.find_coupons(
        work.db, command.code, int(command.stock_id), int(command.merchant_id), day_of(work.now)
    )
    payers = {int(one) for c in found for one in (c.stock.merchant_id, c.stock.belong_merchant_id)}
    if int(command.merchant_id) not in payers:
        raise NotFound("busifavors.not_found")
    if not found[0].stock.is_subsidised:
        raise Refusal("busifavors.not_subsidised")
    if found[0].state is not CouponState.USED:
        raise Refusal("busifavors.not_used")


@single(permission=Permission.COUPONS_WRITE)
async def return_subsidy(work: Work, command: ReturnSubsidy) -> SubsidyReturn:
    """Give a part of a subsidy back out of the purse of who got it.

    Raises NotFound `busifavors.subsidy_not_found`, `charges.refund_not_found`; Refusal
    `busifavors.return_too_large`, `busifavors.request_used`; at the end `refunds.purse_short`.
    """
    asked = await note_asked(work, command.merchant_id, "back", command.request_no, command)
    if not asked.is_new:
        known = await store.find_return(work.db, int(command.merchant_id), asked.subject_id)
        assert known is not None, "returns are never deleted"
        return known
    subsidy = await store.lock_subsidy(
        work.db,
        int(command.payer_id),
        int(command.stock_id),
        command.code,
        command.transaction_no,
        int(command.merchant_id),
    )
    if subsidy is None:
        raise NotFound("busifavors.subsidy_not_found")
    query = ReadRefund(merchant_id=command.merchant_id, refund_id=refund_id_of(command.refund_no))
    refunded = await read_refund(work, query)
    if refunded.charge.transaction_no != command.transaction_no:
        raise NotFound("charges.refund_not_found")
    if command.amount_fen > subsidy.amount_fen - subsidy.returned_fen:
        left_fen = subsidy.amount_fen - subsidy.returned_fen
        raise Refusal("busifavors.return_too_large", left_fen=left_fen)
    back = SubsidyReturn(
        return_id=SubsidyId(asked.subject_id),
        subsidy=subsidy,
        refund_no=command.refund_no,
        amount_fen=command.amount_fen,
        description=command.description,
        out_no=command.request_no,
        returned_at=work.now,
    )
    await store.insert_return(work.db, back)
    _move(
        work,
        int(command.merchant_id),
        int(command.payer_id),
        back.amount_fen,
        TransferCode.SUBSIDY_BACK,
        cause=int(back.return_id),
    )
    work.record(
        SubsidyGivenBack(
            merchant_id=int(subsidy.merchant_id),
            subject_id=int(subsidy.subsidy_id),
            payee_id=int(subsidy.payee_id),
            amount_fen=back.amount_fen,
        )
    )
    return back


def _move(
    work: Work, giver_id: int, taker_id: int, amount_fen: int, code: TransferCode, *, cause: int
) -> None:
    giver, taker = purse_of(CNY, giver_id), purse_of(CNY, taker_id)
    for one in (giver, taker):
        work.open_account(one)
    if giver != taker:
        work.move(
            book=CNY.number,
            debit=giver.account_id,
            credit=taker.account_id,
            amount=amount_fen,
            code=code,
            cause=cause,
            refusal="refunds.purse_short",
        )

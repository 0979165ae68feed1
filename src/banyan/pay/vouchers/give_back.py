"""Gives vouchers' money back with refunds, and the voucher itself once all was refunded."""

from collections.abc import Sequence

import msgspec

from banyan.books.ledger import Account
from banyan.books.work import Work
from banyan.pay.vouchers import store
from banyan.pay.vouchers.accounts import fund_of, funder_of, note_count, note_money
from banyan.pay.vouchers.types import Promotion, Stock, TransferCode, VoucherGivenBack


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """A refund of a charge that a voucher was taken off.

    `source`: the merchant's account that what funds had paid is taken from; `is_whole`: nothing of
    the charge is left.
    """

    merchant_id: int
    refund_id: int
    promotions: Sequence[Promotion]
    voucher_fen: int
    discount_fen: int
    source: Account
    refusal: str
    is_whole: bool
    index: int = 0


async def give_back(work: Work, backs: Sequence[Back]) -> None:
    """Give what a refund says of each voucher back to whoever funded it.

    Money goes into the stock's fund, so that a voucher that comes back is good again; once the
    stock has ended it goes to its funder at once. A voucher that is still in time comes back with
    the last fen of its charge. A merchant who no longer has the money is refused as `refusal` says.
    """
    stock_ids = {int(one.stock_id) for back in backs for one in back.promotions}
    if not stock_ids:
        return
    stocks = await store.hold_stocks(work.db, stock_ids)
    for back in backs:
        for promotion in back.promotions:
            await _give_back(work, back, promotion, stocks[int(promotion.stock_id)])


async def _give_back(work: Work, back: Back, promotion: Promotion, stock: Stock) -> None:
    amount_fen = back.voucher_fen if promotion.is_cash else back.discount_fen
    use = await store.add_refunded(
        work.db, int(promotion.merchant_id), int(promotion.use_id), amount_fen
    )
    is_to_fund = stock.ended_at is None
    if amount_fen:
        await store.insert_refund(
            work.db,
            int(promotion.merchant_id),
            int(promotion.use_id),
            int(back.refund_id),
            int(promotion.stock_id),
            back.source.code,
            is_to_fund,
            amount_fen,
            work.now,
        )
    if amount_fen and promotion.is_cash:
        target = fund_of(stock.stock_id) if is_to_fund else funder_of(stock.merchant_id)
        if target != back.source:
            note_money(
                work,
                back.source,
                target,
                amount_fen,
                TransferCode.REFUNDED,
                cause=back.refund_id,
                index=back.index,
                refusal=back.refusal,
            )
    is_usable = back.is_whole and await store.set_held(
        work.db, use["person_id"], use["voucher_id"], use["charge_id"], work.now
    )
    if is_usable:
        note_count(
            work,
            stock.merchant_id,
            stock.stock_id,
            TransferCode.GIVEN_BACK,
            cause=back.refund_id,
            index=back.index,
        )
    if amount_fen or is_usable:
        work.record(
            VoucherGivenBack(
                merchant_id=back.merchant_id,
                person_id=use["person_id"],
                subject_id=int(promotion.voucher_id),
                stock_id=promotion.stock_id,
                charge_id=use["charge_id"],
                amount_fen=amount_fen,
                is_usable=is_usable,
            ),
            index=back.index,
        )

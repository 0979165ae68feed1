"""Gives a part of a charge back, to whoever paid it."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.money import Currency, PositiveFen, currency
from banyan.base.text import LINES
from banyan.books.ledger import EMPTY, Account, AccountId, Refusing, read_accounts
from banyan.books.work import Permission, Work, single
from banyan.pay.charges import rules, store
from banyan.pay.charges.events import ChargeRefunded
from banyan.pay.charges.read_charge import ChargeRef, RefundOfCharge, find_for
from banyan.pay.charges.tell import tell_refunded
from banyan.pay.charges.types import (
    Charge,
    ChargeRefund,
    ChargeRefundId,
    Funds,
    OutNo,
    RefundFacts,
    TransferCode,
)
from banyan.pay.payees import Scope, check_bound
from banyan.pay.vouchers import Back, give_back
from banyan.pay.wallets import fees_of, purse_of, shared_of, unsettled_of, wallet_of

_SHORT = "refunds.purse_short"
_REVERSED = "reversed"


class RefundCharge(ChargeRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: give so much of a charge back; the same number again is the same refund."""

    out_refund_no: OutNo
    refund_fen: PositiveFen
    total_fen: PositiveFen | None = None
    """What the merchant believes the charge to be."""
    reason: Annotated[str, msgspec.Meta(max_length=80, pattern=LINES)] = ""
    funds: Funds | None = None
    """Where it is taken from; by itself from what is unsettled, or the purse if that is short."""
    facts: RefundFacts = RefundFacts()


@single(permission=Permission.ORDERS_REFUND)
async def refund_charge(work: Work, command: RefundCharge) -> RefundOfCharge:
    """Give money back to the payer's wallet, with its part of the fee to the merchant.

    Raises NotFound `charges.not_found`; Invalid `charges.goods_differ`; Refusal
    `payees.not_bound`, `charges.not_paid`, `charges.total_differs`, `charges.refund_too_large`,
    `charges.too_many_refunds`, `charges.refund_too_late`, `charges.refund_no_used`; at the end
    `refunds.purse_short` when the merchant no longer has it, and the same number may be tried
    again.
    """
    found = await find_for(work, command)
    await check_bound(work.db, command.merchant_id, [found.merchant_id], Scope.REFUND)
    charge = await store.lock_charge(work.db, found.merchant_id, found.charge_id)
    assert charge is not None, "charges are never deleted"
    digest = rules.compute_digest((charge.charge_id, command.refund_fen, command.facts.goods))
    known = await store.find_refund_no(
        work.db,
        charge.merchant_id,
        charge.provider_id,
        charge.protocol.network,
        command.out_refund_no,
    )
    if known is not None:
        old_digest, refund = known
        if old_digest != digest:
            raise Refusal("charges.refund_no_used", out_refund_no=command.out_refund_no)
        return RefundOfCharge(charge=charge, refund=refund)
    rules.check_refund(charge, command.refund_fen, command.total_fen, command.facts.goods, work.now)
    return await _give_back(work, charge, command, digest)


async def give_back_whole(work: Work, charge: Charge, *, reason: str) -> Charge:
    """Give back all that is left of a locked charge, because its till reversed it."""
    left_fen = charge.total_fen - charge.refunded_fen
    if not left_fen:
        return charge
    command = RefundCharge(
        merchant_id=charge.merchant_id,
        charge_id=charge.charge_id,
        out_refund_no=f"{_REVERSED} {charge.charge_id:d}",
        refund_fen=left_fen,
        reason=reason,
    )
    return (await _give_back(work, charge, command, b"")).charge


async def _give_back(
    work: Work, charge: Charge, command: RefundCharge, digest: bytes
) -> RefundOfCharge:
    split = rules.compute_split(charge, command.refund_fen)
    money = currency(charge.currency)
    need_fen = split.payer_fen + split.voucher_fen - split.fee_fen - split.pool_fen
    funds = command.funds or await _choose_funds(work, money, charge, need_fen)
    refund = ChargeRefund(
        merchant_id=charge.merchant_id,
        refund_id=ChargeRefundId(work.ids.next()),
        charge_id=charge.charge_id,
        provider_id=charge.provider_id,
        out_refund_no=command.out_refund_no,
        refund_fen=command.refund_fen,
        payer_fen=split.payer_fen,
        voucher_fen=split.voucher_fen,
        discount_fen=split.discount_fen,
        fee_fen=split.fee_fen,
        pool_fen=split.pool_fen,
        funds=funds,
        reason=command.reason,
        facts=command.facts,
        refunded_by=work.actor.actor_id,
        refunded_at=work.now,
    )
    charge = await store.add_refund(work.db, charge, refund, charge.protocol.network, digest)
    _note_money(work, money, charge, refund)
    await give_back(
        work,
        [
            Back(
                merchant_id=int(charge.merchant_id),
                refund_id=int(refund.refund_id),
                promotions=charge.promotions,
                voucher_fen=refund.voucher_fen,
                discount_fen=refund.discount_fen,
                source=_own_of(money, charge, refund),
                refusal=_SHORT,
                is_whole=charge.refunded_fen == charge.total_fen,
            )
        ],
    )
    work.record(
        ChargeRefunded(
            merchant_id=charge.merchant_id,
            person_id=charge.payer_id,
            channel_id=charge.channel_id,
            subject_id=charge.charge_id,
            refund_id=refund.refund_id,
            out_refund_no=refund.out_refund_no,
            out_no=charge.out_no,
            currency=charge.currency,
            refund_fen=refund.refund_fen,
            payer_fen=refund.payer_fen,
            fee_fen=refund.fee_fen,
            reason=refund.reason,
        )
    )
    await tell_refunded(work, charge, refund)
    return RefundOfCharge(charge=charge, refund=refund)


async def _choose_funds(work: Work, money: Currency, charge: Charge, need_fen: int) -> Funds:
    unsettled = unsettled_of(money, charge.merchant_id).account_id
    sums = (await read_accounts(work.db, [unsettled])).get(unsettled, EMPTY)
    return Funds.UNSETTLED if sums.available >= need_fen else Funds.AVAILABLE


def _note_money(work: Work, money: Currency, charge: Charge, refund: ChargeRefund) -> None:
    own = source_of(money, charge, refund)
    wallet = wallet_of(money, charge.payer_id).account_id
    fees, pool = fees_of(money).account_id, shared_of(money, charge.merchant_id).account_id
    _move(work, money, refund, (TransferCode.FEE_BACK, fees, own, refund.fee_fen))
    _move(work, money, refund, (TransferCode.POOL_BACK, pool, own, refund.pool_fen))
    _move(work, money, refund, (TransferCode.REFUND, own, wallet, refund.payer_fen), _SHORT)


def source_of(money: Currency, charge: Charge, refund: ChargeRefund) -> AccountId:
    """The account of the merchant that a refund is taken from."""
    return _own_of(money, charge, refund).account_id


def _own_of(money: Currency, charge: Charge, refund: ChargeRefund) -> Account:
    is_settled = refund.funds is Funds.AVAILABLE
    own = purse_of if is_settled else unsettled_of
    return own(money, charge.merchant_id)


def _move(
    work: Work,
    money: Currency,
    refund: ChargeRefund,
    move: tuple[TransferCode, AccountId, AccountId, int],
    refusal: Refusing = "",
) -> None:
    code, debit, credit, amount = move
    if amount:
        work.move(
            book=money.number,
            debit=debit,
            credit=credit,
            amount=amount,
            code=code,
            cause=refund.refund_id,
            refusal=refusal,
        )

"""Writes what paid charges come to, moves their money and has it told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.json import encode
from banyan.base.money import currency
from banyan.books.work import Work
from banyan.pay.charges import rules, store
from banyan.pay.charges.events import ChargePaid
from banyan.pay.charges.ports import PORTS, Openids
from banyan.pay.charges.tell import tell_paid
from banyan.pay.charges.types import Charge, TransferCode
from banyan.pay.vouchers import Taken
from banyan.pay.wallets import fees_of, refuse_short, shared_of, unsettled_of, wallet_of


class PaidCharge(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid: one charge, or all of a combination."""

    token: str
    total_fen: int
    payer_fen: int
    """What the wallet gave."""
    paid_at: datetime
    charges: Annotated[list[Charge], msgspec.Meta(max_length=50)]


class Intent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One person who wants to pay what one token stands for."""

    index: int
    token: str
    payer_id: int
    at: datetime
    expected_total_fen: int | None = None
    expected_payer_fen: int | None = None
    voucher_id: int | None = None
    session_id: int = 0
    """The payer's device."""
    proof: str = ""
    """That the payer gave their pay password for what is paid."""
    subject: str = ""
    """What the password is given for; empty for `charges.<token>`."""
    is_at_till: bool = False
    """Whether the till takes it by the payer's code, without their doing anything."""
    is_agreed: bool = False
    """Whether it is taken because the payer agreed once: they are not there to be asked."""


class Won(msgspec.Struct, frozen=True, gc=False):
    """An intent that pays, and what it pays."""

    intent: Intent
    charges: list[Charge]


async def settle(
    work: Work, won: Sequence[Won], taken: Mapping[int, Taken]
) -> dict[int, PaidCharge]:
    """Finish locked charges; what was paid by the index of its call.

    `taken`: what vouchers take off, by charge.
    """
    wanted = {
        (int(channel_id), one.intent.payer_id)
        for one in won
        for charge in one.charges
        for channel_id in (charge.channel_id, charge.sub_channel_id)
        if channel_id
    }
    openids = await PORTS.find_openids(work, sorted(wanted)) if wanted else {}
    rows = [
        _row(charge, one.intent, openids, taken[int(charge.charge_id)])
        for one in won
        for charge in one.charges
    ]
    done = await store.finish_paid(work.db, rows)
    paid: dict[int, PaidCharge] = {}
    for one in won:
        charges = [done[charge.merchant_id, charge.charge_id] for charge in one.charges]
        for charge in charges:
            _note_money(work, charge, one.intent.index)
            work.record(_fact(charge), index=one.intent.index)
        paid[one.intent.index] = PaidCharge(
            token=one.intent.token,
            total_fen=sum(charge.total_fen for charge in charges),
            payer_fen=sum(charge.payer_fen for charge in charges),
            paid_at=one.intent.at,
            charges=charges,
        )
    await tell_paid(work, [(index, one.charges) for index, one in paid.items()])
    return paid


def _row(charge: Charge, intent: Intent, openids: Openids, off: Taken) -> dict[str, object]:
    settled_fen = charge.total_fen - off.given_up_fen
    fee_fen = rules.compute_fee(settled_fen, charge.rate_bp)
    return {
        "merchant_id": int(charge.merchant_id),
        "charge_id": int(charge.charge_id),
        "payer_id": intent.payer_id,
        "paid_at": intent.at,
        "payer_fen": settled_fen - off.cash_fen,
        "voucher_fen": off.cash_fen,
        "discount_fen": off.given_up_fen,
        "fee_fen": fee_fen,
        "unsplit_fen": settled_fen - fee_fen if charge.is_shared else 0,
        "promotions": encode(off.promotions).decode(),
        "openid": openids.get((int(charge.channel_id), intent.payer_id), ""),
        "sub_openid": openids.get((int(charge.sub_channel_id), intent.payer_id), ""),
    }


def _note_money(work: Work, charge: Charge, index: int) -> None:
    money = currency(charge.currency)
    unsettled = unsettled_of(money, charge.merchant_id).account_id
    wallet = wallet_of(money, charge.payer_id)
    work.open_account(wallet)
    moves = [
        (TransferCode.CHARGE, wallet.account_id, unsettled, charge.payer_fen),
        (TransferCode.FEE, unsettled, fees_of(money).account_id, charge.fee_fen),
        (
            TransferCode.POOLED,
            unsettled,
            shared_of(money, charge.merchant_id).account_id,
            charge.unsplit_fen,
        ),
    ]
    for code, debit, credit, amount in moves:
        if amount:
            work.move(
                book=money.number,
                debit=debit,
                credit=credit,
                amount=amount,
                code=code,
                cause=charge.charge_id,
                index=index,
                refusal=refuse_short if code is TransferCode.CHARGE else "",
            )


def _fact(charge: Charge) -> ChargePaid:
    return ChargePaid(
        merchant_id=charge.merchant_id,
        person_id=charge.payer_id,
        channel_id=charge.channel_id,
        subject_id=charge.charge_id,
        protocol=charge.protocol,
        way=charge.way,
        out_no=charge.out_no,
        provider_id=charge.provider_id,
        combined_id=charge.combined_id,
        currency=charge.currency,
        total_fen=charge.total_fen,
        payer_fen=charge.payer_fen,
        voucher_fen=charge.voucher_fen,
        discount_fen=charge.discount_fen,
        fee_fen=charge.fee_fen,
        is_shared=charge.is_shared,
    )

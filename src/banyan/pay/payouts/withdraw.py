"""Sets money aside for its holder's bank account: theirs no longer, and not yet the bank's."""

from typing import Annotated

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.base.ids import Id
from banyan.base.money import CNY, CurrencyCode, PositiveFen, currency
from banyan.books.ledger import Account
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.parties.sessions import session_of
from banyan.pay.passwords import ProofToken
from banyan.pay.payouts import store
from banyan.pay.payouts.types import (
    BELL,
    HolderKind,
    OutNo,
    Payout,
    PayoutAccepted,
    PayoutId,
    PayoutState,
    Remark,
    TransferCode,
)
from banyan.pay.risk import Attempt, Kind, judge_payments
from banyan.pay.wallets import list_open_banks, purse_of, test_bank_of, wallet_of

_Url = Annotated[str, msgspec.Meta(max_length=256)]


class WithdrawWallet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: send so much from my wallet to my bank account."""

    amount_fen: PositiveFen
    currency: CurrencyCode = CNY.code
    remark: Remark = ""
    proof: ProofToken = ""
    """That the pay password was given for this, where it is asked for; see `subject_of`."""


class WithdrawPurse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: send so much of a merchant's available money to its bank account."""

    merchant_id: MerchantId
    amount_fen: PositiveFen
    currency: CurrencyCode = CNY.code
    out_no: OutNo = ""
    """A number of the merchant's own: sent again under the same one, it is sent once."""
    remark: Remark = ""
    bank_memo: Remark = ""
    notify_url: _Url = ""


def subject_of(command: WithdrawWallet) -> str:
    """What a pay password is given for."""
    return f"payouts.{command.currency}.{command.amount_fen}"


@single(permission=Permission.PERSON)
async def withdraw_wallet(work: Work, command: WithdrawWallet) -> Payout | Failure:
    """Set money of the caller's wallet aside for their bank account; the bank is asked at once.

    Raises Invalid `money.unknown_currency`; Refusal `payouts.no_account`, `payouts.bank_closed`,
    `wallets.insufficient`; what `judge_payments` refuses.
    """
    money = currency(command.currency)
    failure = await _judge(work, command)
    if failure is not None:
        # Returned, not raised: what was decided, and why, stays written.
        return failure
    source = wallet_of(money, work.actor.person_id)
    wanted = WithdrawPurse(
        merchant_id=MerchantId(0),
        amount_fen=command.amount_fen,
        currency=command.currency,
        remark=command.remark,
    )
    return await _withdraw(work, HolderKind.PERSON, work.actor.person_id, source, wanted)


@single(permission=Permission.FINANCE_WRITE)
async def withdraw_purse(work: Work, command: WithdrawPurse) -> Payout:
    """Set money of a merchant's purse aside for its bank account; the bank is asked at once.

    Raises Invalid `money.unknown_currency`; Refusal `payouts.no_account`, `payouts.bank_closed`,
    `payouts.insufficient`, and `payouts.number_used` if another payout has this number.
    """
    source = purse_of(currency(command.currency), command.merchant_id)
    return await _withdraw(work, HolderKind.MERCHANT, command.merchant_id, source, command)


async def _judge(work: Work, command: WithdrawWallet) -> Failure | None:
    session_id = session_of(work.actor)
    attempt = Attempt(
        person_id=work.actor.person_id,
        session_id=session_id,
        merchant_id=0,
        kind=Kind.PAYOUT,
        currency=command.currency,
        amount_fen=command.amount_fen,
        subject=subject_of(command),
        proof=command.proof,
        is_present=session_id > 0,
        at=work.now,
    )
    (failure,) = await judge_payments(work, [attempt])
    return failure


async def _withdraw(
    work: Work, kind: HolderKind, holder_id: int, source: Account, wanted: WithdrawPurse
) -> Payout:
    known = await store.find_out_no(work.db, holder_id, wanted.out_no)
    if known is not None:
        return _same(known, wanted)
    kept = await store.find_account(work.db, holder_id)
    if kept is None:
        raise Refusal("payouts.no_account")
    if kept.account.bank_id not in await list_open_banks(work.db):
        raise Refusal("payouts.bank_closed")
    payout = Payout(
        payout_id=PayoutId(work.ids.next()),
        holder_kind=kind,
        holder_id=Id(holder_id),
        out_no=wanted.out_no,
        currency=wanted.currency,
        amount_fen=wanted.amount_fen,
        remark=wanted.remark,
        bank_memo=wanted.bank_memo,
        notify_url=wanted.notify_url,
        bank_id=kept.account.bank_id,
        is_test=kept.account.is_test,
        bank_name=kept.account.name,
        number_tail=kept.account.number_tail,
        state=PayoutState.ACCEPTED,
        bank_no="",
        why="",
        created_at=work.now,
        changed_at=work.now,
    )
    hold_id = work.ids.next()
    row = store.KeptPayout(payout=payout, number_sealed=kept.number_sealed, hold_id=hold_id)
    if not await store.insert_payout(work.db, row):
        # A rival came first under this number; it has committed, or we would not be here.
        known = await store.find_out_no(work.db, holder_id, wanted.out_no)
        assert known is not None
        return _same(known, wanted)
    _note(work, payout, source, hold_id)
    work.ring(BELL)
    return payout


def _note(work: Work, payout: Payout, source: Account, hold_id: int) -> None:
    is_person = payout.holder_kind is HolderKind.PERSON
    bank = test_bank_of(currency(payout.currency))
    work.open_account(source)
    work.open_account(bank)
    work.move(
        book=source.book,
        debit=source.account_id,
        credit=bank.account_id,
        amount=payout.amount_fen,
        code=TransferCode.HELD,
        cause=payout.payout_id,
        transfer_id=hold_id,
        is_pending=True,
        refusal="wallets.insufficient" if is_person else "payouts.insufficient",
    )
    work.record(
        PayoutAccepted(
            merchant_id=0 if is_person else payout.holder_id,
            person_id=payout.holder_id if is_person else 0,
            subject_id=payout.payout_id,
            amount_fen=payout.amount_fen,
            currency=payout.currency,
        )
    )


def _same(known: Payout, wanted: WithdrawPurse) -> Payout:
    """What was accepted before. Raises Refusal `payouts.number_used` if it was something else."""
    told = (wanted.amount_fen, wanted.currency, wanted.remark, wanted.bank_memo)
    if (known.amount_fen, known.currency, known.remark, known.bank_memo) != told:
        raise Refusal("payouts.number_used", out_no=known.out_no)
    return known

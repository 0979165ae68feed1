"""Hands out what banks are to be asked, and takes down what they said."""

from datetime import datetime

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.pay.payouts import store
from banyan.pay.payouts.ports import PORTS
from banyan.pay.payouts.rules import compute_rest, judge_account, tail_of
from banyan.pay.payouts.types import (
    BankAnswer,
    BankOrder,
    HolderKind,
    Payout,
    PayoutFailed,
    PayoutPaid,
    PayoutState,
    TransferCode,
    Verdict,
)


class TakePayouts(msgspec.Struct, frozen=True, kw_only=True):
    """Command: give me what is to be paid, and let nobody else have it until then.

    Both instants are of the real clock.
    """

    at: datetime
    until: datetime
    limit: int


class ReadyPayout(msgspec.Struct, frozen=True, kw_only=True):
    """A payout, and what the bank is asked."""

    payout: Payout
    tries: int
    order: BankOrder

    @property
    def may_be_taken(self) -> bool:
        """Whether the bank may have taken it already: then it is asked before it is told again."""
        return self.tries > 1


class TakenPayouts(msgspec.Struct, frozen=True, kw_only=True):
    """All that was taken."""

    items: list[ReadyPayout]


class FinishPayout(msgspec.Struct, frozen=True, kw_only=True):
    """Command: the bank said this; or nothing, which is no answer, and why."""

    holder_id: int
    payout_id: int
    tries: int
    at: datetime
    answer: BankAnswer | None
    why: str = ""


class TestBankOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Command: ask the test bank."""

    order: BankOrder


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_payouts(work: Work, command: TakePayouts) -> TakenPayouts:
    """Take payouts of which a bank is to be asked; who is killed with them loses them at `until`.

    That somebody is about to ask is committed before the bank hears of it, so that whoever comes
    next knows that it may have.
    """
    taken = await store.take_payouts(work.db, command.at, command.until, command.limit)
    return TakenPayouts(items=[_ready(one) for one in taken])


@single(permission=Permission.SYSTEM)
async def finish_payout(work: Work, command: FinishPayout) -> None:
    """Give the money to the bank that took it, or back to its holder if the bank refused.

    Without an answer it stays set aside and the bank is asked again later. Whoever lost the payout
    to another is too late, and changes nothing.
    """
    kept = await store.lock_payout(work.db, command.holder_id, command.payout_id)
    if kept is None or kept.tries != command.tries:
        return
    if kept.payout.state is not PayoutState.ACCEPTED:
        return
    verdict = command.answer.verdict if command.answer else Verdict.UNKNOWN
    states = {Verdict.TAKEN: PayoutState.PAID, Verdict.REFUSED: PayoutState.FAILED}
    after = msgspec.structs.replace(
        kept.payout,
        state=states.get(verdict, PayoutState.ACCEPTED),
        bank_no=command.answer.bank_no if command.answer else "",
        why=(command.answer.why if command.answer else command.why)[:200],
        changed_at=work.now,
    )
    await store.set_payout(work.db, after, command.at + compute_rest(kept.tries))
    _note(work, after, kept.hold_id)


@single(permission=Permission.SYSTEM)
async def pay_from_test_bank(work: Work, command: TestBankOrder) -> BankAnswer:
    """The test bank's own side: take the money into its book, once for each number.

    It is play money: whoever has it can buy nothing for it. Numbers of accounts that end in 0000
    are unknown here.
    """
    order = command.order
    refused = judge_account(order.account_number)
    if refused is not None:
        return refused
    bank_no = f"T{work.ids.next():d}"
    tail = tail_of(order.account_number)
    await store.take_at_test_bank(work.db, order, bank_no, tail, work.now)
    return await store.find_at_test_bank(work.db, order.number)


@single(permission=Permission.SYSTEM)
async def find_at_test_bank(work: Work, command: TestBankOrder) -> BankAnswer:
    """The test bank's own side: say whether it took the money under this number."""
    return await store.find_at_test_bank(work.db, command.order.number)


def _ready(kept: store.KeptPayout) -> ReadyPayout:
    payout = kept.payout
    number = PORTS.seal.open(kept.number_sealed, str(int(payout.holder_id)))
    order = BankOrder(
        number=str(int(payout.payout_id)),
        account_name=payout.bank_name,
        account_number=number,
        currency=payout.currency,
        amount_fen=payout.amount_fen,
        memo=payout.bank_memo,
        holder_kind=payout.holder_kind,
        holder_id=payout.holder_id,
    )
    return ReadyPayout(payout=payout, tries=kept.tries, order=order)


def _note(work: Work, payout: Payout, hold_id: int) -> None:
    is_person = payout.holder_kind is HolderKind.PERSON
    whose = {
        "merchant_id": 0 if is_person else int(payout.holder_id),
        "person_id": int(payout.holder_id) if is_person else 0,
        "subject_id": int(payout.payout_id),
    }
    what = {"amount_fen": payout.amount_fen, "currency": payout.currency}
    match payout.state:
        case PayoutState.PAID:
            work.post(hold_id, code=TransferCode.PAID, cause=payout.payout_id)
            work.record(PayoutPaid(**whose, **what))  # type: ignore[arg-type]
        case PayoutState.FAILED:
            work.void(hold_id, code=TransferCode.RELEASED, cause=payout.payout_id)
            work.record(PayoutFailed(**whose, **what, why=payout.why))  # type: ignore[arg-type]
        case PayoutState.ACCEPTED:
            pass

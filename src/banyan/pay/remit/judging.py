"""Lets risk look at what a merchant is about to send."""

from banyan.base.errors import Failure
from banyan.books.work import Work
from banyan.pay.risk import Attempt, Kind, forget_payments, judge_payments


async def judge(work: Work, attempt: Attempt) -> Failure | None:
    """Say what speaks against it. Whoever returns that refuses, and what was decided stays."""
    (failure,) = await judge_payments(work, [attempt])
    return failure


async def forget(work: Work, attempt: Attempt) -> None:
    """Count no more what a rival has sent already."""
    await forget_payments(work, [attempt])


def attempt_of(
    work: Work, merchant_id: int, currency: str, amount_fen: int, out_no: str
) -> Attempt:
    """A merchant is about to send so much under a number of its own; a batch is one attempt."""
    return Attempt(
        person_id=int(merchant_id),
        session_id=0,
        merchant_id=int(merchant_id),
        kind=Kind.REMITTANCE,
        currency=currency,
        amount_fen=amount_fen,
        subject=f"remit.{out_no}",
        # Programs send, and nobody is there to give a password.
        is_agreed=True,
        # Who is blocked sends nothing; how much one may be paid is another matter.
        shares=((int(merchant_id), 0),),
        at=work.now,
    )

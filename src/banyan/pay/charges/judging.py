"""Lets risk look at charges that are about to be paid."""

from collections.abc import Sequence

from banyan.base.errors import Failure
from banyan.books.work import Work
from banyan.pay.charges import store
from banyan.pay.charges.settle_paid import Won
from banyan.pay.charges.types import Way
from banyan.pay.risk import Attempt, Kind, forget_payments, judge_payments


async def judge(work: Work, decided: list[Won | Failure]) -> list[Won | Failure]:
    """Put what speaks against a payment in its place, and make its charges payable again."""
    places = [place for place, one in enumerate(decided) if isinstance(one, Won)]
    won = [one for one in decided if isinstance(one, Won)]
    if not won:
        return decided
    judged = await judge_payments(work, [_attempt(one) for one in won])
    refused = []
    for place, one, failure in zip(places, won, judged, strict=True):
        if failure is not None:
            decided[place] = failure
            refused += one.charges
    if refused:
        await store.give_back(work.db, refused)
    return decided


async def forget(work: Work, won: Sequence[Won]) -> None:
    """Let payments that passed not count: they are not made."""
    await forget_payments(work, [_attempt(one) for one in won])


def subject_of(token: str) -> str:
    """What the pay password is given for, to pay what this token stands for."""
    return f"charges.{token}"


def _attempt(one: Won) -> Attempt:
    intent, charges = one.intent, one.charges
    first = charges[0]
    is_code = first.way is Way.CODE
    return Attempt(
        person_id=intent.payer_id,
        session_id=intent.session_id,
        merchant_id=int(first.merchant_id),
        kind=Kind.CODE if is_code else Kind.CHARGE,
        currency=first.currency,
        amount_fen=sum(charge.total_fen for charge in charges),
        shares=[(int(charge.merchant_id), charge.total_fen) for charge in charges],
        subject=intent.subject or subject_of(intent.token),
        proof=intent.proof,
        must_prove=is_code and not intent.is_at_till,
        is_present=intent.session_id > 0 or intent.is_at_till,
        is_agreed=intent.is_agreed,
        at=intent.at,
    )

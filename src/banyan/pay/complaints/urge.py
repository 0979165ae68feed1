"""Urges merchants who do not answer in time, or do not give back what they said they would."""

import msgspec

from banyan.books.timers import Timer
from banyan.books.work import Work
from banyan.pay.complaints import store
from banyan.pay.complaints.rules import ANSWER_WITHIN
from banyan.pay.complaints.steps import Said, add_step, fact_of
from banyan.pay.complaints.types import Complaint, ComplaintState, ComplaintUrged, StepKind

URGE = "complaints.urge"
"""The timer of a complaint that a merchant is to do something about."""


async def urge(work: Work, timer: Timer) -> None:
    """Ask a merchant once more, and again a day later, until it has done something."""
    complaint = await store.find_complaint(work.db, int(timer.data), timer.subject, is_locked=True)
    if complaint is None or complaint.state is ComplaintState.PROCESSED:
        return
    after = msgspec.structs.replace(complaint, changed_at=work.now)
    await store.set_complaint(work.db, after)
    await add_step(work, after, Said(kind=StepKind.URGED))
    work.record(ComplaintUrged(**fact_of(after), transaction_no=after.transaction_no))
    expect_answer(work, after)


def expect_answer(work: Work, complaint: Complaint) -> None:
    """Have the merchant urged if it does nothing within a day."""
    due_at = work.now + ANSWER_WITHIN
    work.later(URGE, complaint.complaint_id, due_at, merchant_key(complaint))


def merchant_key(complaint: Complaint) -> bytes:
    """What a timer of a complaint must know to find it."""
    return str(int(complaint.merchant_id)).encode()

"""What follows from refunds: a complaint knows what went back, and is settled by what it asked."""

from collections.abc import Sequence

import msgspec

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.pay.charges import ChargeRefunded, lock_charge
from banyan.pay.complaints import store
from banyan.pay.complaints.answer import complete
from banyan.pay.complaints.steps import Said, add_step
from banyan.pay.complaints.types import Complaint, ComplaintState, RefundState, StepKind


async def on_charges_refunded(work: Work, facts: Sequence[Fact]) -> None:
    """Write on complaints what of their charges went back, however that came about."""
    for fact in facts:
        complaint = await store.find_of_charge(
            work.db, fact.merchant_id, fact.subject_id, is_locked=True
        )
        # What went back before was known when the complaint was made.
        if complaint is not None and complaint.made_at < fact.at:
            charge = await lock_charge(work, fact.merchant_id, fact.subject_id)
            assert charge is not None, "it was paid and complained of"
            refund = fact.decode(ChargeRefunded)
            await _note_refund(work, complaint, refund.refund_fen, charge.refunded_fen)


async def _note_refund(work: Work, before: Complaint, refund_fen: int, refunded_fen: int) -> None:
    is_all = refunded_fen >= before.charged_fen
    after = msgspec.structs.replace(before, refunded_fen=refunded_fen, changed_at=work.now)
    kind = StepKind.REFUNDED_ALL if is_all else StepKind.REFUNDED_PART
    said = Said(kind=kind, amount_fen=refund_fen)
    is_open = before.state is not ComplaintState.PROCESSED
    is_agreed = before.refund_state is RefundState.AGREED
    if is_open and (is_all or (is_agreed and refunded_fen >= before.asked_fen)):
        await complete(work, after, said)
        return
    await store.set_complaint(work.db, after)
    await add_step(work, after, said)


FOLLOWERS = (
    Follower(
        name="complaints.refunds",
        kinds=("charges.refunded",),
        handle=on_charges_refunded,
    ),
)

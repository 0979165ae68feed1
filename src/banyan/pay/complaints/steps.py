"""Writes what was said or done about complaints, and tells the merchant's server."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Work
from banyan.pay.complaints import store
from banyan.pay.complaints.telling import tell_step
from banyan.pay.complaints.types import Complaint, Links, Step, StepId, StepKind


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was said or done."""

    kind: StepKind
    told: str = ""
    images: Sequence[str] = ()
    links: Links | None = None
    amount_fen: int = 0


async def add_step(work: Work, complaint: Complaint, said: Said) -> Step:
    """Write a step of a complaint, and tell the merchant's server of it."""
    step = Step(
        merchant_id=complaint.merchant_id,
        complaint_id=complaint.complaint_id,
        step_id=StepId(work.ids.next()),
        kind=said.kind,
        told=said.told,
        images=list(said.images),
        links=said.links,
        amount_fen=said.amount_fen,
        made_at=work.now,
    )
    await store.insert_step(work.db, step)
    await tell_step(work, complaint, step)
    return step


async def check_images(work: Work, merchant_id: int, images: Sequence[str], person_id: int) -> None:
    """Let pictures pass that this sender added. Raises Invalid `complaints.no_such_image`."""
    wanted = set(images)
    if wanted:
        known = await store.count_images(work.db, merchant_id, sorted(wanted), person_id)
        if known != len(wanted):
            raise Invalid("complaints.no_such_image")


def fact_of(complaint: Complaint) -> dict[str, int]:
    """Where a fact about a complaint belongs."""
    return {
        "merchant_id": int(complaint.merchant_id),
        "person_id": int(complaint.person_id),
        "subject_id": int(complaint.complaint_id),
    }

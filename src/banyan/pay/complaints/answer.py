"""What a merchant does about complaints: answers, says whether it gives money back, completes."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.complaints import store
from banyan.pay.complaints.rules import (
    DAY,
    LAUNCH_DAYS_MAX,
    check_open,
    check_refund_asked,
)
from banyan.pay.complaints.steps import Said, add_step, check_images, fact_of
from banyan.pay.complaints.types import (
    Complaint,
    ComplaintAnswered,
    ComplaintCompleted,
    ComplaintId,
    ComplaintState,
    Images,
    Links,
    OptionalTold,
    RefundAnswered,
    RefundState,
    StepKind,
    Told,
)
from banyan.pay.complaints.urge import URGE, merchant_key


class AnswerComplaint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answer a person who complained."""

    merchant_id: MerchantId
    complaint_id: ComplaintId
    told: Told
    images: Images = []
    links: Links | None = None


class CompleteComplaint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say that a complaint is settled."""

    merchant_id: MerchantId
    complaint_id: ComplaintId


class AnswerRefund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say whether I give back what a person asks for, and within how many days."""

    merchant_id: MerchantId
    complaint_id: ComplaintId
    is_agreed: bool
    days: Annotated[int, msgspec.Meta(ge=0, le=LAUNCH_DAYS_MAX)] = 0
    told: OptionalTold = ""
    images: Images = []


@single(permission=Permission.ORDERS_REFUND)
async def answer_complaint(work: Work, command: AnswerComplaint) -> Complaint:
    """Answer; what was pending is under way then.

    Raises NotFound `complaints.not_found`; Invalid `complaints.no_such_image`.
    """
    before = await lock_own(work, command.merchant_id, command.complaint_id)
    await check_images(work, command.merchant_id, command.images, 0)
    is_first = before.state is ComplaintState.PENDING
    after = msgspec.structs.replace(
        before,
        state=ComplaintState.PROCESSING if is_first else before.state,
        has_unread=False,
        changed_at=work.now,
    )
    await store.set_complaint(work.db, after)
    work.cancel_later(URGE, before.complaint_id)
    said = Said(
        kind=StepKind.MERCHANT_SAID,
        told=command.told,
        images=command.images,
        links=command.links,
    )
    await add_step(work, after, said)
    work.record(ComplaintAnswered(**fact_of(after), transaction_no=after.transaction_no))
    return after


@single(permission=Permission.ORDERS_REFUND)
async def complete_complaint(work: Work, command: CompleteComplaint) -> Complaint:
    """Say that a complaint is settled; said twice it is said once.

    Raises NotFound `complaints.not_found`.
    """
    before = await lock_own(work, command.merchant_id, command.complaint_id)
    if before.state is ComplaintState.PROCESSED:
        return before
    return await complete(work, before, Said(kind=StepKind.COMPLETED))


@single(permission=Permission.ORDERS_REFUND)
async def answer_refund(work: Work, command: AnswerRefund) -> Complaint:
    """Say whether money goes back; who refuses has settled the complaint for their part.

    Who agrees gives it back by a refund of the charge, and is urged to when the days are over.
    Raises NotFound `complaints.not_found`; Invalid `complaints.no_such_image`,
    `complaints.no_reason`; Refusal `complaints.no_refund_asked`, `complaints.refund_answered`,
    `complaints.processed`.
    """
    before = await lock_own(work, command.merchant_id, command.complaint_id)
    check_refund_asked(before)
    await check_images(work, command.merchant_id, command.images, 0)
    answered = msgspec.structs.replace(
        before,
        refund_state=RefundState.AGREED if command.is_agreed else RefundState.REFUSED,
        state=ComplaintState.PROCESSING,
        has_unread=False,
        changed_at=work.now,
    )
    work.cancel_later(URGE, before.complaint_id)
    work.record(
        RefundAnswered(
            **fact_of(answered),
            transaction_no=answered.transaction_no,
            refund_state=answered.refund_state,
        )
    )
    kind = StepKind.REFUND_AGREED if command.is_agreed else StepKind.REFUND_REFUSED
    said = Said(kind=kind, told=command.told, images=command.images)
    if not command.is_agreed:
        if not command.told:
            raise Invalid("complaints.no_reason")
        return await complete(work, answered, said)
    await store.set_complaint(work.db, answered)
    await add_step(work, answered, said)
    due_at = work.now + (command.days + 1) * DAY
    work.later(URGE, answered.complaint_id, due_at, merchant_key(answered))
    return answered


async def lock_own(work: Work, merchant_id: int, complaint_id: int) -> Complaint:
    """Lock a merchant's complaint. Raises NotFound `complaints.not_found`."""
    found = await store.find_complaint(work.db, merchant_id, complaint_id, is_locked=True)
    if found is None:
        raise NotFound("complaints.not_found")
    return found


async def complete(work: Work, complaint: Complaint, said: Said) -> Complaint:
    """Write that a locked complaint is settled by this step."""
    check_open(complaint)
    after = msgspec.structs.replace(
        complaint, state=ComplaintState.PROCESSED, has_unread=False, changed_at=work.now
    )
    await store.set_complaint(work.db, after)
    work.cancel_later(URGE, after.complaint_id)
    await add_step(work, after, said)
    work.record(ComplaintCompleted(**fact_of(after), transaction_no=after.transaction_no))
    return after

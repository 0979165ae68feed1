"""What a person does: complains about a charge, says more, goes on, or withdraws."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.money import Fen
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import Charge, ChargeId, lock_charge
from banyan.pay.complaints import store
from banyan.pay.complaints.answer import complete
from banyan.pay.complaints.rules import check_asked, check_open
from banyan.pay.complaints.steps import Said, add_step, check_images, fact_of
from banyan.pay.complaints.types import (
    Complaint,
    ComplaintId,
    ComplaintMade,
    ComplaintState,
    ComplaintWithdrawn,
    Grievance,
    Images,
    RefundState,
    StepKind,
    Told,
)
from banyan.pay.complaints.urge import expect_answer

PhoneLine = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9+ -]*$(?!\n)")]


class Complain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Complain about something I paid; of what, and how much I want back."""

    merchant_id: MerchantId
    charge_id: ChargeId
    problem: Grievance
    told: Told
    asked_fen: Fen = 0
    images: Images = []
    phone: PhoneLine = ""
    """Where the merchant may reach me."""


class SayMore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say more about what I complained of."""

    merchant_id: MerchantId
    complaint_id: ComplaintId
    told: Told
    images: Images = []


class WithdrawComplaint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Complain no more."""

    merchant_id: MerchantId
    complaint_id: ComplaintId


@single(permission=Permission.PERSON)
async def complain(work: Work, command: Complain) -> Complaint:
    """Complain about a charge that one paid; about the same charge it is one complaint, continued.

    The merchant is expected to answer within a day. Raises NotFound `charges.not_found`; Invalid
    `complaints.no_such_image`, `complaints.nothing_asked`; Refusal `complaints.asked_too_much`,
    `complaints.under_way`.
    """
    person_id = int(work.actor.person_id)
    charge = await lock_charge(work, command.merchant_id, command.charge_id)
    if charge is None or charge.payer_id != person_id or not charge.is_paid:
        raise NotFound("charges.not_found")
    check_asked(command.problem, command.asked_fen, charge.total_fen - charge.refunded_fen)
    await check_images(work, command.merchant_id, command.images, person_id)
    made = _made(work, command, charge)
    if await store.insert_complaint(work.db, made):
        return await _tell(work, made, command, StepKind.MADE)
    before = await store.find_of_charge(
        work.db, command.merchant_id, command.charge_id, is_locked=True
    )
    assert before is not None, "it stood in the way"
    return await _continue(work, before, command)


@single(permission=Permission.PERSON)
async def say_more(work: Work, command: SayMore) -> Complaint:
    """Add to a complaint; to one that is settled it is added by complaining again.

    Raises NotFound `complaints.not_found`; Invalid `complaints.no_such_image`; Refusal
    `complaints.processed`.
    """
    before = await _lock_mine(work, command.merchant_id, command.complaint_id)
    check_open(before)
    await check_images(work, command.merchant_id, command.images, int(work.actor.person_id))
    after = msgspec.structs.replace(before, has_unread=True, changed_at=work.now)
    await store.set_complaint(work.db, after)
    said = Said(kind=StepKind.PERSON_SAID, told=command.told, images=command.images)
    await add_step(work, after, said)
    expect_answer(work, after)
    return after


@single(permission=Permission.PERSON)
async def withdraw_complaint(work: Work, command: WithdrawComplaint) -> Complaint:
    """Complain no more; withdrawn twice it is withdrawn once.

    Raises NotFound `complaints.not_found`; Refusal `complaints.processed`.
    """
    before = await _lock_mine(work, command.merchant_id, command.complaint_id)
    if before.is_withdrawn and before.state is ComplaintState.PROCESSED:
        return before
    withdrawn = msgspec.structs.replace(before, is_withdrawn=True)
    after = await complete(work, withdrawn, Said(kind=StepKind.WITHDRAWN))
    work.record(ComplaintWithdrawn(**fact_of(after), transaction_no=after.transaction_no))
    return after


async def _continue(work: Work, before: Complaint, command: Complain) -> Complaint:
    # One that is under way is continued by saying more.
    if before.state is not ComplaintState.PROCESSED:
        raise _under_way(before)
    after = msgspec.structs.replace(
        before,
        problem=command.problem,
        asked_fen=command.asked_fen,
        phone=command.phone or before.phone,
        state=ComplaintState.PENDING,
        refund_state=RefundState.NONE,
        is_withdrawn=False,
        has_unread=True,
        times=before.times + 1,
        changed_at=work.now,
    )
    await store.set_complaint(work.db, after)
    return await _tell(work, after, command, StepKind.CONTINUED)


async def _tell(work: Work, complaint: Complaint, command: Complain, kind: StepKind) -> Complaint:
    said = Said(kind=kind, told=command.told, images=command.images, amount_fen=command.asked_fen)
    await add_step(work, complaint, said)
    expect_answer(work, complaint)
    work.record(
        ComplaintMade(
            **fact_of(complaint),
            transaction_no=complaint.transaction_no,
            problem=complaint.problem,
            times=complaint.times,
        )
    )
    return complaint


def _made(work: Work, command: Complain, charge: Charge) -> Complaint:
    return Complaint(
        merchant_id=Id(command.merchant_id),
        complaint_id=ComplaintId(work.ids.next()),
        charge_id=Id(charge.charge_id),
        transaction_no=charge.transaction_no,
        out_no=charge.out_no,
        charged_fen=charge.total_fen,
        person_id=Id(work.actor.person_id),
        openid=charge.openid,
        phone=command.phone,
        problem=command.problem,
        told=command.told,
        asked_fen=command.asked_fen,
        refunded_fen=charge.refunded_fen,
        state=ComplaintState.PENDING,
        has_unread=True,
        made_at=work.now,
        changed_at=work.now,
    )


def _under_way(complaint: Complaint) -> Refusal:
    return Refusal("complaints.under_way", complaint_id=str(int(complaint.complaint_id)))


async def _lock_mine(work: Work, merchant_id: int, complaint_id: int) -> Complaint:
    found = await store.find_complaint(work.db, merchant_id, complaint_id, is_locked=True)
    if found is None or found.person_id != work.actor.person_id:
        raise NotFound("complaints.not_found")
    return found

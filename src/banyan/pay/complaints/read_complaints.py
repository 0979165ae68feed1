"""What both sides read: complaints, and what was said and done about one."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page
from banyan.base.time_cursor import decode_time_cursor, encode_time_cursor
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import Charge, ChargeId, ReadCharge, read_charge
from banyan.pay.complaints import store
from banyan.pay.complaints.types import (
    PART_MAX,
    STEPS_MAX,
    Complaint,
    ComplaintId,
    ComplaintState,
    Step,
)

Offset = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class ReadComplaint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A complaint."""

    merchant_id: MerchantId
    complaint_id: ComplaintId


class ReadMyComplaint(ReadComplaint, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A complaint of mine, and what was said about it."""


class ReadSubject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something I paid, that I may complain of."""

    merchant_id: MerchantId
    charge_id: ChargeId


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody paid, and what they complained of it."""

    charge: Charge
    complaint: Complaint | None


class ListComplaints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List complaints about me."""

    merchant_id: MerchantId
    state: ComplaintState | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ListMyComplaints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what I complained about."""

    limit: Limit = 20
    cursor: Cursor | None = None


class ListComplaintsMade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the complaints that were made from one instant to another."""

    merchant_id: MerchantId
    since: datetime
    until: datetime
    offset: Offset = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=PART_MAX)] = 10


class ListSteps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what was said and done about a complaint."""

    merchant_id: MerchantId
    complaint_id: ComplaintId
    offset: Offset = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=STEPS_MAX)] = 100


class SeenComplaint(msgspec.Struct, frozen=True, kw_only=True):
    """A complaint, and the pictures that the person sent with it."""

    complaint: Complaint
    images: list[str]


class ComplaintPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some complaints, the newest first, and how many there are."""

    items: list[SeenComplaint]
    total: int


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """What was said and done about a complaint, the newest first, and how much there is."""

    complaint: Complaint
    items: list[Step]
    total: int


@reading(permission=Permission.ORDERS_READ)
async def read_complaint(work: Work, query: ReadComplaint) -> SeenComplaint:
    """Return a complaint. Raises NotFound `complaints.not_found`."""
    found = await store.find_complaint(work.db, query.merchant_id, query.complaint_id)
    if found is None:
        raise NotFound("complaints.not_found")
    return (await _with_images(work, [found]))[0]


@reading(permission=Permission.ORDERS_READ)
async def list_complaints(work: Work, query: ListComplaints) -> Page[Complaint]:
    """Return complaints about a merchant, the newest first."""
    found = await store.list_complaints(
        work.db,
        query.merchant_id,
        query.state.value if query.state else None,
        decode_time_cursor(query.cursor),
        query.limit + 1,
    )
    return _page(found, query.limit)


@reading(permission=Permission.ORDERS_READ)
async def list_complaints_made(work: Work, query: ListComplaintsMade) -> ComplaintPart:
    """Return complaints made within a time, those that are settled among them."""
    days = (query.since, query.until)
    found, total = await store.list_of_days(
        work.db, query.merchant_id, days, query.offset, query.limit
    )
    return ComplaintPart(items=await _with_images(work, found), total=total)


@reading(permission=Permission.ORDERS_READ)
async def list_steps(work: Work, query: ListSteps) -> Steps:
    """Return what was said and done. Raises NotFound `complaints.not_found`."""
    found = await store.find_complaint(work.db, query.merchant_id, query.complaint_id)
    if found is None:
        raise NotFound("complaints.not_found")
    items, total = await store.list_steps(
        work.db, query.merchant_id, query.complaint_id, query.offset, query.limit
    )
    return Steps(complaint=found, items=items, total=total)


@reading(permission=Permission.PERSON)
async def list_my_complaints(work: Work, query: ListMyComplaints) -> Page[Complaint]:
    """Return what one complained about, the newest first."""
    before = decode_time_cursor(query.cursor)
    found = await store.list_of_person(work.db, work.actor.person_id, before, query.limit + 1)
    return _page(found, query.limit)


@reading(permission=Permission.PERSON)
async def read_subject(work: Work, query: ReadSubject) -> Subject:
    """Return what one paid. Raises NotFound `charges.not_found`."""
    reading_charge = ReadCharge(merchant_id=query.merchant_id, charge_id=query.charge_id)
    charge = await read_charge(work, reading_charge)
    if charge.payer_id != work.actor.person_id or not charge.is_paid:
        raise NotFound("charges.not_found")
    known = await store.find_of_charge(work.db, query.merchant_id, query.charge_id)
    return Subject(charge=charge, complaint=known)


@reading(permission=Permission.PERSON)
async def read_my_complaint(work: Work, query: ReadMyComplaint) -> Steps:
    """Return a complaint of one's own. Raises NotFound `complaints.not_found`."""
    found = await store.find_complaint(work.db, query.merchant_id, query.complaint_id)
    if found is None or found.person_id != work.actor.person_id:
        raise NotFound("complaints.not_found")
    items, total = await store.list_steps(
        work.db, query.merchant_id, query.complaint_id, 0, STEPS_MAX
    )
    return Steps(complaint=found, items=items, total=total)


async def _with_images(work: Work, found: list[Complaint]) -> list[SeenComplaint]:
    if not found:
        return []
    merchant_id = found[0].merchant_id
    images = await store.find_images_said(work.db, merchant_id, [one.complaint_id for one in found])
    return [
        SeenComplaint(complaint=one, images=images.get(int(one.complaint_id), [])) for one in found
    ]


def _page(found: list[Complaint], limit: int) -> Page[Complaint]:
    items = found[:limit]
    last = items[-1] if len(found) > limit else None
    cursor = encode_time_cursor(last.made_at, last.complaint_id) if last else None
    return Page(items=items, next_cursor=cursor)

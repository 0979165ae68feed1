"""Lets who wrote something complain about copies of it, and people decide."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.text import LINES, TRIMMED
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import SUBJECT, PackId, find_publication, show_content
from banyan.reach.channels import ChannelId, access_channel, access_own
from banyan.reach.moderation import Evidence, Opinion, Reason, Subject, refuse_afterwards
from banyan.reach.originals import store
from banyan.reach.originals.declare import Place, access_work
from banyan.reach.originals.find_copies import RULE, address_of, compute_share, read_text
from banyan.reach.originals.types import (
    Complaint,
    ComplaintDecided,
    ComplaintId,
    ComplaintMade,
    ComplaintState,
)

COMPLAINTS_MAX = 100


class Complain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """They copied this of mine."""

    merchant_id: MerchantId
    channel_id: ChannelId
    article_id: PackId
    place: Place = 1
    against_channel_id: ChannelId
    against_article_id: PackId
    against_place: Place = 1
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=TRIMMED)]


class ListComplaints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of my complaints?"""

    merchant_id: MerchantId


class ListWaitingComplaints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which complaints wait for people to decide?"""


class DecideComplaint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It is a copy, or it is none."""

    complaint_id: ComplaintId
    is_copy: bool
    note: Annotated[str, msgspec.Meta(max_length=500, pattern=LINES)] = ""


class Complaints(msgspec.Struct, frozen=True, kw_only=True):
    """Complaints."""

    items: list[Complaint]


@single(permission=Permission.CHANNELS_WRITE)
async def complain(work: Work, command: Complain) -> Complaint:
    """Take a complaint in, with how much the two articles have in common.

    Raises NotFound `channels.not_found`, `originals.not_found`; Refusal `originals.not_declared`,
    `originals.own_article`, `originals.complained_before`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    ours = await access_work(work, channel, command.article_id, command.place)
    if ours.declared_at is None:
        raise Refusal("originals.not_declared")
    against = await access_channel(work.db, command.against_channel_id)
    if against.merchant_id == channel.merchant_id:
        raise Refusal("originals.own_article")
    theirs = await access_work(work, against, command.against_article_id, command.against_place)
    texts = [await read_text(work, one) for one in (ours, theirs)]
    made = Complaint(
        complaint_id=ComplaintId(work.ids.next()),
        merchant_id=Id(channel.merchant_id),
        channel_id=channel.channel_id,
        publish_number=ours.publish_number,
        place=ours.place,
        against_channel_id=against.channel_id,
        against_number=theirs.publish_number,
        against_place=theirs.place,
        share=await compute_share(*texts),
        why=command.why,
        state=ComplaintState.WAITING,
        created_at=work.now,
        title=ours.title,
        against_title=theirs.title,
    )
    if not await store.insert_complaint(work.db, made):
        raise Refusal("originals.complained_before")
    work.record(
        ComplaintMade(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(made.complaint_id),
            against_channel_id=against.channel_id,
        )
    )
    return made


@reading(permission=Permission.CHANNELS_READ)
async def list_complaints(work: Work, query: ListComplaints) -> Complaints:
    """Return a merchant's complaints, the newest first."""
    merchant_id = int(query.merchant_id)
    return Complaints(items=await store.list_own(work.db, merchant_id, COMPLAINTS_MAX))


@reading(permission=Permission.OPERATOR)
async def list_waiting_complaints(work: Work, query: ListWaitingComplaints) -> Complaints:
    """Return complaints that wait, the oldest first."""
    del query
    return Complaints(items=await store.list_waiting(work.db, COMPLAINTS_MAX))


@single(permission=Permission.OPERATOR)
async def decide_complaint(work: Work, command: DecideComplaint) -> Complaint:
    """Decide a complaint, once; a copy is seen no more, and its account may appeal.

    Raises NotFound `originals.no_such_complaint`; Refusal `originals.already_decided`.
    """
    before = await store.lock_complaint(work.db, command.complaint_id)
    if before is None:
        raise NotFound("originals.no_such_complaint")
    if before.state is not ComplaintState.WAITING:
        raise Refusal("originals.already_decided")
    after = msgspec.structs.replace(
        before,
        state=ComplaintState.UPHELD if command.is_copy else ComplaintState.REJECTED,
        decided_at=work.now,
        note=command.note,
    )
    await store.set_decided(work.db, after, work.actor.person_id)
    if command.is_copy:
        await _take_down(work, after)
    work.record(
        ComplaintDecided(
            merchant_id=int(after.merchant_id),
            channel_id=int(after.channel_id),
            subject_id=int(after.complaint_id),
            against_channel_id=after.against_channel_id,
            state=after.state,
        )
    )
    return after


async def _take_down(work: Work, one: Complaint) -> None:
    channel = await access_channel(work.db, one.against_channel_id)
    works = await store.list_works(work.db, int(one.channel_id), COMPLAINTS_MAX)
    mine = (one.publish_number, one.place)
    original = next((it for it in works if (it.publish_number, it.place) == mine), None)
    told = [f"{one.share:.0%}"]
    told += [original.title, address_of(original)] if original else []
    evidence = Evidence(
        rule=RULE,
        reason=Reason.COPYRIGHT,
        opinion=Opinion.REFUSE,
        words=told,
        place=one.against_place - 1,
    )
    subject = Subject(kind=SUBJECT, subject_id=one.against_number)
    publication = await find_publication(work.db, int(channel.channel_id), one.against_number)
    assert publication is not None, "publications are never deleted"
    content = await show_content(work, channel, publication.articles)
    await refuse_afterwards(work, channel, subject, content, [evidence], one.note)

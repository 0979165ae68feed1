"""Saves, changes, deletes and lists segments, and says how many members they hold."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.text import Name
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.campaigns import store
from banyan.commerce.campaigns.audience import count_audience
from banyan.commerce.campaigns.rules import check_rules
from banyan.commerce.campaigns.types import Segment, SegmentId, SegmentRules
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId

SEGMENTS_MAX = 200
_newest = 2**63 - 1


class CreateSegment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Save a description of some members."""

    merchant_id: MerchantId
    name: Name
    rules: SegmentRules


class ChangeSegment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a segment another name, other rules, or both."""

    merchant_id: MerchantId
    segment_id: SegmentId
    name: Name | None = None
    rules: SegmentRules | None = None


class DeleteSegment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Forget a segment; what was sent to it stays."""

    merchant_id: MerchantId
    segment_id: SegmentId


class ListSegments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's segments, the newest first."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class PreviewSegment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Count the members that rules describe, before they are saved or sent to."""

    merchant_id: MerchantId
    rules: SegmentRules


class SegmentPreview(msgspec.Struct, frozen=True, kw_only=True):
    """How many members a segment holds at this moment."""

    members_count: int


@single(permission=Permission.CAMPAIGNS_WRITE)
async def create_segment(work: Work, command: CreateSegment) -> Segment:
    """Save a segment.

    Raises Invalid `campaigns.span_empty`, `campaigns.coupon_rule_missing`; Refusal
    `campaigns.segment_name_taken`, `campaigns.segments_too_many`.
    """
    check_rules(command.rules)
    if await store.count_segments(work.db, command.merchant_id) >= SEGMENTS_MAX:
        raise Refusal("campaigns.segments_too_many", segments_max=SEGMENTS_MAX)
    segment = Segment(
        merchant_id=Id(command.merchant_id),
        segment_id=SegmentId(work.ids.next()),
        name=command.name,
        rules=command.rules,
        created_at=work.now,
        changed_at=work.now,
    )
    if not await store.insert_segment(work.db, segment):
        raise Refusal("campaigns.segment_name_taken")
    await _note_audit(work, None, segment)
    return segment


@single(permission=Permission.CAMPAIGNS_WRITE)
async def change_segment(work: Work, command: ChangeSegment) -> Segment:
    """Change a segment; what was sent before keeps the rules of its time.

    Raises NotFound `campaigns.segment_not_found`; Invalid `campaigns.span_empty`,
    `campaigns.coupon_rule_missing`; Refusal `campaigns.segment_name_taken`.
    """
    before = await _lock(work, command.merchant_id, command.segment_id)
    after = msgspec.structs.replace(
        before,
        name=before.name if command.name is None else command.name,
        rules=before.rules if command.rules is None else command.rules,
        changed_at=work.now,
    )
    check_rules(after.rules)
    if await store.is_name_taken(work.db, after):
        raise Refusal("campaigns.segment_name_taken")
    await store.set_segment(work.db, after)
    await _note_audit(work, before, after)
    return after


@single(permission=Permission.CAMPAIGNS_WRITE)
async def delete_segment(work: Work, command: DeleteSegment) -> None:
    """Forget a segment. Raises NotFound `campaigns.segment_not_found`."""
    before = await _lock(work, command.merchant_id, command.segment_id)
    await store.delete_segment(work.db, before)
    await _note_audit(work, before, None)


@reading(permission=Permission.CAMPAIGNS_READ)
async def list_segments(work: Work, query: ListSegments) -> Page[Segment]:
    """Return a page of segments. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    rows = await store.list_segments(work.db, query.merchant_id, before, query.limit + 1)
    return page_of(rows, query.limit, [one.segment_id for one in rows])


@reading(permission=Permission.CAMPAIGNS_READ)
async def preview_segment(work: Work, query: PreviewSegment) -> SegmentPreview:
    """Return how many members the rules describe now.

    Raises Invalid `campaigns.span_empty`, `campaigns.coupon_rule_missing`.
    """
    check_rules(query.rules)
    count = await count_audience(work.db, query.merchant_id, query.rules, work.now)
    return SegmentPreview(members_count=count)


async def _lock(work: Work, merchant_id: int, segment_id: SegmentId) -> Segment:
    segment = await store.lock_segment(work.db, merchant_id, segment_id)
    if segment is None:
        raise NotFound("campaigns.segment_not_found")
    return segment


async def _note_audit(work: Work, before: Segment | None, after: Segment | None) -> None:
    segment = after or before
    assert segment is not None
    await note_change(
        work,
        merchant_id=segment.merchant_id,
        subject="campaigns.segment",
        subject_id=segment.segment_id,
        before=before,
        after=after,
    )

"""Finds the members of a segment, part by part, asking each room for what it knows."""

from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.commerce.campaigns.rules import compute_filter, select_by_coupon
from banyan.commerce.campaigns.types import SegmentRules
from banyan.commerce.coupons import find_holders
from banyan.commerce.members import MemberId, count_matching, list_matching

_count_at_once = 10_000


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Some members of a segment, and where the next part begins."""

    members: list[tuple[MemberId, int]]
    """Member and person, ascending."""
    cursor: int
    is_last: bool


async def list_audience(
    db: Connection,
    merchant_id: int,
    rules: SegmentRules,
    now: datetime,
    *,
    after: int,
    limit: int,
) -> Part:
    """Return the next part: of up to `limit` members looked at, those who belong to it."""
    matching = await list_matching(
        db, merchant_id, compute_filter(rules, now), after=after, limit=limit
    )
    members = matching
    if rules.has_coupon is not None and matching:
        holders = await find_holders(
            db,
            merchant_id,
            [person_id for _, person_id in matching],
            now=now,
            campaign_id=rules.coupon_campaign_id,
        )
        members = select_by_coupon(matching, holders, has_coupon=rules.has_coupon)
    return Part(
        members=members,
        cursor=int(matching[-1][0]) if matching else after,
        is_last=len(matching) < limit,
    )


async def count_audience(
    db: Connection, merchant_id: int, rules: SegmentRules, now: datetime
) -> int:
    """Return how many members belong to a segment."""
    if rules.has_coupon is None:
        return await count_matching(db, merchant_id, compute_filter(rules, now))
    count, cursor, is_last = 0, 0, False
    while not is_last:
        part = await list_audience(db, merchant_id, rules, now, after=cursor, limit=_count_at_once)
        count, cursor, is_last = count + len(part.members), part.cursor, part.is_last
    return count

"""Finds the members that a filter describes, set-based and in bounded parts."""

from banyan.base.db import Connection
from banyan.commerce.members import store
from banyan.commerce.members.store import Span
from banyan.commerce.members.types import MemberFilter, MemberId

_more_than_anybody_spends = 2**62


async def count_matching(db: Connection, merchant_id: int, rules: MemberFilter) -> int:
    """Return how many members of the merchant match."""
    spans = await _spans(db, merchant_id, rules)
    return await store.count_matching(db, merchant_id, rules, spans)


async def list_matching(
    db: Connection, merchant_id: int, rules: MemberFilter, *, after: int, limit: int
) -> list[tuple[MemberId, int]]:
    """Return (member, person) of those who match, ascending from after a member on."""
    spans = await _spans(db, merchant_id, rules)
    return await store.list_matching(db, merchant_id, rules, spans, after=after, limit=limit)


async def _spans(db: Connection, merchant_id: int, rules: MemberFilter) -> list[Span] | None:
    """Return which spendings the wanted tiers mean; None when any will do."""
    if rules.tier_nos is None:
        return None
    tiers = (await store.list_tiers(db, [merchant_id])).get(merchant_id, [])
    starts = [tier.threshold_fen for tier in tiers]
    ends = [*starts[1:], _more_than_anybody_spends]
    return [
        (starts[tier.tier_no - 1], ends[tier.tier_no - 1])
        for tier in tiers
        if tier.tier_no in rules.tier_nos
    ]

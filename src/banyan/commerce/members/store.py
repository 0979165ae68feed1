"""Every SQL statement on schema `members`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.commerce.members.types import (
    MemberFilter,
    MemberForOrder,
    MemberId,
    NewMember,
    Tier,
    TierTerms,
)

_list_tiers = """
select merchant_id, tier_no, name, threshold_fen, discount_bp, points_rate_bp
from members.tiers
where merchant_id = any($1)
order by merchant_id, tier_no
"""

_insert_tiers = """
insert into members.tiers (
    merchant_id, tier_no, name, threshold_fen, discount_bp, points_rate_bp
)
select $1, tier_no, name, threshold_fen, discount_bp, points_rate_bp
from unnest($2::int[], $3::text[], $4::bigint[], $5::int[], $6::int[])
    as u (tier_no, name, threshold_fen, discount_bp, points_rate_bp)
order by tier_no
on conflict (merchant_id, tier_no) do nothing
returning tier_no
"""

_delete_tiers = "delete from members.tiers where merchant_id = $1"

# Writers of one merchant's tiers come one after another; the first row is always there.
_lock_tiers = "select 1 from members.tiers where merchant_id = $1 and tier_no = 1 for update"

_insert_members = """
insert into members.members (
    merchant_id, member_id, person_id, joined_at, joined_code_id, joined_store_id
)
select merchant_id, member_id, person_id, joined_at, code_id, store_id
from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::bigint[], $6::bigint[]
) as u (merchant_id, member_id, person_id, joined_at, code_id, store_id)
order by merchant_id, person_id
on conflict (merchant_id, person_id) do nothing
returning merchant_id, member_id, person_id
"""

_find_members = """
select m.merchant_id, m.member_id, m.person_id, m.orders_count,
    t.tier_no, t.name, t.discount_bp, t.points_rate_bp
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, person_id)
inner join members.members as m
    on u.merchant_id = m.merchant_id and u.person_id = m.person_id
inner join lateral (
    select x.tier_no, x.name, x.discount_bp, x.points_rate_bp
    from members.tiers as x
    where x.merchant_id = m.merchant_id and x.threshold_fen <= greatest(m.spent_fen, 0)
    order by x.threshold_fen desc
    limit 1
) as t on true
"""

_find_member_ids = """
select m.merchant_id, m.member_id, m.person_id
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, person_id)
inner join members.members as m
    on u.merchant_id = m.merchant_id and u.person_id = m.person_id
"""

_find_member_people = """
select m.merchant_id, m.member_id, m.person_id
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, member_id)
inner join members.members as m
    on u.merchant_id = m.merchant_id and u.member_id = m.member_id
"""

_read_members = """
select merchant_id, member_id, person_id, joined_at, joined_code_id, spent_fen, orders_count,
    last_order_at
from members.members
where merchant_id = $1 and member_id = any($2)
"""

_list_members = """
select merchant_id, member_id, person_id, joined_at, joined_code_id, spent_fen, orders_count,
    last_order_at
from members.members
where merchant_id = $1 and member_id < $2
    and ($3::bigint[] is null or person_id = any($3))
    and ($4::bigint is null or spent_fen >= $4)
    and ($5::bigint is null or spent_fen < $5)
order by member_id desc
limit $6
"""

_list_cards = """
select merchant_id, member_id, person_id, joined_at, joined_code_id, spent_fen, orders_count,
    last_order_at
from members.members
where person_id = $1 and member_id < $2
order by member_id desc
limit $3
"""

_count_matching = """
select count(*)
from members.members
where merchant_id = $1
    and ($2::bigint is null or greatest(spent_fen, 0) >= $2)
    and ($3::bigint is null or greatest(spent_fen, 0) <= $3)
    and ($4::int is null or orders_count >= $4)
    and ($5::int is null or orders_count <= $5)
    and ($6::timestamptz is null or last_order_at < $6)
    and ($7::timestamptz is null or last_order_at >= $7)
    and ($8::timestamptz is null or joined_at < $8)
    and ($9::timestamptz is null or joined_at >= $9)
    and ($10::bigint[] is null or joined_code_id = any($10))
    and ($11::bigint[] is null or exists (
        select 1 from unnest($11, $12::bigint[]) as r (lowest_fen, above_fen)
        where greatest(spent_fen, 0) >= r.lowest_fen and greatest(spent_fen, 0) < r.above_fen
    ))
"""

_list_matching = """
select member_id, person_id
from members.members
where merchant_id = $1
    and ($2::bigint is null or greatest(spent_fen, 0) >= $2)
    and ($3::bigint is null or greatest(spent_fen, 0) <= $3)
    and ($4::int is null or orders_count >= $4)
    and ($5::int is null or orders_count <= $5)
    and ($6::timestamptz is null or last_order_at < $6)
    and ($7::timestamptz is null or last_order_at >= $7)
    and ($8::timestamptz is null or joined_at < $8)
    and ($9::timestamptz is null or joined_at >= $9)
    and ($10::bigint[] is null or joined_code_id = any($10))
    and ($11::bigint[] is null or exists (
        select 1 from unnest($11, $12::bigint[]) as r (lowest_fen, above_fen)
        where greatest(spent_fen, 0) >= r.lowest_fen and greatest(spent_fen, 0) < r.above_fen
    ))
    and member_id > $13
order by member_id
limit $14
"""

# An update, as `for update` over several merchants is more than a cluster can do.
_lock_members = """
update members.members as m
set person_id = m.person_id
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, member_id)
where m.merchant_id = u.merchant_id and m.member_id = u.member_id
"""

_add_spent = """
update members.members as m
set spent_fen = m.spent_fen + u.spent_fen,
    orders_count = m.orders_count + u.orders_count,
    last_order_at = greatest(m.last_order_at, u.last_order_at)
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::timestamptz[])
    as u (merchant_id, member_id, spent_fen, orders_count, last_order_at)
where m.merchant_id = u.merchant_id and m.member_id = u.member_id
returning m.merchant_id, m.member_id, m.person_id, m.spent_fen, u.spent_fen as added_fen
"""


Span = tuple[int, int]
"""Spendings from the first amount on, below the second."""


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """A member as stored."""

    merchant_id: int
    member_id: MemberId
    person_id: int
    joined_at: datetime
    joined_code_id: int
    spent_fen: int
    orders_count: int
    last_order_at: datetime | None


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What some facts add to one person's membership."""

    spent_fen: int = 0
    orders_count: int = 0
    last_order_at: datetime | None = None


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """A member after their spending changed, and by how much it did."""

    merchant_id: int
    member_id: MemberId
    person_id: int
    spent_fen: int
    added_fen: int


async def list_tiers(db: Connection, merchant_ids: Sequence[int]) -> dict[int, list[Tier]]:
    """Return the tiers of those of the merchants that have some, ascending."""
    found: dict[int, list[Tier]] = {}
    for row in await db.fetch(_list_tiers, merchant_ids):
        fields = dict(row)
        found.setdefault(fields.pop("merchant_id"), []).append(Tier(**fields))
    return found


async def open_tiers(db: Connection, merchant_id: int, tiers: Sequence[Tier]) -> None:
    """Give these tiers to a merchant that has none; wait for rivals.

    Who gets the first row in writes the others, so that two lists of tiers never mix.
    """
    if await insert_tiers(db, merchant_id, tiers[:1]):
        await insert_tiers(db, merchant_id, tiers[1:])


async def insert_tiers(db: Connection, merchant_id: int, tiers: Sequence[Tier]) -> int:
    """Add tiers whose numbers are free; return how many were."""
    rows = await db.fetch(
        _insert_tiers,
        merchant_id,
        [tier.tier_no for tier in tiers],
        [tier.name for tier in tiers],
        [tier.threshold_fen for tier in tiers],
        [tier.discount_bp for tier in tiers],
        [tier.points_rate_bp for tier in tiers],
    )
    return len(rows)


async def lock_tiers(db: Connection, merchant_id: int) -> None:
    """Let nobody else rewrite the tiers meanwhile; they exist."""
    await db.execute(_lock_tiers, merchant_id)


async def lock_members(db: Connection, pairs: Sequence[tuple[int, int]]) -> None:
    """Let nobody else lock or change these (merchant, member) pairs meanwhile; ids ascending."""
    merchants, members = zip(*pairs, strict=True)
    await db.execute(_lock_members, merchants, members)


async def replace_tiers(db: Connection, merchant_id: int, tiers: Sequence[Tier]) -> None:
    """Have these tiers in place of the present ones, which are locked."""
    await db.execute(_delete_tiers, merchant_id)
    await insert_tiers(db, merchant_id, tiers)


async def insert_members(db: Connection, members: Mapping[MemberId, NewMember]) -> set[MemberId]:
    """Add the members, waiting for rivals; return those who were not members already."""
    rows = await db.fetch(
        _insert_members,
        [one.merchant_id for one in members.values()],
        list(members),
        [one.person_id for one in members.values()],
        [one.joined_at for one in members.values()],
        [one.code_id for one in members.values()],
        [one.store_id for one in members.values()],
    )
    return {MemberId(row["member_id"]) for row in rows}


async def find_members(
    db: Connection, people: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], MemberForOrder]:
    """Return the members among (merchant, person) pairs, each with what their tier gives."""
    rows = await db.fetch(_find_members, [one[0] for one in people], [one[1] for one in people])
    return {(row["merchant_id"], row["person_id"]): _member_for_order(row) for row in rows}


async def find_member_people(
    db: Connection, members: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Return the person behind each (merchant, member) pair that exists."""
    rows = await db.fetch(
        _find_member_people, [one[0] for one in members], [one[1] for one in members]
    )
    return {(row["merchant_id"], row["member_id"]): row["person_id"] for row in rows}


async def read_members(
    db: Connection, merchant_id: int, member_ids: Sequence[int]
) -> dict[MemberId, MemberRow]:
    """Return those of the members who exist."""
    rows = await db.fetch(_read_members, merchant_id, member_ids)
    return {MemberId(row["member_id"]): _member(row) for row in rows}


async def list_members(  # noqa: PLR0913 - one argument a filter
    db: Connection,
    merchant_id: int,
    *,
    before: int,
    person_ids: Sequence[int] | None,
    spent_from_fen: int | None,
    spent_below_fen: int | None,
    limit: int,
) -> list[MemberRow]:
    """Return members from the newest on, from before a member on."""
    rows = await db.fetch(
        _list_members, merchant_id, before, person_ids, spent_from_fen, spent_below_fen, limit
    )
    return [_member(row) for row in rows]


async def list_cards(db: Connection, person_id: int, before: int, limit: int) -> list[MemberRow]:
    """Return one person's memberships, the newest first."""
    return [_member(row) for row in await db.fetch(_list_cards, person_id, before, limit)]


async def count_matching(
    db: Connection, merchant_id: int, rules: MemberFilter, tiers: Sequence[Span] | None
) -> int:
    """Return how many members match and have spent within one of the spans."""
    count: int = await db.fetchval(_count_matching, merchant_id, *_conditions(rules, tiers))
    return count


async def list_matching(
    db: Connection,
    merchant_id: int,
    rules: MemberFilter,
    tiers: Sequence[Span] | None,
    *,
    after: int,
    limit: int,
) -> list[tuple[MemberId, int]]:
    """Return (member, person) of those who match, ascending from after a member on."""
    conditions = _conditions(rules, tiers)
    rows = await db.fetch(_list_matching, merchant_id, *conditions, after, limit)
    return [(MemberId(row["member_id"]), row["person_id"]) for row in rows]


async def add_spent(db: Connection, changes: Mapping[tuple[int, int], Spending]) -> list[Spent]:
    """Add to what (merchant, person) pairs spent; those who are no members are left out.

    Whose they are is looked up first, so that members are locked in the order of `lock_members`.
    """
    found = await db.fetch(
        _find_member_ids, [one[0] for one in changes], [one[1] for one in changes]
    )
    members = {
        (row["merchant_id"], row["member_id"]): changes[row["merchant_id"], row["person_id"]]
        for row in found
    }
    ordered = sorted(members)
    rows = await db.fetch(
        _add_spent,
        [one[0] for one in ordered],
        [one[1] for one in ordered],
        [members[one].spent_fen for one in ordered],
        [members[one].orders_count for one in ordered],
        [members[one].last_order_at for one in ordered],
    )
    return [Spent(**{**row, "member_id": MemberId(row["member_id"])}) for row in rows]


def _conditions(rules: MemberFilter, tiers: Sequence[Span] | None) -> tuple[object, ...]:
    return (
        rules.spent_min_fen,
        rules.spent_max_fen,
        rules.orders_min,
        rules.orders_max,
        rules.ordered_before,
        rules.ordered_since,
        rules.joined_before,
        rules.joined_since,
        rules.joined_code_ids,
        None if tiers is None else [lowest for lowest, _ in tiers],
        None if tiers is None else [above for _, above in tiers],
    )


def _member(row: asyncpg.Record) -> MemberRow:
    return MemberRow(**{**row, "member_id": MemberId(row["member_id"])})


def _member_for_order(row: asyncpg.Record) -> MemberForOrder:
    return MemberForOrder(
        merchant_id=row["merchant_id"],
        member_id=MemberId(row["member_id"]),
        person_id=row["person_id"],
        tier_no=row["tier_no"],
        tier=TierTerms(
            name=row["name"],
            discount_bp=row["discount_bp"],
            points_rate_bp=row["points_rate_bp"],
        ),
        orders_count=row["orders_count"],
    )

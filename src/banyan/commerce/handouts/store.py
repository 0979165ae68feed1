"""Every SQL statement on schema `handouts`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from banyan.base.db import Connection
from banyan.commerce.handouts.records import rule_of, shelf_of
from banyan.commerce.handouts.types import DayKey, DaySum, Happened, PayRule, Shelf

_insert_shelf = """
insert into handouts.shelves (
    merchant_id, shelf_id, channel_id, kind, chance, title, banner_url, scene, may_share, items,
    created_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

_find_shelf = """
select * from handouts.shelves where merchant_id = $1 and shelf_id = $2 and chance = $3
"""

_lock_shelf = """
select * from handouts.shelves where merchant_id = $1 and shelf_id = $2 for update
"""

_set_item_gone = """
update handouts.shelves set items = jsonb_set(items, array[$3::text, 'is_gone'], 'true')
where merchant_id = $1 and shelf_id = $2
"""

_insert_rule = """
insert into handouts.rules (
    merchant_id, rule_id, channel_id, card_id, is_member, cost_min_fen, cost_max_fen, begins_at,
    ends_at, jump_url, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

_find_last_rule = "select max(rule_id) from handouts.rules where merchant_id = $1"

_set_rule_deleted = """
update handouts.rules set deleted_at = $4
where merchant_id = $1 and channel_id = $2 and rule_id = $3 and deleted_at is null
returning rule_id
"""

_find_rule = """
select * from handouts.rules where merchant_id = $1 and channel_id = $2 and rule_id = $3
"""

_list_rules = """
select *, count(*) over () as every
from handouts.rules
where merchant_id = $1 and channel_id = $2 and is_member = $3
    and (not $4 or (deleted_at is null and ends_at > $5))
order by rule_id desc
offset $6 limit $7
"""

_find_rules_of = """
select * from handouts.rules
where merchant_id = any($1) and deleted_at is null and ends_at > $2
order by rule_id
limit 1000
"""

_add_days = """
insert into handouts.days as d (
    merchant_id, card_id, day_on, what, person_id, channel_id, kind, is_from_program, times
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::date[], $4::text[], $5::bigint[], $6::bigint[], $7::text[],
    $8::boolean[], $9::int[]
)
on conflict (merchant_id, card_id, day_on, what, person_id)
do update set times = d.times + excluded.times
"""

_sum_days = """
select day_on, card_id, kind, what, sum(times)::bigint as times,
    count(distinct person_id) as people
from handouts.days
where merchant_id = $1 and channel_id = $2 and day_on between $3 and $4
    and ($5::bigint is null or card_id = $5)
    and ($6::boolean is null or is_from_program = $6)
    and (not $7 or kind = 'member_card')
group by grouping sets ((day_on, card_id, kind, what), (day_on, what))
order by day_on, card_id, what
"""


async def insert_shelf(db: Connection, shelf: Shelf, chance: bytes) -> None:
    """Add a shelf."""
    await db.execute(
        _insert_shelf,
        shelf.merchant_id,
        shelf.shelf_id,
        shelf.channel_id,
        shelf.kind.value,
        chance,
        shelf.title,
        shelf.banner_url,
        shelf.scene,
        shelf.may_share,
        msgspec.to_builtins(shelf.items),
        shelf.created_at,
        shelf.expires_at,
    )


async def find_shelf(
    db: Connection, merchant_id: int, shelf_id: int, chance: bytes
) -> Shelf | None:
    """Return a shelf, or None."""
    row = await db.fetchrow(_find_shelf, merchant_id, shelf_id, chance)
    return shelf_of(row) if row else None


async def lock_shelf(db: Connection, shelf: Shelf) -> Shelf | None:
    """Lock a shelf and return it as it is now."""
    row = await db.fetchrow(_lock_shelf, shelf.merchant_id, shelf.shelf_id)
    return shelf_of(row) if row else None


async def set_item_gone(db: Connection, shelf: Shelf, number: int) -> None:
    """Write that one item of a shelf is offered no more."""
    await db.execute(_set_item_gone, shelf.merchant_id, shelf.shelf_id, str(number))


async def insert_rule(db: Connection, rule: PayRule) -> None:
    """Add a rule."""
    await db.execute(
        _insert_rule,
        rule.merchant_id,
        rule.rule_id,
        rule.channel_id,
        rule.card_id,
        rule.is_member,
        rule.cost_min_fen,
        rule.cost_max_fen,
        rule.begins_at,
        rule.ends_at,
        rule.jump_url,
        rule.created_at,
    )


async def find_last_rule(db: Connection, merchant_id: int) -> int:
    """Return the number of a locked merchant's newest rule; 0 without one."""
    return await db.fetchval(_find_last_rule, merchant_id) or 0


async def set_rule_deleted(
    db: Connection, merchant_id: int, channel_id: int, rule_id: int, at: datetime
) -> bool:
    """End a rule; False if there is none that has not ended."""
    found = await db.fetchval(_set_rule_deleted, merchant_id, channel_id, rule_id, at)
    return found is not None


async def find_rule(
    db: Connection, merchant_id: int, channel_id: int, rule_id: int
) -> PayRule | None:
    """Return a rule, or None."""
    row = await db.fetchrow(_find_rule, merchant_id, channel_id, rule_id)
    return rule_of(row) if row else None


async def list_rules(  # noqa: PLR0913 - one argument a filter
    db: Connection,
    merchant_id: int,
    channel_id: int,
    *,
    is_member: bool,
    is_in_force: bool,
    now: datetime,
    offset: int,
    limit: int,
) -> tuple[list[PayRule], int]:
    """Return a part of a channel's rules, the newest first, and how many there are."""
    rows = await db.fetch(
        _list_rules, merchant_id, channel_id, is_member, is_in_force, now, offset, limit
    )
    return [rule_of(row) for row in rows], rows[0]["every"] if rows else 0


async def find_rules_of(
    db: Connection, merchant_ids: Sequence[int], now: datetime
) -> list[PayRule]:
    """Return the rules of these merchants that have not ended."""
    return [rule_of(row) for row in await db.fetch(_find_rules_of, merchant_ids, now)]


async def add_days(db: Connection, times: Mapping[DayKey, int]) -> None:
    """Count what happened."""
    keys = sorted(times)
    await db.execute(
        _add_days,
        [one.merchant_id for one in keys],
        [one.card_id for one in keys],
        [one.day_on for one in keys],
        [one.what.value for one in keys],
        [one.person_id for one in keys],
        [one.channel_id for one in keys],
        [one.kind for one in keys],
        [one.is_from_program for one in keys],
        [times[one] for one in keys],
    )


async def sum_days(  # noqa: PLR0913 - one argument a filter
    db: Connection,
    merchant_id: int,
    channel_id: int,
    *,
    first_on: date,
    last_on: date,
    card_id: int | None,
    is_from_program: bool | None,
    is_member: bool,
) -> list[DaySum]:
    """Return what happened on each day: of each card, and of all (`card_id` None)."""
    rows = await db.fetch(
        _sum_days, merchant_id, channel_id, first_on, last_on, card_id, is_from_program, is_member
    )
    return [DaySum(**{**row, "what": Happened(row["what"])}) for row in rows]

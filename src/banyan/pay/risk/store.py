"""Every SQL statement on schema `risk`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import asyncpg
import msgspec

from banyan.base import json
from banyan.books.work import Connection
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.risk.rules import Bound, Tally
from banyan.pay.risk.types import (
    Action,
    Block,
    Decision,
    DecisionId,
    Hit,
    Kind,
    Limit,
    Rule,
    RuleSet,
)

# The one statement of the hot path: it counts the payments of a whole batch, and says what they
# come to, who may not pay, whom one may not pay, and which rules hold. Who is refused is taken
# out again by a second one.
_count = """
with wanted as (
    select person_id, currency, count, fen, unproved_count, session_id
    from json_to_recordset($1::text::json) as w (
        person_id bigint, currency text, count integer, fen bigint, unproved_count integer,
        session_id bigint
    )
), counted as (
    insert into risk.tallies as t (
        person_id, currency, hour_at, hour_count, hour_fen, day_on, day_count, day_fen,
        unproved_count, session_id, switch_count
    )
    select person_id, currency, $2, count, fen, $3, count, fen, unproved_count, session_id, 0
    from wanted
    order by person_id, currency
    on conflict (person_id, currency) do update set
        hour_at = $2,
        hour_count = excluded.hour_count
            + case when t.hour_at = $2 then t.hour_count else 0 end,
        hour_fen = excluded.hour_fen + case when t.hour_at = $2 then t.hour_fen else 0 end,
        day_on = $3,
        day_count = excluded.day_count + case when t.day_on = $3 then t.day_count else 0 end,
        day_fen = excluded.day_fen + case when t.day_on = $3 then t.day_fen else 0 end,
        unproved_count = excluded.unproved_count
            + case when t.day_on = $3 then t.unproved_count else 0 end,
        switch_count = case when t.day_on = $3 then t.switch_count else 0 end
            + case
                when excluded.session_id in (0, t.session_id) or t.session_id = 0 then 0 else 1
            end,
        session_id = case
            when excluded.session_id = 0 then t.session_id else excluded.session_id
        end
    returning t.person_id, t.currency, t.hour_count, t.hour_fen, t.day_count, t.day_fen,
        t.unproved_count, t.switch_count
)

select c.person_id, c.currency, c.hour_count, c.hour_fen, c.day_count, c.day_fen,
    c.unproved_count, c.switch_count, b.person_id is not null, b.until,
    r.version, r.changed_at,
    (
        select array_agg(
            (l.merchant_id, l.currency, l.is_blocked, l.payment_max_fen, l.day_max_fen)
        )
        from risk.limits as l
        where l.merchant_id = any($4)
    )
from counted as c
left join risk.blocks as b on c.person_id = b.person_id
left join (
    select version, changed_at from risk.rule_sets order by version desc limit 1
) as r on true
"""

_take_back = """
update risk.tallies as t
set hour_count = t.hour_count - case when t.hour_at = $2 then w.count else 0 end,
    hour_fen = t.hour_fen - case when t.hour_at = $2 then w.fen else 0 end,
    day_count = t.day_count - case when t.day_on = $3 then w.count else 0 end,
    day_fen = t.day_fen - case when t.day_on = $3 then w.fen else 0 end,
    unproved_count = t.unproved_count - case when t.day_on = $3 then w.unproved_count else 0 end
from json_to_recordset($1::text::json) as w (
    person_id bigint, currency text, count integer, fen bigint, unproved_count integer
)
where t.person_id = w.person_id and t.currency = w.currency
"""

_count_takings = """
insert into risk.takings as t (merchant_id, day_on, day_fen)
select merchant_id, $3, fen
from unnest($1::bigint[], $2::bigint[]) as w (merchant_id, fen)
order by merchant_id
on conflict (merchant_id) do update set
    day_fen = excluded.day_fen + case when t.day_on = $3 then t.day_fen else 0 end,
    day_on = $3
returning merchant_id, day_fen
"""

_take_takings_back = """
update risk.takings as t
set day_fen = t.day_fen - w.fen
from unnest($1::bigint[], $2::bigint[]) as w (merchant_id, fen)
where t.merchant_id = w.merchant_id and t.day_on = $3
"""

_find_bounds = """
select merchant_id, currency, is_blocked, payment_max_fen, day_max_fen
from risk.limits
where merchant_id = any($1)
"""

_insert_decisions = """
insert into risk.decisions (
    person_id, decision_id, merchant_id, kind, subject, currency, amount_fen, action, is_proved,
    session_id, version, hits, decided_at
)
select person_id, decision_id, merchant_id, kind, subject, currency, amount_fen, action, is_proved,
    session_id, version, hits, decided_at
from json_to_recordset($1::text::json) as d (
    person_id bigint, decision_id bigint, merchant_id bigint, kind text, subject text,
    currency text, amount_fen bigint, action text, is_proved boolean, session_id bigint,
    version integer, hits jsonb, decided_at timestamptz
)
"""

_find_rules = """
select version, rules::text, note, changed_by, changed_at
from risk.rule_sets
where version = $1
"""

_find_newest_rules = """
select version, rules::text, note, changed_by, changed_at
from risk.rule_sets
order by version desc
limit 1
"""

_list_rules = """
select version, rules::text, note, changed_by, changed_at
from risk.rule_sets
where version < $1
order by version desc
limit $2
"""

_insert_rules = """
insert into risk.rule_sets (version, rules, note, changed_by, changed_at)
values ($1, $2::text::jsonb, $3, $4, $5)
on conflict do nothing
returning version
"""

_put_block = """
insert into risk.blocks (person_id, reason, blocked_by, blocked_at, until)
values ($1, $2, $3, $4, $5)
on conflict (person_id) do update set
    reason = excluded.reason, blocked_by = excluded.blocked_by, blocked_at = excluded.blocked_at,
    until = excluded.until
"""

_delete_block = "delete from risk.blocks where person_id = $1 returning person_id"

_list_blocks = """
select person_id, reason, blocked_by, blocked_at, until
from risk.blocks
where person_id > $1
order by person_id
limit $2
"""

_find_limit = """
select merchant_id, currency, is_blocked, payment_max_fen, day_max_fen, reason, changed_by,
    changed_at
from risk.limits
where merchant_id = $1
"""

_put_limit = """
insert into risk.limits (
    merchant_id, currency, is_blocked, payment_max_fen, day_max_fen, reason, changed_by, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (merchant_id) do update set
    currency = excluded.currency, is_blocked = excluded.is_blocked,
    payment_max_fen = excluded.payment_max_fen, day_max_fen = excluded.day_max_fen,
    reason = excluded.reason, changed_by = excluded.changed_by, changed_at = excluded.changed_at
"""

_delete_limit = "delete from risk.limits where merchant_id = $1 returning merchant_id"

_list_limits = """
select merchant_id, currency, is_blocked, payment_max_fen, day_max_fen, reason, changed_by,
    changed_at
from risk.limits
where merchant_id > $1
order by merchant_id
limit $2
"""


_list_decisions = """
select person_id, decision_id, merchant_id, kind, subject, currency, amount_fen, action,
    is_proved, session_id, version, hits::text, decided_at
from risk.decisions
where ($1::bigint is null or person_id = $1)
    and ($2::bigint is null or merchant_id = $2)
    and ($3::text is null or action = $3)
    and decision_id < $4
order by decision_id desc
limit $5
"""


Key = tuple[int, str]
"""A person, and the code of a currency."""


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """What a person wants to pay in one batch, and from which device."""

    tally: Tally
    session_id: int


class Counted(msgspec.Struct, frozen=True):
    """What one statement tells of all who want to pay."""

    tallies: dict[Key, Tally]
    """What each payer has paid if all of the batch is."""
    blocks: dict[int, datetime | None]
    limits: dict[int, Bound]
    version: int
    changed_at: datetime | None
    """When this version was made; None for the rules that Banyan comes with."""


_insert_address = """
insert into risk.addresses (merchant_id, url) values ($1, $2)
on conflict (merchant_id) do nothing
returning url
"""

_set_address = """
update risk.addresses set url = $2 where merchant_id = $1 returning url
"""

_delete_address = "delete from risk.addresses where merchant_id = $1 returning url"

_find_addresses = """
select merchant_id, url from risk.addresses where merchant_id = any($1)
"""


async def count(
    db: Connection,
    wanted: Mapping[Key, Wanted],
    merchant_ids: Collection[int],
    hour_at: datetime,
    day_on: date,
) -> Counted:
    """Count attempts, and say what they come to and what else speaks for or against them."""
    rows = await db.fetch(_count, _render(wanted), hour_at, day_on, list(merchant_ids))
    tallies, blocks = {}, {}
    for row in rows:
        tallies[row[0], row[1]] = Tally(row[2], row[3], row[4], row[5], row[6], row[7])
        if row[8]:
            blocks[row[0]] = row[9]
    first = rows[0]
    limits = {one[0]: Bound(*one) for one in first[12] or ()}
    return Counted(tallies, blocks, limits, first[10] or 0, first[11])


async def take_back(
    db: Connection, refused: Mapping[Key, Wanted], hour_at: datetime, day_on: date
) -> None:
    """Count no more what was refused."""
    await db.execute(_take_back, _render(refused), hour_at, day_on)


def _render(wanted: Mapping[Key, Wanted]) -> str:
    rows = [
        {
            "person_id": person_id,
            "currency": currency,
            "count": one.tally.hour_count,
            "fen": one.tally.hour_fen,
            "unproved_count": one.tally.unproved_count,
            "session_id": one.session_id,
        }
        for (person_id, currency), one in wanted.items()
    ]
    return json.encode(rows).decode()


async def count_takings(db: Connection, amounts: Mapping[int, int], day_on: date) -> dict[int, int]:
    """Count what merchants are paid; return their sums of the day."""
    ids = sorted(amounts)
    rows = await db.fetch(_count_takings, ids, [amounts[one] for one in ids], day_on)
    return {row[0]: row[1] for row in rows}


async def take_takings_back(db: Connection, amounts: Mapping[int, int], day_on: date) -> None:
    """Count no more what merchants are not paid after all."""
    ids = sorted(amounts)
    await db.execute(_take_takings_back, ids, [amounts[one] for one in ids], day_on)


async def find_bounds(db: Connection, merchant_ids: Collection[int]) -> dict[int, Bound]:
    """Return how much those of the merchants may be paid who have a limit."""
    return {row[0]: Bound(*row) for row in await db.fetch(_find_bounds, list(merchant_ids))}


async def insert_decisions(db: Connection, decisions: Sequence[Decision]) -> None:
    """Write down what was decided."""
    await db.execute(_insert_decisions, json.encode(decisions).decode())


async def find_rules(db: Connection, version: int | None = None) -> RuleSet | None:
    """Return the rules of a version, or the newest."""
    if version is None:
        return _rule_set(await db.fetchrow(_find_newest_rules))
    return _rule_set(await db.fetchrow(_find_rules, version))


async def list_rules(db: Connection, before: int, limit: int) -> list[RuleSet]:
    """Return versions, the newest first."""
    rows = await db.fetch(_list_rules, before, limit)
    return [one for row in rows if (one := _rule_set(row))]


async def insert_rules(db: Connection, made: RuleSet) -> bool:
    """Add a version; False if there is one of this number."""
    rules = json.encode(made.rules).decode()
    found = await db.fetchval(
        _insert_rules, made.version, rules, made.note, made.changed_by, made.changed_at
    )
    return found is not None


async def put_block(db: Connection, block: Block) -> None:
    """Add or change a block."""
    await db.execute(
        _put_block, block.person_id, block.reason, block.blocked_by, block.blocked_at, block.until
    )


async def delete_block(db: Connection, person_id: int) -> bool:
    """Take a block away; False if there is none."""
    return await db.fetchval(_delete_block, person_id) is not None


async def list_blocks(db: Connection, after: int, limit: int) -> list[Block]:
    """Return who may not pay."""
    rows = await db.fetch(_list_blocks, after, limit)
    return [Block(**{**row, "person_id": PersonId(row["person_id"])}) for row in rows]


async def find_limit(db: Connection, merchant_id: int) -> Limit | None:
    """Return a merchant's limit."""
    row = await db.fetchrow(_find_limit, merchant_id)
    return _limit(row) if row else None


async def put_limit(db: Connection, limit: Limit) -> None:
    """Add or change a merchant's limit."""
    await db.execute(_put_limit, *msgspec.structs.astuple(limit))


async def delete_limit(db: Connection, merchant_id: int) -> bool:
    """Take a limit away; False if there is none."""
    return await db.fetchval(_delete_limit, merchant_id) is not None


async def list_limits(db: Connection, after: int, limit: int) -> list[Limit]:
    """Return who may not be paid, or only so much."""
    rows = await db.fetch(_list_limits, after, limit)
    return [_limit(row) for row in rows]


async def list_decisions(
    db: Connection,
    person_id: int | None,
    merchant_id: int | None,
    action: str | None,
    before: int,
    limit: int,
) -> list[Decision]:
    """Return decisions, the newest first."""
    rows = await db.fetch(_list_decisions, person_id, merchant_id, action, before, limit)
    return [
        Decision(
            person_id=PersonId(row["person_id"]),
            decision_id=DecisionId(row["decision_id"]),
            merchant_id=MerchantId(row["merchant_id"]),
            kind=Kind(row["kind"]),
            subject=row["subject"],
            currency=row["currency"],
            amount_fen=row["amount_fen"],
            action=Action(row["action"]),
            is_proved=row["is_proved"],
            session_id=row["session_id"],
            version=row["version"],
            hits=msgspec.json.decode(row["hits"], type=list[Hit]),
            decided_at=row["decided_at"],
        )
        for row in rows
    ]


def _rule_set(row: object) -> RuleSet | None:
    if row is None:
        return None
    fields = dict(row)  # type: ignore[call-overload]
    fields["rules"] = msgspec.json.decode(fields["rules"], type=list[Rule])
    fields["changed_by"] = PersonId(fields["changed_by"])
    return RuleSet(**fields)


async def insert_address(db: Connection, merchant_id: int, url: str) -> bool:
    """Tell a merchant there from now on; False if it named an address before."""
    return await db.fetchval(_insert_address, merchant_id, url) is not None


async def set_address(db: Connection, merchant_id: int, url: str) -> bool:
    """Tell a merchant elsewhere; False if it named no address before."""
    return await db.fetchval(_set_address, merchant_id, url) is not None


async def delete_address(db: Connection, merchant_id: int) -> bool:
    """Tell a merchant no more; False if it named no address before."""
    return await db.fetchval(_delete_address, merchant_id) is not None


async def find_addresses(db: Connection, merchant_ids: Collection[int]) -> dict[int, str]:
    """Where merchants are told, of those that named an address."""
    rows = await db.fetch(_find_addresses, [int(one) for one in merchant_ids])
    return {row["merchant_id"]: row["url"] for row in rows}


def _limit(row: asyncpg.Record) -> Limit:
    named = {
        "merchant_id": MerchantId(row["merchant_id"]),
        "changed_by": PersonId(row["changed_by"]),
    }
    return Limit(**{**row, **named})

"""Every SQL statement on gateways and attempts, and thin functions over them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from banyan.books.work import Connection
from banyan.pay.gateways.rows import (
    KeptAttempt,
    KeptGateway,
    read_attempt,
    read_gateway,
)
from banyan.pay.gateways.rules import LEASE
from banyan.pay.gateways.types import Attempt, GatewayKind

_set_gateway = """
insert into gateways.gateways (
    merchant_id, gateway_id, kind, account, appid, keys_sealed, token, is_current, is_on, state,
    due_at, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, true, false, 'checking', '-infinity', $8)
on conflict (merchant_id, kind, account) do update
set appid = excluded.appid, keys_sealed = excluded.keys_sealed, is_current = true,
    state = 'checking', why = '', due_at = '-infinity', failures = 0, rest_until = '-infinity',
    tries = gateways.gateways.tries + 1, changed_at = excluded.changed_at,
    unread_since = null, unread_at = null
returning *
"""

_retire_gateways = """
update gateways.gateways set is_current = false, is_on = false, changed_at = $4
where merchant_id = $1 and kind = $2 and account <> $3 and is_current
"""

_lock_current = """
select * from gateways.gateways where merchant_id = $1 and kind = $2 and is_current for update
"""

_lock_gateway = """
select * from gateways.gateways where merchant_id = $1 and gateway_id = $2 for update
"""

_find_gateways = """
select * from gateways.gateways where merchant_id = $1 and gateway_id = any($2)
"""

_list_current = """
select * from gateways.gateways where merchant_id = $1 and is_current order by kind desc
"""

_find_told = "select * from gateways.gateways where token = $1 and kind = $2"

_forget_keys = """
update gateways.gateways
set is_current = false, is_on = false, keys_sealed = '', state = 'refused', why = '', due_at = null,
    changed_at = $3
where merchant_id = $1 and gateway_id = $2
"""

_switch_gateway = """
update gateways.gateways set is_on = $3, changed_at = $4 where merchant_id = $1 and gateway_id = $2
"""

_begin_check = """
update gateways.gateways set state = 'checking', why = '', due_at = '-infinity', tries = tries + 1,
    failures = 0, rest_until = '-infinity'
where merchant_id = $1 and gateway_id = $2
"""

_end_check = """
update gateways.gateways
set state = $3, why = $4, due_at = $5, checked_at = $6, is_on = is_on and $3 <> 'refused'
where merchant_id = $1 and gateway_id = $2
"""

_is_needed = """
select exists (
    select from gateways.attempts as a
    where a.merchant_id = $1 and a.gateway_id = $2
        and (a.state in ('asking', 'open') or a.due_at is not null)
) or exists (
    select from gateways.refunds as r
    where r.merchant_id = $1 and r.gateway_id = $2 and r.due_at is not null
)
"""

_take_checks = """
update gateways.gateways as g
set due_at = $2, tries = g.tries + 1
where (g.merchant_id, g.gateway_id) in (
    select merchant_id, gateway_id from gateways.gateways
    where due_at <= $1
    order by due_at
    limit $3
    for update skip locked
)
returning g.*
"""

_note_away = """
update gateways.gateways set failures = failures + 1, rest_until = $3, why = $4
where merchant_id = $1 and gateway_id = $2
"""

_note_back = """
update gateways.gateways set failures = 0, rest_until = '-infinity', why = ''
where merchant_id = $1 and gateway_id = $2 and failures > 0
"""

_note_told = """
update gateways.gateways
set unread_at = $3,
    unread_since = case when $3::timestamptz is not null then coalesce(unread_since, $3) end
where merchant_id = $1 and gateway_id = $2
"""

_insert_attempt = """
insert into gateways.attempts (
    merchant_id, attempt_id, gateway_id, kind, way, subject, subject_id, person_id, taken_by,
    out_no, currency, amount_fen, description, openid, payer_ip, return_path, state, due_at,
    asked_at, expires_at
)
values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'asking', '-infinity',
    $17, $18
)
"""

_find_attempt = """
select * from gateways.attempts where merchant_id = $1 and attempt_id = $2
"""

_lock_attempt = """
select * from gateways.attempts where merchant_id = $1 and attempt_id = $2 for update
"""

_lock_out_no = """
select * from gateways.attempts where merchant_id = $1 and out_no = $2 for update
"""

_list_live = """
select * from gateways.attempts
where merchant_id = $1 and subject = $2 and subject_id = $3 and state in ('asking', 'open')
order by attempt_id
"""

_lock_live = """
select * from gateways.attempts
where merchant_id = $1 and subject = $2 and subject_id = $3 and state in ('asking', 'open')
order by attempt_id
for update
"""

_find_last = """
select * from gateways.attempts
where merchant_id = $1 and subject = $2 and subject_id = $3
order by state = 'paid' desc, attempt_id desc
limit 1
"""

_list_attempts = """
select * from gateways.attempts
where merchant_id = $1 and attempt_id < $2 and ($3::text is null or kind = $3)
    and ($4::text is null or state = $4)
order by attempt_id desc
limit $5
"""

# Of what nobody has asked of the provider yet there is nothing to close there.
_end_attempts = """
update gateways.attempts as a
set is_unwanted = true, due_at = case when a.state = 'asking' and a.tries = 0 then null
        else '-infinity'::timestamptz end,
    state = case when a.state = 'asking' and a.tries = 0 then 'closed' else a.state end
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, subject_id)
where a.merchant_id = u.merchant_id and a.subject_id = u.subject_id and a.subject = $3
    and a.state in ('asking', 'open') and not a.is_unwanted
    and a.attempt_id <> $4
returning a.attempt_id
"""

# A provider that gave no answer is left in peace for a while; but somebody who has only just come
# to pay is not made to wait for others' bad luck.
_take_attempts = """
update gateways.attempts as a
set due_at = $2, tries = a.tries + 1
where (a.merchant_id, a.attempt_id) in (
    select d.merchant_id, d.attempt_id
    from gateways.attempts as d
    inner join gateways.gateways as g
        on g.merchant_id = d.merchant_id and g.gateway_id = d.gateway_id
    where d.due_at <= $1 and (g.rest_until <= $1 or (d.state = 'asking' and d.tries = 0))
    order by d.due_at
    limit $3
    for update of d skip locked
)
returning a.*
"""

_set_attempt = """
update gateways.attempts
set state = $3, refunded_fen = $4, link = $5, params = $6, provider_no = $7, learned_from = $8,
    why = $9, paid_at = $10
where merchant_id = $1 and attempt_id = $2
"""

_set_due = """
update gateways.attempts set due_at = $3 where merchant_id = $1 and attempt_id = $2
"""

# Not one whose lease has just begun: who waits asks every other moment, and once is enough.
_ask_soon = """
update gateways.attempts set due_at = '-infinity'
where merchant_id = $1 and out_no = $2
    and state in ('asking', 'open', 'closed', 'refused')
    and (
        due_at is null
        or due_at not between clock_timestamp() + $3::interval - interval '2 seconds'
            and clock_timestamp() + $3::interval
    )
returning attempt_id
"""

_list_used = """
select g.*, f.asked_at as first_at
from gateways.gateways as g
cross join lateral (
    select a.asked_at from gateways.attempts as a
    where a.merchant_id = g.merchant_id and a.gateway_id = g.gateway_id
    order by a.attempt_id
    limit 1
) as f
where g.keys_sealed <> ''
"""

_find_numbers = """
select gateway_id, out_no from gateways.attempts where merchant_id = $1 and attempt_id = any($2)
"""

_find_counted = """
select out_no from gateways.attempts
where merchant_id = $1 and gateway_id = $2 and out_no = any($3) and paid_at is not null
"""


async def set_gateway(db: Connection, kept: KeptGateway) -> KeptGateway:
    """Make this the merchant's present account at the provider, its keys not yet checked.

    One that was known under the same number keeps its id and its token.
    """
    one = kept.gateway
    key = (one.merchant_id, one.kind.value, one.account)
    await db.execute(_retire_gateways, *key, one.changed_at)
    row = await db.fetchrow(
        _set_gateway,
        one.merchant_id,
        one.gateway_id,
        one.kind.value,
        one.account,
        one.appid,
        kept.keys_sealed,
        kept.token,
        one.changed_at,
    )
    assert row is not None
    return read_gateway(row)


async def lock_current(db: Connection, merchant_id: int, kind: GatewayKind) -> KeptGateway | None:
    """Lock the merchant's present account at a provider, and return it."""
    row = await db.fetchrow(_lock_current, merchant_id, kind.value)
    return read_gateway(row) if row else None


async def lock_gateway(db: Connection, merchant_id: int, gateway_id: int) -> KeptGateway | None:
    """Lock a gateway, and return it."""
    row = await db.fetchrow(_lock_gateway, merchant_id, gateway_id)
    return read_gateway(row) if row else None


async def find_gateways(
    db: Connection, merchant_id: int, gateway_ids: Collection[int]
) -> dict[int, KeptGateway]:
    """Return those of a merchant's gateways."""
    rows = await db.fetch(_find_gateways, merchant_id, list(gateway_ids))
    return {row["gateway_id"]: read_gateway(row) for row in rows}


async def list_current(db: Connection, merchant_id: int) -> list[KeptGateway]:
    """Return the merchant's present accounts at providers."""
    return [read_gateway(row) for row in await db.fetch(_list_current, merchant_id)]


async def find_token(db: Connection, token: str, kind: str) -> KeptGateway | None:
    """Return the gateway that a provider's notices name by this token."""
    row = await db.fetchrow(_find_told, token, kind)
    return read_gateway(row) if row else None


async def forget_keys(db: Connection, merchant_id: int, gateway_id: int, now: datetime) -> None:
    """Forget the keys of a gateway; what was paid through it stays known."""
    await db.execute(_forget_keys, merchant_id, gateway_id, now)


async def switch_gateway(
    db: Connection, merchant_id: int, gateway_id: int, *, is_on: bool, now: datetime
) -> None:
    """Let buyers pay through a gateway, or no more."""
    await db.execute(_switch_gateway, merchant_id, gateway_id, is_on, now)


async def begin_check(db: Connection, merchant_id: int, gateway_id: int) -> None:
    """Have the keys tried at once."""
    await db.execute(_begin_check, merchant_id, gateway_id)


async def end_check(  # noqa: PLR0913, PLR0917 - the row of one answer
    db: Connection,
    merchant_id: int,
    gateway_id: int,
    state: str,
    why: str,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Write what came of a try of the keys; those that are refused take no more payments."""
    await db.execute(_end_check, merchant_id, gateway_id, state, why, due_at, now)


async def is_needed(db: Connection, merchant_id: int, gateway_id: int) -> bool:
    """Tell whether somebody may still pay through it, or something is still going back."""
    return bool(await db.fetchval(_is_needed, merchant_id, gateway_id))


async def take_checks(
    db: Connection, at: datetime, until: datetime, limit: int
) -> list[KeptGateway]:
    """Return gateways whose keys are to be tried; nobody else has them until then."""
    return [read_gateway(row) for row in await db.fetch(_take_checks, at, until, limit)]


async def note_away(
    db: Connection, merchant_id: int, gateway_id: int, until: datetime, why: str
) -> None:
    """Leave a provider in peace that gave no answer."""
    await db.execute(_note_away, merchant_id, gateway_id, until, why)


async def note_back(db: Connection, merchant_id: int, gateway_id: int) -> None:
    """Note that a provider answers again."""
    await db.execute(_note_back, merchant_id, gateway_id)


async def note_told(
    db: Connection, merchant_id: int, gateway_id: int, unread_at: datetime | None
) -> None:
    """Note when a provider told what our keys do not open; None when they do again."""
    await db.execute(_note_told, merchant_id, gateway_id, unread_at)


async def insert_attempt(db: Connection, kept: KeptAttempt) -> None:
    """Insert an attempt of which the provider does not know yet."""
    one = kept.attempt
    await db.execute(
        _insert_attempt,
        one.merchant_id,
        one.attempt_id,
        one.gateway_id,
        one.kind.value,
        one.way.value,
        one.subject,
        one.subject_id,
        one.person_id,
        one.taken_by,
        one.out_no,
        one.currency,
        one.amount_fen,
        one.description,
        one.openid,
        kept.payer_ip,
        kept.return_path,
        one.asked_at,
        one.expires_at,
    )


async def find_attempt(db: Connection, merchant_id: int, attempt_id: int) -> Attempt | None:
    """Return an attempt of a merchant."""
    row = await db.fetchrow(_find_attempt, merchant_id, attempt_id)
    return read_attempt(row).attempt if row else None


async def lock_attempt(db: Connection, merchant_id: int, attempt_id: int) -> KeptAttempt | None:
    """Lock an attempt, and return it."""
    row = await db.fetchrow(_lock_attempt, merchant_id, attempt_id)
    return read_attempt(row) if row else None


async def lock_out_no(db: Connection, merchant_id: int, out_no: str) -> KeptAttempt | None:
    """Lock the attempt that the provider knows by this number, and return it."""
    row = await db.fetchrow(_lock_out_no, merchant_id, out_no)
    return read_attempt(row) if row else None


async def list_live(
    db: Connection, merchant_id: int, subject: str, subject_id: int, *, is_locking: bool
) -> list[Attempt]:
    """Return the attempts to pay something that may still be paid, locked if that is wanted."""
    query = _lock_live if is_locking else _list_live
    rows = await db.fetch(query, merchant_id, subject, subject_id)
    return [read_attempt(row).attempt for row in rows]


async def find_last(
    db: Connection, merchant_id: int, subject: str, subject_id: int
) -> Attempt | None:
    """Return the latest attempt to pay something; the one that did goes before all others."""
    row = await db.fetchrow(_find_last, merchant_id, subject, subject_id)
    return read_attempt(row).attempt if row else None


async def list_attempts(
    db: Connection, merchant_id: int, before: int, kind: str | None, state: str | None, limit: int
) -> list[Attempt]:
    """Return attempts of a merchant, the newest first."""
    rows = await db.fetch(_list_attempts, merchant_id, before, kind, state, limit)
    return [read_attempt(row).attempt for row in rows]


async def end_attempts(
    db: Connection, subject: str, keys: Sequence[tuple[int, int]], but_for: int
) -> int:
    """Have what may still be paid for these (merchant, subject) closed, but for one attempt."""
    merchants, subjects = zip(*sorted(keys), strict=True)
    return len(await db.fetch(_end_attempts, merchants, subjects, subject, but_for))


async def take_attempts(
    db: Connection, at: datetime, until: datetime, limit: int
) -> list[KeptAttempt]:
    """Return attempts of which a provider is to be asked; nobody else has them until then."""
    return [read_attempt(row) for row in await db.fetch(_take_attempts, at, until, limit)]


async def set_attempt(db: Connection, one: Attempt) -> None:
    """Write how far a locked attempt is."""
    await db.execute(
        _set_attempt,
        one.merchant_id,
        one.attempt_id,
        one.state.value,
        one.refunded_fen,
        one.link,
        one.params,
        one.provider_no,
        one.learned_from,
        one.why,
        one.paid_at,
    )


async def set_due(
    db: Connection, merchant_id: int, attempt_id: int, due_at: datetime | None
) -> None:
    """Say when a provider is asked about an attempt again; None for no more."""
    await db.execute(_set_due, merchant_id, attempt_id, due_at)


async def ask_soon(db: Connection, merchant_id: int, out_no: str) -> bool:
    """Have the provider asked at once about an attempt that is not known as paid."""
    return await db.fetchval(_ask_soon, merchant_id, out_no, LEASE) is not None


async def list_used(db: Connection) -> list[tuple[KeptGateway, datetime]]:
    """Return the accounts with keys through which something was asked for, and since when."""
    return [(read_gateway(row), row["first_at"]) for row in await db.fetch(_list_used)]


async def find_counted(
    db: Connection, merchant_id: int, gateway_id: int, out_nos: Collection[str]
) -> set[str]:
    """Return those numbers under which money was counted."""
    rows = await db.fetch(_find_counted, merchant_id, gateway_id, list(out_nos))
    return {row["out_no"] for row in rows}


async def find_numbers(
    db: Connection, merchant_id: int, attempt_ids: Collection[int]
) -> list[tuple[int, str]]:
    """Return the gateways and the numbers of attempts."""
    rows = await db.fetch(_find_numbers, merchant_id, list(attempt_ids))
    return [(row["gateway_id"], row["out_no"]) for row in rows]

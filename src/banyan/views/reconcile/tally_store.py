"""The queries that hold providers' statements against attempts and refunds, all at once."""

from datetime import date, datetime

import asyncpg
import msgspec

from banyan.books.work import Connection
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import AttemptId, GatewayId, GatewayKind
from banyan.pay.tallies import SLACK, Disagreement, Remark, Source, Statement, StatementState
from banyan.views.reconcile.types import OutsideDifference, TallyDay, Told

# Each line against what has its number here, on whatever day; then what is here against the lines.
# Something of ours is only missing there once all statements are in that may have it: those of the
# days from when it was asked for back until it was done, and of the day before or after if it
# happened at midnight, as two clocks tell.
LIST_DIFFERENCES = """
with told as (
    select l.*, exists (
        select from tallies.lines as e
        where e.merchant_id = l.merchant_id and e.gateway_id = l.gateway_id
            and e.out_no = l.out_no and e.kind = l.kind and e.out_refund_no = l.out_refund_no
            and (e.day, e.line) < (l.day, l.line)
    ) as is_again
    from tallies.lines as l
    where l.merchant_id = $1 and l.gateway_id = any($2) and l.day between $3 and $4
), paid as (
    select t.gateway_id, t.day, p.problem, t.out_no, '' as out_refund_no, t.currency,
        coalesce(a.currency, t.currency) as own_currency, t.at, a.attempt_id, a.state,
        p.here_fen, p.there_fen
    from told as t
    left join gateways.attempts as a
        on a.merchant_id = t.merchant_id and a.gateway_id = t.gateway_id and a.out_no = t.out_no
    left join tallies.terms as m
        on m.merchant_id = t.merchant_id and m.gateway_id = t.gateway_id
    cross join lateral (
        select case when a.paid_at is not null then a.amount_fen end as counted_fen,
            (a.amount_fen, a.currency) <> (t.amount_fen, t.currency) as is_other,
            (t.amount_fen * m.rate_bp + 5000) / 10000 as owed_fen
    ) as c
    cross join lateral (
        values
        ('twice_there', t.is_again, c.counted_fen, t.amount_fen),
        ('missing_here', not t.is_again and a.attempt_id is null, null, t.amount_fen),
        (
            'unpaid_here',
            not t.is_again and a.attempt_id is not null and a.paid_at is null
            and not (a.state = 'disputed' and c.is_other),
            null, t.amount_fen
        ),
        ('amount_differs', not t.is_again and c.is_other, a.amount_fen, t.amount_fen),
        (
            'number_differs',
            not t.is_again and a.paid_at is not null and a.provider_no not in ('', t.provider_no),
            c.counted_fen, t.amount_fen
        ),
        (
            'day_differs',
            not t.is_again and (a.paid_at at time zone 'Asia/Shanghai')::date <> t.day
            and ((a.paid_at - $7::interval) at time zone 'Asia/Shanghai')::date <> t.day
            and ((a.paid_at + $7::interval) at time zone 'Asia/Shanghai')::date <> t.day,
            c.counted_fen, t.amount_fen
        ),
        (
            'fee_differs',
            not t.is_again and a.paid_at is not null and c.owed_fen <> t.fee_fen,
            c.owed_fen, t.fee_fen
        )
    ) as p (problem, holds, here_fen, there_fen)
    where t.kind = 'payment' and p.holds
), given_back as (
    select t.gateway_id, t.day, p.problem, t.out_no, t.out_refund_no, t.currency,
        coalesce(r.currency, t.currency) as own_currency, t.at,
        coalesce(r.attempt_id, a.attempt_id) as attempt_id, r.state,
        p.here_fen, t.amount_fen as there_fen
    from told as t
    left join gateways.refunds as r
        on r.merchant_id = t.merchant_id and r.gateway_id = t.gateway_id
        and r.out_refund_no = t.out_refund_no and r.out_no = t.out_no
    left join gateways.attempts as a
        on a.merchant_id = t.merchant_id and a.gateway_id = t.gateway_id and a.out_no = t.out_no
    cross join lateral (
        values
        ('refund_twice_there', t.is_again, r.amount_fen),
        ('refund_missing_here', not t.is_again and r.refund_id is null, null),
        (
            'refund_undone_here',
            not t.is_again and case when t.is_done then r.state <> 'done'
                else r.state in ('refused', 'by_hand') end,
            null
        ),
        (
            'refund_undone_there',
            not t.is_again and not t.is_done and r.state = 'done'
            and (r.done_at at time zone 'Asia/Shanghai')::date <= t.day,
            r.amount_fen
        ),
        (
            'refund_amount_differs',
            not t.is_again and (r.amount_fen, r.currency) <> (t.amount_fen, t.currency),
            r.amount_fen
        ),
        (
            'refund_day_differs',
            not t.is_again and t.is_done and r.state = 'done' and not t.day between
            ((r.asked_at - $7::interval) at time zone 'Asia/Shanghai')::date
            and ((r.done_at + $7::interval) at time zone 'Asia/Shanghai')::date,
            r.amount_fen
        )
    ) as p (problem, holds, here_fen)
    where t.kind = 'refund' and p.holds
), untold as (
    select a.gateway_id, (a.paid_at at time zone 'Asia/Shanghai')::date as day,
        'missing_there' as problem, a.out_no, '' as out_refund_no, a.currency,
        a.currency as own_currency, a.paid_at as at, a.attempt_id, a.state,
        a.amount_fen as here_fen, null::bigint as there_fen,
        a.paid_at - $7::interval as since, a.paid_at + $7::interval as until
    from gateways.attempts as a
    where a.merchant_id = $1 and a.gateway_id = any($2) and a.paid_at >= $5 and a.paid_at < $6
        and not exists (
            select from tallies.lines as l
            where l.merchant_id = a.merchant_id and l.gateway_id = a.gateway_id
                and l.out_no = a.out_no and l.kind = 'payment'
        )
    union all
    select r.gateway_id, (r.done_at at time zone 'Asia/Shanghai')::date, 'refund_missing_there',
        r.out_no, r.out_refund_no, r.currency, r.currency, r.done_at, r.attempt_id, r.state,
        r.amount_fen, null, r.asked_at - $7::interval, r.done_at + $7::interval
    from gateways.refunds as r
    where r.merchant_id = $1 and r.gateway_id = any($2) and r.done_at >= $5 and r.done_at < $6
        and r.state = 'done' and not exists (
            select from tallies.lines as l
            where l.merchant_id = r.merchant_id and l.gateway_id = r.gateway_id
                and l.out_no = r.out_no and l.out_refund_no = r.out_refund_no
                and l.kind = 'refund'
        )
), strays as (
    select a.gateway_id, (a.paid_at at time zone 'Asia/Shanghai')::date as day, 'stray' as problem,
        a.out_no, '' as out_refund_no, a.currency, a.currency as own_currency, a.paid_at as at,
        a.attempt_id, a.state, a.amount_fen as here_fen, null::bigint as there_fen
    from gateways.attempts as a
    where a.merchant_id = $1 and a.gateway_id = any($2) and a.state = 'stray'
        and a.paid_at >= $5 and a.paid_at < $6 and a.amount_fen > (
            select coalesce(sum(r.amount_fen), 0) from gateways.refunds as r
            where r.merchant_id = a.merchant_id and r.attempt_id = a.attempt_id
                and r.state in ('done', 'by_hand')
        )
), found as (
    select * from paid
    union all
    select * from given_back
    union all
    select * from strays
    union all
    select u.gateway_id, u.day, u.problem, u.out_no, u.out_refund_no, u.currency, u.own_currency,
        u.at, u.attempt_id, u.state, u.here_fen, u.there_fen
    from untold as u
    where not exists (
        select from generate_series(
            (u.since at time zone 'Asia/Shanghai')::date::timestamp,
            (u.until at time zone 'Asia/Shanghai')::date::timestamp, '1 day'
        ) as d (day)
        left join tallies.statements as s
            on s.merchant_id = $1 and s.gateway_id = u.gateway_id and s.day = d.day::date
            and s.state in ('ready', 'absent')
        where s.day is null
    )
)
select f.*, k.note, k.actor_id, k.at as noted_at
from found as f
left join tallies.remarks as k
    on k.merchant_id = $1 and k.gateway_id = f.gateway_id and k.problem = f.problem
    and k.out_no = f.out_no and k.out_refund_no = f.out_refund_no
    and k.here_fen = coalesce(f.here_fen, -1) and k.there_fen = coalesce(f.there_fen, -1)
order by f.day desc, f.at, f.out_no, f.out_refund_no, f.problem
"""

LIST_DAYS = """
with counted as (
    select gateway_id, day, 0 as here, 1 as there, kind = 'payment' as is_payment, amount_fen,
        fee_fen
    from tallies.lines
    where merchant_id = $1 and gateway_id = any($2) and day between $3 and $4 and currency = $7
    union all
    select gateway_id, (paid_at at time zone 'Asia/Shanghai')::date, 1, 0, true, amount_fen, 0
    from gateways.attempts
    where merchant_id = $1 and gateway_id = any($2) and currency = $7
        and paid_at >= $5 and paid_at < $6
    union all
    select gateway_id, (done_at at time zone 'Asia/Shanghai')::date, 1, 0, false, amount_fen, 0
    from gateways.refunds
    where merchant_id = $1 and gateway_id = any($2) and currency = $7 and state = 'done'
        and done_at >= $5 and done_at < $6
), sums as (
    select gateway_id, day, sum(here) as here_count, sum(there) as there_count,
        sum(amount_fen * here) filter (where is_payment) as here_paid_fen,
        sum(amount_fen * here) filter (where not is_payment) as here_back_fen,
        sum(amount_fen * there) filter (where is_payment) as there_paid_fen,
        sum(amount_fen * there) filter (where not is_payment) as there_back_fen,
        sum(fee_fen) as fee_fen
    from counted
    group by gateway_id, day
), stated as (
    select * from tallies.statements
    where merchant_id = $1 and gateway_id = any($2) and day between $3 and $4
)
select g.gateway_id, g.kind, g.account, coalesce(u.day, s.day) as day, s.state, s.source, s.why,
    s.line_count, s.changed_at, s.due_at is not null as is_asked,
    coalesce(u.here_count, 0)::bigint as here_count,
    coalesce(u.there_count, 0)::bigint as there_count,
    coalesce(u.here_paid_fen, 0)::bigint as here_paid_fen,
    coalesce(u.here_back_fen, 0)::bigint as here_back_fen,
    coalesce(u.there_paid_fen, 0)::bigint as there_paid_fen,
    coalesce(u.there_back_fen, 0)::bigint as there_back_fen,
    coalesce(u.fee_fen, 0)::bigint as fee_fen
from sums as u
full join stated as s on s.gateway_id = u.gateway_id and s.day = u.day
inner join gateways.gateways as g
    on g.merchant_id = $1 and g.gateway_id = coalesce(u.gateway_id, s.gateway_id)
order by day desc, g.kind desc, g.gateway_id
"""

LIST_GATEWAYS = """
select gateway_id, kind, account from gateways.gateways
where merchant_id = $1 and ($2::bigint = 0 or gateway_id = $2)
"""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's account at a provider."""

    gateway_id: GatewayId
    kind: GatewayKind
    account: str


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Of which accounts and days; the days both included, the instants that of the end not."""

    merchant_id: int
    gateway_ids: list[int]
    since: date
    until: date
    begin: datetime
    end: datetime


async def list_accounts(db: Connection, merchant_id: int, gateway_id: int) -> list[Account]:
    """A merchant's accounts at providers, also those of before; or the one, if it is theirs."""
    rows = await db.fetch(LIST_GATEWAYS, merchant_id, gateway_id)
    return [
        Account(
            gateway_id=GatewayId(row["gateway_id"]),
            kind=GatewayKind(row["kind"]),
            account=row["account"],
        )
        for row in rows
    ]


async def list_days(db: Connection, span: Span, currency: str) -> list[TallyDay]:
    """What both sides tell of each day, summed up, without the differences."""
    rows = await db.fetch(
        LIST_DAYS,
        span.merchant_id,
        span.gateway_ids,
        span.since,
        span.until,
        span.begin,
        span.end,
        currency,
    )
    return [_read_day(row, span.merchant_id) for row in rows]


async def list_differences(db: Connection, span: Span) -> list[OutsideDifference]:
    """Each difference of some days, the latest day first."""
    rows = await db.fetch(
        LIST_DIFFERENCES,
        span.merchant_id,
        span.gateway_ids,
        span.since,
        span.until,
        span.begin,
        span.end,
        SLACK,
    )
    return [_read_difference(row) for row in rows]


def _read_day(row: asyncpg.Record, merchant_id: int) -> TallyDay:
    gateway_id, kind = GatewayId(row["gateway_id"]), GatewayKind(row["kind"])
    statement = None
    if row["state"] is not None:
        statement = Statement(
            merchant_id=MerchantId(merchant_id),
            gateway_id=gateway_id,
            kind=kind,
            day=row["day"],
            state=StatementState(row["state"]),
            source=Source(row["source"]) if row["source"] else None,
            why=row["why"],
            line_count=row["line_count"],
            changed_at=row["changed_at"],
        )
    return TallyDay(
        gateway_id=gateway_id,
        kind=kind,
        account=row["account"],
        day=row["day"],
        statement=statement,
        is_asked=bool(row["is_asked"]),
        here=Told(
            count=row["here_count"], paid_fen=row["here_paid_fen"], back_fen=row["here_back_fen"]
        ),
        there=Told(
            count=row["there_count"],
            paid_fen=row["there_paid_fen"],
            back_fen=row["there_back_fen"],
        ),
        fee_fen=row["fee_fen"],
    )


def _read_difference(row: asyncpg.Record) -> OutsideDifference:
    remark = None
    if row["note"] is not None:
        remark = Remark(note=row["note"], actor_id=row["actor_id"], at=row["noted_at"])
    return OutsideDifference(
        gateway_id=GatewayId(row["gateway_id"]),
        day=row["day"],
        problem=Disagreement(row["problem"]),
        out_no=row["out_no"],
        out_refund_no=row["out_refund_no"],
        currency=row["currency"],
        own_currency=row["own_currency"],
        at=row["at"],
        attempt_id=AttemptId(row["attempt_id"] or 0),
        state=row["state"] or "",
        here_fen=row["here_fen"],
        there_fen=row["there_fen"],
        remark=remark,
    )

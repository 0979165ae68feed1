"""Every statement of the audience: what followers of the journal add, and what is answered."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from banyan.base.db import Connection
from banyan.views.audience.types import (
    ROWS_MAX,
    ArticleName,
    ArticleRow,
    Deed,
    DeedRow,
    GrowthRow,
    ServedRow,
    Source,
    SpreadRow,
    Step,
    VisitRow,
)

_add_deeds = """
insert into audience.deeds as d (
    channel_id, deed, happened_on, hour, subject, source, who, times
)
select * from unnest(
    $1::bigint[], $2::text[], $3::date[], $4::smallint[], $5::text[], $6::text[], $7::text[],
    $8::integer[]
)
on conflict (channel_id, deed, happened_on, hour, subject, source, who) do update
set times = d.times + excluded.times
"""

_add_moves = """
insert into audience.moves as m (channel_id, happened_on, source, gained, lost)
select * from unnest($1::bigint[], $2::date[], $3::text[], $4::bigint[], $5::bigint[])
on conflict (channel_id, happened_on, source) do update
set gained = m.gained + excluded.gained, lost = m.lost + excluded.lost
"""

_add_served = """
insert into audience.served as s (
    channel_id, happened_on, hour, pushes, failures, took_ms, longest_ms
)
select * from unnest(
    $1::bigint[], $2::date[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::integer[]
)
on conflict (channel_id, happened_on, hour) do update
set pushes = s.pushes + excluded.pushes, failures = s.failures + excluded.failures,
    took_ms = s.took_ms + excluded.took_ms,
    longest_ms = greatest(s.longest_ms, excluded.longest_ms)
"""

_add_sendings = """
insert into audience.sendings as s (channel_id, publish_number, delivered)
select * from unnest($1::bigint[], $2::bigint[], $3::bigint[])
on conflict (channel_id, publish_number) do update set delivered = s.delivered + excluded.delivered
"""

_list_moves = """
select happened_on as on, source, gained, lost
from audience.moves
where channel_id = $1 and happened_on between $2 and $3
order by happened_on, source
"""

_count_followers = """
select coalesce(sum(gained - lost), 0)::bigint
from audience.moves
where channel_id = $1 and happened_on < $2
"""

_list_deeds = """
select
    coalesce(date_trunc(nullif($5, 'whole'), happened_on::timestamp)::date, $3) as on,
    case when $6 then hour else 0 end as hour,
    case when $7 then subject else '' end as subject,
    case when $8 then source else '' end as source,
    count(distinct who) as people,
    sum(times)::bigint as times
from audience.deeds
where channel_id = $1 and deed = $2 and happened_on between $3 and $4
group by 1, 2, 3, 4
order by 1, 2, 3, 4
limit $9
"""

_list_spread = """
with people as (
    select date_trunc($4, happened_on::timestamp)::date as on, who, sum(times) as times
    from audience.deeds
    where channel_id = $1 and deed = 'said' and happened_on between $2 and $3
    group by 1, 2
)
select p.on, case when p.times > 10 then 3 when p.times > 5 then 2 else 1 end as interval,
    count(*) as people
from people p
group by 1, 2
order by 1, 2
limit $5
"""

_list_served = """
select happened_on as on, case when $4 then hour else 0 end as hour,
    sum(pushes)::bigint as pushes, sum(failures)::bigint as failures,
    sum(took_ms)::bigint as took_ms, max(longest_ms) as longest_ms
from audience.served
where channel_id = $1 and happened_on between $2 and $3
group by 1, 2
order by 1, 2
limit $5
"""

_list_named = """
select p.publish_number || '_' || a.place as subject, a.article ->> 'title' as title,
    (p.published_at at time zone 'Asia/Shanghai')::date as published_on,
    coalesce(s.delivered, 0) as sent_to
from articles.publications p
left join audience.sendings s
    on s.channel_id = p.channel_id and s.publish_number = p.publish_number
cross join lateral jsonb_array_elements(p.articles) with ordinality as a (article, place)
where p.channel_id = $1 and p.publish_number = any($2::bigint[])
order by p.publish_number, a.place
limit $3
"""

_list_published = """
select p.publish_number || '_' || a.place as subject, a.article ->> 'title' as title,
    (p.published_at at time zone 'Asia/Shanghai')::date as published_on,
    coalesce(s.delivered, 0) as sent_to
from articles.publications p
left join audience.sendings s
    on s.channel_id = p.channel_id and s.publish_number = p.publish_number
cross join lateral jsonb_array_elements(p.articles) with ordinality as a (article, place)
where p.channel_id = $1
    and p.published_at >= $2::timestamp at time zone 'Asia/Shanghai'
    and p.published_at < $3::timestamp at time zone 'Asia/Shanghai'
order by p.publish_number, a.place
limit $4
"""

_list_sums = """
select d.subject, d.deed, case when grouping(d.source) = 1 then '' else d.source end as source,
    s.day::date as on, count(distinct d.who) as people, sum(d.times)::bigint as times
from generate_series($3::timestamp, $4::timestamp, interval '1 day') as s (day)
inner join audience.deeds d on d.happened_on between $3::date and s.day::date
where d.channel_id = $1 and d.deed in ('read', 'shared', 'favoured') and d.subject = any($2)
group by grouping sets ((d.subject, d.deed, s.day), (d.subject, d.deed, s.day, d.source))
order by 1, 4, 2, 3
limit $5
"""

_list_visits = """
with visits as (
    select date_trunc($4, happened_on::timestamp)::date as on, who, sum(times) as times,
        coalesce(sum(times) filter (where subject = 'page'), 0) as pages
    from audience.deeds
    where channel_id = $1 and deed = 'visited' and happened_on between $2 and $3
    group by 1, 2
),
firsts as (
    select date_trunc($4, min(happened_on)::timestamp)::date as on
    from audience.deeds
    where channel_id = $1 and deed = 'visited' and happened_on <= $3
    group by who
),
steps as (
    select generate_series(
        date_trunc($4, $2::timestamp), $3::timestamp, ('1 ' || $4)::interval
    )::date as on
),
sums as (
    select v.on, sum(case when v.pages > 0 then v.pages else v.times end)::bigint as visits,
        sum(v.pages)::bigint as pages, count(*) as people
    from visits v
    group by 1
)
select s.on, coalesce(u.visits, 0) as visits, coalesce(u.pages, 0) as pages,
    coalesce(u.people, 0) as people,
    (select count(*) from firsts f where f.on = s.on) as new_people,
    (select count(*) from firsts f where f.on <= s.on) as people_by_now
from steps s
left join sums u on u.on = s.on
order by s.on
limit $5
"""

_list_returns = """
with visits as (
    select distinct date_trunc($4, happened_on::timestamp)::date as on, who
    from audience.deeds
    where channel_id = $1 and deed = 'visited' and happened_on between $2 and $3
),
early as (
    select v.who, not exists (
        select from audience.deeds d
        where d.channel_id = $1 and d.deed = 'visited' and d.who = v.who and d.happened_on < $2
    ) as is_new
    from visits v
    where v.on = $2
)
select v.on, count(*) as people, count(*) filter (where e.is_new) as new_people
from early e
inner join visits v on v.who = e.who
group by 1
order by 1
limit $5
"""

_delete_sendings = "delete from audience.sendings"
_delete_deeds = "delete from audience.deeds"
_delete_moves = "delete from audience.moves"
_delete_served = "delete from audience.served"


class DeedKey(msgspec.Struct, frozen=True, order=True, gc=False):
    """Who did what in an hour; the columns of a row but for how often."""

    channel_id: int
    deed: str
    happened_on: date
    hour: int
    subject: str
    source: str
    who: str


class MoveKey(msgspec.Struct, frozen=True, order=True, gc=False):
    """On which day people came or went, brought by what."""

    channel_id: int
    happened_on: date
    source: str


class ServedKey(msgspec.Struct, frozen=True, order=True, gc=False):
    """In which hour an account's server was told things."""

    channel_id: int
    happened_on: date
    hour: int


async def add_deeds(db: Connection, deeds: Mapping[DeedKey, int]) -> None:
    """Add what people did."""
    rows = [(*msgspec.structs.astuple(key), times) for key, times in sorted(deeds.items())]
    if rows:
        await db.execute(_add_deeds, *zip(*rows, strict=True))


async def add_moves(db: Connection, moves: Mapping[MoveKey, tuple[int, int]]) -> None:
    """Add who came and who went."""
    rows = [(*msgspec.structs.astuple(key), *counts) for key, counts in sorted(moves.items())]
    if rows:
        await db.execute(_add_moves, *zip(*rows, strict=True))


async def add_served(db: Connection, served: Mapping[ServedKey, tuple[int, int, int, int]]) -> None:
    """Add how accounts' servers did: pushes, failures, milliseconds, and the most of them."""
    rows = [(*msgspec.structs.astuple(key), *sums) for key, sums in sorted(served.items())]
    if rows:
        await db.execute(_add_served, *zip(*rows, strict=True))


async def add_sendings(db: Connection, sendings: Mapping[tuple[int, int], int]) -> None:
    """Add to how many the articles of accounts' publications were sent."""
    rows = [(*key, count) for key, count in sorted(sendings.items()) if key[1]]
    if rows:
        await db.execute(_add_sendings, *zip(*rows, strict=True))


async def list_moves(db: Connection, channel_id: int, first: date, last: date) -> list[GrowthRow]:
    """Return who came and who went by day and source."""
    rows = await db.fetch(_list_moves, channel_id, first, last)
    return [GrowthRow(**{**dict(row), "source": Source(row["source"])}) for row in rows]


async def count_followers(db: Connection, channel_id: int, before: date) -> int:
    """Return how many followed when a day began."""
    count: int = await db.fetchval(_count_followers, channel_id, before)
    return count


class Apart(msgspec.Struct, frozen=True, kw_only=True):
    """By what deeds are told apart."""

    step: Step = Step.DAY
    by_hour: bool = False
    by_subject: bool = False
    by_source: bool = False


async def list_deeds(
    db: Connection, channel_id: int, deed: Deed, days: tuple[date, date], apart: Apart
) -> list[DeedRow]:
    """Return how many people did something, and how often."""
    rows = await db.fetch(
        _list_deeds,
        channel_id,
        deed,
        *days,
        apart.step,
        apart.by_hour,
        apart.by_subject,
        apart.by_source,
        ROWS_MAX,
    )
    return [DeedRow(**dict(row)) for row in rows]


async def list_spread(
    db: Connection, channel_id: int, days: tuple[date, date], step: Step
) -> list[SpreadRow]:
    """Return how many people said how much."""
    rows = await db.fetch(_list_spread, channel_id, *days, step, ROWS_MAX)
    return [SpreadRow(**dict(row)) for row in rows]


async def list_served(
    db: Connection, channel_id: int, first: date, last: date, *, by_hour: bool
) -> list[ServedRow]:
    """Return how an account's own server did."""
    rows = await db.fetch(_list_served, channel_id, first, last, by_hour, ROWS_MAX)
    return [ServedRow(**dict(row)) for row in rows]


async def list_named(db: Connection, channel_id: int, numbers: Sequence[int]) -> list[ArticleName]:
    """Return the articles of publications."""
    rows = await db.fetch(_list_named, channel_id, sorted(set(numbers)), ROWS_MAX)
    return [ArticleName(**dict(row)) for row in rows]


async def list_published(
    db: Connection, channel_id: int, first: date, after: date
) -> list[ArticleName]:
    """Return the articles that were published from one day on and before another."""
    rows = await db.fetch(_list_published, channel_id, first, after, ROWS_MAX)
    return [ArticleName(**dict(row)) for row in rows]


async def list_sums(
    db: Connection, channel_id: int, subjects: Sequence[str], first: date, last: date
) -> list[ArticleRow]:
    """Return how articles have done up to each day."""
    rows = await db.fetch(_list_sums, channel_id, subjects, first, last, ROWS_MAX)
    return [ArticleRow(**{**dict(row), "deed": Deed(row["deed"])}) for row in rows]


async def list_visits(
    db: Connection, channel_id: int, days: tuple[date, date], step: Step
) -> list[VisitRow]:
    """Return how often a mini program was opened."""
    rows = await db.fetch(_list_visits, channel_id, *days, step, ROWS_MAX)
    return [VisitRow(**dict(row)) for row in rows]


async def list_returns(
    db: Connection, channel_id: int, days: tuple[date, date], step: Step
) -> list[tuple[date, int, int]]:
    """Return by step how many came of those who came in the first, and how many were new then."""
    rows = await db.fetch(_list_returns, channel_id, *days, step, ROWS_MAX)
    return [(row[0], row[1], row[2]) for row in rows]


async def delete_all(db: Connection) -> None:
    """Forget everything, to compute it again."""
    for statement in (_delete_deeds, _delete_moves, _delete_served, _delete_sendings):
        await db.execute(statement)

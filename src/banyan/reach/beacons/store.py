"""Every SQL statement on schema `beacons`, and thin functions over them."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from banyan.base.db import Connection
from banyan.reach.beacons.records import (
    Filter,
    ShakeRow,
    read_application,
    read_beacon,
    read_counted,
    read_day,
    read_group,
    read_page,
    read_shake,
)
from banyan.reach.beacons.types import (
    Application,
    Beacon,
    BeaconGroup,
    CountedThing,
    Registration,
    ShakeDay,
    ShakePage,
)

# Also an account without a row is locked: the insert waits for a rival's, and updates it.
_next_number = """
insert into beacons.books as b (channel_id, last_number, beacons_count)
values ($1, $2, $3)
on conflict (channel_id) do update
set last_number = b.last_number + $2, beacons_count = b.beacons_count + $3
where b.beacons_count + $3 <= $4
returning last_number
"""

_set_registration = """
insert into beacons.books (channel_id, registration, registered_at) values ($1, $2, $3)
on conflict (channel_id) do update
set registration = excluded.registration, registered_at = excluded.registered_at
"""

_find_registration = """
select registration, registered_at from beacons.books
where channel_id = $1 and registered_at is not null
"""

_insert_application = """
insert into beacons.applications (
    channel_id, apply_id, quantity, reason, comment, poi_id, state, note, applied_at, decided_at
)
values ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)
"""

_list_applications = """
select channel_id, apply_id, quantity, reason, comment, poi_id, state, note, applied_at, decided_at
from beacons.applications
where channel_id = $1 and ($2::bigint is null or apply_id = $2)
order by apply_id desc
limit $3
"""

_decide_application = """
update beacons.applications set state = $3, note = $4, decided_at = $5
where channel_id = $1 and apply_id = $2 and state = 'waiting'
returning apply_id
"""

_insert_beacons = """
insert into beacons.beacons (channel_id, device_id, apply_id, comment, poi_id, created_at)
select $1, device_id, $3, $4, $5, $6 from unnest($2::bigint[]) as u (device_id)
"""

_list_beacons = """
select b.channel_id, b.device_id, b.comment, b.poi_id, b.created_at, b.shaken_at, s.page_ids
from beacons.beacons as b
cross join lateral (
    select coalesce(array_agg(page_id order by page_id), '{}') as page_ids
    from beacons.shown
    where channel_id = b.channel_id and device_id = b.device_id
) as s
where b.channel_id = $1
    and ($2::bigint[] is null or b.device_id = any($2))
    and ($3::bigint is null or b.apply_id = $3)
    and (
        $4::bigint is null or exists(
            select 1 from beacons.shown as w
            where w.channel_id = $1 and w.page_id = $4 and w.device_id = b.device_id
        )
    )
    and (
        $5::bigint is null or exists(
            select 1 from beacons.members as m
            where m.channel_id = $1 and m.group_id = $5 and m.device_id = b.device_id
        )
    )
order by b.device_id
offset $6
limit $7
"""

_count_beacons = """
select count(*) from beacons.beacons as b
where b.channel_id = $1
    and ($2::bigint is null or b.apply_id = $2)
    and (
        $3::bigint is null or exists(
            select 1 from beacons.shown as w
            where w.channel_id = $1 and w.page_id = $3 and w.device_id = b.device_id
        )
    )
    and (
        $4::bigint is null or exists(
            select 1 from beacons.members as m
            where m.channel_id = $1 and m.group_id = $4 and m.device_id = b.device_id
        )
    )
"""

# Also locks: with nothing to change, it is for that alone.
_change_beacon = """
update beacons.beacons set comment = coalesce($3, comment), poi_id = coalesce($4, poi_id),
    shaken_at = coalesce($5, shaken_at)
where channel_id = $1 and device_id = $2
returning device_id
"""

_insert_page = """
insert into beacons.pages (
    channel_id, page_id, title, description, icon_url, page_url, comment, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_set_page = """
update beacons.pages
set title = $3, description = $4, icon_url = $5, page_url = $6, comment = $7
where channel_id = $1 and page_id = $2
returning page_id
"""

_list_pages = """
select page_id, title, description, icon_url, page_url, comment
from beacons.pages
where channel_id = $1 and ($2::bigint[] is null or page_id = any($2))
order by page_id
offset $3
limit $4
"""

_count = """
select
    (select count(*) from beacons.pages where channel_id = $1) as pages,
    (select count(*) from beacons.groups where channel_id = $1) as groups
"""

_delete_pages = """
delete from beacons.pages as p
where p.channel_id = $1 and p.page_id = any($2) and not exists(
    select 1 from beacons.shown as w where w.channel_id = $1 and w.page_id = p.page_id
)
returning page_id
"""

_insert_shown = """
insert into beacons.shown (channel_id, device_id, page_id)
select $1, $2, page_id from unnest($3::bigint[]) as u (page_id)
on conflict do nothing
"""

_delete_shown = """
delete from beacons.shown
where channel_id = $1 and device_id = $2 and ($3::bigint[] is null or page_id = any($3))
"""

_write_group = """
insert into beacons.groups (channel_id, group_id, name) values ($1, $2, $3)
on conflict (channel_id, group_id) do update set name = excluded.name
"""

_delete_group = """
delete from beacons.groups where channel_id = $1 and group_id = $2
returning group_id
"""

_list_groups = """
select g.group_id, g.name, c.beacons_count
from beacons.groups as g
cross join lateral (
    select count(*) as beacons_count from beacons.members
    where channel_id = g.channel_id and group_id = g.group_id
) as c
where g.channel_id = $1 and ($2::bigint is null or g.group_id = $2)
order by g.group_id
offset $3
limit $4
"""

_insert_members = """
insert into beacons.members (channel_id, group_id, device_id)
select $1, $2, device_id from unnest($3::bigint[]) as u (device_id)
on conflict do nothing
"""

_delete_members = """
delete from beacons.members where channel_id = $1 and group_id = $2 and device_id = any($3)
"""

_insert_shake = """
insert into beacons.shakes (
    channel_id, ticket_digest, device_id, page_id, person_id, openid, distance, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_find_shake = """
select device_id, page_id, person_id, openid, distance from beacons.shakes
where channel_id = $1 and ticket_digest = $2 and expires_at > $3
"""

_delete_shakes = """
delete from beacons.shakes
where channel_id = $1 and ticket_digest = any(
    select ticket_digest from beacons.shakes
    where channel_id = $1 and expires_at < $2
    order by expires_at
    limit $3
)
"""

_add_day = """
insert into beacons.days as d (
    channel_id, day_on, device_id, page_id, person_id, shakes_count, clicks_count
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (channel_id, day_on, device_id, page_id, person_id) do update
set shakes_count = d.shakes_count + excluded.shakes_count,
    clicks_count = d.clicks_count + excluded.clicks_count
"""

_list_days = """
select day_on, sum(shakes_count)::bigint as shakes_count,
    count(distinct person_id) filter (where shakes_count > 0) as shakers_count,
    sum(clicks_count)::bigint as clicks_count,
    count(distinct person_id) filter (where clicks_count > 0) as clickers_count
from beacons.days
where channel_id = $1
    and ($2::bigint is null or device_id = $2)
    and ($3::bigint is null or page_id = $3)
    and day_on between $4 and $5
group by day_on
order by day_on
"""

_list_counted = """
select case when $5 then page_id else device_id end as number,
    sum(shakes_count)::bigint as shakes_count,
    count(distinct person_id) filter (where shakes_count > 0) as shakers_count,
    sum(clicks_count)::bigint as clicks_count,
    count(distinct person_id) filter (where clicks_count > 0) as clickers_count,
    count(*) over () as total
from beacons.days
where channel_id = $1 and day_on = $2
group by number
order by number
offset $3
limit $4
"""

_swept_max = 100
_applications_max = 50


async def next_number(
    db: Connection, channel_id: int, *, count: int = 1, beacons: int = 0, beacons_max: int = 0
) -> int | None:
    """Return the last of so many new numbers; None if there would be too many beacons."""
    number: int | None = await db.fetchval(
        _next_number, channel_id, count, beacons, beacons_max or 2**62
    )
    return number


async def set_registration(
    db: Connection, channel_id: int, registration: Registration, now: datetime
) -> None:
    """Write who answers for an account's beacons."""
    await db.execute(_set_registration, channel_id, registration, now)


async def find_registration(
    db: Connection, channel_id: int
) -> tuple[Registration, datetime] | None:
    """Return who answers for an account's beacons, and since when."""
    row = await db.fetchrow(_find_registration, channel_id)
    return (msgspec.convert(row[0], Registration), row[1]) if row else None


async def insert_application(db: Connection, one: Application) -> None:
    """Add an application; no other waits."""
    await db.execute(
        _insert_application,
        one.channel_id,
        one.apply_id,
        one.quantity,
        one.reason,
        one.comment,
        one.poi_id,
        one.state,
        one.applied_at,
        one.decided_at,
    )


async def list_applications(
    db: Connection, channel_id: int, apply_id: int | None = None
) -> list[Application]:
    """Return the newest applications of an account, or the one of that number."""
    rows = await db.fetch(_list_applications, channel_id, apply_id, _applications_max)
    return [read_application(row) for row in rows]


async def decide_application(db: Connection, one: Application) -> bool:
    """Write what became of an application that waits; return False for one that does not."""
    decided = await db.fetchval(
        _decide_application, one.channel_id, one.apply_id, one.state, one.note, one.decided_at
    )
    return decided is not None


async def insert_beacons(
    db: Connection, one: Application, device_ids: Sequence[int], now: datetime
) -> None:
    """Add the beacons of an application."""
    await db.execute(
        _insert_beacons, one.channel_id, device_ids, one.apply_id, one.comment, one.poi_id, now
    )


async def list_beacons(
    db: Connection, channel_id: int, wanted: Filter, skip: int, limit: int
) -> list[Beacon]:
    """Return beacons of an account with their pages, by number."""
    rows = await db.fetch(
        _list_beacons,
        channel_id,
        wanted.device_ids,
        wanted.apply_id,
        wanted.page_id,
        wanted.group_id,
        skip,
        limit,
    )
    return [read_beacon(row) for row in rows]


async def count_beacons(db: Connection, channel_id: int, wanted: Filter) -> int:
    """Return how many beacons there are, whatever their numbers."""
    count: int = await db.fetchval(
        _count_beacons, channel_id, wanted.apply_id, wanted.page_id, wanted.group_id
    )
    return count


async def change_beacon(
    db: Connection,
    channel_id: int,
    device_id: int,
    *,
    comment: str | None = None,
    poi_id: int | None = None,
    shaken_at: datetime | None = None,
) -> bool:
    """Lock a beacon, and write what is given; return False if there is none."""
    told = (comment, poi_id, shaken_at)
    return await db.fetchval(_change_beacon, channel_id, device_id, *told) is not None


async def insert_page(db: Connection, channel_id: int, page: ShakePage, now: datetime) -> None:
    """Add a page."""
    await db.execute(_insert_page, channel_id, *msgspec.structs.astuple(page), now)


async def set_page(db: Connection, channel_id: int, page: ShakePage) -> bool:
    """Write a page; return False if there is none of its number."""
    return await db.fetchval(_set_page, channel_id, *msgspec.structs.astuple(page)) is not None


async def list_pages(
    db: Connection, channel_id: int, page_ids: Sequence[int] | None, skip: int, limit: int
) -> list[ShakePage]:
    """Return pages of an account by number, those named or all."""
    return [
        read_page(row) for row in await db.fetch(_list_pages, channel_id, page_ids, skip, limit)
    ]


async def count(db: Connection, channel_id: int) -> tuple[int, int]:
    """Return how many pages and groups an account has."""
    ((pages, groups),) = await db.fetch(_count, channel_id)
    return pages, groups


async def delete_pages(db: Connection, channel_id: int, page_ids: Sequence[int]) -> int:
    """Delete pages that no beacon shows; return how many there were."""
    return len(await db.fetch(_delete_pages, channel_id, page_ids))


async def insert_shown(
    db: Connection, channel_id: int, device_id: int, page_ids: Sequence[int]
) -> None:
    """Let a beacon show these too."""
    await db.execute(_insert_shown, channel_id, device_id, page_ids)


async def delete_shown(
    db: Connection, channel_id: int, device_id: int, page_ids: Sequence[int] | None
) -> None:
    """Let a beacon show these no more, or nothing."""
    await db.execute(_delete_shown, channel_id, device_id, page_ids)


async def write_group(db: Connection, channel_id: int, group_id: int, name: str) -> None:
    """Add a group, or rename it."""
    await db.execute(_write_group, channel_id, group_id, name)


async def delete_group(db: Connection, channel_id: int, group_id: int) -> bool:
    """Delete a group; return False if there is none."""
    return await db.fetchval(_delete_group, channel_id, group_id) is not None


async def list_groups(
    db: Connection, channel_id: int, group_id: int | None, skip: int, limit: int
) -> list[BeaconGroup]:
    """Return groups of an account by number, one or all."""
    rows = await db.fetch(_list_groups, channel_id, group_id, skip, limit)
    return [read_group(row) for row in rows]


async def insert_members(
    db: Connection, channel_id: int, group_id: int, device_ids: Sequence[int]
) -> None:
    """Put beacons into a group."""
    await db.execute(_insert_members, channel_id, group_id, device_ids)


async def delete_members(
    db: Connection, channel_id: int, group_id: int, device_ids: Sequence[int]
) -> None:
    """Take beacons out of a group."""
    await db.execute(_delete_members, channel_id, group_id, device_ids)


async def insert_shake(
    db: Connection, channel_id: int, digest: bytes, shake: ShakeRow, until: datetime
) -> None:
    """Add a shake."""
    await db.execute(_insert_shake, channel_id, digest, *msgspec.structs.astuple(shake), until)


async def find_shake(
    db: Connection, channel_id: int, digest: bytes, now: datetime
) -> ShakeRow | None:
    """Return a shake by the digest of its ticket, unless it has ended."""
    row = await db.fetchrow(_find_shake, channel_id, digest, now)
    return read_shake(row) if row else None


async def delete_shakes(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget some of the shakes that have ended."""
    await db.execute(_delete_shakes, channel_id, before, _swept_max)


async def add_day(
    db: Connection, channel_id: int, day_on: date, shake: ShakeRow, *, shakes: int, clicks: int
) -> None:
    """Count a shake, or a tap on what it showed."""
    told = (shake.device_id, shake.page_id, shake.person_id, shakes, clicks)
    await db.execute(_add_day, channel_id, day_on, *told)


async def list_days(
    db: Connection, channel_id: int, wanted: Filter, begins_on: date, ends_on: date
) -> list[ShakeDay]:
    """Return the days on which something was counted of a beacon or page, in order."""
    device_id = wanted.device_ids[0] if wanted.device_ids else None
    rows = await db.fetch(_list_days, channel_id, device_id, wanted.page_id, begins_on, ends_on)
    return [read_day(row) for row in rows]


async def list_counted(
    db: Connection, channel_id: int, day_on: date, *, of_pages: bool, skip: int, limit: int
) -> tuple[int, list[CountedThing]]:
    """Return how many beacons or pages were counted on a day, and some of them by number."""
    rows = await db.fetch(_list_counted, channel_id, day_on, skip, limit, of_pages)
    return (rows[0]["total"] if rows else 0), [read_counted(row) for row in rows]

"""Every SQL statement on schema `hotspots`, and thin functions over them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from banyan.base.db import Connection
from banyan.commerce.hotspots.types import Network, Router, WifiDay
from banyan.commerce.stores import StoreId

_lock_channel = "select pg_advisory_xact_lock(hashtextextended('hotspots', $1))"

_insert_network = """
insert into hotspots.networks (channel_id, store_id, ssid, password, token, added_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (channel_id, store_id, ssid) do update set password = excluded.password
returning token
"""

_change_network = """
update hotspots.networks set ssid = $4, password = coalesce($5, password)
where channel_id = $1 and store_id = $2 and ssid = $3
returning ssid
"""

_list_networks = """
select store_id, ssid, password, token
from hotspots.networks
where channel_id = $1 and store_id = any($2)
order by store_id, added_at, ssid
"""

_find_network = """
select store_id, ssid, password, token
from hotspots.networks
where channel_id = $1 and token = $2
"""

_insert_router = """
insert into hotspots.routers (channel_id, bssid, store_id, ssid, added_at)
values ($1, $2, $3, $4, $5)
on conflict (channel_id, bssid) do nothing
returning bssid
"""

_count_all_routers = "select count(*) from hotspots.routers where channel_id = $1"

_delete_router = """
delete from hotspots.routers where channel_id = $1 and bssid = $2
returning store_id, ssid
"""

_delete_network = """
delete from hotspots.networks as n
where n.channel_id = $1 and n.store_id = $2 and n.ssid = $3 and not exists(
    select 1 from hotspots.routers as r
    where r.channel_id = $1 and r.store_id = $2 and r.ssid = $3
)
"""

_list_routers = """
select store_id, ssid, bssid, count(*) over () as total
from hotspots.routers
where channel_id = $1 and ($2::bigint is null or store_id = $2)
order by store_id, bssid
offset $3
limit $4
"""

_count_routers = """
select store_id, count(*) from hotspots.routers
where channel_id = $1 and store_id = any($2)
group by store_id
"""

_first_router = """
select bssid from hotspots.routers
where channel_id = $1 and store_id = $2 and ssid = $3
order by added_at, bssid
limit 1
"""

_set_homepage = """
insert into hotspots.shops (channel_id, store_id, template_id, homepage_url)
values ($1, $2, $3, $4)
on conflict (channel_id, store_id) do update
set template_id = excluded.template_id, homepage_url = excluded.homepage_url
"""

_find_homepages = """
select store_id, template_id, homepage_url from hotspots.shops
where channel_id = $1 and store_id = any($2)
"""

_add_day = """
insert into hotspots.days as d (
    channel_id, store_id, day_on, person_id, connects_count, visits_count, is_new_follower
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (channel_id, store_id, day_on, person_id) do update
set connects_count = d.connects_count + excluded.connects_count,
    visits_count = d.visits_count + excluded.visits_count,
    is_new_follower = d.is_new_follower or excluded.is_new_follower
"""

_list_days = """
select d.day_on,
    count(distinct d.person_id) filter (where d.connects_count > 0) as people_count,
    count(distinct d.person_id) filter (where d.visits_count > 0) as visitors_count,
    count(distinct d.person_id) filter (where d.is_new_follower) as followers_count,
    (
        select count(distinct f.person_id) from hotspots.days as f
        where f.channel_id = $1 and ($2::bigint is null or f.store_id = $2)
            and f.is_new_follower and f.day_on <= d.day_on
    ) as followers_total
from hotspots.days as d
where d.channel_id = $1 and ($2::bigint is null or d.store_id = $2)
    and d.day_on between $3 and $4
group by d.day_on
order by d.day_on
"""


async def lock_channel(db: Connection, channel_id: int) -> None:
    """Lock an account's Wi-Fi to the end of the transaction."""
    await db.execute(_lock_channel, channel_id)


async def insert_network(db: Connection, channel_id: int, network: Network, now: datetime) -> None:
    """Add a network, or write the password of one that is there."""
    await db.execute(
        _insert_network,
        channel_id,
        network.store_id,
        network.ssid,
        network.password,
        network.token,
        now,
    )


async def change_network(
    db: Connection, channel_id: int, store_id: int, old: str, ssid: str, password: str | None
) -> bool:
    """Rename a network with its routers; return False if there is none."""
    changed = await db.fetchval(_change_network, channel_id, store_id, old, ssid, password)
    return changed is not None


async def list_networks(
    db: Connection, channel_id: int, store_ids: Sequence[int]
) -> dict[int, list[Network]]:
    """Return the networks of stores, those added first first."""
    found: dict[int, list[Network]] = defaultdict(list)
    for row in await db.fetch(_list_networks, channel_id, store_ids):
        found[row[0]].append(_network(row))
    return found


async def find_by_token(db: Connection, channel_id: int, token: str) -> Network | None:
    """Return the network of a code, or None."""
    row = await db.fetchrow(_find_network, channel_id, token)
    return _network(row) if row else None


async def insert_router(db: Connection, channel_id: int, router: Router, now: datetime) -> bool:
    """Add a router; return False if the account has it already."""
    added = await db.fetchval(
        _insert_router, channel_id, router.bssid, router.store_id, router.ssid, now
    )
    return added is not None


async def count_all_routers(db: Connection, channel_id: int) -> int:
    """Return how many routers an account has."""
    count: int = await db.fetchval(_count_all_routers, channel_id)
    return count


async def delete_router(db: Connection, channel_id: int, bssid: str) -> bool:
    """Delete a router, and its network with the last of them; return False if there is none."""
    row = await db.fetchrow(_delete_router, channel_id, bssid)
    if row is not None:
        await db.execute(_delete_network, channel_id, row[0], row[1])
    return row is not None


async def list_routers(
    db: Connection, channel_id: int, store_id: int | None, skip: int, limit: int
) -> tuple[int, list[Router]]:
    """Return how many routers there are, and some of them."""
    rows = await db.fetch(_list_routers, channel_id, store_id, skip, limit)
    items = [Router(store_id=StoreId(row[0]), ssid=row[1], bssid=row[2]) for row in rows]
    return (rows[0][3] if rows else 0), items


async def count_routers(
    db: Connection, channel_id: int, store_ids: Sequence[int]
) -> dict[int, int]:
    """Return how many routers each store has."""
    rows = await db.fetch(_count_routers, channel_id, store_ids)
    return {row[0]: row[1] for row in rows}


async def find_first_router(db: Connection, channel_id: int, network: Network) -> str:
    """Return the address of the first router of a network."""
    found: str | None = await db.fetchval(_first_router, channel_id, network.store_id, network.ssid)
    return found or ""


async def set_homepage(
    db: Connection, channel_id: int, store_id: int, template_id: int, url: str
) -> None:
    """Write what opens when one is connected."""
    await db.execute(_set_homepage, channel_id, store_id, template_id, url)


async def find_homepages(
    db: Connection, channel_id: int, store_ids: Sequence[int]
) -> dict[int, tuple[int, str]]:
    """Return template and address of those stores that have chosen."""
    rows = await db.fetch(_find_homepages, channel_id, store_ids)
    return {row[0]: (row[1], row[2]) for row in rows}


async def add_day(
    db: Connection,
    key: tuple[int, int, date, int],
    *,
    connects: int = 0,
    visits: int = 0,
    is_new: bool = False,
) -> None:
    """Count a person's connecting or visit; `key` is account, store, day and person."""
    await db.execute(_add_day, *key, connects, visits, is_new)


async def list_days(
    db: Connection, channel_id: int, store_id: int | None, begins_on: date, ends_on: date
) -> list[WifiDay]:
    """Return the days on which somebody connected, at a store or at all."""
    rows = await db.fetch(_list_days, channel_id, store_id, begins_on, ends_on)
    return [WifiDay(store_id=StoreId(store_id or 0), **dict(row)) for row in rows]


def _network(row: asyncpg.Record) -> Network:
    return Network(store_id=StoreId(row[0]), ssid=row[1], password=row[2], token=row[3])

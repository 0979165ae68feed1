"""Every SQL statement on schema `devices`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

from banyan.base.db import Connection
from banyan.base.limits import PAGE_MAX
from banyan.reach.devices.records import (
    Mine,
    read_binding,
    read_device,
    read_message,
    read_mine,
    read_product,
)
from banyan.reach.devices.types import (
    FIRST_PRODUCT,
    PEOPLE,
    QUOTA,
    UNAUTHORISED,
    UNAUTHORISED_MAX,
    Attributes,
    Binding,
    Device,
    DeviceMessage,
    Product,
)

_seed_products = """
insert into devices.products (channel_id, product_id, name, quota_max, people_max, used_count)
select $1, product_id, '', quota_max, $4, 0
from unnest($2::bigint[], $3::bigint[]) as u (product_id, quota_max)
on conflict (channel_id, product_id) do nothing
"""

_set_product = """
insert into devices.products as p (
    channel_id, product_id, name, quota_max, people_max, used_count
)
values ($1, $2, $3, $4, $5, 0)
on conflict (channel_id, product_id) do update
set name = excluded.name, quota_max = excluded.quota_max, people_max = excluded.people_max
where p.used_count <= excluded.quota_max
returning used_count
"""

_lock_products = """
select channel_id, product_id, name, quota_max, people_max, used_count
from devices.products
where channel_id = $1 and product_id = any($2)
order by product_id
for update
"""

_list_products = """
select channel_id, product_id, name, quota_max, people_max, used_count
from devices.products
where channel_id = $1 and product_id > 0
order by product_id
limit $2
"""

_add_used = """
update devices.products as p set used_count = p.used_count + u.grown
from unnest($2::bigint[], $3::bigint[]) as u (product_id, grown)
where p.channel_id = $1 and p.product_id = u.product_id
"""

_insert_device = """
insert into devices.devices (
    channel_id, device_id, product_id, ticket, licence_digest, created_at
)
values ($1, $2, $3, $4, $5, $6)
on conflict (channel_id, device_id) do nothing
returning device_id
"""

_set_product_of = """
update devices.devices set product_id = $3 where channel_id = $1 and device_id = $2
"""

_set_attributes = """
update devices.devices set attributes = $3, key_digest = $4
where channel_id = $1 and device_id = $2
"""

_set_seen = "update devices.devices set seen_at = $3 where channel_id = $1 and device_id = $2"

_lock_devices = """
select channel_id, device_id, product_id, ticket, attributes, people_count, created_at, seen_at
from devices.devices
where channel_id = $1 and device_id = any($2)
order by device_id
for update
"""

_find_device = """
select channel_id, device_id, product_id, ticket, attributes, people_count, created_at, seen_at
from devices.devices
where channel_id = $1 and (device_id = $2 or ticket = $3 or licence_digest = $4)
"""

_list_devices = """
select channel_id, device_id, product_id, ticket, attributes, people_count, created_at, seen_at
from devices.devices
where channel_id = $1 and device_id > $2
order by device_id
limit $3
"""

_insert_binding = """
with bound as (
    insert into devices.bindings (channel_id, device_id, person_id, openid, bound_at)
    values ($1, $2, $3, $4, $5)
    on conflict (channel_id, device_id, person_id) do nothing
    returning device_id
)
update devices.devices as d set people_count = d.people_count + 1
from bound
where d.channel_id = $1 and d.device_id = bound.device_id
returning d.device_id
"""

_delete_binding = """
with unbound as (
    delete from devices.bindings
    where channel_id = $1 and device_id = $2 and person_id = $3
    returning device_id
)
update devices.devices as d set people_count = d.people_count - 1
from unbound
where d.channel_id = $1 and d.device_id = unbound.device_id
returning d.device_id
"""

_find_binding = """
select openid, bound_at, is_watching, is_connected, status_at
from devices.bindings
where channel_id = $1 and device_id = $2 and person_id = $3
"""

_first_bound = """
select person_id, openid from devices.bindings
where channel_id = $1 and device_id = $2 and ($3::text is null or openid = $3)
order by bound_at, person_id
limit 1
"""

_list_bindings = """
select openid, bound_at, is_watching, is_connected, status_at
from devices.bindings
where channel_id = $1 and device_id = $2
order by bound_at, person_id
limit $3
"""

_list_device_ids = """
select device_id from devices.bindings
where channel_id = $1 and openid = $2
order by bound_at, device_id
limit $3
"""

_list_mine = """
select b.channel_id, b.device_id, b.openid, b.bound_at, b.is_watching, b.is_connected, b.status_at,
    coalesce(p.name, '') as product_name
from devices.bindings as b
join devices.devices as d on b.channel_id = d.channel_id and b.device_id = d.device_id
left join devices.products as p on d.channel_id = p.channel_id and d.product_id = p.product_id
where b.person_id = $1
order by b.bound_at, b.device_id
limit $2
"""

_set_watching = """
update devices.bindings set is_watching = $4
where channel_id = $1 and device_id = $2 and person_id = $3 and is_watching <> $4
returning openid
"""

_set_connected = """
update devices.bindings set is_connected = $4, status_at = $5
where channel_id = $1 and device_id = $2 and person_id = $3
returning openid
"""

_insert_ticket = """
insert into devices.tickets (
    channel_id, ticket_digest, device_id, person_id, purpose, expires_at
)
values ($1, $2, $3, $4, $5, $6)
"""

_take_ticket = """
delete from devices.tickets
where channel_id = $1 and ticket_digest = $2 and device_id = $3 and person_id = $4
    and purpose = $5 and expires_at > $6
returning person_id
"""

_delete_tickets = """
delete from devices.tickets
where channel_id = $1 and ticket_digest = any(
    select ticket_digest from devices.tickets
    where channel_id = $1 and expires_at < $2
    order by expires_at
    limit $3
)
"""

_insert_message = """
insert into devices.messages (
    channel_id, device_id, message_id, person_id, openid, is_from_device, content, said_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_fetch_messages = """
update devices.messages set fetched_at = $3
where channel_id = $1 and device_id = $2 and message_id = any(
    select message_id from devices.messages
    where channel_id = $1 and device_id = $2 and not is_from_device and fetched_at is null
    order by message_id
    limit $4
)
returning message_id, openid, is_from_device, content, said_at, fetched_at
"""

_list_messages = """
select message_id, openid, is_from_device, content, said_at, fetched_at
from devices.messages
where channel_id = $1 and device_id = $2 and ($3::bigint is null or person_id = $3)
order by message_id desc
limit $4
"""

_delete_messages = """
delete from devices.messages
where channel_id = $1 and said_at < $2 and message_id = any(
    select message_id from devices.messages
    where channel_id = $1 and said_at < $2
    order by said_at
    limit $3
)
"""

_swept_max = 100
_products_max = 200
_mine_max = 200


async def seed_products(db: Connection, channel_id: int) -> None:
    """Give an account the products that every one has."""
    ids, quotas = [UNAUTHORISED, FIRST_PRODUCT], [UNAUTHORISED_MAX, QUOTA]
    await db.execute(_seed_products, channel_id, ids, quotas, PEOPLE)


async def set_product(db: Connection, product: Product) -> int | None:
    """Write a product; return how many devices it has, None if they are more than it allows."""
    used: int | None = await db.fetchval(
        _set_product,
        product.channel_id,
        product.product_id,
        product.name,
        product.quota_max,
        product.people_max,
    )
    return used


async def lock_products(
    db: Connection, channel_id: int, product_ids: Sequence[int]
) -> dict[int, Product]:
    """Lock products of an account to the end of the transaction."""
    rows = await db.fetch(_lock_products, channel_id, sorted(set(product_ids)))
    return {row["product_id"]: read_product(row) for row in rows}


async def list_products(db: Connection, channel_id: int) -> list[Product]:
    """Return an account's products by number."""
    return [read_product(row) for row in await db.fetch(_list_products, channel_id, _products_max)]


async def add_used(db: Connection, channel_id: int, grown: dict[int, int]) -> None:
    """Add to how many devices the products have, which are locked."""
    await db.execute(_add_used, channel_id, list(grown), list(grown.values()))


async def insert_device(db: Connection, device: Device, licence_digest: bytes | None) -> bool:
    """Add a device; return False if there is one of that name."""
    added = await db.fetchval(
        _insert_device,
        device.channel_id,
        device.device_id,
        device.product_id,
        device.ticket,
        licence_digest,
        device.created_at,
    )
    return added is not None


async def set_product_of(db: Connection, device: Device, product_id: int) -> None:
    """Write of which product a device is."""
    await db.execute(_set_product_of, device.channel_id, device.device_id, product_id)


async def set_attributes(
    db: Connection, channel_id: int, device_id: str, attributes: Attributes, key: bytes | None
) -> None:
    """Write how phones reach a device."""
    await db.execute(_set_attributes, channel_id, device_id, attributes, key)


async def set_seen(db: Connection, device: Device, now: datetime) -> None:
    """Write when a device last said something."""
    await db.execute(_set_seen, device.channel_id, device.device_id, now)


async def lock_devices(
    db: Connection, channel_id: int, device_ids: Sequence[str]
) -> dict[str, Device]:
    """Lock devices of an account to the end of the transaction."""
    rows = await db.fetch(_lock_devices, channel_id, sorted(set(device_ids)))
    return {row["device_id"]: read_device(row) for row in rows}


async def find_device(
    db: Connection,
    channel_id: int,
    device_id: str | None = None,
    *,
    ticket: str | None = None,
    licence: bytes | None = None,
) -> Device | None:
    """Return the device of that name, code or digest of a licence, or None."""
    row = await db.fetchrow(_find_device, channel_id, device_id, ticket, licence)
    return read_device(row) if row else None


async def list_devices(db: Connection, channel_id: int, after: str, limit: int) -> list[Device]:
    """Return an account's devices by name, after one."""
    return [read_device(row) for row in await db.fetch(_list_devices, channel_id, after, limit)]


async def insert_binding(
    db: Connection, device: Device, person_id: int, openid: str, now: datetime
) -> bool:
    """Bind a locked device to a person; return False if it was already."""
    bound = await db.fetchval(
        _insert_binding, device.channel_id, device.device_id, person_id, openid, now
    )
    return bound is not None


async def delete_binding(db: Connection, device: Device, person_id: int) -> bool:
    """Unbind a locked device from a person; return False if it was not bound."""
    gone = await db.fetchval(_delete_binding, device.channel_id, device.device_id, person_id)
    return gone is not None


async def find_binding(
    db: Connection, channel_id: int, device_id: str, person_id: int
) -> Binding | None:
    """Return how a device is bound to a person, or None."""
    row = await db.fetchrow(_find_binding, channel_id, device_id, person_id)
    return read_binding(row) if row else None


async def find_bound(
    db: Connection, channel_id: int, device_id: str, openid: str | None
) -> tuple[int, str] | None:
    """Return person and openid of who has had the device longest, or of that openid."""
    row = await db.fetchrow(_first_bound, channel_id, device_id, openid)
    return (row[0], row[1]) if row else None


async def list_bindings(db: Connection, channel_id: int, device_id: str) -> list[Binding]:
    """Return whom a device is bound to, the first first."""
    rows = await db.fetch(_list_bindings, channel_id, device_id, 10 * PAGE_MAX)
    return [read_binding(row) for row in rows]


async def list_device_ids(db: Connection, channel_id: int, openid: str) -> list[str]:
    """Return the devices of somebody."""
    rows = await db.fetch(_list_device_ids, channel_id, openid, 10 * PAGE_MAX)
    return [row[0] for row in rows]


async def list_mine(db: Connection, person_id: int) -> list[Mine]:
    """Return all that is bound to a person."""
    rows = await db.fetch(_list_mine, person_id, _mine_max)
    return [read_mine(row) for row in rows]


async def set_watching(db: Connection, device: Device, person_id: int, *, on: bool) -> str | None:
    """Write whether a person wants to know; return their openid if that is a change."""
    openid: str | None = await db.fetchval(
        _set_watching, device.channel_id, device.device_id, person_id, on
    )
    return openid


async def set_connected(
    db: Connection, channel_id: int, device_id: str, person_id: int, *, on: bool, now: datetime
) -> str | None:
    """Write whether a person's device is connected; return their openid if they have it."""
    openid: str | None = await db.fetchval(
        _set_connected, channel_id, device_id, person_id, on, now
    )
    return openid


async def insert_ticket(
    db: Connection, device: Device, person_id: int, purpose: str, digest: bytes, until: datetime
) -> None:
    """Add a ticket."""
    await db.execute(
        _insert_ticket, device.channel_id, digest, device.device_id, person_id, purpose, until
    )


async def take_ticket(
    db: Connection, device: Device, person_id: int, purpose: str, digest: bytes, now: datetime
) -> bool:
    """Use a ticket up; return False if it is none for that."""
    taken = await db.fetchval(
        _take_ticket, device.channel_id, digest, device.device_id, person_id, purpose, now
    )
    return taken is not None


async def delete_tickets(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget some of the tickets that have ended."""
    await db.execute(_delete_tickets, channel_id, before, _swept_max)


async def insert_message(
    db: Connection, device: Device, person_id: int, message: DeviceMessage
) -> None:
    """Add what a device said or is told."""
    await db.execute(
        _insert_message,
        device.channel_id,
        device.device_id,
        message.message_id,
        person_id,
        message.openid,
        message.is_from_device,
        message.content,
        message.said_at,
    )


async def fetch_messages(
    db: Connection, device: Device, now: datetime, limit: int
) -> list[DeviceMessage]:
    """Return what a locked device is told and has not taken, oldest first; it is taken now."""
    rows = await db.fetch(_fetch_messages, device.channel_id, device.device_id, now, limit)
    return sorted((read_message(row) for row in rows), key=lambda one: int(one.message_id))


async def list_messages(
    db: Connection, channel_id: int, device_id: str, person_id: int | None, limit: int
) -> list[DeviceMessage]:
    """Return the newest messages of a device, of one person or of all."""
    rows = await db.fetch(_list_messages, channel_id, device_id, person_id, limit)
    return [read_message(row) for row in rows]


async def delete_messages(db: Connection, channel_id: int, before: datetime) -> None:
    """Forget some of an account's messages that were said before."""
    await db.execute(_delete_messages, channel_id, before, _swept_max)

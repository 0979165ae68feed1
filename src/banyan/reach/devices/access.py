"""Finds devices by what a caller knows of them, and who an openid is."""

from banyan.base.db import Connection
from banyan.base.errors import NotFound
from banyan.base.secret import digest
from banyan.reach.channels import Channel, access_channel, find_followers
from banyan.reach.devices import store
from banyan.reach.devices.rules import read_channel
from banyan.reach.devices.types import Device


async def access_device(db: Connection, channel_id: int, device_id: str) -> Device:
    """Return a device of an account. Raises NotFound `devices.not_found`."""
    device = await store.find_device(db, channel_id, device_id)
    if device is None:
        raise NotFound("devices.not_found", device_id=device_id)
    return device


async def lock_device(db: Connection, channel_id: int, device_id: str) -> Device:
    """Lock a device to the end of the transaction. Raises NotFound `devices.not_found`."""
    found = await store.lock_devices(db, channel_id, [device_id])
    if device_id not in found:
        raise NotFound("devices.not_found", device_id=device_id)
    return found[device_id]


async def access_by_ticket(db: Connection, ticket: str) -> tuple[Channel, Device]:
    """Return the device whose code says so. Raises NotFound `devices.no_such_code`."""
    channel_id = read_channel(ticket)
    device = channel_id and await store.find_device(db, channel_id, ticket=ticket)
    if not device:
        raise NotFound("devices.no_such_code")
    return await access_channel(db, device.channel_id), device


async def access_by_licence(db: Connection, licence: str) -> Device:
    """Return the device that has the licence. Raises NotFound `devices.no_such_licence`."""
    channel_id = read_channel(licence)
    device = channel_id and await store.find_device(db, channel_id, licence=digest(licence))
    if not device:
        raise NotFound("devices.no_such_licence")
    return device


async def access_person(db: Connection, channel: Channel, openid: str) -> int:
    """Return who an openid of the account is. Raises NotFound `devices.no_such_openid`."""
    known = await find_followers(db, channel.channel_id, [openid])
    if openid not in known:
        raise NotFound("devices.no_such_openid", openid=openid)
    return known[openid][0]

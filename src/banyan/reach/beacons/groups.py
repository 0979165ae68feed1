"""Puts beacons into groups, and takes them out."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.beacons import store
from banyan.reach.beacons.arrange import Asked, Skip
from banyan.reach.beacons.records import Filter
from banyan.reach.beacons.types import ASKED_MAX, BeaconGroup, GroupName, Number, Numbers
from banyan.reach.channels import ChannelId, access_own


class AddGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one more group."""

    merchant_id: MerchantId
    channel_id: ChannelId
    name: GroupName


class RenameGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call a group otherwise."""

    merchant_id: MerchantId
    channel_id: ChannelId
    group_id: Number
    name: GroupName


class DeleteGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a group no more; its beacons stay."""

    merchant_id: MerchantId
    channel_id: ChannelId
    group_id: Number


class ListGroups(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List groups by number: one, or all."""

    merchant_id: MerchantId
    channel_id: ChannelId
    group_id: Number | None = None
    skip: Skip = 0
    limit: Asked = ASKED_MAX


class GroupPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some groups, and how many there are in all."""

    total: int
    items: list[BeaconGroup]


class FillGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put beacons into a group, or take them out."""

    merchant_id: MerchantId
    channel_id: ChannelId
    group_id: Number
    device_ids: Numbers
    is_in: bool = True


@single(permission=Permission.CHANNELS_WRITE)
async def add_group(work: Work, command: AddGroup) -> BeaconGroup:
    """Add a group. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    number = await store.next_number(work.db, channel.channel_id)
    assert number is not None, "a group is no beacon"
    await store.write_group(work.db, channel.channel_id, number, command.name)
    return BeaconGroup(group_id=number, name=command.name, beacons_count=0)


@single(permission=Permission.CHANNELS_WRITE)
async def rename_group(work: Work, command: RenameGroup) -> BeaconGroup:
    """Rename a group. Raises NotFound `channels.not_found`, `beacons.no_such_group`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    group = await _access(work, channel.channel_id, command.group_id)
    await store.write_group(work.db, channel.channel_id, command.group_id, command.name)
    return msgspec.structs.replace(group, name=command.name)


@single(permission=Permission.CHANNELS_WRITE)
async def delete_group(work: Work, command: DeleteGroup) -> None:
    """Delete a group. Raises NotFound `channels.not_found`, `beacons.no_such_group`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if not await store.delete_group(work.db, channel.channel_id, command.group_id):
        raise NotFound("beacons.no_such_group")


@single(permission=Permission.CHANNELS_WRITE)
async def fill_group(work: Work, command: FillGroup) -> BeaconGroup:
    """Put beacons in, or take them out.

    Raises NotFound `channels.not_found`, `beacons.no_such_group`, `beacons.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    channel_id, device_ids = channel.channel_id, sorted(set(command.device_ids))
    await _access(work, channel_id, command.group_id)
    wanted = Filter(device_ids=device_ids)
    known = await store.list_beacons(work.db, channel_id, wanted, 0, ASKED_MAX)
    if len(known) < len(device_ids):
        raise NotFound("beacons.not_found")
    change = store.insert_members if command.is_in else store.delete_members
    await change(work.db, channel_id, command.group_id, device_ids)
    return await _access(work, channel_id, command.group_id)


@reading(permission=Permission.CHANNELS_READ)
async def list_groups(work: Work, query: ListGroups) -> GroupPart:
    """Return groups. Raises NotFound `channels.not_found`, `beacons.no_such_group`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    if query.group_id is not None:
        group = await _access(work, channel.channel_id, query.group_id)
        return GroupPart(total=1, items=[group])
    items = await store.list_groups(work.db, channel.channel_id, None, query.skip, query.limit)
    _, total = await store.count(work.db, channel.channel_id)
    return GroupPart(total=total, items=items)


async def _access(work: Work, channel_id: int, group_id: int) -> BeaconGroup:
    found = await store.list_groups(work.db, channel_id, group_id, 0, 1)
    if not found:
        raise NotFound("beacons.no_such_group")
    return found[0]

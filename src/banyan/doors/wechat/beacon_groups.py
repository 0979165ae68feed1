"""Groups of beacons."""

from __future__ import annotations

import msgspec

from banyan.doors.wechat.beacon_forms import (
    BAD_DATA,
    Identifier,
    Number,
    check_part,
    identify,
    read_identifier,
    take,
    tell,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.beacons import (
    ASKED_MAX,
    AddGroup,
    DeleteGroup,
    FillGroup,
    ListBeacons,
    ListGroups,
    RenameGroup,
    add_group,
    delete_group,
    fill_group,
    list_beacons,
    list_groups,
    rename_group,
)

_too_many = WireError(9001024, "too many devices")


class GroupBody(msgspec.Struct, frozen=True, kw_only=True):
    """A group, by its number or its name."""

    group_id: Number = 0
    group_name: str = ""


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a list."""

    group_id: Number = 0
    begin: Number = 0
    count: Number = ASKED_MAX


class MembersBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which beacons of which group."""

    group_id: Number = 0
    device_identifiers: list[Identifier] = []


@endpoint("POST", "/shakearound/device/group/add", is_said_ok=False)
async def add(wire: Wire, body: GroupBody) -> dict[str, object]:
    """Have one more group."""
    made = await wire.run(add_group, take(wire, AddGroup, BAD_DATA, name=body.group_name))
    return tell({"group_id": made.group_id, "group_name": made.name})


@endpoint("POST", "/shakearound/device/group/update", is_said_ok=False)
async def update(wire: Wire, body: GroupBody) -> dict[str, object]:
    """Rename a group."""
    command = take(wire, RenameGroup, BAD_DATA, group_id=body.group_id, name=body.group_name)
    await wire.run(rename_group, command)
    return tell({})


@endpoint("POST", "/shakearound/device/group/delete", is_said_ok=False)
async def delete(wire: Wire, body: GroupBody) -> dict[str, object]:
    """Have a group no more."""
    await wire.run(delete_group, take(wire, DeleteGroup, BAD_DATA, group_id=body.group_id))
    return tell({})


@endpoint("POST", "/shakearound/device/group/getlist", is_said_ok=False)
async def getlist(wire: Wire, body: PartBody) -> dict[str, object]:
    """All groups."""
    check_part(body.begin, body.count, _too_many)
    query = take(wire, ListGroups, BAD_DATA, skip=body.begin, limit=body.count)
    found = await wire.run(list_groups, query)
    groups = [{"group_id": one.group_id, "group_name": one.name} for one in found.items]
    return tell({"total_count": found.total, "groups": groups})


@endpoint("POST", "/shakearound/device/group/getdetail", is_said_ok=False)
async def getdetail(wire: Wire, body: PartBody) -> dict[str, object]:
    """The beacons of a group."""
    check_part(body.begin, body.count, _too_many)
    about = take(wire, ListGroups, BAD_DATA, group_id=body.group_id)
    (group,) = (await wire.run(list_groups, about)).items
    query = ListBeacons(**wire.own, group_id=group.group_id, skip=body.begin, limit=body.count)
    found = await wire.run(list_beacons, query)
    devices = [
        {**identify(one), "comment": one.comment, "poi_id": int(one.poi_id)} for one in found.items
    ]
    told = {"group_id": group.group_id, "group_name": group.name}
    return tell(told | {"total_count": found.total, "devices": devices})


@endpoint("POST", "/shakearound/device/group/adddevice", is_said_ok=False)
async def adddevice(wire: Wire, body: MembersBody) -> dict[str, object]:
    """Put beacons into a group."""
    return await _fill(wire, body, is_in=True)


@endpoint("POST", "/shakearound/device/group/deletedevice", is_said_ok=False)
async def deletedevice(wire: Wire, body: MembersBody) -> dict[str, object]:
    """Take beacons out of a group."""
    return await _fill(wire, body, is_in=False)


async def _fill(wire: Wire, body: MembersBody, *, is_in: bool) -> dict[str, object]:
    device_ids = [read_identifier(wire, one) for one in body.device_identifiers]
    command = take(
        wire,
        FillGroup,
        _too_many,
        group_id=body.group_id,
        device_ids=device_ids,
        is_in=is_in,
    )
    await wire.run(fill_group, command)
    return tell({})

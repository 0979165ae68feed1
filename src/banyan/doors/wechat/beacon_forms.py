"""How beacons are named on the wire, and the form of what is told about them."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

import msgspec

from banyan.doors.wechat.endpoint import Wire
from banyan.doors.wechat.errors import WireError
from banyan.reach.beacons import ASKED_MAX, Beacon, compute_device_id, read_uuid

C = TypeVar("C")
Number = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]

BAD_DATA = WireError(9001001, "invalid post data")
BAD_PAGE = WireError(9001026, "invalid page id")
_bad_device = WireError(9001025, "invalid device id")
_bad_begin = WireError(9001036, "invalid begin")
_comment_max = 30


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """A beacon, by its number or by what it calls itself; the number counts first."""

    device_id: Number | None = None
    uuid: str | None = None
    major: Number | None = None
    minor: Number | None = None


def tell(data: object) -> dict[str, object]:
    """An answer in the form of these calls."""
    return {"data": data, "errcode": 0, "errmsg": "success."}


def take(wire: Wire, kind: type[C], error: WireError, /, **fields: object) -> C:
    """A command about the account. Raises `error` for fields that are out of bounds."""
    try:
        return wire.command(kind, **fields)
    except WireError:
        raise error from None


def identify(one: Beacon) -> dict[str, Any]:
    """A beacon's names."""
    return {
        "device_id": one.device_id,
        "uuid": one.uuid,
        "major": one.major,
        "minor": one.minor,
    }


def read_identifier(wire: Wire, given: Identifier) -> int:
    """The number of a beacon of the account. Raises WireError 9001025."""
    if given.device_id is not None:
        if given.device_id < 0:
            raise _bad_device
        return given.device_id
    if given.uuid is None or given.major is None or given.minor is None:
        raise _bad_device
    if read_uuid(given.uuid) != wire.channel.channel_id:
        raise _bad_device
    device_id = compute_device_id(given.major, given.minor)
    if device_id <= 0:
        raise _bad_device
    return device_id


def check_part(begin: int, count: int, too_many: WireError) -> None:
    """Accept a part of a list. Raises WireError 9001036, 9001001, `too_many`."""
    if begin < 0:
        raise _bad_begin
    if count > ASKED_MAX:
        raise too_many
    if count <= 0:
        raise BAD_DATA


def check_comment(comment: str) -> str:
    """A comment that is not too long. Raises WireError 9001034."""
    if len(comment) > _comment_max:
        raise WireError(9001034, "device comment too long")
    return comment

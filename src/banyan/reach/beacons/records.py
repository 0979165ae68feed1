"""What the rows of schema `beacons` say."""

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.reach.beacons.rules import compute_numbers, render_uuid
from banyan.reach.beacons.types import (
    Application,
    ApplicationState,
    Beacon,
    BeaconGroup,
    CountedThing,
    ShakeCounts,
    ShakeDay,
    ShakePage,
)
from banyan.reach.channels import ChannelId


class ShakeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A shake: at which beacon, what it showed, and to whom."""

    device_id: int
    page_id: int
    person_id: int
    openid: str
    distance: float


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which beacons: all that are not excluded."""

    device_ids: list[int] | None = None
    apply_id: int | None = None
    page_id: int | None = None
    group_id: int | None = None


def read_application(row: asyncpg.Record) -> Application:
    """An application."""
    found = dict(row) | {
        "channel_id": ChannelId(row["channel_id"]),
        "poi_id": Id(row["poi_id"]),
        "state": ApplicationState(row["state"]),
    }
    return Application(**found)


def read_beacon(row: asyncpg.Record) -> Beacon:
    """A beacon."""
    major, minor = compute_numbers(row["device_id"])
    return Beacon(
        channel_id=ChannelId(row["channel_id"]),
        device_id=row["device_id"],
        uuid=render_uuid(row["channel_id"]),
        major=major,
        minor=minor,
        comment=row["comment"],
        poi_id=Id(row["poi_id"]),
        page_ids=list(row["page_ids"]),
        created_at=row["created_at"],
        shaken_at=row["shaken_at"],
    )


def read_page(row: asyncpg.Record) -> ShakePage:
    """A page."""
    return ShakePage(**dict(row))


def read_group(row: asyncpg.Record) -> BeaconGroup:
    """A group."""
    return BeaconGroup(**dict(row))


def read_shake(row: asyncpg.Record) -> ShakeRow:
    """A shake."""
    return ShakeRow(**dict(row))


def read_day(row: asyncpg.Record) -> ShakeDay:
    """The counts of a day."""
    return ShakeDay(day_on=row["day_on"], **_counts(row))


def read_counted(row: asyncpg.Record) -> CountedThing:
    """The counts of a beacon or page."""
    return CountedThing(number=row["number"], **_counts(row))


def _counts(row: asyncpg.Record) -> dict[str, int]:
    return {name: row[name] for name in ShakeCounts.__struct_fields__}

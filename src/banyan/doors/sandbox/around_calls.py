"""The sandbox plays people near beacons, and whoever looks at applications for them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.doors.sandbox.calls import Empty, call, meet
from banyan.doors.sandbox.channel_calls import Appid, find_channel, read_appids
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId
from banyan.reach.beacons import (
    DecideApplication,
    Heard,
    ShakePhone,
    add_ticket,
    decide_application,
    shake_phone,
)


class ShakeAround(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person shakes their phone, which hears these beacons."""

    person: PersonId
    beacons: Annotated[list[Heard], msgspec.Meta(min_length=1, max_length=20)]


class Shaken(msgspec.Struct, frozen=True, kw_only=True):
    """What the shake showed; the ticket tells the account who it was."""

    appid: str
    openid: str
    device_id: int
    page_id: int
    title: str
    ticket: str
    url: str


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody looked at an application for beacons."""

    appid: Appid
    apply_id: Annotated[int, msgspec.Meta(ge=1, le=2**62)]
    is_granted: bool = True
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


@call
async def shake_around(playground: Playground, command: ShakeAround) -> Shaken:
    """Shake near beacons, and wait until the account's server was told."""
    actor = await meet(playground, command.person)
    shaking = ShakePhone(beacons=command.beacons)
    shake = await playground.office.run(shake_phone, shaking, actor)
    channel_id = Id(shake.channel_id)
    await playground.deliver(int(channel_id), actor.person_id)
    appids = await read_appids(playground, {channel_id})
    return Shaken(
        appid=appids[channel_id],
        openid=shake.openid,
        device_id=shake.device_id,
        page_id=shake.page.page_id,
        title=shake.page.title,
        ticket=shake.ticket,
        url=add_ticket(shake.page.page_url, shake.ticket),
    )


@call
async def decide_beacons(playground: Playground, command: Decide) -> Empty:
    """Grant an application for many beacons, or refuse it."""
    channel = await find_channel(playground, command.appid)
    decision = DecideApplication(
        channel_id=channel.channel_id,
        apply_id=command.apply_id,
        is_granted=command.is_granted,
        note=command.note,
    )
    await playground.office.run(decide_application, decision, SYSTEM)
    return Empty()

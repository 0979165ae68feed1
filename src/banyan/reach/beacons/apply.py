"""Lets accounts have beacons: registered, applied for, granted at once or after a look at it."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId, access_merchant
from banyan.reach.beacons import store
from banyan.reach.beacons.ports import PORTS
from banyan.reach.beacons.rules import check_comment
from banyan.reach.beacons.types import (
    APPLIED_MAX,
    AT_ONCE_MAX,
    BEACONS_MAX,
    Application,
    ApplicationState,
    BeaconsGranted,
    Comment,
    Number,
    Reason,
    Registered,
    Registration,
)
from banyan.reach.channels import Channel, ChannelId, access_channel, access_own


class RegisterBeacons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say who answers for the account's beacons."""

    merchant_id: MerchantId
    channel_id: ChannelId
    registration: Registration


class ReadRegistration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for the account's beacons?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class ApplyBeacons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have more beacons."""

    merchant_id: MerchantId
    channel_id: ChannelId
    quantity: Annotated[int, msgspec.Meta(ge=1, le=APPLIED_MAX)]
    reason: Reason
    comment: Comment = ""
    poi_id: Id = NONE


class ListApplications(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of the newest applications?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    apply_id: Number | None = None
    """Only of this one."""


class Applications(msgspec.Struct, frozen=True, kw_only=True):
    """Applications, the newest first."""

    items: list[Application]


class DecideApplication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Grant an application that waits, or refuse it."""

    channel_id: ChannelId
    apply_id: Number
    is_granted: bool
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


@single(permission=Permission.CHANNELS_WRITE)
async def register_beacons(work: Work, command: RegisterBeacons) -> Registered:
    """Write who answers for the account's beacons. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.set_registration(work.db, channel.channel_id, command.registration, work.now)
    return await _judge(work, channel, command.registration, work.now)


@reading(permission=Permission.CHANNELS_READ)
async def read_registration(work: Work, query: ReadRegistration) -> Registered:
    """Return who answers. Raises NotFound `channels.not_found`, `beacons.not_registered`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_registration(work.db, channel.channel_id)
    if found is None:
        raise NotFound("beacons.not_registered")
    return await _judge(work, channel, *found)


@single(permission=Permission.CHANNELS_WRITE)
async def apply_beacons(work: Work, command: ApplyBeacons) -> Application:
    """Grant up to five hundred beacons at once; more wait until somebody has looked at it.

    Raises NotFound `channels.not_found`, `beacons.not_registered`, `beacons.no_such_store`; Invalid
    `beacons.comment_length`; Refusal `beacons.application_waits`, `beacons.too_many`.
    """
    check_comment(command.comment)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if await store.find_registration(work.db, channel.channel_id) is None:
        raise NotFound("beacons.not_registered")
    await check_store(work, channel, command.poi_id)
    apply_id = await store.next_number(work.db, channel.channel_id)
    assert apply_id is not None, "an application is no beacon"
    before = await store.list_applications(work.db, channel.channel_id)
    if any(one.state is ApplicationState.WAITING for one in before):
        raise Refusal("beacons.application_waits")
    is_granted = command.quantity <= AT_ONCE_MAX
    state = ApplicationState.APPROVED if is_granted else ApplicationState.WAITING
    application = Application(
        channel_id=channel.channel_id,
        apply_id=apply_id,
        quantity=command.quantity,
        reason=command.reason,
        comment=command.comment,
        poi_id=Id(command.poi_id),
        state=state,
        note="",
        applied_at=work.now,
        decided_at=work.now if is_granted else None,
    )
    await store.insert_application(work.db, application)
    if is_granted:
        await _grant(work, channel, application)
    return application


@reading(permission=Permission.CHANNELS_READ)
async def list_applications(work: Work, query: ListApplications) -> Applications:
    """Return applications.

    Raises NotFound `channels.not_found`, `beacons.no_such_application`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.list_applications(work.db, channel.channel_id, query.apply_id)
    if query.apply_id is not None and not found:
        raise NotFound("beacons.no_such_application")
    return Applications(items=found)


@single(permission=Permission.SYSTEM)
async def decide_application(work: Work, command: DecideApplication) -> Application:
    """Grant what was applied for, or refuse it; whatever was decided stays so.

    Raises NotFound `channels.not_found`, `beacons.no_such_application`; Refusal
    `beacons.decided_already`, `beacons.too_many`.
    """
    channel = await access_channel(work.db, command.channel_id)
    found = await store.list_applications(work.db, channel.channel_id, command.apply_id)
    if not found:
        raise NotFound("beacons.no_such_application")
    is_granted = command.is_granted
    application = msgspec.structs.replace(
        found[0],
        state=ApplicationState.APPROVED if is_granted else ApplicationState.REJECTED,
        note=command.note,
        decided_at=work.now,
    )
    if not await store.decide_application(work.db, application):
        raise Refusal("beacons.decided_already")
    if is_granted:
        await _grant(work, channel, application)
    return application


async def check_store(work: Work, channel: Channel, poi_id: int) -> None:
    """Accept a store of the merchant's, or none. Raises NotFound `beacons.no_such_store`."""
    merchant_id = int(channel.merchant_id)
    if poi_id and await PORTS.find_store(work.db, merchant_id, poi_id) is None:
        raise NotFound("beacons.no_such_store")


async def _grant(work: Work, channel: Channel, application: Application) -> None:
    quantity = application.quantity
    last = await store.next_number(
        work.db,
        channel.channel_id,
        count=quantity,
        beacons=quantity,
        beacons_max=BEACONS_MAX,
    )
    if last is None:
        raise Refusal("beacons.too_many", beacons_max=BEACONS_MAX)
    numbers = list(range(last - quantity + 1, last + 1))
    await store.insert_beacons(work.db, application, numbers, work.now)
    work.record(
        BeaconsGranted(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=application.apply_id,
            quantity=quantity,
        )
    )


async def _judge(
    work: Work, channel: Channel, registration: Registration, registered_at: datetime
) -> Registered:
    """A registration is as good as the merchant's own verification."""
    merchant = await access_merchant(work.db, channel.merchant_id)
    state = ApplicationState.APPROVED if merchant.is_verified else ApplicationState.WAITING
    return Registered(registration=registration, registered_at=registered_at, state=state)

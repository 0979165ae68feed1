"""Reads devices: for their account, for their people, and for who scanned a code."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.limits import PAGE_MAX
from banyan.base.paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Openid,
    access_account,
    access_channel,
    access_own,
)
from banyan.reach.devices import store
from banyan.reach.devices.access import access_by_ticket, access_device
from banyan.reach.devices.types import (
    FIRST_PRODUCT,
    PEOPLE,
    QUOTA,
    Binding,
    Device,
    DeviceId,
    DeviceMessage,
    DeviceToken,
    Product,
)

_messages_shown = 20


class ListProducts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the kinds of devices of an account."""

    merchant_id: MerchantId
    channel_id: ChannelId


class ListDevices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the devices of an account by name."""

    merchant_id: MerchantId
    channel_id: ChannelId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read a device, whose it is, and its last messages."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: DeviceId


class FindCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which device of the account has this code?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    ticket: DeviceToken


class ListDevicesOf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which devices of the account does somebody have?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid


class ScanDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which device is this the code of?"""

    ticket: DeviceToken


class ListMyDevices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List my devices."""


class ReadMyDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one of my devices."""

    channel_id: ChannelId
    device_id: DeviceId


class Products(msgspec.Struct, frozen=True, kw_only=True):
    """All kinds of devices of an account, by number."""

    items: list[Product]


class DeviceInFull(msgspec.Struct, frozen=True, kw_only=True):
    """A device with its people and its last messages, the newest first."""

    device: Device
    product: Product | None
    bindings: list[Binding]
    messages: list[DeviceMessage]


class DeviceIds(msgspec.Struct, frozen=True, kw_only=True):
    """Names of devices."""

    items: list[str]


class MyDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device as a person sees it: theirs, or one that they might have."""

    channel_id: ChannelId
    channel_name: str
    device_id: str
    product_name: str
    is_usable: bool
    binding: Binding | None
    messages: list[DeviceMessage] = []


class MyDevices(msgspec.Struct, frozen=True, kw_only=True):
    """All devices of a person."""

    items: list[MyDevice]


@reading(permission=Permission.CHANNELS_READ)
async def list_products(work: Work, query: ListProducts) -> Products:
    """Return the products; every account has the first. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.list_products(work.db, channel.channel_id)
    first = Product(
        channel_id=channel.channel_id,
        product_id=FIRST_PRODUCT,
        name="",
        quota_max=QUOTA,
        people_max=PEOPLE,
        used_count=0,
    )
    return Products(items=found or [first])


@reading(permission=Permission.CHANNELS_READ)
async def list_devices(work: Work, query: ListDevices) -> Page[Device]:
    """Return a page of devices.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    (after,) = decode_cursor(query.cursor, 1) or [""]
    found = await store.list_devices(work.db, channel.channel_id, after, query.limit + 1)
    kept = found[: query.limit]
    more = encode_cursor(kept[-1].device_id) if len(found) > len(kept) else None
    return Page(items=kept, next_cursor=more)


@reading(permission=Permission.CHANNELS_READ)
async def read_device(work: Work, query: ReadDevice) -> DeviceInFull:
    """Return a device. Raises NotFound `channels.not_found`, `devices.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    device = await access_device(work.db, channel.channel_id, query.device_id)
    return DeviceInFull(
        device=device,
        product=await _product(work, device),
        bindings=await store.list_bindings(work.db, channel.channel_id, device.device_id),
        messages=await store.list_messages(
            work.db, channel.channel_id, device.device_id, None, PAGE_MAX
        ),
    )


@reading(permission=Permission.CHANNELS_READ)
async def find_code(work: Work, query: FindCode) -> Device:
    """Return the device. Raises NotFound `channels.not_found`, `devices.no_such_code`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    owner, device = await access_by_ticket(work.db, query.ticket)
    if owner.channel_id != channel.channel_id:
        raise NotFound("devices.no_such_code")
    return device


@reading(permission=Permission.CHANNELS_READ)
async def list_devices_of(work: Work, query: ListDevicesOf) -> DeviceIds:
    """Return the names of what somebody has. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return DeviceIds(items=await store.list_device_ids(work.db, channel.channel_id, query.openid))


@reading(permission=Permission.PERSON)
async def scan_device(work: Work, query: ScanDevice) -> MyDevice:
    """Return the device as the person who asks sees it. Raises NotFound `devices.no_such_code`."""
    channel, device = await access_by_ticket(work.db, query.ticket)
    known = await store.find_binding(
        work.db, channel.channel_id, device.device_id, work.actor.person_id
    )
    return await _mine(work, channel, device, known)


@reading(permission=Permission.PERSON)
async def list_my_devices(work: Work, query: ListMyDevices) -> MyDevices:
    """Return the devices of the person who asks, those bound first first."""
    del query
    found = await store.list_mine(work.db, work.actor.person_id)
    names = {
        one: (await access_channel(work.db, one)).name for one in {one.channel_id for one in found}
    }
    return MyDevices(
        items=[
            MyDevice(
                channel_id=ChannelId(one.channel_id),
                channel_name=names[one.channel_id],
                device_id=one.device_id,
                product_name=one.product_name,
                is_usable=True,
                binding=one.binding,
            )
            for one in found
        ]
    )


@reading(permission=Permission.PERSON)
async def read_my_device(work: Work, query: ReadMyDevice) -> MyDevice:
    """Return one device of the person who asks, and what it said and was told through them.

    Raises NotFound `channels.not_found`, `devices.not_found`.
    """
    channel = await access_account(work.db, query.channel_id)
    device = await access_device(work.db, channel.channel_id, query.device_id)
    person_id = work.actor.person_id
    known = await store.find_binding(work.db, channel.channel_id, device.device_id, person_id)
    if known is None:
        raise NotFound("devices.not_found", device_id=query.device_id)
    messages = await store.list_messages(
        work.db, channel.channel_id, device.device_id, person_id, _messages_shown
    )
    shown = await _mine(work, channel, device, known)
    return msgspec.structs.replace(shown, messages=messages)


async def _mine(work: Work, channel: Channel, device: Device, binding: Binding | None) -> MyDevice:
    product = await _product(work, device)
    return MyDevice(
        channel_id=channel.channel_id,
        channel_name=channel.name,
        device_id=device.device_id,
        product_name=product.name if product else "",
        is_usable=product is not None and device.attributes is not None,
        binding=binding,
    )


async def _product(work: Work, device: Device) -> Product | None:
    found = await store.list_products(work.db, device.channel_id)
    return next((one for one in found if one.product_id == device.product_id), None)

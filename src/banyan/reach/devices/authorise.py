"""Lets accounts have devices: allotted with a code, named by themselves, and told how to reach."""

from typing import Annotated

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.devices import store
from banyan.reach.devices.ports import draw
from banyan.reach.devices.products import lock_quota
from banyan.reach.devices.rules import CHANCE_BYTES, render_device_id, render_token
from banyan.reach.devices.types import (
    BATCH_MAX,
    FIRST_PRODUCT,
    UNAUTHORISED,
    Attributes,
    Device,
    DeviceAuthorised,
    DeviceId,
    Product,
    ProductId,
)

DeviceKey = Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Fa-f]{32})?$(?!\n)")]


class AllotDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one more device of a product, called as Banyan likes."""

    merchant_id: MerchantId
    channel_id: ChannelId
    number: ProductId = FIRST_PRODUCT
    """Of which product."""


class Allotted(msgspec.Struct, frozen=True, kw_only=True):
    """A device, and the licence by which it speaks for itself; it is not shown again."""

    device: Device
    licence: str


class NewDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device and how phones reach it."""

    device_id: DeviceId
    attributes: Attributes
    key: DeviceKey = ""
    """The key by which phone and device know each other, in hexadecimal."""


class AuthoriseDevices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have these devices, or with `is_update` say anew how to reach them."""

    merchant_id: MerchantId
    channel_id: ChannelId
    number: ProductId = FIRST_PRODUCT
    """Of which product."""
    is_update: bool = False
    devices: Annotated[list[NewDevice], msgspec.Meta(min_length=1, max_length=BATCH_MAX)]


class Authorisation(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one device."""

    device_id: str
    code: str = ""
    """Why not; empty when all is well."""


class Authorised(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each device, in the order asked."""

    items: list[Authorisation]


class NameDevices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have codes for devices of these names."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_ids: Annotated[list[DeviceId], msgspec.Meta(min_length=1, max_length=BATCH_MAX)]


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Devices with their codes, in the order asked."""

    items: list[Device]


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def allot_device(work: Work, command: AllotDevice) -> Allotted:
    """Add a device with a code and a licence, out of the product's quota.

    Raises NotFound `channels.not_found`, `devices.no_such_product`; Refusal
    `devices.quota_used_up`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await lock_quota(work, channel, command.number)
    device_id = render_device_id(channel.original_id, draw(CHANCE_BYTES))
    licence = render_token(int(channel.channel_id), draw(CHANCE_BYTES))
    device = _new(work, channel, device_id, command.number)
    added = await store.insert_device(work.db, device, digest(licence))
    assert added, "names are drawn from 64 bits of chance"
    await store.add_used(work.db, channel.channel_id, {command.number: 1})
    _record(work, channel, device)
    return Allotted(device=device, licence=licence)


@single(permission=Permission.CHANNELS_WRITE)
async def authorise_devices(work: Work, command: AuthoriseDevices) -> Authorised:
    """Authorise each device that the quota allows, or write how phones reach it.

    A device that cannot be is left as it was, and does not hinder others: its item says
    `devices.not_found`, `devices.named_twice`, `devices.quota_used_up`, `devices.key_missing` or
    `devices.authorised_already`. Raises NotFound `channels.not_found`, `devices.no_such_product`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    product = None
    if not command.is_update:
        product = await lock_quota(work, channel, command.number, least=0)
    names = [one.device_id for one in command.devices]
    known = await store.lock_devices(work.db, channel.channel_id, names)
    left = product.quota_max - product.used_count if product else 0
    named_count = 0
    items: list[Authorisation] = []
    for one in command.devices:
        try:
            if one.device_id in {done.device_id for done in items}:
                raise Invalid("devices.named_twice")
            if _check(one, known.get(one.device_id), product, left) and product:
                await _admit(work, channel, one.device_id, known.get(one.device_id), product)
                left -= 1
                named_count += one.device_id in known
            key = digest(one.key) if one.key else None
            await store.set_attributes(
                work.db, channel.channel_id, one.device_id, one.attributes, key
            )
            items.append(Authorisation(device_id=one.device_id))
        except Failure as failure:
            items.append(Authorisation(device_id=one.device_id, code=failure.code))
    if product:
        grown = product.quota_max - product.used_count - left
        counts = {UNAUTHORISED: -named_count, product.product_id: grown}
        await store.add_used(work.db, channel.channel_id, counts)
    return Authorised(items=items)


@single(permission=Permission.CHANNELS_WRITE)
async def name_devices(work: Work, command: NameDevices) -> Named:
    """Return the devices of these names with their codes; what is new is not authorised yet.

    Raises NotFound `channels.not_found`, Refusal `devices.too_many_unauthorised`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.seed_products(work.db, channel.channel_id)
    products = await store.lock_products(work.db, channel.channel_id, [UNAUTHORISED])
    known = await store.lock_devices(work.db, channel.channel_id, command.device_ids)
    fresh = sorted(set(command.device_ids) - known.keys())
    product = products[UNAUTHORISED]
    if product.used_count + len(fresh) > product.quota_max:
        raise Refusal("devices.too_many_unauthorised", devices_max=product.quota_max)
    for device_id in fresh:
        known[device_id] = _new(work, channel, device_id, UNAUTHORISED)
        await store.insert_device(work.db, known[device_id], None)
    await store.add_used(work.db, channel.channel_id, {UNAUTHORISED: len(fresh)})
    return Named(items=[known[one] for one in command.device_ids])


def _check(one: NewDevice, known: Device | None, product: Product | None, left: int) -> bool:
    """Whether the device is yet to be authorised. Raises Failure."""
    is_authorised = known is not None and known.product_id != UNAUTHORISED
    if one.attributes.crypt_method and not one.key:
        raise Invalid("devices.key_missing")
    if product is None:
        if not is_authorised:
            raise NotFound("devices.not_found")
        return False
    if is_authorised:
        raise Refusal("devices.authorised_already")
    if left <= 0:
        raise Refusal("devices.quota_used_up", quota_max=product.quota_max)
    return True


async def _admit(
    work: Work, channel: Channel, device_id: str, known: Device | None, product: Product
) -> None:
    device = known
    if device is None:
        device = _new(work, channel, device_id, product.product_id)
        await store.insert_device(work.db, device, None)
    else:
        await store.set_product_of(work.db, device, product.product_id)
    _record(work, channel, msgspec.structs.replace(device, product_id=product.product_id))


def _new(work: Work, channel: Channel, device_id: str, product_id: int) -> Device:
    return Device(
        channel_id=channel.channel_id,
        device_id=device_id,
        product_id=product_id,
        ticket=render_token(int(channel.channel_id), draw(CHANCE_BYTES)),
        attributes=None,
        people_count=0,
        created_at=work.now,
        seen_at=None,
    )


def _record(work: Work, channel: Channel, device: Device) -> None:
    work.record(
        DeviceAuthorised(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            device_id=device.device_id,
            product_id=device.product_id,
        )
    )

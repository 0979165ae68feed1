"""The kinds of devices that accounts have, and how many of each there may be."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.devices import store
from banyan.reach.devices.access import lock_device
from banyan.reach.devices.types import (
    PEOPLE,
    PEOPLE_MAX,
    QUOTA_MAX,
    UNAUTHORISED,
    Device,
    Product,
    ProductName,
)


class SetProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a kind of device, or agree on other numbers for it."""

    merchant_id: MerchantId
    channel_id: ChannelId
    number: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    name: ProductName = ""
    quota_max: Annotated[int, msgspec.Meta(ge=1, le=QUOTA_MAX)]
    people_max: Annotated[int, msgspec.Meta(ge=1, le=PEOPLE_MAX)] = PEOPLE


@single(permission=Permission.CHANNELS_WRITE)
async def set_product(work: Work, command: SetProduct) -> Product:
    """Write a product of the account.

    Raises NotFound `channels.not_found`, Refusal `devices.quota_below_used`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.seed_products(work.db, channel.channel_id)
    locked = await store.lock_products(work.db, channel.channel_id, [command.number])
    before = locked.get(command.number)
    after = Product(
        channel_id=channel.channel_id,
        product_id=command.number,
        name=command.name,
        quota_max=command.quota_max,
        people_max=command.people_max,
        used_count=before.used_count if before else 0,
    )
    if await store.set_product(work.db, after) is None:
        raise Refusal("devices.quota_below_used", used_count=after.used_count)
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="devices.product",
        subject_id=channel.channel_id,
        before=before,
        after=after,
    )
    return after


async def lock_product(work: Work, channel_id: int, device_id: str) -> tuple[Device, int]:
    """Lock a device; return it and how many people it may be bound to.

    Raises NotFound `devices.not_found`.
    """
    device = await lock_device(work.db, channel_id, device_id)
    found = {one.product_id: one for one in await store.list_products(work.db, channel_id)}
    return device, found[device.product_id].people_max if device.product_id in found else 0


async def lock_quota(work: Work, channel: Channel, product_id: int, *, least: int = 1) -> Product:
    """Lock what a product and the unauthorised have; there must be room for so many more."""
    await store.seed_products(work.db, channel.channel_id)
    wanted = [UNAUTHORISED, product_id]
    locked = await store.lock_products(work.db, channel.channel_id, wanted)
    if product_id == UNAUTHORISED or product_id not in locked:
        raise NotFound("devices.no_such_product")
    product = locked[product_id]
    if product.used_count + least > product.quota_max:
        raise Refusal("devices.quota_used_up", quota_max=product.quota_max)
    return product

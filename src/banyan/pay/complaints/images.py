"""Pictures that come with complaints and answers."""

import hashlib
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.secret import new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.complaints import store
from banyan.pay.complaints.ports import PORTS
from banyan.pay.complaints.rules import (
    DAY,
    IMAGES_DAY_MAX,
    MY_IMAGES_DAY_MAX,
    check_brought,
    find_image_kind,
)
from banyan.pay.complaints.types import IMAGE_BYTES_MAX, ImageName

ImageBytes = Annotated[bytes, msgspec.Meta(max_length=IMAGE_BYTES_MAX + 1)]


class AddImage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a picture for an answer."""

    merchant_id: MerchantId
    content: ImageBytes


class AddMyImage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a picture for what I say to a merchant."""

    merchant_id: MerchantId
    content: ImageBytes


class ReadImage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A picture that came with a complaint, or is to go with an answer."""

    merchant_id: MerchantId
    image_id: ImageName


class ReadMyImage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A picture that came with my complaint."""

    merchant_id: MerchantId
    image_id: ImageName


class AddedImage(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture is called."""

    image_id: str


class ComplaintImage(msgspec.Struct, frozen=True, kw_only=True):
    """A picture itself."""

    content: bytes
    kind: str


@single(permission=Permission.ORDERS_REFUND)
async def add_image(work: Work, command: AddImage) -> AddedImage:
    """Keep a picture.

    Raises Invalid `complaints.no_image`, `complaints.image_too_large`; Refusal
    `complaints.too_many_images`; Trouble if it can't be kept.
    """
    return await _add(work, command.merchant_id, command.content, 0)


@single(permission=Permission.PERSON)
async def add_my_image(work: Work, command: AddMyImage) -> AddedImage:
    """Keep a picture.

    Raises Invalid `complaints.no_image`, `complaints.image_too_large`; Refusal
    `complaints.too_many_images`; Trouble if it can't be kept.
    """
    return await _add(work, command.merchant_id, command.content, int(work.actor.person_id))


@reading(permission=Permission.ORDERS_READ)
async def read_image(work: Work, query: ReadImage) -> ComplaintImage:
    """Return a picture. Raises NotFound `complaints.no_such_image`."""
    found = await store.find_image(work.db, query.merchant_id, query.image_id)
    return await _load(found)


@reading(permission=Permission.PERSON)
async def read_my_image(work: Work, query: ReadMyImage) -> ComplaintImage:
    """Return a picture of one's complaint. Raises NotFound `complaints.no_such_image`."""
    person_id = int(work.actor.person_id)
    found = await store.find_image(work.db, query.merchant_id, query.image_id)
    if found is not None and found[2] != person_id:
        is_mine = await store.is_shown_to(work.db, query.merchant_id, person_id, query.image_id)
        found = found if is_mine else None
    return await _load(found)


async def _add(work: Work, merchant_id: int, content: bytes, person_id: int) -> AddedImage:
    kind = find_image_kind(content)
    brought = await store.count_brought(work.db, merchant_id, person_id, work.now - DAY)
    check_brought(brought, MY_IMAGES_DAY_MAX if person_id else IMAGES_DAY_MAX)
    file = f"{hashlib.sha256(content).hexdigest()}.{kind}"
    await PORTS.files.put(file, content)
    image_id = new_token("ci")
    await store.insert_image(work.db, merchant_id, image_id, person_id, file, kind, work.now)
    return AddedImage(image_id=image_id)


async def _load(found: tuple[str, str, int] | None) -> ComplaintImage:
    content = await PORTS.files.find(found[0]) if found else None
    if found is None or content is None:
        raise NotFound("complaints.no_such_image")
    return ComplaintImage(content=content, kind=found[1])

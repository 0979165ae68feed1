"""Show what is sold: add, order and remove the pictures of a product."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.access import access_product, lock_catalogue, note_product
from banyan.commerce.catalogue.pictures import check_picture
from banyan.commerce.catalogue.ports import PORTS
from banyan.commerce.catalogue.types import (
    PICTURE_BYTES_MAX,
    PICTURES_MAX,
    Picture,
    PictureName,
    Product,
    ProductId,
)
from banyan.parties.merchants import MerchantId


class AddPicture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more picture of a product: PNG, JPEG or WebP."""

    merchant_id: MerchantId
    product_id: ProductId
    content: Annotated[bytes, msgspec.Meta(min_length=1, max_length=PICTURE_BYTES_MAX)]
    """The file itself; in JSON as base64."""


class ArrangePictures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pictures to keep, in the order to show them."""

    merchant_id: MerchantId
    product_id: ProductId
    files: Annotated[list[PictureName], msgspec.Meta(max_length=PICTURES_MAX)]


@single(permission=Permission.CATALOGUE_WRITE)
async def add_picture(work: Work, command: AddPicture) -> Product:
    """Append the picture; the same one again changes nothing.

    Raises Invalid as `check_picture` does; NotFound `catalogue.product_not_found`; Refusal
    `catalogue.pictures_full`; Trouble if the file can't be kept.
    """
    picture = check_picture(command.content)
    await lock_catalogue(work, command.merchant_id)
    before = await access_product(work.db, command.merchant_id, command.product_id)
    if picture in before.pictures:
        return before
    if len(before.pictures) >= PICTURES_MAX:
        raise Refusal("catalogue.pictures_full", pictures_max=PICTURES_MAX)
    # Before the commit: a file that no product shows harms nobody, the reverse would. Its name is
    # the digest of its bytes, so an operation that runs again keeps the same file again.
    await PORTS.files.put(picture.file, command.content)
    return await _set(work, before, [*before.pictures, picture])


@single(permission=Permission.CATALOGUE_WRITE)
async def arrange_pictures(work: Work, command: ArrangePictures) -> Product:
    """Keep these pictures in this order and drop the others.

    Raises NotFound `catalogue.product_not_found`; Invalid `catalogue.unknown_picture`.
    """
    await lock_catalogue(work, command.merchant_id)
    before = await access_product(work.db, command.merchant_id, command.product_id)
    known = {one.file: one for one in before.pictures}
    if set(command.files) - known.keys() or len(set(command.files)) < len(command.files):
        raise Invalid("catalogue.unknown_picture")
    return await _set(work, before, [known[file] for file in command.files])


async def _set(work: Work, before: Product, pictures: list[Picture]) -> Product:
    after = msgspec.structs.replace(before, pictures=pictures)
    if after != before:
        await store.set_pictures(work.db, after)
        await note_product(work, before, after)
    return after

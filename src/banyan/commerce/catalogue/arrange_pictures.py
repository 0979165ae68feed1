"""Show what is sold: add, order and remove the pictures of a product."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.access import access_product, lock_catalogue, note_product
from banyan.commerce.catalogue.types import PICTURES_MAX, Picture, Product, ProductId
from banyan.parties.merchants import MerchantId


class AddPicture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more picture, whose bytes `check_picture` has looked at."""

    merchant_id: MerchantId
    product_id: ProductId
    picture: Picture


class ArrangePictures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The pictures to keep, in the order to show them."""

    merchant_id: MerchantId
    product_id: ProductId
    files: Annotated[list[str], msgspec.Meta(max_length=PICTURES_MAX)]


@single(permission=Permission.CATALOGUE_WRITE)
async def add_picture(work: Work, command: AddPicture) -> Product:
    """Append the picture; the same one again changes nothing.

    Raises NotFound `catalogue.product_not_found`; Refusal `catalogue.pictures_full`.
    """
    await lock_catalogue(work, command.merchant_id)
    before = await access_product(work.db, command.merchant_id, command.product_id)
    if command.picture in before.pictures:
        return before
    if len(before.pictures) >= PICTURES_MAX:
        raise Refusal("catalogue.pictures_full", pictures_max=PICTURES_MAX)
    return await _set(work, before, [*before.pictures, command.picture])


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

"""Change what is said about a product, add and change its variants, take many off sale at once."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.limits import PAGE_MAX
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import rules, store
from banyan.commerce.catalogue.access import (
    access_product,
    access_sku,
    check_category,
    lock_catalogue,
    note_product,
)
from banyan.commerce.catalogue.types import (
    VARIANTS_MAX,
    Product,
    ProductFacts,
    ProductId,
    SkuFacts,
    SkuId,
)
from banyan.parties.merchants import MerchantId


class ChangeProduct(ProductFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said about the product from now on."""

    merchant_id: MerchantId
    product_id: ProductId


class AddSku(SkuFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more variant of a product."""

    merchant_id: MerchantId
    product_id: ProductId


class ChangeSku(SkuFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said about the variant from now on."""

    merchant_id: MerchantId
    sku_id: SkuId


class SwitchSale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put products on sale or take them off."""

    merchant_id: MerchantId
    product_ids: Annotated[list[ProductId], msgspec.Meta(min_length=1, max_length=PAGE_MAX)]
    is_on_sale: bool


class SwitchedSale(msgspec.Struct, frozen=True, kw_only=True):
    """The products whose sale was switched; those that were so before are not among them."""

    product_ids: list[ProductId]


@single(permission=Permission.CATALOGUE_WRITE)
async def change_product(work: Work, command: ChangeProduct) -> Product:
    """Replace what is said about the product; its variants and pictures stay.

    Raises NotFound `catalogue.product_not_found`; Invalid `catalogue.unknown_category`; Refusal
    `catalogue.product_code_taken`.
    """
    await lock_catalogue(work, command.merchant_id)
    before = await access_product(work.db, command.merchant_id, command.product_id)
    await check_category(work.db, command.merchant_id, command.category_id)
    after = msgspec.structs.replace(
        before,
        code=command.code or before.code,
        name=command.name,
        category_id=command.category_id,
        description=command.description,
        is_on_sale=command.is_on_sale,
        position=command.position,
    )
    if after != before:
        await store.set_products(work.db, [after])
        await note_product(work, before, after)
    return after


@single(permission=Permission.CATALOGUE_WRITE)
async def add_sku(work: Work, command: AddSku) -> Product:
    """Add the variant and answer the product with it.

    Raises NotFound `catalogue.product_not_found`; Invalid `catalogue.variant_twice`; Refusal
    `catalogue.variants_full`, `catalogue.sku_code_taken`, `catalogue.barcode_taken`.
    """
    await lock_catalogue(work, command.merchant_id)
    before = await access_product(work.db, command.merchant_id, command.product_id)
    if len(before.skus) >= VARIANTS_MAX:
        raise Refusal("catalogue.variants_full", variants_max=VARIANTS_MAX)
    if command.variant in {one.variant for one in before.skus}:
        raise Invalid("catalogue.variant_twice")
    added = rules.compute_sku(command, SkuId(work.ids.next()), command.product_id)
    await store.insert_skus(work.db, command.merchant_id, [added])
    after = msgspec.structs.replace(before, skus=[*before.skus, added])
    await note_product(work, before, after)
    return after


@single(permission=Permission.CATALOGUE_WRITE)
async def change_sku(work: Work, command: ChangeSku) -> Product:
    """Replace what is said about the variant and answer its product.

    Raises NotFound `catalogue.sku_not_found`; Invalid `catalogue.variant_twice`; Refusal
    `catalogue.sku_code_taken`, `catalogue.barcode_taken`.
    """
    await lock_catalogue(work, command.merchant_id)
    old = await access_sku(work.db, command.merchant_id, command.sku_id)
    before = await access_product(work.db, command.merchant_id, old.product_id)
    others = [one for one in before.skus if one.sku_id != command.sku_id]
    if command.variant in {one.variant for one in others}:
        raise Invalid("catalogue.variant_twice")
    new = rules.compute_sku(command, old.sku_id, old.product_id, code=old.code)
    after = msgspec.structs.replace(
        before, skus=[new if one.sku_id == old.sku_id else one for one in before.skus]
    )
    if new != old:
        await store.set_skus(work.db, command.merchant_id, [new])
        await note_product(work, before, after)
    return after


@single(permission=Permission.CATALOGUE_WRITE)
async def switch_sale(work: Work, command: SwitchSale) -> SwitchedSale:
    """Put all the products on or off sale, or none of them.

    Raises NotFound `catalogue.product_not_found` if one is not the merchant's.
    """
    await lock_catalogue(work, command.merchant_id)
    wanted = set(command.product_ids)
    found = await store.find_products(work.db, command.merchant_id, sorted(wanted))
    if len(found) < len(wanted):
        raise NotFound("catalogue.product_not_found")
    changed = []
    for before in found:
        if before.is_on_sale != command.is_on_sale:
            after = msgspec.structs.replace(before, is_on_sale=command.is_on_sale)
            await note_product(work, before, after)
            changed.append(after)
    await store.set_products(work.db, changed)
    return SwitchedSale(product_ids=[one.product_id for one in changed])

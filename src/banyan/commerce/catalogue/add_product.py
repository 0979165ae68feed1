"""Sell something new: a product with its variants."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import rules, store
from banyan.commerce.catalogue.access import check_category, lock_catalogue
from banyan.commerce.catalogue.types import (
    VARIANTS_MAX,
    Product,
    ProductAdded,
    ProductFacts,
    ProductId,
    SkuFacts,
    SkuId,
)
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId


class AddProduct(ProductFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product and at least one variant of it."""

    merchant_id: MerchantId
    skus: Annotated[list[SkuFacts], msgspec.Meta(min_length=1, max_length=VARIANTS_MAX)]


@single(permission=Permission.CATALOGUE_WRITE)
async def add_product(work: Work, command: AddProduct) -> Product:
    """Add the product with all its variants and answer it.

    Raises Invalid `catalogue.variant_twice`, `catalogue.unknown_category`; Refusal
    `catalogue.product_code_taken`, `catalogue.sku_code_taken`, `catalogue.barcode_taken`.
    """
    variants = [one.variant for one in command.skus]
    if len(set(variants)) < len(variants):
        raise Invalid("catalogue.variant_twice")
    await lock_catalogue(work, command.merchant_id)
    await check_category(work.db, command.merchant_id, command.category_id)
    product_id = ProductId(work.ids.next())
    product = Product(
        merchant_id=command.merchant_id,
        product_id=product_id,
        code=command.code or str(int(product_id)),
        name=command.name,
        category_id=command.category_id,
        description=command.description,
        is_on_sale=command.is_on_sale,
        position=command.position,
        pictures=[],
        skus=[rules.compute_sku(one, SkuId(work.ids.next()), product_id) for one in command.skus],
        created_at=work.now,
    )
    await store.insert_products(work.db, [product])
    await _note(work, product)
    return product


async def _note(work: Work, product: Product) -> None:
    await note_change(
        work,
        merchant_id=product.merchant_id,
        subject="catalogue.product",
        subject_id=product.product_id,
        before=None,
        after=product,
    )
    work.record(
        ProductAdded(
            merchant_id=product.merchant_id,
            subject_id=product.product_id,
            name=product.name,
            sku_ids=[one.sku_id for one in product.skus],
        )
    )

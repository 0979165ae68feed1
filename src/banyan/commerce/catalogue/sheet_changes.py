"""What a planned file comes to: the rows to write, with their new ids."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.ids import NONE, IdSource
from banyan.commerce.catalogue.sheet import Wanted
from banyan.commerce.catalogue.sheet_plan import Known, PlannedProduct
from banyan.commerce.catalogue.types import Category, CategoryId, Product, ProductId, Sku, SkuId
from banyan.parties.merchants import MerchantId


class Maker(msgspec.Struct, frozen=True):
    """Whose things are made, when, and where their ids come from."""

    merchant_id: MerchantId
    now: datetime
    ids: IdSource


class Changes(msgspec.Struct):
    """What is to be written, and what each changed thing was before."""

    categories: list[Category] = []
    new_products: list[Product] = []
    products: list[tuple[Product, Product]] = []
    """Before and after."""
    new_skus: list[Sku] = []
    skus: list[tuple[Sku, Sku]] = []
    """Before and after."""
    unchanged: int = 0

    @property
    def skus_created(self) -> int:
        """New SKUs, of new products and of known ones."""
        return len(self.new_skus) + sum(len(one.skus) for one in self.new_products)


def decide_changes(maker: Maker, plans: Sequence[PlannedProduct], known: Known) -> Changes:
    """Turn plans into products, SKUs and categories, new or changed."""
    changes = Changes()
    categories = dict(known.categories)
    for plan in plans:
        if plan.category and plan.category not in categories:
            categories[plan.category] = _category(maker, plan.category)
            changes.categories.append(categories[plan.category])
        category_id = categories[plan.category].category_id if plan.category else None
        product = _product(maker, plan, category_id)
        _sort_skus(maker, plan, product, changes)
        if plan.known is None:
            changes.new_products.append(product)
        elif product != plan.known:
            changes.products.append((plan.known, product))
    return changes


def _category(maker: Maker, name: str) -> Category:
    return Category(
        merchant_id=maker.merchant_id,
        category_id=CategoryId(maker.ids.next()),
        name=name,
        position=0,
    )


def _product(maker: Maker, plan: PlannedProduct, category_id: CategoryId | None) -> Product:
    if plan.known is not None:
        return msgspec.structs.replace(
            plan.known,
            name=plan.name or plan.known.name,
            category_id=category_id or plan.known.category_id,
            description=plan.description or plan.known.description,
        )
    return Product(
        merchant_id=maker.merchant_id,
        product_id=ProductId(maker.ids.next()),
        code=plan.code,
        name=plan.name,
        category_id=category_id or CategoryId(NONE),
        description=plan.description,
        is_on_sale=True,
        position=0,
        pictures=[],
        skus=[],
        created_at=maker.now,
    )


def _sort_skus(maker: Maker, plan: PlannedProduct, product: Product, changes: Changes) -> None:
    """Put each row of the product where it belongs: with its new product, new, changed or same."""
    olds = {one.code: one for one in plan.known.skus} if plan.known else {}
    for one in plan.rows:
        old = olds.get(one.row.sku_code)
        if old is not None:
            new = _changed_sku(one, old)
            if new == old:
                changes.unchanged += 1
            else:
                changes.skus.append((old, new))
        elif plan.known is None:
            product.skus.append(_new_sku(maker, one, product.product_id))
        else:
            changes.new_skus.append(_new_sku(maker, one, product.product_id))


def _new_sku(maker: Maker, one: Wanted, product_id: ProductId) -> Sku:
    assert one.price_fen is not None
    return Sku(
        sku_id=SkuId(maker.ids.next()),
        product_id=product_id,
        code=one.row.sku_code,
        variant=one.row.variant,
        barcode=one.row.barcode or None,
        price_fen=one.price_fen,
        is_tracked=one.is_tracked is not False,
        is_on_sale=one.is_on_sale is not False,
        position=0,
    )


def _changed_sku(one: Wanted, old: Sku) -> Sku:
    return msgspec.structs.replace(
        old,
        variant=one.row.variant or old.variant,
        barcode=one.row.barcode or old.barcode,
        price_fen=old.price_fen if one.price_fen is None else one.price_fen,
        is_tracked=old.is_tracked if one.is_tracked is None else one.is_tracked,
        is_on_sale=old.is_on_sale if one.is_on_sale is None else one.is_on_sale,
    )

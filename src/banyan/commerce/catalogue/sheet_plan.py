"""A file of products held against the catalogue: what each row adds or changes, or why it can't.

Everything here is pure: the same file against the same catalogue gives the same plan.
"""

from collections.abc import Mapping, Sequence

import msgspec

from banyan.commerce.catalogue.sheet import RowError, RowFault, Wanted
from banyan.commerce.catalogue.types import CATEGORIES_MAX, VARIANTS_MAX, Category, Product, Sku


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue holds of everything that the file names."""

    products: Mapping[int, Product]
    """By id, with their SKUs."""
    product_ids: Mapping[str, int]
    """By code."""
    skus: Mapping[str, Sku]
    """By code."""
    barcodes: Mapping[str, str]
    """The SKU code that holds a barcode."""
    categories: Mapping[str, Category]
    """By name."""


class PlannedProduct(msgspec.Struct, kw_only=True):
    """A product of the file with its rows; `known` None: it is new."""

    code: str
    known: Product | None
    name: str = ""
    category: str = ""
    description: str = ""
    rows: list[Wanted] = []


def plan_products(
    wanted: Sequence[Wanted], known: Known
) -> tuple[list[PlannedProduct], list[RowError]]:
    """Put the rows together to products, and hold them against the catalogue."""
    plans: dict[str, PlannedProduct] = {}
    errors: list[RowError] = []
    categories = set(known.categories)
    for one in wanted:
        plan = _plan_of(one, known, plans)
        wrong = _check_against(one, plan, known)
        if one.row.category and wrong is None:
            categories.add(one.row.category)
            if len(categories) > max(CATEGORIES_MAX, len(known.categories)):
                categories.discard(one.row.category)
                wrong = "category", RowFault.TOO_MANY
        if wrong is not None:
            errors.append(RowError(row=one.row.number, column=wrong[0], code=wrong[1]))
            continue
        plans[plan.code] = plan
        plan.name = plan.name or one.row.product
        plan.category = plan.category or one.row.category
        plan.description = plan.description or one.row.description
        plan.rows.append(one)
    return list(plans.values()), errors


def _plan_of(one: Wanted, known: Known, plans: Mapping[str, PlannedProduct]) -> PlannedProduct:
    sku = known.skus.get(one.row.sku_code)
    if sku is not None:
        product = known.products[sku.product_id]
        return plans.get(product.code) or PlannedProduct(code=product.code, known=product)
    code = one.row.product_code or one.row.sku_code
    product_id = known.product_ids.get(code)
    product_found = known.products[product_id] if product_id is not None else None
    return plans.get(code) or PlannedProduct(code=code, known=product_found)


def _check_against(one: Wanted, plan: PlannedProduct, known: Known) -> tuple[str, RowFault] | None:
    """The column and code of what is wrong, if anything is."""
    row, sku = one.row, known.skus.get(one.row.sku_code)
    if row.product_code and row.product_code != plan.code:
        return "product_code", RowFault.OTHER_PRODUCT
    for column, text in (
        ("product", plan.name),
        ("category", plan.category),
        ("description", plan.description),
    ):
        said: str = getattr(row, column)
        if said and text and said != text:
            return column, RowFault.CONFLICT
    if plan.known is None and not (plan.name or row.product):
        return "product", RowFault.MISSING
    if sku is None and one.price_fen is None:
        return "price", RowFault.MISSING
    if row.barcode and known.barcodes.get(row.barcode, row.sku_code) != row.sku_code:
        return "barcode", RowFault.TAKEN
    return _check_variant(one, plan, sku)


def _check_variant(
    one: Wanted, plan: PlannedProduct, sku: Sku | None
) -> tuple[str, RowFault] | None:
    """A product's variants differ in name; those in the file count as they will be."""
    names = {other.code: other.variant for other in (plan.known.skus if plan.known else ())}
    for other in plan.rows:
        code = other.row.sku_code
        names[code] = other.row.variant or names.get(code, "")
    if sku is None and len(names) >= VARIANTS_MAX:
        return "sku_code", RowFault.TOO_MANY_VARIANTS
    names.pop(one.row.sku_code, None)
    variant = one.row.variant or (sku.variant if sku else "")
    return ("variant", RowFault.DUPLICATE) if variant in names.values() else None

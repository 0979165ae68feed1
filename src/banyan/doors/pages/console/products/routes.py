"""Lists products, puts them on and off sale, adds and changes them; categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.catalogue import (
    CategoryId,
    Product,
    ProductId,
    SkuFacts,
    add_category,
    add_product,
    change_category,
    change_product,
    list_categories,
    list_products,
    list_store_prices,
    read_product,
    remove_category,
    switch_sale,
)
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import fill_rows
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

NEW_VARIANTS_MAX = 6
_filters = ("q", "category", "sale")
_places = {
    "catalogue.product_code_taken": "code",
    "catalogue.barcode_taken": "barcode-0",
    "catalogue.unknown_category": "category_id",
}


async def category_choices(desk: Desk) -> list[tuple[str, str]]:
    """Every category as a choice."""
    found = await desk.run(list_categories)
    return [(str(int(one.category_id)), one.name) for one in found.items]


@at_desk(Permission.CATALOGUE_READ)
async def show_products(desk: Desk) -> Answer:
    """The products that a search describes."""
    query = desk.ask.query
    category, sale = query.text("category"), query.text("sale")
    page = await desk.run(
        list_products,
        search=query.text("q")[:100],
        category_id=category if category.isascii() and category.isdigit() else "0",
        is_on_sale={"on": True, "off": False}.get(sale),
        cursor=query.text("cursor") or None,
    )
    categories = await category_choices(desk)
    return await desk.page(
        "products/page.html",
        products=[Row(one) for one in page.items],
        categories=categories,
        category_names={int(value): name for value, name in categories},
        pager=desk.pager(_filters, page.next_cursor),
    )


@dataclass(frozen=True)
class Row:
    """A product in the table, with the id that its box carries."""

    product: Product

    @property
    def id(self) -> str:
        """What a ticked box says."""
        return str(int(self.product.product_id))


@at_desk(Permission.CATALOGUE_WRITE)
async def put_on_sale(desk: Desk) -> Answer:
    """Sell what was ticked."""
    return await _switch(desk, is_on_sale=True, said=mark("On sale now."))


@at_desk(Permission.CATALOGUE_WRITE)
async def take_off_sale(desk: Desk) -> Answer:
    """Sell what was ticked no more."""
    return await _switch(desk, is_on_sale=False, said=mark("Taken off sale."))


async def _switch(desk: Desk, *, is_on_sale: bool, said: str) -> Answer:
    chosen = desk.ask.form.texts("chosen")
    if not chosen:
        return desk.ask.go("/console/products", mark("Choose some rows first."), kind="warning")
    return await desk.act(
        switch_sale, "/console/products", said, product_ids=chosen, is_on_sale=is_on_sale
    )


@at_desk(Permission.CATALOGUE_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty product."""
    return await _show_new(desk, {})


@at_desk(Permission.CATALOGUE_WRITE)
async def add(desk: Desk) -> Answer:
    """Add the product with its variants, and go on to its pictures."""
    try:
        skus = fill_rows(SkuFacts, _typed_variants(desk))
        product = await desk.run(add_product, skus=skus, **product_facts(desk))
    except Failure as failure:
        return await _show_new(desk, desk.mistakes(failure, _places), status=422)
    said = mark("The product is there. Add a picture so that people want it.")
    return desk.ask.go(f"/console/products/{product.product_id:d}", said)


def product_facts(desk: Desk) -> dict[str, object]:
    """What was typed about a product."""
    form = desk.ask.form
    return {
        "name": form.text("name"),
        "code": form.text("code") or None,
        "category_id": form.text("category_id") or "0",
        "description": form.text("description"),
        "is_on_sale": form.flag("is_on_sale"),
        "position": form.text("position") or 0,
    }


def _typed_variants(desk: Desk) -> list[tuple[int, Mapping[str, object]]]:
    form = desk.ask.form
    rows: list[tuple[int, Mapping[str, object]]] = []
    for number in range(NEW_VARIANTS_MAX):
        texts = [form.text(f"{name}-{number}") for name in ("variant", "price_fen", "barcode")]
        if number and not any(texts):
            continue
        # A price that was left out is no gift.
        price = desk.money(f"price_fen-{number}") if texts[1] else ""
        values = {
            "variant": texts[0],
            "price_fen": price,
            "barcode": texts[2] or None,
            "is_tracked": form.flag("is_tracked"),
            "position": number,
        }
        rows.append((number, values))
    return rows


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    return await desk.page(
        "products/new.html",
        status=status,
        errors=errors,
        categories=await category_choices(desk),
        rows=range(NEW_VARIANTS_MAX),
    )


@at_desk(Permission.CATALOGUE_READ)
async def show_product(desk: Desk) -> Answer:
    """One product, to be edited."""
    return await show_editor(desk, {})


@at_desk(Permission.CATALOGUE_WRITE)
async def change(desk: Desk) -> Answer:
    """Replace what is said about the product."""
    product_id = desk.ask.id("product_id", ProductId)
    try:
        await desk.run(change_product, product_id=product_id, **product_facts(desk))
    except Failure as failure:
        return await show_editor(desk, desk.mistakes(failure, _places), status=422, part="facts")
    return desk.ask.go(f"/console/products/{product_id:d}", mark("Saved."))


async def show_editor(
    desk: Desk, errors: Mapping[str, str], *, status: int = 200, part: str = ""
) -> Answer:
    """The editor of the product in the address; `part` says which form the errors belong to."""
    product_id = desk.ask.id("product_id", ProductId)
    product = await desk.run(read_product, product_id=product_id)
    store = desk.only_store
    prices: dict[int, object] = {}
    cursor: str | None = None
    while store is not None:
        page = await desk.run(list_store_prices, store_id=store.store_id, limit=100, cursor=cursor)
        prices |= {int(one.sku_id): one for one in page.items}
        cursor = page.next_cursor
        if cursor is None or len(prices) > 5_000:  # noqa: PLR2004 - a bound
            break
    return await desk.page(
        "products/product.html",
        status=status,
        product=product,
        errors=errors,
        part=part,
        categories=await category_choices(desk),
        prices=prices,
        price_store=store,
    )


@at_desk(Permission.CATALOGUE_READ)
async def show_categories(desk: Desk) -> Answer:
    """The categories in the order of the menu."""
    return await _show_categories(desk, {})


@at_desk(Permission.CATALOGUE_WRITE)
async def add_one_category(desk: Desk) -> Answer:
    """Add a category at the end."""
    form = desk.ask.form
    try:
        await desk.run(add_category, name=form.text("name"), position=form.text("position") or 0)
    except Failure as failure:
        told = desk.mistakes(failure, {"catalogue.category_exists": "name"})
        return await _show_categories(desk, told, status=422)
    return desk.ask.go("/console/products/categories", mark("Saved."))


@at_desk(Permission.CATALOGUE_WRITE)
async def change_one_category(desk: Desk) -> Answer:
    """Rename or move a category."""
    form = desk.ask.form
    return await desk.act(
        change_category,
        "/console/products/categories",
        mark("Saved."),
        category_id=desk.ask.id("category_id", CategoryId),
        name=form.text("name"),
        position=form.text("position") or 0,
    )


@at_desk(Permission.CATALOGUE_WRITE)
async def remove_one_category(desk: Desk) -> Answer:
    """Remove a category without products."""
    return await desk.act(
        remove_category,
        "/console/products/categories",
        mark("Removed."),
        category_id=desk.ask.id("category_id", CategoryId),
    )


async def _show_categories(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    found = await desk.run(list_categories)
    return await desk.page(
        "products/categories.html", status=status, errors=errors, categories=found.items
    )


ROUTES = (
    PageRoute("GET", "/console/products", show_products),
    PageRoute("POST", "/console/products", add),
    PageRoute("GET", "/console/products/new", show_new),
    PageRoute("POST", "/console/products/on-sale", put_on_sale),
    PageRoute("POST", "/console/products/off-sale", take_off_sale),
    PageRoute("GET", "/console/products/{product_id}", show_product),
    PageRoute("POST", "/console/products/{product_id}", change),
    PageRoute("GET", "/console/products/categories", show_categories),
    PageRoute("POST", "/console/products/categories", add_one_category),
    PageRoute("POST", "/console/products/categories/{category_id}", change_one_category),
    PageRoute("POST", "/console/products/categories/{category_id}/remove", remove_one_category),
)

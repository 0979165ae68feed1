"""Changes the parts of a product: its variants, its pictures, its prices in one store."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.catalogue import (
    PICTURE_BYTES_MAX,
    ProductId,
    SkuId,
    StorePrice,
    add_picture,
    add_sku,
    arrange_pictures,
    change_sku,
    read_product,
    set_store_prices,
)
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import fill_rows
from banyan.doors.pages.console.products.routes import show_editor
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

_body_bytes_max = PICTURE_BYTES_MAX + 64 * 1024


@at_desk(Permission.CATALOGUE_WRITE)
async def add_variant(desk: Desk) -> Answer:
    """Add one more variant."""
    product_id = desk.ask.id("product_id", ProductId)
    try:
        await desk.run(add_sku, product_id=product_id, **_variant(desk, "new"))
    except Failure as failure:
        return await _refuse(desk, failure, "new")
    return _back(desk, mark("The variant was added."))


@at_desk(Permission.CATALOGUE_WRITE)
async def change_variant(desk: Desk) -> Answer:
    """Replace what is said about a variant."""
    sku_id = desk.ask.id("sku_id", SkuId)
    number = str(int(sku_id))
    try:
        await desk.run(change_sku, sku_id=sku_id, **_variant(desk, number))
    except Failure as failure:
        return await _refuse(desk, failure, number)
    return _back(desk, mark("Saved."))


def _variant(desk: Desk, number: str) -> dict[str, object]:
    form = desk.ask.form
    typed = form.text(f"price_fen-{number}")
    return {
        "variant": form.text(f"variant-{number}"),
        "price_fen": desk.money(f"price_fen-{number}") if typed else "",
        "code": form.text(f"code-{number}") or None,
        "barcode": form.text(f"barcode-{number}") or None,
        "is_tracked": form.flag(f"is_tracked-{number}"),
        "is_on_sale": form.flag(f"is_on_sale-{number}"),
        "position": form.text(f"position-{number}") or 0,
    }


async def _refuse(desk: Desk, failure: Failure, number: str) -> Answer:
    places = {
        "catalogue.sku_code_taken": "code",
        "catalogue.barcode_taken": "barcode",
        "catalogue.variant_twice": "variant",
    }
    told = desk.mistakes(failure, places)
    errors = {f"{name}-{number}" if name else "": text for name, text in told.items()}
    return await show_editor(desk, errors, status=422, part=number)


@at_desk(Permission.CATALOGUE_WRITE)
async def upload_picture(desk: Desk) -> Answer:
    """Add a picture."""
    product_id = desk.ask.id("product_id", ProductId)
    upload = desk.ask.form.file("picture")
    try:
        if upload is None or not upload.content:
            raise Wrong({"picture": Mistake(mark("Choose a picture first"))})
        await desk.run(add_picture, product_id=product_id, content=upload.content)
    except Failure as failure:
        told = desk.mistakes(failure)
        errors = {name or "picture": text for name, text in told.items()}
        return await show_editor(desk, errors, status=422, part="pictures")
    return _back(desk, mark("The picture was added."))


@at_desk(Permission.CATALOGUE_WRITE)
async def arrange(desk: Desk) -> Answer:
    """Show a picture first, or remove it."""
    product_id = desk.ask.id("product_id", ProductId)
    product = await desk.run(read_product, product_id=product_id)
    files = [one.file for one in product.pictures]
    first, gone = desk.ask.form.text("first"), desk.ask.form.text("remove")
    if first in files:
        files = [first, *(one for one in files if one != first)]
    files = [one for one in files if one != gone]
    return await desk.act(
        arrange_pictures,
        f"/console/products/{product_id:d}",
        mark("Saved."),
        product_id=product_id,
        files=files,
    )


@at_desk(Permission.CATALOGUE_WRITE)
async def set_prices(desk: Desk) -> Answer:
    """Let one store differ in this product; what is left empty is as everywhere."""
    product_id, form = desk.ask.id("product_id", ProductId), desk.ask.form
    product = await desk.run(read_product, product_id=product_id)
    rows = []
    for sku in product.skus:
        number = int(sku.sku_id)
        typed = form.text(f"store_price-{number}")
        values = {
            "sku_id": sku.sku_id,
            "price_fen": desk.money(f"store_price-{number}") if typed else None,
            "is_on_sale": form.flag(f"sold_here-{number}"),
        }
        rows.append((number, values))
    try:
        prices = fill_rows(StorePrice, rows)
        await desk.run(set_store_prices, store_id=form.text("store_id"), prices=prices)
    except Failure as failure:
        told = desk.mistakes(failure)
        errors = {name.replace("price_fen", "store_price"): text for name, text in told.items()}
        return await show_editor(desk, errors, status=422, part="prices")
    return _back(desk, mark("Saved."))


def _back(desk: Desk, said: str) -> Answer:
    return desk.ask.go(f"/console/products/{desk.ask.id('product_id', ProductId):d}", said)


ROUTES = (
    PageRoute("POST", "/console/products/{product_id}/variants", add_variant),
    PageRoute("POST", "/console/products/{product_id}/variants/{sku_id}", change_variant),
    PageRoute("POST", "/console/products/{product_id}/pictures", upload_picture, _body_bytes_max),
    PageRoute("POST", "/console/products/{product_id}/pictures/arrange", arrange),
    PageRoute("POST", "/console/products/{product_id}/prices", set_prices),
)

"""The API of stock: what buyers see on the shelf, and what comes in and goes out."""

from banyan.commerce.stock import (
    Shelf,
    count_stock,
    list_movements,
    list_shelves,
    list_stock,
    read_shelf_item,
    receive_stock,
    transfer_stock,
    write_off_stock,
)
from banyan.doors.http import Route

_SHELF = ("shelf",)
_TAGS = ("stock",)
_STORE = "/v1/merchants/{merchant_id}/stores/{store_id}"


def render_shelf(shelf: Shelf) -> bytes:
    """The answer as everybody who asked in the same moment gets it."""
    return shelf.as_json


ROUTES = (
    Route(
        "GET",
        f"{_STORE}/shelf",
        list_shelves,
        summary="List what a store sells: prices, pictures, what is left",
        tags=_SHELF,
        render=render_shelf,
    ),
    Route(
        "GET",
        f"{_STORE}/shelf/{{product_id}}",
        read_shelf_item,
        summary="Read a product that a store sells",
        tags=_SHELF,
    ),
    Route("GET", f"{_STORE}/stock", list_stock, summary="List what a store has", tags=_TAGS),
    Route(
        "GET",
        f"{_STORE}/stock/movements",
        list_movements,
        summary="List why a store's stock changed",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_STORE}/stock/deliveries",
        receive_stock,
        summary="Take a delivery in",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_STORE}/stock/write-offs",
        write_off_stock,
        summary="Write off what can no longer be sold",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_STORE}/stock/counts",
        count_stock,
        summary="Put the books right by a count",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_STORE}/stock/transfers",
        transfer_stock,
        summary="Carry units to another store",
        status=201,
        tags=_TAGS,
    ),
)

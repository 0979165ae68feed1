"""The API of what accounts say about things with a code printed on them."""

from banyan.commerce.barcodes import (
    add_goods,
    change_goods,
    delete_goods,
    list_brands,
    list_goods,
    publish_goods,
    read_goods,
    scan_goods,
    set_testers,
)
from banyan.doors.http import Route

_SHOP = ("barcodes",)
_ME = ("me",)
_channel = "/v1/merchants/{merchant_id}/channels/{channel_id}"

ROUTES = (
    Route(
        "GET",
        f"{_channel}/goods",
        list_goods,
        summary="List what an account says about things",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_channel}/goods",
        add_goods,
        summary="Say something about what has a code",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/goods/{{standard}}/{{code}}",
        read_goods,
        summary="Read what is said about a thing",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_channel}/goods/{{standard}}/{{code}}",
        change_goods,
        summary="Say it anew",
        tags=_SHOP,
    ),
    Route(
        "DELETE",
        f"{_channel}/goods/{{standard}}/{{code}}",
        delete_goods,
        summary="Say nothing about a thing any more",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_channel}/goods/{{standard}}/{{code}}/shown",
        publish_goods,
        summary="Show it to whoever scans, or no more",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/goods-brands",
        list_brands,
        summary="List the brands an account speaks of",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_channel}/goods-testers",
        set_testers,
        summary="Say who sees what is not published",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/me/scans/{standard}/{code}",
        scan_goods,
        summary="Scan what is printed on a thing",
        tags=_ME,
    ),
)

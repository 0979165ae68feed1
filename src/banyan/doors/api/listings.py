"""The API of what accounts say of their merchant's stores."""

from banyan.commerce.listings import (
    add_listing,
    change_listing,
    find_shown_listing,
    list_listings,
    read_listing,
    remove_listing,
)
from banyan.doors.http import Route

_SHOP = ("official accounts",)
_listings = "/v1/merchants/{merchant_id}/channels/{channel_id}/listings"

ROUTES = (
    Route("GET", _listings, list_listings, summary="List the stores an account shows", tags=_SHOP),
    Route("POST", _listings, add_listing, summary="Open a store and show it", tags=_SHOP),
    Route(
        "GET",
        f"{_listings}/{{store_id}}",
        read_listing,
        summary="Read a store as an account shows it",
        tags=_SHOP,
    ),
    Route(
        "PATCH",
        f"{_listings}/{{store_id}}",
        change_listing,
        summary="Change what is said of a store",
        tags=_SHOP,
    ),
    Route(
        "DELETE",
        f"{_listings}/{{store_id}}",
        remove_listing,
        summary="Show a store no more",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/stores/{store_id}/listing",
        find_shown_listing,
        summary="Read what everybody may see of a store",
        tags=("stores",),
    ),
)

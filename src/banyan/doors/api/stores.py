"""The API of stores: a merchant's places of business."""

from banyan.commerce.stores import change_store, list_stores, open_store, read_store
from banyan.doors.http import Route

_TAGS = ("stores",)

ROUTES = (
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/stores",
        open_store,
        summary="Open a store",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/stores",
        list_stores,
        summary="List a merchant's stores",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/stores/{store_id}",
        read_store,
        summary="Read a store",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        "/v1/merchants/{merchant_id}/stores/{store_id}",
        change_store,
        summary="Replace what is said about a store",
        tags=_TAGS,
    ),
)

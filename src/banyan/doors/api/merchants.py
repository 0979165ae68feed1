"""The API of merchants: opening one, reading and changing it, proving who it is."""

from banyan.doors.http import Route
from banyan.parties.merchants import (
    change_merchant,
    list_my_merchants,
    list_public_merchants,
    open_merchant,
    read_merchant,
    submit_verification,
)

_TAGS = ("merchants",)

ROUTES = (
    Route(
        "POST", "/v1/merchants", open_merchant, summary="Open a merchant", status=201, tags=_TAGS
    ),
    Route(
        "GET",
        "/v1/merchants",
        list_my_merchants,
        summary="List the merchants you act for",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/shops",
        list_public_merchants,
        summary="List what anybody may know of some merchants",
        tags=_TAGS,
    ),
    Route(
        "GET", "/v1/merchants/{merchant_id}", read_merchant, summary="Read a merchant", tags=_TAGS
    ),
    Route(
        "PATCH",
        "/v1/merchants/{merchant_id}",
        change_merchant,
        summary="Change a merchant's name or time zone",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/verification",
        submit_verification,
        summary="Submit licence and legal name to be verified",
        tags=_TAGS,
    ),
)

"""The API of taxed invoices: how a merchant makes them, and those of its payments."""

from banyan.commerce.fapiaos import (
    list_fapiao_goods,
    read_fapiao,
    read_fapiao_settings,
    reverse_fapiao,
    set_fapiao_goods,
    set_fapiao_settings,
)
from banyan.doors.http import Route

_TAGS = ("invoices",)
_base = "/v1/merchants/{merchant_id}"
_one = f"{_base}/fapiaos/{{apply_no}}"

ROUTES = (
    Route(
        "GET",
        f"{_base}/fapiao-settings",
        read_fapiao_settings,
        summary="Read how taxed invoices are made",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_base}/fapiao-settings",
        set_fapiao_settings,
        summary="Change how taxed invoices are made",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_base}/fapiao-goods",
        list_fapiao_goods,
        summary="List goods by their tax codes",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_base}/fapiao-goods",
        set_fapiao_goods,
        summary="Say what is sold, by its tax codes",
        status=204,
        tags=_TAGS,
    ),
    Route("GET", _one, read_fapiao, summary="Read the taxed invoice of a payment", tags=_TAGS),
    Route(
        "POST",
        f"{_one}/reverse",
        reverse_fapiao,
        summary="Take a taxed invoice back",
        tags=_TAGS,
    ),
)

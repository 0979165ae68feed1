"""The API of cash desks: fixed codes to pay at, and what they took."""

from banyan.commerce.desks import (
    ask_at_desk,
    list_desk_ways,
    list_desks,
    list_takings,
    pay_desk_outside,
    read_desk,
    read_my_last,
    refund_taking,
    sum_desk,
)
from banyan.doors.http import Route

_MINE = ("wallet",)
_SHOP = ("charges",)

ROUTES = (
    Route(
        "GET",
        "/v1/desks/{code}",
        read_desk,
        summary="Read at which cash desk a code hangs",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/desks/{code}/charges",
        ask_at_desk,
        summary="Say how much you pay at a cash desk; pay it by its token",
        status=201,
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/desk-charges/{token}/ways-to-pay",
        list_desk_ways,
        summary="List through which providers you may pay at a cash desk",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/desk-charges/{token}/pay-outside",
        pay_desk_outside,
        summary="Begin to pay at a cash desk through a provider",
        status=201,
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/desk-takings/{charge_id}/refunds",
        refund_taking,
        summary="Give back what came to a cash desk through a provider",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/desk-payments/{merchant_id}/last",
        read_my_last,
        summary="Read what you paid lately at cash desks of a merchant",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/desks",
        list_desks,
        summary="List cash desks with what each took in a span of time",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/desks/{place_id}",
        sum_desk,
        summary="Read a cash desk with what it took in a span of time",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/desks/{place_id}/takings",
        list_takings,
        summary="List what a cash desk took",
        tags=_SHOP,
    ),
)

"""The API of what is used first and paid later: the services of merchants, and what people owe."""

from banyan.doors.http import Route
from banyan.pay.scores import (
    change_scheme,
    close_my_mandate,
    collect_order,
    confirm_order,
    give_mandate,
    list_my_mandates,
    list_my_score_orders,
    list_schemes,
    list_score_orders,
    note_paid_elsewhere,
    open_scheme,
    pay_my_order,
    read_asked_mandate,
    read_asked_order,
    read_my_standing,
    revoke_order,
)

_ME = ("wallet",)
_SHOP = ("scores",)
_schemes = "/v1/merchants/{merchant_id}/schemes"
_orders = "/v1/merchants/{merchant_id}/schemes/{scheme_id}/orders/{out_no}"

ROUTES = (
    Route("GET", _schemes, list_schemes, summary="List services paid for later", tags=_SHOP),
    Route(
        "POST",
        _schemes,
        open_scheme,
        summary="Offer a service that is paid for later",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_schemes}/{{scheme_id}}",
        change_scheme,
        summary="Change a service that is paid for later",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/score-orders",
        list_score_orders,
        summary="List what people use first and pay later",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_orders}/collect",
        collect_order,
        summary="Ask again for what is owed",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_orders}/revoke",
        revoke_order,
        summary="Take an order back before it is completed",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_orders}/paid-elsewhere",
        note_paid_elsewhere,
        summary="Say that an order was paid otherwise",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/me/score-orders",
        list_my_score_orders,
        summary="List what I use first and pay later",
        tags=_ME,
    ),
    Route(
        "POST",
        "/v1/me/score-orders/{merchant_id}/{order_id}/pay",
        pay_my_order,
        summary="Pay now what I owe",
        tags=_ME,
    ),
    Route(
        "GET",
        "/v1/me/score-standing",
        read_my_standing,
        summary="Read whether I may pay later, and what I owe",
        tags=_ME,
    ),
    Route(
        "GET",
        "/v1/score-orders/{token}",
        read_asked_order,
        summary="Read what I am asked to agree to",
        tags=_ME,
    ),
    Route(
        "POST",
        "/v1/score-orders/{token}",
        confirm_order,
        summary="Agree to use it now and pay later",
        tags=_ME,
    ),
    Route("GET", "/v1/me/mandates", list_my_mandates, summary="List what I agreed to", tags=_ME),
    Route(
        "DELETE",
        "/v1/me/mandates/{merchant_id}/{scheme_id}",
        close_my_mandate,
        summary="Have a service ask me again each time",
        tags=_ME,
    ),
    Route(
        "GET",
        "/v1/mandates/{token}",
        read_asked_mandate,
        summary="Read which service I am to agree to",
        tags=_ME,
    ),
    Route(
        "POST",
        "/v1/mandates/{token}",
        give_mandate,
        summary="Let a service begin orders without asking me",
        tags=_ME,
    ),
)

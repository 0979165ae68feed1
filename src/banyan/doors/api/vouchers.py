"""Routes of vouchers: money off inside payments over the wire."""

from banyan.doors.http import Route
from banyan.pay.busifavors import list_my_held_coupons
from banyan.pay.vouchers import (
    create_stock,
    list_my_vouchers,
    list_stocks,
    pause_stock,
    read_stock,
    restart_stock,
    start_stock,
    stop_stock,
)

_STOCKS = "/v1/merchants/{merchant_id}/voucher-stocks"
_TAGS = ("vouchers",)

ROUTES = (
    Route(
        "POST", _STOCKS, create_stock, summary="Write a stock of vouchers", status=201, tags=_TAGS
    ),
    Route("GET", _STOCKS, list_stocks, summary="Stocks of vouchers", tags=_TAGS),
    Route("GET", f"{_STOCKS}/{{stock_id}}", read_stock, summary="A stock of vouchers", tags=_TAGS),
    Route(
        "POST",
        f"{_STOCKS}/{{stock_id}}/start",
        start_stock,
        summary="Fund a stock of vouchers and give them out",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_STOCKS}/{{stock_id}}/pause",
        pause_stock,
        summary="Give out no vouchers for now",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_STOCKS}/{{stock_id}}/restart",
        restart_stock,
        summary="Give out vouchers again",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_STOCKS}/{{stock_id}}/stop",
        stop_stock,
        summary="Give out no more vouchers for good",
        tags=_TAGS,
    ),
    Route("GET", "/v1/me/vouchers", list_my_vouchers, summary="My vouchers", tags=_TAGS),
    Route(
        "GET",
        "/v1/me/merchant-coupons",
        list_my_held_coupons,
        summary="Coupons that merchants' programs gave me",
        tags=_TAGS,
    ),
)

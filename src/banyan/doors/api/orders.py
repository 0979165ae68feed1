"""The API of orders: a buyer's own, and those of a merchant."""

from banyan.commerce.orders import (
    cancel_order,
    choose_coupon,
    drop_order,
    list_my_orders,
    list_orders,
    list_purchases,
    pay_orders,
    place_orders,
    quote_at_till,
    quote_order,
    read_my_receipt,
    read_receipt,
    refund_order,
    take_orders,
    take_payments,
)
from banyan.doors.http import Route

_MINE = ("my orders",)
_SHOP = ("orders",)

ROUTES = (
    Route("POST", "/v1/orders/quote", quote_order, summary="Price a basket of yours", tags=_MINE),
    Route(
        "POST",
        "/v1/orders/coupons",
        choose_coupon,
        summary="Find the coupon of yours that serves a basket best",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/purchases",
        list_purchases,
        summary="List your orders with the names of shops and goods",
        tags=_MINE,
    ),
    Route("POST", "/v1/orders", place_orders, summary="Place an order", status=201, tags=_MINE),
    Route("GET", "/v1/orders", list_my_orders, summary="List your orders", tags=_MINE),
    Route(
        "GET",
        "/v1/orders/{order_id}",
        read_my_receipt,
        summary="Read all about an order of yours",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/orders/{order_id}/pay",
        pay_orders,
        summary="Pay an order of yours from your wallet",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/orders/{order_id}/cancel",
        cancel_order,
        summary="Take back an unpaid order of yours",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/orders/quote",
        quote_at_till,
        summary="Price a basket at the till",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/orders",
        take_orders,
        summary="Put in an order at the till",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/orders",
        list_orders,
        summary="List a merchant's orders",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/orders/{order_id}",
        read_receipt,
        summary="Read all about an order",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/orders/{order_id}/payment",
        take_payments,
        summary="Take the money for an order at the till",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/orders/{order_id}/cancel",
        drop_order,
        summary="Take an unpaid order back",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/orders/{order_id}/refunds",
        refund_order,
        summary="Refund an order in part or whole",
        status=201,
        tags=_SHOP,
    ),
)

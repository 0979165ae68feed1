"""The API of gateways: being paid through accounts of one's own at outside providers."""

from banyan.commerce.orders import (
    list_ways_at_till,
    list_ways_to_pay,
    pay_order_outside,
    take_payment_outside,
)
from banyan.doors.http import Route
from banyan.pay.gateways import (
    ask_my_attempt,
    check_gateway,
    list_attempts,
    list_gateway_refunds,
    list_gateways,
    list_troubles,
    read_attempt,
    read_my_attempt,
    remove_gateway,
    retry_refund,
    set_alipay,
    set_wechatpay,
    settle_refund_by_hand,
    switch_gateway,
)

_MINE = ("my orders",)
_SHOP = ("gateways",)
_merchant = "/v1/merchants/{merchant_id}"

ROUTES = (
    Route(
        "GET",
        "/v1/orders/{order_id}/ways-to-pay",
        list_ways_to_pay,
        summary="List through which providers an order of yours may be paid",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/orders/{order_id}/pay-outside",
        pay_order_outside,
        summary="Begin to pay an order of yours through a provider",
        status=201,
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/provider-payments/{attempt_id}",
        read_my_attempt,
        summary="Read how far a payment of yours is",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/provider-payments/{attempt_id}/ask",
        ask_my_attempt,
        summary="Have the provider asked at once about a payment of yours",
        tags=_MINE,
    ),
    Route(
        "GET",
        f"{_merchant}/orders/{{order_id}}/ways-to-pay",
        list_ways_at_till,
        summary="List by whose codes an order may be paid at the till",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_merchant}/orders/{{order_id}}/payment-outside",
        take_payment_outside,
        summary="Begin to have an order paid by a code of a provider",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_merchant}/gateways",
        list_gateways,
        summary="List accounts at providers",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_merchant}/gateways/wechatpay/keys",
        set_wechatpay,
        summary="Give the keys of an account at WeChat Pay",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_merchant}/gateways/alipay/keys",
        set_alipay,
        summary="Give the keys of an app at Alipay",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_merchant}/gateways/{{kind}}/check",
        check_gateway,
        summary="Try the keys",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_merchant}/gateways/{{kind}}/switch",
        switch_gateway,
        summary="Let buyers pay through it, or no more",
        tags=_SHOP,
    ),
    Route(
        "DELETE",
        f"{_merchant}/gateways/{{kind}}",
        remove_gateway,
        summary="Forget the keys",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_merchant}/provider-payments",
        list_attempts,
        summary="List payments through providers",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_merchant}/provider-troubles",
        list_troubles,
        summary="List what a provider left for the merchant to mend",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_merchant}/provider-payments/{{attempt_id}}",
        read_attempt,
        summary="Read a payment through a provider",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_merchant}/provider-refunds",
        list_gateway_refunds,
        summary="List what goes back through providers",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_merchant}/provider-refunds/{{refund_id}}/retry",
        retry_refund,
        summary="Ask a provider once more to give money back",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_merchant}/provider-refunds/{{refund_id}}/by-hand",
        settle_refund_by_hand,
        summary="Note that you gave money back in another way",
        tags=_SHOP,
    ),
)

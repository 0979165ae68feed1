"""The API of charges: what merchants ask people to pay, and what people pay by a token."""

from banyan.doors.http import Route
from banyan.pay.charges import (
    close_charge,
    confirm_charge,
    create_charges,
    decline_charge,
    list_charges,
    list_off,
    pay_charges,
    read_charge,
    read_payable,
    read_shown,
    refund_charge,
    reverse_charge,
)

_MINE = ("wallet",)
_SHOP = ("charges",)

ROUTES = (
    Route(
        "GET",
        "/v1/payables/{token}",
        read_payable,
        summary="Read what a token asks you to pay",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/payables/{token}/vouchers",
        list_off,
        summary="List which of your vouchers can be taken off it",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/payables/{token}/pay",
        pay_charges,
        summary="Pay what a token asks from your wallet",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/payment-code/asked",
        read_shown,
        summary="Read what a till last asked of you by your payment code",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/payables/{token}/confirm",
        confirm_charge,
        summary="Pay it with your pay password",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/payables/{token}/decline",
        decline_charge,
        summary="Say no to what a till asks you to confirm",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/charges",
        create_charges,
        summary="Ask somebody to pay",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/charges",
        list_charges,
        summary="List what a merchant asked people to pay",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/charges/{charge_id}",
        read_charge,
        summary="Read a charge",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/charges/{charge_id}/close",
        close_charge,
        summary="Let nobody pay a charge any more",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/charges/{charge_id}/reverse",
        reverse_charge,
        summary="Take back a charge, paid or not",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/charges/{charge_id}/refunds",
        refund_charge,
        summary="Give back a part of a charge",
        status=201,
        tags=_SHOP,
    ),
)

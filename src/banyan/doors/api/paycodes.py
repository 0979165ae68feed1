"""The API of payment codes, for apps that show them."""

from banyan.doors.http import Route
from banyan.pay.paycodes import show_code, sow_seed

_TAGS = ("wallet",)

ROUTES = (
    Route(
        "GET",
        "/v1/payment-code",
        show_code,
        summary="Read the payment code that your device shows now",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/payment-code/seed",
        sow_seed,
        summary="Let your device make payment codes, also offline",
        tags=_TAGS,
    ),
)

"""The API of pay passwords: setting one, changing it, and proving it before a dear payment."""

from banyan.doors.http import Route
from banyan.pay.passwords import change_password, prove_password, read_password, reset_password

_TAGS = ("wallet",)

ROUTES = (
    Route(
        "GET",
        "/v1/pay-password",
        read_password,
        summary="Read how your pay password stands",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        "/v1/pay-password",
        reset_password,
        summary="Set your pay password with a code sent to your phone",
        status=204,
        tags=_TAGS,
    ),
    Route(
        "PATCH",
        "/v1/pay-password",
        change_password,
        summary="Change your pay password",
        status=204,
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/pay-password/proofs",
        prove_password,
        summary="Prove your pay password for one payment",
        status=201,
        tags=_TAGS,
    ),
)

"""The API of what people see after they paid."""

from banyan.doors.http import Route
from banyan.pay.afterpay import change_after_page, find_my_receipt, read_after_page

_TAGS = ("charges",)
_page = "/v1/merchants/{merchant_id}/after-page"

ROUTES = (
    Route("GET", _page, read_after_page, summary="Read what is seen after paying", tags=_TAGS),
    Route(
        "PATCH", _page, change_after_page, summary="Change what is seen after paying", tags=_TAGS
    ),
    Route(
        "GET",
        "/v1/me/payments/{merchant_id}/{charge_id}/receipt",
        find_my_receipt,
        summary="Find the shop's own receipt",
        tags=("me",),
    ),
)

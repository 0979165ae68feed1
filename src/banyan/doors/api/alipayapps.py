"""The API of apps that speak Alipay's protocol: their keys, and which others may act for one."""

from banyan.doors.http import Route
from banyan.pay.alipayapps import (
    change_app,
    end_mandate,
    list_apps,
    list_mandates,
    make_app,
)

_TAGS = ("alipayapps",)
_own = "/v1/merchants/{merchant_id}"

ROUTES = (
    Route("GET", f"{_own}/alipay-apps", list_apps, summary="List one's apps", tags=_TAGS),
    Route(
        "POST",
        f"{_own}/alipay-apps",
        make_app,
        summary="Open an app for one's programs",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "PATCH",
        f"{_own}/alipay-apps/{{app_id}}",
        change_app,
        summary="Change an app and its key",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_own}/alipay-mandates",
        list_mandates,
        summary="List providers' apps that may act for one",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        f"{_own}/alipay-mandates/{{app_id}}",
        end_mandate,
        summary="Let a provider's app act for one no more",
        tags=_TAGS,
    ),
)

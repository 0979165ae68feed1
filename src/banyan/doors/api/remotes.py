"""The API of accounts that act through the real WeChat."""

from banyan.doors.http import Route
from banyan.reach.remotes import (
    connect_remote,
    disconnect_remote,
    list_errands,
    list_remotes,
    read_remote,
    retry_errand,
)

_SHOP = ("official accounts",)
_channel = "/v1/merchants/{merchant_id}/channels/{channel_id}"

ROUTES = (
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/remotes",
        list_remotes,
        summary="List through which accounts at the real WeChat yours act",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/remote",
        read_remote,
        summary="Read through which account at WeChat this one acts",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_channel}/remote",
        connect_remote,
        summary="Let an account act through one at WeChat",
        tags=_SHOP,
    ),
    Route(
        "DELETE",
        f"{_channel}/remote",
        disconnect_remote,
        summary="Let an account act through WeChat no more",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/errands",
        list_errands,
        summary="List what was asked of WeChat, and what came of it",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_channel}/errands/{{errand_id}}/retry",
        retry_errand,
        summary="Ask WeChat once more",
        tags=_SHOP,
    ),
)

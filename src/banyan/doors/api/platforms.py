"""The API of platforms: what owners let them do, and how providers set theirs."""

from banyan.doors.http import Route
from banyan.reach.platforms import (
    authorize_platform,
    list_my_platforms,
    read_platform,
    read_platform_asking,
    revoke_platform,
    set_platform,
)

_MINE = ("platforms for my accounts",)
_OWN = ("platforms of a provider",)

ROUTES = (
    Route(
        "GET",
        "/v1/platforms/asking",
        read_platform_asking,
        summary="Read what a platform asks for",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/platforms/authorizations",
        authorize_platform,
        summary="Let a platform act for an account of yours",
        status=201,
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/platforms",
        list_my_platforms,
        summary="List the platforms that act for a merchant's accounts",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/channels/{channel_id}/platforms/{platform_id}/revoke",
        revoke_platform,
        summary="Let a platform act for an account no more",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/channels/{channel_id}/platform",
        read_platform,
        summary="Read the settings of one's own platform",
        tags=_OWN,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/channels/{channel_id}/platform",
        set_platform,
        summary="Set where one's own platform is told",
        tags=_OWN,
    ),
)

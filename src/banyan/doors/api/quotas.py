"""The API of daily quotas of WeChat's interface, for those who look after the platform."""

from banyan.doors.http import Route
from banyan.reach.tokens import list_quotas, set_quota

_OPERATOR = ("platform operators",)

ROUTES = (
    Route(
        "GET",
        "/v1/call-quotas",
        list_quotas,
        summary="List daily quotas of calls that were set here",
        tags=_OPERATOR,
    ),
    Route(
        "PUT",
        "/v1/call-quotas",
        set_quota,
        summary="Set how often a day a call may be made",
        tags=_OPERATOR,
    ),
)

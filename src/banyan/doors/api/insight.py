"""The API of insight: a merchant's reports, and what it spent to be found."""

from banyan.doors.http import Route
from banyan.views.insight import (
    list_spends,
    read_cohorts,
    read_funnel,
    read_lifetime,
    read_overview,
    read_recognised,
    read_rfm,
    record_spend,
    remove_spend,
)

_TAGS = ("insight",)
_BASE = "/v1/merchants/{merchant_id}/insight"

ROUTES = (
    Route(
        "GET",
        f"{_BASE}/funnel",
        read_funnel,
        summary="See how far people came, from the touch of a code to the second order",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/overview",
        read_overview,
        summary="See revenue, orders, buyers, members and coupons by day and store",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/rfm",
        read_rfm,
        summary="See buyers by recency, frequency and money",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/cohorts",
        read_cohorts,
        summary="See who stays, by the month of the first order",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/lifetime",
        read_lifetime,
        summary="See what buyers cost and what they brought",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/recognised",
        read_recognised,
        summary="See how much of the trade is with known people",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_BASE}/spends",
        record_spend,
        summary="Record what a code or an official account cost",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/spends",
        list_spends,
        summary="List what was spent to be found",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        f"{_BASE}/spends/{{spend_id}}",
        remove_spend,
        summary="Take a spend back",
        tags=_TAGS,
    ),
)

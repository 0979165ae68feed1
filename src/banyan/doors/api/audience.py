"""The API of the audience: the figures of accounts and mini programs by day."""

from banyan.doors.http import Route
from banyan.views.audience import (
    name_articles,
    read_deeds,
    read_growth,
    read_published,
    read_returns,
    read_served,
    read_spread,
    read_visits,
)

_TAGS = ("audience",)
_BASE = "/v1/merchants/{merchant_id}/channels/{channel_id}/audience"

ROUTES = (
    Route("GET", f"{_BASE}/growth", read_growth, summary="Read who came and went", tags=_TAGS),
    Route("GET", f"{_BASE}/deeds", read_deeds, summary="Read what people did", tags=_TAGS),
    Route("GET", f"{_BASE}/spread", read_spread, summary="Read how much people say", tags=_TAGS),
    Route(
        "POST",
        f"{_BASE}/article-names",
        name_articles,
        summary="Name the articles of publications",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/published",
        read_published,
        summary="Read how articles have done since they were published",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/served",
        read_served,
        summary="Read how the account's own server did",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/visits",
        read_visits,
        summary="Read how often a mini program was opened",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_BASE}/returns",
        read_returns,
        summary="Read how many come to a mini program again",
        tags=_TAGS,
    ),
)

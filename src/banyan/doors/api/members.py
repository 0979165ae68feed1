"""The API of membership: a person's own cards, and a merchant's members and tiers."""

from banyan.commerce.members import (
    arrive,
    join_member,
    list_members,
    list_my_cards,
    list_tiers,
    read_member,
    read_my_card,
    set_tiers,
)
from banyan.doors.http import Route

_MINE = ("my memberships",)
_SHOP = ("members",)

ROUTES = (
    Route(
        "POST",
        "/v1/arrivals",
        arrive,
        summary="Arrive at a shop: join, follow its account, and be known by your scans",
        tags=_MINE,
    ),
    Route("POST", "/v1/memberships", join_member, summary="Become a member", tags=_MINE),
    Route("GET", "/v1/memberships", list_my_cards, summary="List your member cards", tags=_MINE),
    Route(
        "GET",
        "/v1/memberships/{merchant_id}",
        read_my_card,
        summary="Read your card at one shop",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/members",
        list_members,
        summary="List a merchant's members, or find one by phone",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/members/{member_id}",
        read_member,
        summary="Read a member",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/tiers",
        list_tiers,
        summary="List a merchant's tiers",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        "/v1/merchants/{merchant_id}/tiers",
        set_tiers,
        summary="Rewrite a merchant's tiers",
        tags=_SHOP,
    ),
)

"""The API of coupons: a person's own, and the campaigns of a merchant."""

from banyan.commerce.coupons import (
    change_campaign,
    claim_coupons,
    close_campaign,
    create_campaign,
    list_campaigns,
    list_member_coupons,
    list_my_coupons,
    list_offers,
    list_welcome_offers,
    read_campaign,
)
from banyan.doors.http import Route

_MINE = ("my coupons",)
_SHOP = ("coupons",)

ROUTES = (
    Route("POST", "/v1/coupons", claim_coupons, summary="Take a coupon", status=201, tags=_MINE),
    Route("GET", "/v1/coupons", list_my_coupons, summary="List your coupons", tags=_MINE),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/offers",
        list_offers,
        summary="List the coupons that a shop offers now",
        tags=_MINE,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/offers/welcome",
        list_welcome_offers,
        summary="List the coupons that a shop gives to whoever joins",
        tags=_MINE,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/coupon-campaigns",
        create_campaign,
        summary="Begin a campaign",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/coupon-campaigns",
        list_campaigns,
        summary="List a merchant's campaigns with what became of their coupons",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/coupon-campaigns/{campaign_id}",
        read_campaign,
        summary="Read a campaign with what became of its coupons",
        tags=_SHOP,
    ),
    Route(
        "PATCH",
        "/v1/merchants/{merchant_id}/coupon-campaigns/{campaign_id}",
        change_campaign,
        summary="Change a campaign",
        tags=_SHOP,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/coupon-campaigns/{campaign_id}/close",
        close_campaign,
        summary="Give out no more coupons of a campaign",
        tags=_SHOP,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/members/{member_id}/coupons",
        list_member_coupons,
        summary="List the coupons that a member can use now",
        tags=_SHOP,
    ),
)

"""Reads campaigns with what became of them, and people's coupons."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.commerce.coupons import store
from banyan.commerce.coupons.accounts import read_counts, read_left
from banyan.commerce.coupons.rules import WELCOME_MAX, find_obstacle
from banyan.commerce.coupons.types import (
    Campaign,
    CampaignId,
    CampaignReport,
    Coupon,
    CouponState,
    CouponTerms,
    Origin,
)
from banyan.commerce.coupons.use_coupons import list_usable_coupons
from banyan.commerce.members import MemberId, find_member_people
from banyan.parties.merchants import MerchantId, access_merchant

_newest = 2**63 - 1


class CouponFilter(StrEnum):
    """Which of one's coupons to show."""

    ALL = "all"
    USABLE = "usable"
    REDEEMED = "redeemed"
    EXPIRED = "expired"


class ListCampaigns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's campaigns, the newest first."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadCampaign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one campaign with what became of its coupons."""

    merchant_id: MerchantId
    campaign_id: CampaignId


class ListMemberCoupons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the coupons that a member may use at the till now."""

    merchant_id: MerchantId
    member_id: MemberId


class ListOffers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the coupons that a shop offers to its members now, the newest first."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class ListWelcomeOffers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the coupons that a shop gives to whoever joins now."""

    merchant_id: MerchantId


class ListMyCoupons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List one's own coupons, of one merchant or all, the newest first."""

    merchant_id: MerchantId | None = None
    show: CouponFilter = CouponFilter.ALL
    limit: Limit = 20
    cursor: Cursor | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon to be had."""

    merchant_id: Id
    campaign_id: CampaignId
    name: str
    terms: CouponTerms
    left: int
    per_person_limit: int


class Coupons(msgspec.Struct, frozen=True, kw_only=True):
    """Some coupons."""

    items: list[Coupon]


@reading(permission=Permission.COUPONS_READ)
async def list_campaigns(work: Work, query: ListCampaigns) -> Page[CampaignReport]:
    """Return a page of campaigns. Raises Invalid `paging.bad_cursor`."""
    campaigns = await store.list_campaigns(
        work.db,
        query.merchant_id,
        before=decode_id_cursor(query.cursor, start=_newest),
        is_on_offer=False,
        now=work.now,
        limit=query.limit + 1,
    )
    reports = await _reports(work, query.merchant_id, campaigns)
    return page_of(reports, query.limit, [one.campaign_id for one in campaigns])


@reading(permission=Permission.COUPONS_READ)
async def read_campaign(work: Work, query: ReadCampaign) -> CampaignReport:
    """Return one campaign. Raises NotFound `coupons.campaign_not_found`."""
    key = (int(query.merchant_id), int(query.campaign_id))
    found = await store.find_campaigns(work.db, [key])
    if key not in found:
        raise NotFound("coupons.campaign_not_found")
    (report,) = await _reports(work, query.merchant_id, [found[key]])
    return report


@reading(permission=Permission.COUPONS_READ)
async def list_member_coupons(work: Work, query: ListMemberCoupons) -> Coupons:
    """Return what a member may use now. Raises NotFound `members.not_found`."""
    key = (int(query.merchant_id), int(query.member_id))
    people = await find_member_people(work.db, [key])
    if key not in people:
        raise NotFound("members.not_found")
    items = await list_usable_coupons(work.db, query.merchant_id, people[key], work.now)
    return Coupons(items=items)


@reading(permission=Permission.PUBLIC)
async def list_offers(work: Work, query: ListOffers) -> Page[Offer]:
    """Return a page of coupons to be had, also those that have just run out.

    Raises NotFound `merchants.not_found`, Invalid `paging.bad_cursor`.
    """
    campaigns = await store.list_campaigns(
        work.db,
        query.merchant_id,
        before=decode_id_cursor(query.cursor, start=_newest),
        is_on_offer=True,
        now=work.now,
        limit=query.limit + 1,
    )
    if not campaigns:
        await access_merchant(work.db, query.merchant_id)
    left = await read_left(work.db, campaigns)
    offers = [_offer(one, left) for one in campaigns]
    return page_of(offers, query.limit, [one.campaign_id for one in campaigns])


@reading(permission=Permission.PUBLIC)
async def list_welcome_offers(work: Work, query: ListWelcomeOffers) -> Page[Offer]:
    """Return what whoever joins at this moment is given; none that have run out.

    Raises NotFound `merchants.not_found`.
    """
    welcome = await store.list_welcome(work.db, [query.merchant_id], work.now, WELCOME_MAX)
    if not welcome:
        await access_merchant(work.db, query.merchant_id)
    campaigns = [one for one in welcome if not find_obstacle(one, work.now, Origin.WELCOME)]
    left = await read_left(work.db, campaigns)
    return Page([_offer(one, left) for one in campaigns if left[one.campaign_id]])


@reading(permission=Permission.PERSON)
async def list_my_coupons(work: Work, query: ListMyCoupons) -> Page[Coupon]:
    """Return a page of the coupons of the person who asks. Raises Invalid `paging.bad_cursor`."""
    states = {
        CouponFilter.REDEEMED: CouponState.REDEEMED,
        CouponFilter.EXPIRED: CouponState.EXPIRED,
    }
    coupons = await store.list_of_person(
        work.db,
        work.actor.person_id,
        before=decode_id_cursor(query.cursor, start=_newest),
        merchant_id=query.merchant_id,
        state=states.get(query.show),
        is_usable=query.show is CouponFilter.USABLE,
        now=work.now,
        limit=query.limit + 1,
    )
    return page_of(coupons, query.limit, [one.coupon_id for one in coupons])


async def list_stocks(
    db: Connection, keys: Sequence[tuple[int, int]]
) -> dict[CampaignId, tuple[Campaign, int]]:
    """Return the campaigns of (merchant, campaign) pairs, each with how many its pool has."""
    campaigns = await store.find_campaigns(db, keys)
    left = await read_left(db, campaigns.values())
    return {one.campaign_id: (one, left[one.campaign_id]) for one in campaigns.values()}


def _offer(campaign: Campaign, left: Mapping[CampaignId, int]) -> Offer:
    return Offer(
        merchant_id=campaign.merchant_id,
        campaign_id=campaign.campaign_id,
        name=campaign.name,
        terms=campaign.terms,
        left=left[campaign.campaign_id],
        per_person_limit=campaign.per_person_limit,
    )


async def _reports(
    work: Work, merchant_id: int, campaigns: Sequence[Campaign]
) -> list[CampaignReport]:
    counts = await read_counts(work.db, campaigns)
    redeemed = await store.sum_redeemed(
        work.db, merchant_id, [one.campaign_id for one in campaigns]
    )
    return [
        CampaignReport(
            campaign=one,
            counts=counts[one.campaign_id],
            redeemed_order_fen=redeemed.get(one.campaign_id, 0),
        )
        for one in campaigns
    ]

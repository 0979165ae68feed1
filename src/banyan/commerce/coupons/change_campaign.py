"""Creates, changes and closes campaigns."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.money import BasisPoints, Fen
from banyan.base.text import Name
from banyan.books.work import Permission, Work, single
from banyan.commerce.coupons import store
from banyan.commerce.coupons.accounts import note_moved, open_accounts
from banyan.commerce.coupons.expire_coupons import note_sweep
from banyan.commerce.coupons.rules import (
    VALIDITY_DAYS_MAX,
    WELCOME_MAX,
    check_terms,
    check_window,
    compute_next_sweep,
)
from banyan.commerce.coupons.types import (
    Campaign,
    CampaignChanged,
    CampaignClosed,
    CampaignCreated,
    CampaignId,
    CouponKind,
    CouponTerms,
    TransferCode,
)
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, lock_merchant

Budget = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
PersonLimit = Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class CreateCampaign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin a campaign; what its coupons are worth can't be changed afterwards."""

    merchant_id: MerchantId
    name: Name
    kind: CouponKind
    threshold_fen: Fen = 0
    amount_off_fen: Fen = 0
    percent_bp: BasisPoints = 0
    cap_fen: Fen = 0
    budget: Budget
    per_person_limit: PersonLimit = 1
    valid_from: Instant | None = None
    """From when it is on; now if not said."""
    valid_until: Instant
    valid_days: Annotated[int, msgspec.Meta(ge=0, le=VALIDITY_DAYS_MAX)] = 0
    is_welcome: bool = False
    is_claimable: bool = True
    usable_from: Instant | None = None
    wait_days: Annotated[int, msgspec.Meta(ge=0, le=VALIDITY_DAYS_MAX)] = 0


class ChangeCampaign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what is given here; the budget and the end may only move up."""

    merchant_id: MerchantId
    campaign_id: CampaignId
    name: Name | None = None
    budget: Budget | None = None
    per_person_limit: PersonLimit | None = None
    valid_until: Instant | None = None
    is_welcome: bool | None = None
    is_claimable: bool | None = None


class CloseCampaign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give out no more coupons of a campaign."""

    merchant_id: MerchantId
    campaign_id: CampaignId


@single(permission=Permission.COUPONS_WRITE)
async def create_campaign(work: Work, command: CreateCampaign) -> Campaign:
    """Begin a campaign and fill its pool.

    Raises Invalid `coupons.terms_mixed`, `coupons.terms_worthless`, `coupons.window_empty`,
    `coupons.window_past`, `coupons.window_too_far`; Refusal `coupons.too_many_welcome`.
    """
    campaign = Campaign(
        merchant_id=Id(command.merchant_id),
        campaign_id=CampaignId(work.ids.next()),
        name=command.name,
        terms=CouponTerms(
            kind=command.kind,
            threshold_fen=command.threshold_fen,
            amount_off_fen=command.amount_off_fen,
            percent_bp=command.percent_bp,
            cap_fen=command.cap_fen,
        ),
        budget=command.budget,
        per_person_limit=command.per_person_limit,
        valid_from=command.valid_from or work.now,
        valid_until=command.valid_until,
        valid_days=command.valid_days,
        is_welcome=command.is_welcome,
        is_claimable=command.is_claimable,
        created_at=work.now,
        usable_from=command.usable_from,
        wait_days=command.wait_days,
    )
    check_terms(campaign.terms)
    check_window(campaign.valid_from, campaign.valid_until, work.now)
    if campaign.is_welcome:
        await _check_welcome(work, campaign.merchant_id)
    await store.insert_campaign(work.db, campaign)
    open_accounts(work, campaign)
    if campaign.budget:
        _note_funded(work, campaign, campaign.budget)
    await _note_audit(work, None, campaign)
    _note_next_sweep(work, campaign)
    work.record(
        CampaignCreated(
            merchant_id=int(campaign.merchant_id),
            subject_id=int(campaign.campaign_id),
            campaign_id=campaign.campaign_id,
            budget=campaign.budget,
        )
    )
    return campaign


@single(permission=Permission.COUPONS_WRITE)
async def change_campaign(work: Work, command: ChangeCampaign) -> Campaign:
    """Change a campaign that is not closed; coupons in members' hands keep their own expiry.

    Raises NotFound `coupons.campaign_not_found`, Refusal `coupons.campaign_closed`,
    `coupons.budget_only_rises`, `coupons.end_only_later`, `coupons.too_many_welcome`, Invalid
    `coupons.window_too_far`.
    """
    before = await _lock_open(work, command.merchant_id, command.campaign_id)
    given = {
        name: value
        for name, value in msgspec.structs.asdict(command).items()
        if value is not None and name not in {"merchant_id", "campaign_id"}
    }
    after = msgspec.structs.replace(before, **given)
    if after.budget < before.budget:
        raise Refusal("coupons.budget_only_rises", budget=before.budget)
    if after.valid_until < before.valid_until:
        raise Refusal("coupons.end_only_later")
    if after.valid_until > before.valid_until:
        check_window(after.valid_from, after.valid_until, work.now)
    if after == before:
        return after
    was_welcome = before.is_welcome and before.valid_until > work.now
    if after.is_welcome and after.valid_until > work.now and not was_welcome:
        await _check_welcome(work, after.merchant_id)
    await store.set_campaign(work.db, after)
    if after.budget > before.budget:
        _note_funded(work, after, after.budget - before.budget)
    await _note_audit(work, before, after)
    note_sweep(work, after.merchant_id, after.campaign_id, work.now)
    work.record(
        CampaignChanged(
            merchant_id=int(after.merchant_id),
            subject_id=int(after.campaign_id),
            campaign_id=after.campaign_id,
            budget=after.budget,
        )
    )
    return after


@single(permission=Permission.COUPONS_WRITE)
async def close_campaign(work: Work, command: CloseCampaign) -> Campaign:
    """Give out no more coupons; those in members' hands stay good.

    Raises NotFound `coupons.campaign_not_found`, Refusal `coupons.campaign_closed`.
    """
    before = await _lock_open(work, command.merchant_id, command.campaign_id)
    after = msgspec.structs.replace(before, closed_at=work.now)
    await store.set_campaign(work.db, after)
    await _note_audit(work, before, after)
    work.record(
        CampaignClosed(
            merchant_id=int(after.merchant_id),
            subject_id=int(after.campaign_id),
            campaign_id=after.campaign_id,
        )
    )
    return after


async def _lock_open(work: Work, merchant_id: int, campaign_id: CampaignId) -> Campaign:
    campaign = await store.lock_campaign(work.db, merchant_id, campaign_id)
    if campaign is None:
        raise NotFound("coupons.campaign_not_found")
    if campaign.closed_at is not None:
        raise Refusal("coupons.campaign_closed")
    return campaign


async def _check_welcome(work: Work, merchant_id: int) -> None:
    """Refuse one more campaign that welcomes people where as many do as are ever looked at.

    The merchant is locked first, after the campaign itself: rivals are counted one by one.
    """
    await lock_merchant(work.db, merchant_id)
    welcome = await store.list_welcome(work.db, [merchant_id], work.now, WELCOME_MAX)
    if len(welcome) >= WELCOME_MAX:
        raise Refusal("coupons.too_many_welcome", welcome_max=WELCOME_MAX)


async def _note_audit(work: Work, before: Campaign | None, after: Campaign) -> None:
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="coupons.campaign",
        subject_id=after.campaign_id,
        before=before,
        after=after,
    )


def _note_funded(work: Work, campaign: Campaign, count: int) -> None:
    note_moved(
        work,
        campaign.merchant_id,
        campaign.campaign_id,
        TransferCode.FUNDED,
        cause=campaign.campaign_id,
        count=count,
    )


def _note_next_sweep(work: Work, campaign: Campaign) -> None:
    next_at = compute_next_sweep(campaign, work.now, None)
    if next_at is not None:
        note_sweep(work, campaign.merchant_id, campaign.campaign_id, next_at)

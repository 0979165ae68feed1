"""Lists coupon campaigns, begins, changes and closes them, shows what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.coupons import (
    CampaignId,
    CampaignReport,
    change_campaign,
    close_campaign,
    create_campaign,
    list_campaigns,
    read_campaign,
)
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import end_of, find_day, parse_percent, start_of
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark

_usual_days = 30
_places = {
    "coupons.window_empty": "valid_until",
    "coupons.window_past": "valid_until",
    "coupons.window_too_far": "valid_until",
    "coupons.end_only_later": "valid_until",
    "coupons.budget_only_rises": "budget",
    "coupons.terms_worthless": "amount_off_fen",
}


@at_desk(Permission.COUPONS_READ)
async def show_coupons(desk: Desk) -> Answer:
    """All campaigns, the newest first."""
    page = await desk.run(list_campaigns, cursor=desk.ask.query.text("cursor") or None)
    return await desk.page(
        "coupons/page.html",
        reports=page.items,
        now=desk.ask.house.now(),
        pager=desk.pager((), page.next_cursor),
    )


@at_desk(Permission.COUPONS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty campaign."""
    return await _show_new(desk, {})


@at_desk(Permission.COUPONS_WRITE)
async def create(desk: Desk) -> Answer:
    """Begin the campaign."""
    form = desk.ask.form
    is_amount = form.text("kind") == "amount_off"
    first, last = find_day(form.text("valid_from")), find_day(form.text("valid_until"))
    now = desk.ask.house.now()
    begins = start_of(first, desk.zone) if first else None
    try:
        campaign = await desk.run(
            create_campaign,
            name=form.text("name"),
            kind=form.text("kind"),
            threshold_fen=desk.money("threshold_fen"),
            amount_off_fen=desk.money("amount_off_fen") if is_amount else 0,
            percent_bp=0 if is_amount else parse_percent(form.text("percent_bp")),
            cap_fen=0 if is_amount else desk.money("cap_fen"),
            budget=form.text("budget"),
            per_person_limit=form.text("per_person_limit") or 1,
            valid_from=begins if begins and begins > now else None,
            valid_until=end_of(last, desk.zone) if last else form.text("valid_until"),
            valid_days=form.text("valid_days") or 0,
            is_welcome=form.text("who") == "welcome",
            is_claimable=form.text("who") == "all",
        )
    except Failure as failure:
        return await _show_new(desk, desk.mistakes(failure, _places), status=422)
    said = mark("The coupon is there.")
    return desk.ask.go(f"/console/coupons/{campaign.campaign_id:d}", said)


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    today = desk.today
    return await desk.page(
        "coupons/new.html",
        status=status,
        errors=errors,
        first=today.isoformat(),
        last=(today + timedelta(days=_usual_days)).isoformat(),
    )


@at_desk(Permission.COUPONS_READ)
async def show_coupon(desk: Desk) -> Answer:
    """One campaign with what became of its coupons."""
    return await _show(desk, {})


@at_desk(Permission.COUPONS_WRITE)
async def change(desk: Desk) -> Answer:
    """Change what may change: name, budget, limit, end, who gets it."""
    form = desk.ask.form
    campaign_id = desk.ask.id("campaign_id", CampaignId)
    report = await desk.run(read_campaign, campaign_id=campaign_id)
    last = find_day(form.text("valid_until"))
    end = end_of(last, desk.zone) if last else None
    is_same_day = last == _last_day(desk, report)
    try:
        await desk.run(
            change_campaign,
            campaign_id=campaign_id,
            name=form.text("name"),
            budget=form.text("budget"),
            per_person_limit=form.text("per_person_limit"),
            # An end within a day stays where it is unless another day was chosen.
            valid_until=None if is_same_day else end or form.text("valid_until"),
            is_welcome=form.flag("is_welcome"),
            is_claimable=form.flag("is_claimable"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(f"/console/coupons/{campaign_id:d}", mark("Saved."))


@at_desk(Permission.COUPONS_WRITE)
async def close(desk: Desk) -> Answer:
    """Give out no more."""
    campaign_id = desk.ask.id("campaign_id", CampaignId)
    return await desk.act(
        close_campaign,
        f"/console/coupons/{campaign_id:d}",
        mark("Closed. Coupons in members' hands stay good."),
        campaign_id=campaign_id,
    )


def _last_day(desk: Desk, report: CampaignReport) -> object:
    return desk.day_of(report.campaign.valid_until - timedelta(seconds=1))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    campaign_id = desk.ask.id("campaign_id", CampaignId)
    report = await desk.run(read_campaign, campaign_id=campaign_id)
    counts = report.counts
    chart = Chart(
        kind="pie",
        labels=tuple(
            desk.ask.words(one)
            for one in (mark("Not claimed yet"), mark("In hand"), mark("Used"), mark("Expired"))
        ),
        series=(
            Series(
                name=desk.ask.words(mark("Coupons")),
                values=(counts.left, counts.held, counts.redeemed, counts.expired),
            ),
        ),
    )
    return await desk.page(
        "coupons/coupon.html",
        status=status,
        errors=errors,
        report=report,
        campaign=report.campaign,
        counts=counts,
        chart=chart,
        now=desk.ask.house.now(),
        last_day=str(_last_day(desk, report)),
    )


ROUTES = (
    PageRoute("GET", "/console/coupons", show_coupons),
    PageRoute("POST", "/console/coupons", create),
    PageRoute("GET", "/console/coupons/new", show_new),
    PageRoute("GET", "/console/coupons/{campaign_id}", show_coupon),
    PageRoute("POST", "/console/coupons/{campaign_id}", change),
    PageRoute("POST", "/console/coupons/{campaign_id}/close", close),
)

"""Lists what was sent, sends a message with a coupon to a segment, shows what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.campaigns import (
    SendId,
    list_recipients,
    list_segments,
    list_sends,
    preview_segment,
    read_send,
    send_campaign,
)
from banyan.commerce.coupons import list_campaigns
from banyan.doors.http import Answer
from banyan.doors.pages.console import words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.reach.channels import list_channels

_choices_max = 100


@at_desk(Permission.CAMPAIGNS_READ)
async def show_sends(desk: Desk) -> Answer:
    """What was sent, the latest first."""
    page = await desk.run(list_sends, cursor=desk.ask.query.text("cursor") or None)
    return await desk.page(
        "campaigns/page.html", sends=page.items, pager=desk.pager((), page.next_cursor)
    )


@at_desk(Permission.CAMPAIGNS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty message."""
    return await _show_new(desk, {})


@at_desk(Permission.CAMPAIGNS_WRITE)
async def send(desk: Desk) -> Answer:
    """Begin to send."""
    form = desk.ask.form
    places = {
        "channels.link_malformed": "link",
        "campaigns.segment_not_found": "segment_id",
        "coupons.campaign_closed": "coupon_campaign_id",
        "coupons.campaign_over": "coupon_campaign_id",
    }
    try:
        sent = await desk.run(
            send_campaign,
            segment_id=form.text("segment_id"),
            channel_id=form.text("channel_id") or "0",
            title=form.text("title"),
            body=form.text("body"),
            link=form.text("link") or f"/shops/{desk.merchant_id:d}",
            coupon_campaign_id=form.text("coupon_campaign_id") or "0",
        )
    except Failure as failure:
        return await _show_new(desk, desk.mistakes(failure, places), status=422)
    said = mark("The message is on its way.")
    return desk.ask.go(f"/console/campaigns/{sent.send_id:d}", said)


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    segments = (await desk.run(list_segments, limit=_choices_max)).items
    channels = (await desk.run(list_channels)).items
    coupons = []
    if desk.may(Permission.COUPONS_READ):
        reports = (await desk.run(list_campaigns, limit=_choices_max)).items
        now = desk.ask.house.now()
        coupons = [
            (str(int(one.campaign.campaign_id)), f"{one.campaign.name} ({one.counts.left})")
            for one in reports
            if one.campaign.closed_at is None and one.campaign.valid_until > now
        ]
    return await desk.page(
        "campaigns/new.html",
        status=status,
        errors=errors,
        segments=[(str(int(one.segment_id)), one.name) for one in segments],
        channels=[(str(int(one.channel_id)), one.name) for one in channels],
        coupons=coupons,
    )


@at_desk(Permission.CAMPAIGNS_WRITE)
async def count_segment(desk: Desk) -> Answer:
    """How many members the chosen segment holds, as a part of the page."""
    chosen = desk.ask.query.text("segment_id")
    segments = (await desk.run(list_segments, limit=_choices_max)).items
    found = next((one for one in segments if str(int(one.segment_id)) == chosen), None)
    count = None
    if found is not None:
        count = (await desk.run(preview_segment, rules=found.rules)).members_count
    return await desk.part("campaigns/count.html", "count", count=count, error="")


@at_desk(Permission.CAMPAIGNS_READ)
async def show_send(desk: Desk) -> Answer:
    """One send and what has come of it so far."""
    report = await desk.run(read_send, send_id=desk.ask.id("send_id", SendId))
    results = {name: count for name, count in report.results.items() if count}
    chart = Chart(
        kind="pie",
        labels=tuple(desk.ask.words(words.RESULTS.get(name, name)) for name in results),
        series=(Series(name=desk.ask.words(mark("Members")), values=tuple(results.values())),),
    )
    effect = Chart(
        kind="funnel",
        labels=tuple(
            desk.ask.words(one)
            for one in (
                mark("In the segment"),
                mark("Reached"),
                mark("Coupons given"),
                mark("Coupons used"),
            )
        ),
        series=(
            Series(
                name=desk.ask.words(mark("Members")),
                values=(
                    report.send.audience_count,
                    results.get("delivered", 0),
                    report.coupons_given,
                    report.coupons_redeemed,
                ),
            ),
        ),
    )
    return await desk.page(
        "campaigns/send.html",
        report=report,
        send=report.send,
        chart=chart,
        effect=effect,
        **await _list_recipients(desk, report.send.send_id),
    )


async def _list_recipients(desk: Desk, send_id: SendId) -> dict[str, Any]:
    """Whom a send was for, for those who may know single members; None for others."""
    if not desk.may(Permission.MEMBERS_READ):
        return {"recipients": None}
    result = desk.ask.query.text("result")
    page = await desk.run(
        list_recipients,
        send_id=send_id,
        result=result or None,
        cursor=desk.ask.query.text("cursor") or None,
    )
    return {
        "recipients": page.items,
        "result": result,
        "path": desk.ask.path,
        "pager": desk.pager(("result",), page.next_cursor),
    }


ROUTES = (
    PageRoute("GET", "/console/campaigns", show_sends),
    PageRoute("POST", "/console/campaigns", send),
    PageRoute("GET", "/console/campaigns/new", show_new),
    PageRoute("GET", "/console/campaigns/count", count_segment),
    PageRoute("GET", "/console/campaigns/{send_id}", show_send),
)

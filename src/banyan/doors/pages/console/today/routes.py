"""Today's figures beside yesterday's, the curve of the last days, the loop, the latest orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from banyan.books.actor import Permission
from banyan.commerce.catalogue import list_products
from banyan.commerce.coupons import list_campaigns
from banyan.commerce.orders import Order, list_orders
from banyan.commerce.places import list_places
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.gateways.names import TROUBLES
from banyan.doors.pages.console.insight import charts
from banyan.doors.pages.console.insight.asking import Span, ask_report
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.gateways import Trouble, list_troubles
from banyan.reach.channels import list_channels
from banyan.views.insight import OverviewReport, read_funnel, read_overview, read_recognised
from banyan.views.insight.types import TradeRow

_orders_max = 8
_curves = (7, 30)


@at_desk()
async def show_today(desk: Desk) -> Answer:
    """What happened today, and what is still to be set up."""
    orders: list[Order] = []
    if desk.may(Permission.ORDERS_READ):
        page = await desk.run(list_orders, store_id=desk.store_id, limit=_orders_max)
        orders = page.items
    figures: dict[str, Any] = {"has_figures": False}
    if desk.may(Permission.INSIGHT_READ):
        figures = await _figures(desk)
    troubles: list[Trouble] = []
    if desk.may(Permission.FINANCE_READ):
        troubles = (await desk.run(list_troubles)).items
    return await desk.page(
        "today/page.html",
        orders=orders,
        troubles=troubles,
        provider_troubles=TROUBLES,
        steps=await _steps(desk),
        today=desk.today,
        **figures,
    )


async def _figures(desk: Desk) -> dict[str, Any]:
    today = desk.today
    days = _curves[0] if desk.ask.query.text("days") == str(_curves[0]) else _curves[1]
    span = Span(today - timedelta(days=days - 1), today)
    asked = Span(min(span.first, today - timedelta(days=1)), today)
    report = await ask_report(desk, read_overview, asked, by=["day"])
    funnel = await ask_report(desk, read_funnel, span)
    recognised = await ask_report(desk, read_recognised, Span(today, today))
    now, before = _row(report, today), _row(report, today - timedelta(days=1))
    known = recognised.rows[0] if recognised and recognised.rows else None
    return {
        "has_figures": report is not None,
        "now": now,
        "before": before,
        "known": known,
        "curve": charts.draw_revenue(desk, span, report),
        "funnel": charts.draw_funnel(desk, funnel.rows[0] if funnel and funnel.rows else None),
        "days": days,
        "curves": _curves,
        "report": report,
    }


def _row(report: OverviewReport | None, day: object) -> TradeRow | None:
    return next((one for one in (report.rows if report else []) if one.on == day), None)


async def _steps(desk: Desk) -> list[tuple[str, str, str]]:
    """What a new shop still has to do: title, why, and where; nothing once it is all there."""
    steps: list[tuple[str, str, str]] = []

    if desk.may(Permission.STORES_WRITE) and not desk.stores:
        steps.append(
            (
                mark("Open a store"),
                mark("Everything is sold somewhere."),
                "/console/stores/new",
            )
        )
    if desk.may(Permission.CATALOGUE_WRITE) and not (await desk.run(list_products, limit=1)).items:
        steps.append(
            (
                mark("Add a product"),
                mark("By hand, or a whole list from a file."),
                "/console/products/new",
            )
        )
    if desk.may(Permission.PLACES_WRITE) and not (await desk.run(list_places, limit=1)).items:
        steps.append(
            (
                mark("Make a code for the door"),
                mark("Whoever scans it can join with one tap."),
                "/console/places/new",
            )
        )
    if desk.may(Permission.CHANNELS_WRITE) and not (await desk.run(list_channels)).items:
        steps.append(
            (
                mark("Make your official account"),
                mark("Members follow it, and you can write to them."),
                "/console/channel",
            )
        )
    if desk.may(Permission.COUPONS_WRITE) and not (await desk.run(list_campaigns, limit=1)).items:
        steps.append(
            (
                mark("Welcome new members with a coupon"),
                mark("It is the reason to scan, and to come back."),
                "/console/coupons/new",
            )
        )
    return steps


@at_desk()
async def enter(desk: Desk) -> Answer:
    """Where the console begins."""
    return desk.ask.go("/console/today")


ROUTES = (
    PageRoute("GET", "/console", enter),
    PageRoute("GET", "/console/today", show_today),
)

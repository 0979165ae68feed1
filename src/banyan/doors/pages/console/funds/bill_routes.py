"""Shows how money moved over some days, and gives bills and statements out as files."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.funds import names, papers
from banyan.doors.pages.console.inputs import find_day
from banyan.doors.pages.router import PageRoute
from banyan.pay.settle import CHINA
from banyan.views.bills import FundBill, TradeBill, read_fund_bill, read_trade_bill

_home = "/console/bills"
_shown_max = 500
_usual = timedelta(days=6)
_csv, _pdf = "text/csv; charset=utf-8", "application/pdf"


@at_desk(Permission.FINANCE_READ)
async def show_bills(desk: Desk) -> Answer:
    """Each movement of some days, by default of a week."""
    since, until = read_span(desk)
    errors: dict[str, str] = {}
    bill = None
    try:
        bill = await _read(desk, since, until)
    except Failure as failure:
        errors = desk.mistakes(failure)
    flows = bill.flows if bill else []
    return await desk.page(
        "funds/bills.html",
        status=422 if errors else 200,
        bill=bill,
        flows=list(reversed(flows[-_shown_max:])),
        is_cut=len(flows) > _shown_max,
        came_fen=sum(one.amount_fen for one in flows if one.amount_fen > 0),
        went_fen=-sum(one.amount_fen for one in flows if one.amount_fen < 0),
        since=since,
        until=until,
        names=names,
        errors=errors,
    )


@at_desk(Permission.FINANCE_READ)
async def download_statement(desk: Desk) -> Answer:
    """The movements as a table."""
    since, until = read_span(desk)
    content = await asyncio.to_thread(papers.render_csv, desk, await _read(desk, since, until))
    return desk.ask.file(content, _csv, name=f"statement-{since}-{until}.csv")


@at_desk(Permission.FINANCE_READ)
async def download_paper(desk: Desk) -> Answer:
    """The movements as a paper to print."""
    since, until = read_span(desk)
    content = await asyncio.to_thread(papers.render_pdf, desk, await _read(desk, since, until))
    return desk.ask.file(content, _pdf, name=f"statement-{since}-{until}.pdf")


@at_desk(Permission.FINANCE_READ)
async def download_trade(desk: Desk) -> Answer:
    """A day's charges and refunds as a table."""
    _, on = read_span(desk)
    bill: TradeBill = await desk.run(read_trade_bill, on=f"{on}", currency=desk.currency)
    content = await asyncio.to_thread(papers.render_trade_csv, desk, bill)
    return desk.ask.file(content, _csv, name=f"trade-{on}.csv")


def read_span(desk: Desk) -> tuple[date, date]:
    """The days that were chosen, or the last seven; bills know China's days."""
    today = desk.ask.house.now().astimezone(CHINA).date()
    until = find_day(desk.ask.query.text("until")) or today
    return find_day(desk.ask.query.text("from")) or until - _usual, until


async def _read(desk: Desk, since: date, until: date) -> FundBill:
    values: dict[str, Any] = {"since": f"{since}", "until": f"{until}", "currency": desk.currency}
    return await desk.run(read_fund_bill, **values)


ROUTES = (
    PageRoute("GET", _home, show_bills),
    PageRoute("GET", f"{_home}/statement.csv", download_statement),
    PageRoute("GET", f"{_home}/statement.pdf", download_paper),
    PageRoute("GET", f"{_home}/trade.csv", download_trade),
)

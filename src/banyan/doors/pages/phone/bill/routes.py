"""My bill: a month of my wallet by kinds, with its sums, as a table and as a paper."""

from __future__ import annotations

import asyncio
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from banyan.base.money import CNY, currency
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.phone.words import name_entry
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.settle import CHINA
from banyan.views.statements import (
    EntryKind,
    ReadWalletBill,
    WalletBill,
    WalletEntry,
    read_wallet_bill,
)
from banyan.wire.receipts import Column, Statement, render_statement_pdf
from banyan.wire.sheets import render_table

_home = "/wallet/bill"
_month = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_code = re.compile(r"[A-Z]{3}")
_COLUMNS = (mark("Time"), mark("Kind"), mark("With whom"), mark("Number"), mark("Amount"))
_widths = (36.0, 32.0, 46.0, 44.0, 24.0)
_csv, _pdf = "text/csv; charset=utf-8", "application/pdf"


async def show_bill(ask: Ask) -> Answer:
    """A month, or one kind of it."""
    bill = await _read(ask)
    kind = ask.query.text("kind")
    sums: Mapping[EntryKind, int] = _sum(bill)
    entries = [one for one in bill.entries if kind in {"", one.kind.value}]
    before = bill.since - timedelta(days=1)
    after = bill.until + timedelta(days=1)
    return show(
        ask,
        "bill/page.html",
        await frame_of(ask),
        bill=bill,
        entries=entries,
        sums=sums,
        kind=kind,
        month=f"{bill.since:%Y-%m}",
        before=f"{before:%Y-%m}",
        after=f"{after:%Y-%m}" if after <= _today(ask) else "",
        came_fen=sum(one.amount_fen for one in bill.entries if one.amount_fen > 0),
        went_fen=-sum(one.amount_fen for one in bill.entries if one.amount_fen < 0),
    )


async def download_table(ask: Ask) -> Answer:
    """The month as a table."""
    bill = await _read(ask)
    content = render_table([ask.words(one) for one in _COLUMNS], _rows(ask, bill))
    return ask.file(content, _csv, name=f"bill-{bill.since:%Y-%m}.csv")


async def download_paper(ask: Ask) -> Answer:
    """The month as a paper to print."""
    bill = await _read(ask)
    words = ask.words
    names = zip(_COLUMNS, _widths, strict=True)
    statement = Statement(
        title=words(mark("Bill of my wallet")),
        facts=[
            (words(mark("Dates")), f"{bill.since} – {bill.until}"),
            (words(mark("Currency")), bill.currency),
            (words(mark("At first")), _write(bill.opening_fen, bill.currency)),
            (words(mark("In the end")), _write(bill.closing_fen, bill.currency)),
        ],
        columns=[
            Column(words(name), width, is_number=name == _COLUMNS[-1]) for name, width in names
        ],
        rows=_rows(ask, bill),
        note="Banyan",
    )
    content = await asyncio.to_thread(render_statement_pdf, statement)
    return ask.file(content, _pdf, name=f"bill-{bill.since:%Y-%m}.pdf")


async def _read(ask: Ask) -> WalletBill:
    """The month that was chosen, or this one."""
    found = _month.fullmatch(ask.query.text("month"))
    given = ask.query.text("currency")
    today = _today(ask)
    year, month = (int(found[1]), int(found[2])) if found else (today.year, today.month)
    query = ReadWalletBill(
        since=date(year, month, 1),
        until=date(year, month, monthrange(year, month)[1]),
        currency=given if _code.fullmatch(given) else CNY.code,
    )
    return await ask.run(read_wallet_bill, query)


def _today(ask: Ask) -> date:
    return ask.house.now().astimezone(CHINA).date()


def _sum(bill: WalletBill) -> dict[EntryKind, int]:
    sums: dict[EntryKind, int] = defaultdict(int)
    for one in bill.entries:
        sums[one.kind] += one.amount_fen
    return dict(sorted(sums.items(), key=lambda pair: -abs(pair[1])))


def _rows(ask: Ask, bill: WalletBill) -> list[list[str]]:
    return [_row(ask, one) for one in bill.entries]


def _row(ask: Ask, one: WalletEntry) -> list[str]:
    return [
        f"{one.happened_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        ask.words(name_entry(one.kind)),
        one.merchant_name,
        f"{int(one.entry_id):d}",
        _write(one.amount_fen, one.currency),
    ]


def _write(fen: int, code: str) -> str:
    exponent = currency(code).exponent
    whole, rest = divmod(abs(fen), 10**exponent)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole}.{rest:0{exponent}d}" if exponent else f"{sign}{whole}"


ROUTES = (
    PageRoute("GET", _home, show_bill),
    PageRoute("GET", f"{_home}.csv", download_table),
    PageRoute("GET", f"{_home}.pdf", download_paper),
)

"""Bills as files in the language of whoever asks: tables for spreadsheets, papers to print."""

from __future__ import annotations

from datetime import datetime

from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.console.funds import names
from banyan.doors.pages.shell import mark
from banyan.pay.settle import CHINA
from banyan.views.bills import FundBill, TradeBill, TradeLine
from banyan.wire.receipts import Column, Statement, render_statement_pdf
from banyan.wire.sheets import render_table

_TRADE = (
    mark("Time"),
    mark("Kind"),
    mark("Our number"),
    mark("Number"),
    mark("Description"),
    mark("Way"),
    mark("Amount"),
    mark("Vouchers"),
    mark("Given up by the shop"),
    mark("Payment fee"),
    mark("Yours"),
)
_FLOWS = (
    mark("Time"),
    mark("Kind"),
    mark("Our number"),
    mark("Number"),
    mark("Amount"),
    mark("Balance"),
)
_widths = (33.0, 26.0, 55.0, 28.0, 20.0, 20.0)
_numbers_from = 4


def render_csv(desk: Desk, bill: FundBill) -> bytes:
    """Each movement with the balance after it."""
    return render_table([desk.ask.words(one) for one in _FLOWS], _rows(desk, bill))


def render_pdf(desk: Desk, bill: FundBill) -> bytes:
    """The same as a paper, the sums at its head."""
    words = desk.ask.words
    came = sum(one.amount_fen for one in bill.flows if one.amount_fen > 0)
    went = sum(one.amount_fen for one in bill.flows if one.amount_fen < 0)
    columns = [
        Column(words(name), width, is_number=number >= _numbers_from)
        for number, (name, width) in enumerate(zip(_FLOWS, _widths, strict=True))
    ]
    statement = Statement(
        title=words(mark("Statement")),
        facts=[
            (words(mark("Merchant")), desk.mine.merchant.name),
            (words(mark("Dates")), f"{bill.since} – {bill.until}"),
            (words(mark("Currency")), bill.currency),
            (words(mark("At first")), desk.write_money(bill.opening_fen)),
            (words(mark("Came in")), desk.write_money(came)),
            (words(mark("Went")), _signed(desk, went)),
            (words(mark("In the end")), desk.write_money(bill.closing_fen)),
        ],
        columns=columns,
        rows=_rows(desk, bill),
        note="Banyan",
    )
    return render_statement_pdf(statement)


def render_trade_csv(desk: Desk, bill: TradeBill) -> bytes:
    """Each payment and refund of a day."""
    columns = [desk.ask.words(one) for one in _TRADE]
    return render_table(columns, [_trade_row(desk, line) for line in bill.lines])


def _rows(desk: Desk, bill: FundBill) -> list[list[str]]:
    return [
        [
            _time(one.at),
            desk.ask.words(names.FLOW_KINDS[one.kind]),
            one.number,
            one.out_no,
            _signed(desk, one.amount_fen),
            _signed(desk, one.balance_fen),
        ]
        for one in bill.flows
    ]


def _trade_row(desk: Desk, line: TradeLine) -> list[str]:
    sign = -1 if line.is_refund else 1
    amount = line.refund_fen if line.is_refund else line.total_fen
    kind = "refund" if line.is_refund else "payment"
    return [
        _time(line.at),
        desk.ask.words(names.FLOW_KINDS[kind]),
        line.refund_no or line.transaction_no,
        line.out_refund_no or line.out_no,
        line.facts.description,
        desk.ask.words(names.WAYS[line.way]),
        _signed(desk, sign * amount),
        _signed(desk, sign * line.voucher_fen),
        _signed(desk, sign * line.discount_fen),
        _signed(desk, -sign * line.fee_fen),
        _signed(desk, sign * (line.settled_fen - line.fee_fen)),
    ]


def _time(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _signed(desk: Desk, fen: int) -> str:
    return f"-{desk.write_money(-fen)}" if fen < 0 else desk.write_money(fen)

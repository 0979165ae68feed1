"""Bills of a day or a month: asked for, then fetched from an address that lasts half a minute."""

from __future__ import annotations

import asyncio
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.base.ids import Id
from banyan.books.work import SYSTEM
from banyan.doors.alipay.endpoint import CHINA, Call, Office, endpoint
from banyan.doors.alipay.errors import WireError
from banyan.doors.http import Answer
from banyan.doors.http.answer import send_answer
from banyan.doors.http.visit import Receive, Scope, Send, find_visit
from banyan.parties.ids import MerchantId
from banyan.pay.alipayapps import ListApps, list_apps
from banyan.views.bills import (
    PORTS,
    BillKind,
    BillLink,
    FlowKind,
    ReadFundBill,
    ReadTradeBill,
    TradeLine,
    read_fund_bill,
    read_trade_bill,
)
from banyan.wire.alipay import BillLine, BillPaper, FlowLine, render_bill, render_flow

BILL_PATH = "/alipay-bill"
LASTS = timedelta(seconds=30)
_kinds = {"trade": BillKind.TRADE, "signcustomer": BillKind.FUNDS}
_days_back = timedelta(days=366 * 2)
_within_trade = re.compile(r"^[0-9]{15,19}:")
_month_length = len("2026-11")
_none = WireError("40004", "isp.bill_not_exist", "账单不存在")
_words = {
    FlowKind.PAYMENT: "在线支付",
    FlowKind.REFUND: "交易退款",
    FlowKind.FEE: "收费",
    FlowKind.FEE_BACK: "退费",
    FlowKind.REMITTANCE: "转账",
    FlowKind.PAYOUT: "提现",
    FlowKind.SHARING: "交易分账",
    FlowKind.SHARING_BACK: "交易分账",
    FlowKind.PACKET: "红包",
    FlowKind.PACKET_BACK: "红包",
}
_other = "其它"
_gone = Answer(403, "下载链接已失效".encode(), b"text/plain; charset=utf-8")


class AskBill(msgspec.Struct, frozen=True, kw_only=True):
    """Which bill."""

    bill_type: str = ""
    bill_date: str = ""


class Days(msgspec.Struct, frozen=True):
    """A day, or all of a month."""

    since: date
    until: date
    """The last one."""


@endpoint("alipay.data.dataservice.bill.downloadurl.query", lacks="bills of other types")
async def find_bill(call: Call, asked: AskBill) -> dict[str, Any]:
    """Where a day's or a month's trade, or the flow of money, can be fetched for half a minute."""
    kind = _kinds.get(asked.bill_type)
    if kind is None:
        raise call.wrong("bill_type")
    days = read_days(asked.bill_date)
    if days is None:
        raise call.wrong("bill_date")
    today = call.now.astimezone(CHINA).date()
    if days.until >= today or days.since < today - _days_back:
        raise _none
    link = BillLink(
        merchant_id=call.caller.merchant_id,
        kind=kind,
        on=days.since,
        expires_at=call.now + LASTS,
        # The link's own words have no place for a month: its days are told beside it.
        is_packed=days.until > days.since,
    )
    return {"bill_download_url": f"{call.base_url}{BILL_PATH}?token={PORTS.write(link)}"}


def read_days(text: str) -> Days | None:
    """The days of `2026-11-21` or of `2026-11`; None for anything else."""
    try:
        if len(text) == _month_length:
            first = date.fromisoformat(f"{text}-01")
            return Days(first, first.replace(day=monthrange(first.year, first.month)[1]))
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return Days(day, day) if text == day.isoformat() else None


class BillDoor:
    """An ASGI application: gives a bill to whoever has its address while that lasts."""

    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        self._office = office
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one download."""
        del receive
        visit = find_visit(scope)
        visit.route = BILL_PATH
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        link = PORTS.read(query.get("token", ""))
        if link is None or link.expires_at < self._now():
            await send_answer(send, _gone)
            return
        try:
            answer = await self._render(link)
        except Failure as failure:
            visit.code = failure.code
            answer = _gone
        await send_answer(send, answer)

    async def _render(self, link: BillLink) -> Answer:
        days = read_days(f"{link.on:%Y-%m}" if link.is_packed else link.on.isoformat())
        assert days is not None
        merchant_id = MerchantId(link.merchant_id)
        apps = await self._office.run(list_apps, ListApps(merchant_id=merchant_id), SYSTEM)
        if not apps.seller_id:
            raise NotFound("alipayapps.not_found")
        paper = BillPaper(
            seller_id=apps.seller_id, day=days.since, until=days.until + timedelta(days=1)
        )
        trade = link.kind is BillKind.TRADE
        content = await (self._read_trade if trade else self._read_flow)(merchant_id, days, paper)
        name = f"{apps.seller_id}_{days.since:%Y%m%d}.csv.zip"
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        headers = ((b"content-disposition", disposition.encode()),)
        return Answer(200, content, b"application/zip", headers)

    async def _read_trade(self, merchant_id: MerchantId, days: Days, paper: BillPaper) -> bytes:
        lines: list[BillLine] = []
        for place in range((days.until - days.since).days + 1):
            query = ReadTradeBill(
                merchant_id=merchant_id,
                on=days.since + timedelta(days=place),
                payee_id=merchant_id,
                networks=["alipay"],
            )
            bill = await self._office.run(read_trade_bill, query, SYSTEM)
            lines += [_line(one) for one in bill.lines]
        # A month of a busy seller takes long: others are answered meanwhile.
        return await asyncio.to_thread(render_bill, paper, lines)

    async def _read_flow(self, merchant_id: MerchantId, days: Days, paper: BillPaper) -> bytes:
        query = ReadFundBill(merchant_id=merchant_id, since=days.since, until=days.until)
        bill = await self._office.run(read_fund_bill, query, SYSTEM)
        lines = (
            FlowLine(
                flow_no=str(int(Id(one.flow_id))),
                number=one.number,
                out_no=_own_number(one.out_no),
                at=one.at,
                amount_fen=one.amount_fen,
                balance_fen=one.balance_fen,
                kind=_words.get(one.kind, _other),
            )
            for one in bill.flows
        )
        return await asyncio.to_thread(render_flow, paper, lines)


def _own_number(name: str) -> str:
    """A refund's number as the program gave it: among all of a merchant its trade stands before."""
    return _within_trade.sub("", name, count=1)


def _line(one: TradeLine) -> BillLine:
    sign = -1 if one.is_refund else 1
    return BillLine(
        trade_no=one.transaction_no,
        out_trade_no=one.out_no,
        out_request_no=_own_number(one.out_refund_no),
        subject=one.facts.description,
        created_at=one.created_at,
        ended_at=one.at,
        store=one.facts.scene.get("store_id", ""),
        total_fen=sign * (one.refund_fen if one.is_refund else one.total_fen),
        receipt_fen=sign * one.settled_fen,
        voucher_fen=sign * one.voucher_fen,
        discount_fen=sign * one.discount_fen,
        fee_fen=-sign * one.fee_fen,
        remark=one.reason,
    )


ENDPOINTS = (find_bill,)

"""Reads bills: they are computed from the books whenever they are asked for, and are the same."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.money import CNY, CurrencyCode, currency
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.wallets import purse_of, shared_of, unsettled_of
from banyan.views.bills import store
from banyan.views.bills.rules import LINES_MAX, bounds_of
from banyan.views.bills.types import FundBill, Part, TradeBill

_Network = Annotated[str, msgspec.Meta(pattern=r"^(own|wechat|alipay)$(?!\n)")]
_networks = ("own", "wechat", "alipay")


class ReadTradeBill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what was paid over the wire on a day, and what went back."""

    merchant_id: MerchantId
    on: date
    part: Part = Part.ALL
    payee_id: MerchantId = MerchantId(0)
    """One of those for whom the merchant asks as their provider; 0 for all, and itself."""
    networks: Annotated[Sequence[_Network], msgspec.Meta(max_length=3)] = _networks
    currency: CurrencyCode = CNY.code


class ReadFundBill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: how a merchant's money moved over some days, both ends included."""

    merchant_id: MerchantId
    since: date
    until: date
    currency: CurrencyCode = CNY.code


@reading(permission=Permission.FINANCE_READ)
async def read_trade_bill(work: Work, query: ReadTradeBill) -> TradeBill:
    """Return a day's trade, by China's clock. Raises Refusal `bills.too_long`."""
    since, until = bounds_of(query.on, query.on)
    wanted = store.Wanted(
        merchant_id=query.merchant_id,
        payee_id=query.payee_id,
        networks=query.networks,
        currency=query.currency,
        since=since,
        until=until,
    )
    lines = []
    if query.part is not Part.REFUNDED:
        lines += await store.list_paid(work.db, wanted)
    if query.part is not Part.PAID:
        lines += await store.list_refunded(work.db, wanted)
    _check_length(len(lines))
    return TradeBill(on=query.on, lines=sorted(lines, key=lambda one: one.at))


@reading(permission=Permission.FINANCE_READ)
async def read_fund_bill(work: Work, query: ReadFundBill) -> FundBill:
    """Return each change of what a merchant holds, with what it held afterwards.

    Raises Invalid `bills.days_reversed`, `bills.too_many_days`, `money.unknown_currency`; Refusal
    `bills.too_long`.
    """
    since, until = bounds_of(query.since, query.until)
    money = currency(query.currency)
    accounts = [
        int(of(money, query.merchant_id).account_id) for of in (purse_of, unsettled_of, shared_of)
    ]
    opening, flows = await store.list_flows(work.db, query.merchant_id, accounts, since, until)
    _check_length(len(flows))
    return FundBill(
        currency=query.currency,
        since=query.since,
        until=query.until,
        opening_fen=opening,
        closing_fen=flows[-1].balance_fen if flows else opening,
        flows=flows,
    )


def _check_length(count: int) -> None:
    if count >= LINES_MAX:
        raise Refusal("bills.too_long", lines_max=LINES_MAX)

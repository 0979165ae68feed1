"""Compares a merchant's books, day by day, and lists every difference."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from banyan.base.errors import Refusal
from banyan.base.money import CNY, CurrencyCode, currency
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeId, ChargeRefundId, refund_no_of, transaction_no_of
from banyan.pay.settle import CHINA
from banyan.pay.wallets import purse_of, shared_of, unsettled_of
from banyan.views.bills import ReadFundBill, bounds_of, read_fund_bill
from banyan.views.reconcile import store
from banyan.views.reconcile.rules import find_problem
from banyan.views.reconcile.types import (
    Days,
    DaySum,
    Difference,
    Family,
    FamilySum,
    Reconciliation,
)


class ReadReconciliation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a day of a merchant's books, compared."""

    merchant_id: MerchantId
    on: date
    currency: CurrencyCode = CNY.code


class ListReconciledDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: how the books of some days compare, both ends included."""

    merchant_id: MerchantId
    since: date
    until: date
    currency: CurrencyCode = CNY.code


@reading(permission=Permission.FINANCE_READ)
async def read_reconciliation(work: Work, query: ReadReconciliation) -> Reconciliation:
    """Compare what the ledger moved, what bills tell, and what the bank says it took.

    Raises Invalid `money.unknown_currency`; Refusal `bills.too_long`.
    """
    items = await _list_items(work, query.merchant_id, query.currency, query.on, query.on)
    funds = await read_fund_bill(
        work,
        ReadFundBill(
            merchant_id=query.merchant_id,
            since=query.on,
            until=query.on,
            currency=query.currency,
        ),
    )
    return Reconciliation(
        on=query.on,
        currency=query.currency,
        opening_fen=funds.opening_fen,
        closing_fen=funds.closing_fen,
        sums=_sum(items),
        differences=[found for one in items if (found := _compare(one)) is not None],
    )


@reading(permission=Permission.FINANCE_READ)
async def list_reconciled_days(work: Work, query: ListReconciledDays) -> Days:
    """Return each day on which anything moved, the latest first, with how many differences.

    Raises Invalid `bills.days_reversed`, `bills.too_many_days`; Refusal `bills.too_long`.
    """
    items = await _list_items(work, query.merchant_id, query.currency, query.since, query.until)
    by_day: dict[date, list[store.Item]] = defaultdict(list)
    for one in items:
        by_day[_day(one.at)].append(one)
    return Days(items=[_day_sum(on, found) for on, found in sorted(by_day.items(), reverse=True)])


async def _list_items(
    work: Work, merchant_id: MerchantId, code: str, since: date, until: date
) -> list[store.Item]:
    money = currency(code)
    kinds = (purse_of, unsettled_of, shared_of)
    accounts = [int(of(money, merchant_id).account_id) for of in kinds]
    bounds = bounds_of(since, until)
    items = await store.list_items(work.db, accounts, merchant_id, code, *bounds)
    if len(items) >= store.ITEMS_MAX:
        raise Refusal("bills.too_long", lines_max=store.ITEMS_MAX)
    return items


def _compare(one: store.Item) -> Difference | None:
    problem = find_problem(one.family, one.ledger_fen, one.booked_fen, one.outside_fen)
    if problem is None:
        return None
    return Difference(
        family=one.family,
        number=_number(one),
        problem=problem,
        at=one.at,
        ledger_fen=one.ledger_fen,
        booked_fen=one.booked_fen,
        outside_fen=one.outside_fen,
    )


def _number(one: store.Item) -> str:
    if one.family is Family.CHARGE:
        return transaction_no_of(ChargeId(one.cause))
    if one.family is Family.CHARGE_REFUND:
        return refund_no_of(ChargeRefundId(one.cause))
    return f"{one.cause:d}"


def _sum(items: Sequence[store.Item]) -> list[FamilySum]:
    sums = []
    for family in Family:
        mine = [one for one in items if one.family is family]
        if mine:
            is_compared = family is not Family.OTHER
            is_outside = family is Family.PAYOUT
            sums.append(
                FamilySum(
                    family=family,
                    count=len(mine),
                    ledger_fen=sum(one.ledger_fen or 0 for one in mine),
                    booked_fen=sum(one.booked_fen or 0 for one in mine) if is_compared else None,
                    outside_fen=sum(one.outside_fen or 0 for one in mine) if is_outside else None,
                )
            )
    return sums


def _day_sum(on: date, items: Sequence[store.Item]) -> DaySum:
    moved = [one.ledger_fen or 0 for one in items]
    return DaySum(
        on=on,
        count=len(items),
        came_fen=sum(fen for fen in moved if fen > 0),
        went_fen=-sum(fen for fen in moved if fen < 0),
        difference_count=sum(_compare(one) is not None for one in items),
    )


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()

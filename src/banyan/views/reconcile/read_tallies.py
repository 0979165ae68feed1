"""Holds providers' statements against what was paid and given back through gateways."""

from collections import Counter
from datetime import date

import msgspec

from banyan.base.errors import NotFound
from banyan.base.money import CNY, CurrencyCode, currency
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import GatewayId
from banyan.pay.tallies import list_rates
from banyan.views.bills import bounds_of
from banyan.views.reconcile import tally_store
from banyan.views.reconcile.types import OutsideDifference, Tally, TallyDay, TallyDays


class ListTallyDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: how outside statements and books compare on some days, both ends included."""

    merchant_id: MerchantId
    since: date
    until: date
    currency: CurrencyCode = CNY.code


class ReadTally(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: an account's day, compared."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    day: date
    currency: CurrencyCode = CNY.code


@reading(permission=Permission.FINANCE_READ)
async def list_tally_days(work: Work, query: ListTallyDays) -> TallyDays:
    """Return each day on which either side tells of anything, and how many differences it has.

    Raises Invalid `bills.days_reversed`, `bills.too_many_days`, `money.unknown_currency`.
    """
    accounts = await tally_store.list_accounts(work.db, query.merchant_id, 0)
    span = _span(query.merchant_id, accounts, query.since, query.until)
    days = await tally_store.list_days(work.db, span, currency(query.currency).code)
    return TallyDays(items=_count(days, await tally_store.list_differences(work.db, span)))


@reading(permission=Permission.FINANCE_READ)
async def read_tally(work: Work, query: ReadTally) -> Tally:
    """Return what both sides tell of an account's day, and every difference.

    Raises NotFound `gateways.not_set`; Invalid `money.unknown_currency`.
    """
    accounts = await tally_store.list_accounts(work.db, query.merchant_id, query.gateway_id)
    if not query.gateway_id or not accounts:
        raise NotFound("gateways.not_set")
    (account,) = accounts
    span = _span(query.merchant_id, accounts, query.day, query.day)
    days = await tally_store.list_days(work.db, span, currency(query.currency).code)
    differences = await tally_store.list_differences(work.db, span)
    rates = await list_rates(work.db, query.merchant_id)
    return Tally(
        gateway_id=account.gateway_id,
        kind=account.kind,
        account=account.account,
        day=next(iter(_count(days, differences)), None),
        differences=differences,
        agreed_rate_bp=rates.get(int(query.gateway_id)),
    )


def _span(
    merchant_id: MerchantId, accounts: list[tally_store.Account], since: date, until: date
) -> tally_store.Span:
    begin, end = bounds_of(since, until)
    return tally_store.Span(
        merchant_id=int(merchant_id),
        gateway_ids=[int(one.gateway_id) for one in accounts],
        since=since,
        until=until,
        begin=begin,
        end=end,
    )


def _count(days: list[TallyDay], differences: list[OutsideDifference]) -> list[TallyDay]:
    counts = Counter((one.gateway_id, one.day, one.remark is None) for one in differences)
    return [
        msgspec.structs.replace(
            day,
            open_count=counts[day.gateway_id, day.day, True],
            settled_count=counts[day.gateway_id, day.day, False],
        )
        for day in days
    ]

"""Reads a person's bill: what changed their wallet on some days, between two balances."""

from datetime import date, datetime

import msgspec

from banyan.base.errors import Refusal
from banyan.base.money import CNY, CurrencyCode
from banyan.base.time_cursor import FAR, ID_MAX
from banyan.books.work import Permission, Work, reading
from banyan.pay.wallets import ReadWallet, read_wallet
from banyan.views.bills import bounds_of
from banyan.views.statements import store
from banyan.views.statements.types import WalletBill, WalletEntry

_page = 1_000
_pages_max = 50


class ReadWalletBill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what changed my wallet on these days, by China's clock, both ends included."""

    since: date
    until: date
    currency: CurrencyCode = CNY.code


@reading(permission=Permission.PERSON)
async def read_wallet_bill(work: Work, query: ReadWalletBill) -> WalletBill:
    """Return the entries of some days, the newest first, with what the wallet held around them.

    Raises Invalid `bills.days_reversed`, `bills.too_many_days`, `money.unknown_currency`; Refusal
    `bills.too_long`.
    """
    since, until = bounds_of(query.since, query.until)
    wallet = await read_wallet(work, ReadWallet(currency=query.currency))
    later = await _list_since(work, query.currency, since)
    entries = [one for one in later if one.happened_at < until]
    opening = wallet.balance_fen - sum(one.amount_fen for one in later)
    return WalletBill(
        currency=query.currency,
        since=query.since,
        until=query.until,
        opening_fen=opening,
        closing_fen=opening + sum(one.amount_fen for one in entries),
        entries=entries,
    )


async def _list_since(work: Work, currency: str, since: datetime) -> list[WalletEntry]:
    """All entries since an instant, the newest first."""
    found: list[WalletEntry] = []
    before = (FAR, ID_MAX)
    for _ in range(_pages_max):
        page = await store.list_entries(work.db, work.actor.person_id, currency, before, _page)
        found += [one for one in page if one.happened_at >= since]
        if len(page) < _page or page[-1].happened_at < since:
            return found
        before = (page[-1].happened_at, int(page[-1].entry_id))
    raise Refusal("bills.too_long", lines_max=_page * _pages_max)

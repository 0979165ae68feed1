"""Reads what merchants hold and what was settled."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec

from banyan.base.money import currency, list_currencies
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.ledger import EMPTY, AccountId, AccountSums, read_accounts
from banyan.books.work import Connection, Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.parties.merchants import ReadMerchant, read_merchant
from banyan.pay.settle import store
from banyan.pay.settle.types import Balance, Settlement
from banyan.pay.wallets import purse_of, shared_of, unsettled_of

_id_max = 2**63 - 1


class ReadBalances(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a merchant holds."""

    merchant_id: MerchantId


class Balances(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant holds, one entry a currency: its own first."""

    items: list[Balance]


class ListSettlements(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what was settled, the newest first."""

    merchant_id: MerchantId
    since: date | None = None
    """Paid on this day or later."""
    until: date | None = None
    limit: Limit = 20
    cursor: Annotated[Cursor | None, msgspec.Meta(description="From the page before.")] = None


@reading(permission=Permission.FINANCE_READ)
async def read_balances(work: Work, query: ReadBalances) -> Balances:
    """Return what a merchant holds in its own currency and in each other that it was paid in."""
    merchant = await read_merchant(work, ReadMerchant(merchant_id=query.merchant_id))
    found = await find_balances(work.db, query.merchant_id)
    own = found.pop(merchant.currency, None) or _balance(merchant.currency, {}, query.merchant_id)
    return Balances(items=[own, *(one for _, one in sorted(found.items()))])


@reading(permission=Permission.FINANCE_READ)
async def list_settlements(work: Work, query: ListSettlements) -> Page[Settlement]:
    """Return a page of what was settled. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, _id_max)
    found = await store.list_settlements(
        work.db,
        query.merchant_id,
        before,
        query.since or date.min,
        query.until or date.max,
        query.limit + 1,
    )
    return page_of(found, query.limit, [int(one.settlement_id) for one in found])


async def find_balances(db: Connection, merchant_id: MerchantId) -> dict[str, Balance]:
    """What a merchant holds, by currency; without those of which it never had any."""
    ids = [
        one.account_id
        for money in list_currencies()
        for one in (of(money, merchant_id) for of in (purse_of, unsettled_of, shared_of))
    ]
    sums = await read_accounts(db, ids)
    books = {one.book for one in sums.values()}
    return {
        money.code: _balance(money.code, sums, merchant_id)
        for money in list_currencies()
        if money.number in books
    }


def _balance(code: str, sums: Mapping[AccountId, AccountSums], merchant_id: MerchantId) -> Balance:
    money = currency(code)
    purse = sums.get(purse_of(money, merchant_id).account_id, EMPTY)
    return Balance(
        currency=code,
        available_fen=purse.available,
        pending_fen=sums.get(unsettled_of(money, merchant_id).account_id, EMPTY).balance,
        frozen_fen=sums.get(shared_of(money, merchant_id).account_id, EMPTY).balance,
        leaving_fen=purse.debits_pending,
    )

"""Reads what a merchant held when a day ended: computed from the books each time."""

from datetime import date

import msgspec

from banyan.base.money import CNY, CurrencyCode, currency
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.wallets import purse_of, shared_of, unsettled_of
from banyan.views.bills import days_store
from banyan.views.bills.rules import bounds_of


class ReadDayEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a merchant held at the end of a day."""

    merchant_id: MerchantId
    on: date
    currency: CurrencyCode = CNY.code


class DayEnd(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant held."""

    available_fen: int
    """Its own, with what was on its way to banks and people."""
    pending_fen: int
    """Not settled yet, or waiting to be shared."""


@reading(permission=Permission.FINANCE_READ)
async def read_day_end(work: Work, query: ReadDayEnd) -> DayEnd:
    """Return what was held at the end of a day, by China's clock.

    Raises Invalid `money.unknown_currency`.
    """
    _, until = bounds_of(query.on, query.on)
    money, merchant_id = currency(query.currency), query.merchant_id
    own = [int(purse_of(money, merchant_id).account_id)]
    waiting = [int(of(money, merchant_id).account_id) for of in (unsettled_of, shared_of)]
    return DayEnd(
        available_fen=await days_store.read_held(work.db, own, until),
        pending_fen=await days_store.read_held(work.db, waiting, until),
    )

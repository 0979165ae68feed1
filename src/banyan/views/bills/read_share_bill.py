"""Reads what was shared of a merchant's charges on a day: computed from the books each time."""

from datetime import date

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.views.bills import store
from banyan.views.bills.rules import LINES_MAX, bounds_of
from banyan.views.bills.types import ShareBill


class ReadShareBill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what was shared of charges on a day, and what came back."""

    merchant_id: MerchantId
    on: date
    payee_id: MerchantId = MerchantId(0)
    """One of those for whom the merchant asks as their provider; 0 for all, and itself."""


@reading(permission=Permission.FINANCE_READ)
async def read_share_bill(work: Work, query: ReadShareBill) -> ShareBill:
    """Return what was shared on a day, by China's clock. Raises Refusal `bills.too_long`."""
    since, until = bounds_of(query.on, query.on)
    lines = await store.list_shares(work.db, query.merchant_id, query.payee_id, since, until)
    if len(lines) >= LINES_MAX:
        raise Refusal("bills.too_long", lines_max=LINES_MAX)
    return ShareBill(on=query.on, lines=lines)

"""Every SQL statement on schema `afterpay`, and thin functions over them."""

import asyncpg

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.afterpay.types import AfterPage, Trade

_find_page = """
select merchant_id, provider_id, is_open, has_receipt, receipt_url, has_adverts, unwanted,
    changed_at
from afterpay.pages
where merchant_id = $1
"""
_set_page = """
insert into afterpay.pages (
    merchant_id, provider_id, is_open, has_receipt, receipt_url, has_adverts, unwanted, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (merchant_id) do update
set provider_id = excluded.provider_id, is_open = excluded.is_open,
    has_receipt = excluded.has_receipt, receipt_url = excluded.receipt_url,
    has_adverts = excluded.has_adverts, unwanted = excluded.unwanted,
    changed_at = excluded.changed_at
"""


async def read_page(db: Connection, merchant_id: int) -> AfterPage:
    """Return what people see after they paid a merchant; by itself nothing of its own."""
    row = await db.fetchrow(_find_page, merchant_id)
    return _page(row) if row else AfterPage(merchant_id=Id(merchant_id))


async def set_page(db: Connection, page: AfterPage) -> None:
    """Write what people see."""
    await db.execute(
        _set_page,
        page.merchant_id,
        page.provider_id,
        page.is_open,
        page.has_receipt,
        page.receipt_url,
        page.has_adverts,
        [one.value for one in page.unwanted],
        page.changed_at,
    )


def _page(row: asyncpg.Record) -> AfterPage:
    fields = dict(row)
    fields["merchant_id"] = Id(fields["merchant_id"])
    fields["provider_id"] = Id(fields["provider_id"])
    fields["unwanted"] = [Trade(one) for one in fields["unwanted"]]
    return AfterPage(**fields)

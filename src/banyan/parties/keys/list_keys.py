"""Lists a merchant's API keys."""

import msgspec

from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.parties.keys.store import list_key_rows
from banyan.parties.keys.types import ApiKey

_id_max = 2**63 - 1


class ListKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's keys, revoked ones too."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.KEYS_READ)
async def list_keys(work: Work, query: ListKeys) -> Page[ApiKey]:
    """Return a page of keys, the latest first. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_id_max)
    rows = await list_key_rows(work.db, query.merchant_id, before, query.limit + 1)
    return page_of(rows, query.limit, [one.key_id for one in rows])

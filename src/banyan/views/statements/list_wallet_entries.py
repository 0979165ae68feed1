"""Lists a person's own wallet entries."""

import msgspec

from banyan.base.money import CNY, CurrencyCode
from banyan.base.paging import Cursor, Limit, Page
from banyan.base.time_cursor import decode_time_cursor, encode_time_cursor
from banyan.books.work import Permission, Work, reading
from banyan.views.statements import store
from banyan.views.statements.types import WalletEntry


class ListWalletEntries(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what came into my wallet and what went out, the newest first."""

    currency: CurrencyCode = CNY.code
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.PERSON)
async def list_wallet_entries(work: Work, query: ListWalletEntries) -> Page[WalletEntry]:
    """Return a page of the entries of the one who asks. Raises Invalid `paging.bad_cursor`.

    It shows everything that was settled, at once: no follower stands between.
    """
    before = decode_time_cursor(query.cursor)
    entries = await store.list_entries(
        work.db, work.actor.person_id, query.currency, before, query.limit + 1
    )
    items = list(entries[: query.limit])
    if len(entries) <= query.limit:
        return Page(items=items)
    return Page(
        items=items,
        next_cursor=encode_time_cursor(items[-1].happened_at, items[-1].entry_id),
    )

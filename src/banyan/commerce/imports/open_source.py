"""Names another system, and reads what came from it."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.imports import store
from banyan.commerce.imports.types import Brought, Source, SourceId, SourceOpened
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, access_merchant

SourceName = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[a-z0-9][a-z0-9.-]*$(?!\n)")]


class OpenSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: history will come from the system of that name."""

    merchant_id: MerchantId
    name: SourceName


class ReadBrought(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read what came from a source."""

    merchant_id: MerchantId
    source_id: SourceId


@single(permission=Permission.SYSTEM)
async def open_source(work: Work, command: OpenSource) -> Source:
    """Return the merchant's source of that name; the same one whenever it is asked for.

    Raises NotFound `merchants.not_found`.
    """
    await access_merchant(work.db, command.merchant_id)
    fresh = SourceId(work.ids.next())
    if not await store.insert_source(work.db, command.merchant_id, fresh, command.name, work.now):
        known = await store.find_source(work.db, command.merchant_id, command.name)
        assert known is not None
        return Source(merchant_id=command.merchant_id, source_id=SourceId(known), name=command.name)
    source = Source(merchant_id=command.merchant_id, source_id=fresh, name=command.name)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="imports.source",
        subject_id=fresh,
        before=None,
        after=source,
    )
    work.record(
        SourceOpened(merchant_id=int(command.merchant_id), subject_id=int(fresh), name=command.name)
    )
    return source


@reading(permission=Permission.SYSTEM)
async def read_brought(work: Work, query: ReadBrought) -> Brought:
    """Return how many customers, orders and refunds came from a source, and what they add up to."""
    row = await store.sum_up(work.db, query.merchant_id, query.source_id)
    return Brought(**dict(row))

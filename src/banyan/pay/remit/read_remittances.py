"""Reads what a merchant sent, for its own eyes."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.pay.remit import store
from banyan.pay.remit.ports import PORTS
from banyan.pay.remit.store import Held
from banyan.pay.remit.types import (
    Batch,
    BatchId,
    Remittance,
    RemittanceId,
    RemittanceState,
    Way,
)

_Number = Annotated[str, msgspec.Meta(max_length=64)]


class NamedRemittance(msgspec.Struct, frozen=True, kw_only=True):
    """A remittance with the name that the merchant gave."""

    remittance: Remittance
    name: str
    batch_no: str = ""
    """The number of its batch."""


class ReadRemittance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a remittance by its id, or by the merchant's number."""

    merchant_id: MerchantId
    remittance_id: RemittanceId = RemittanceId(0)
    out_no: _Number = ""
    way: Way = Way.CONFIRM
    batch_id: BatchId = BatchId(0)
    batch_no: _Number = ""


class ReadBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a batch by its id, or by the merchant's number."""

    merchant_id: MerchantId
    batch_id: BatchId = BatchId(0)
    out_no: _Number = ""


class ListDetails(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: remittances of a batch, in order."""

    merchant_id: MerchantId
    batch_id: BatchId
    state: RemittanceState | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    limit: Limit = 20


class ListRemittances(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a merchant sent."""

    merchant_id: MerchantId
    batch_id: Id = Id(0)
    limit: Limit = 20
    cursor: Cursor | None = None


class ListBatches(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's batches."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class Details(msgspec.Struct, frozen=True):
    """Some remittances of a batch."""

    items: list[Remittance]


@reading(permission=Permission.FINANCE_READ)
async def read_remittance(work: Work, query: ReadRemittance) -> NamedRemittance:
    """Return a remittance. Raises NotFound `remit.not_found`."""
    batch_id, batch_no = query.batch_id, query.batch_no
    if batch_id or batch_no:
        batch = await store.find_batch(work.db, query.merchant_id, batch_id, batch_no)
        if batch is None:
            raise NotFound("remit.not_found")
        batch_id, batch_no = batch.batch_id, batch.out_no
    if not (query.remittance_id or query.out_no):
        raise NotFound("remit.not_found")
    held = await store.find_remittance(
        work.db,
        query.merchant_id,
        remittance_id=query.remittance_id,
        out_no=query.out_no,
        way=query.way,
        batch_id=batch_id,
    )
    if held is None or held.remittance.batch_id != batch_id:
        raise NotFound("remit.not_found")
    return NamedRemittance(remittance=held.remittance, name=name_of(held), batch_no=batch_no)


@reading(permission=Permission.FINANCE_READ)
async def read_batch(work: Work, query: ReadBatch) -> Batch:
    """Return a batch. Raises NotFound `remit.not_found`."""
    batch = None
    if query.batch_id or query.out_no:
        batch = await store.find_batch(work.db, query.merchant_id, query.batch_id, query.out_no)
    if batch is None:
        raise NotFound("remit.not_found")
    return batch


@reading(permission=Permission.FINANCE_READ)
async def list_details(work: Work, query: ListDetails) -> Details:
    """Return remittances of a batch in the order in which they were named."""
    return Details(
        await store.list_of_batch(
            work.db,
            query.merchant_id,
            query.batch_id,
            state="" if query.state is None else query.state.value,
            offset=query.offset,
            limit=query.limit,
        )
    )


@reading(permission=Permission.FINANCE_READ)
async def list_remittances(work: Work, query: ListRemittances) -> Page[Remittance]:
    """Return a page of what a merchant sent, or of one of its batches, the newest first."""
    before = decode_id_cursor(query.cursor)
    rows = await store.list_remittances(
        work.db, query.merchant_id, before, query.limit + 1, query.batch_id
    )
    return page_of(rows, query.limit, [one.remittance_id for one in rows])


@reading(permission=Permission.FINANCE_READ)
async def list_batches(work: Work, query: ListBatches) -> Page[Batch]:
    """Return a page of a merchant's batches, the newest first."""
    before = decode_id_cursor(query.cursor)
    rows = await store.list_batches(work.db, query.merchant_id, before, query.limit + 1)
    return page_of(rows, query.limit, [one.batch_id for one in rows])


def name_of(held: Held) -> str:
    """The name that the merchant gave."""
    if held.sealed_name is None:
        return ""
    return PORTS.seal.open(held.sealed_name, f"name {int(held.remittance.remittance_id)}")

"""Reads attempts to be paid through gateways, and what goes back through them."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Connection, Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import store
from banyan.pay.gateways.returning import store as refund_store
from banyan.pay.gateways.types import (
    Attempt,
    AttemptId,
    AttemptState,
    GatewayKind,
    GatewayRefund,
    RefundState,
)

_newest = 2**63 - 1


class ReadMyAttempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: how far is my payment?"""

    merchant_id: MerchantId
    attempt_id: AttemptId


class ReadAttempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: how far is a payment to a merchant?"""

    merchant_id: MerchantId
    attempt_id: AttemptId


class ListAttempts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: payments to a merchant through gateways, the newest first."""

    merchant_id: MerchantId
    kind: GatewayKind | None = None
    state: AttemptState | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ListGatewayRefunds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what went back through gateways, the newest first."""

    merchant_id: MerchantId
    state: RefundState | None = None
    attempt_id: AttemptId = AttemptId(0)
    """Of one attempt only."""
    limit: Limit = 20
    cursor: Cursor | None = None


class AttemptInFull(msgspec.Struct, frozen=True, kw_only=True):
    """A payment, and what went back of it."""

    attempt: Attempt
    refunds: list[GatewayRefund]


@reading(permission=Permission.PERSON)
async def read_my_attempt(work: Work, query: ReadMyAttempt) -> Attempt:
    """Return a payment of the one who asks. Raises NotFound `gateways.not_found`."""
    found = await store.find_attempt(work.db, query.merchant_id, query.attempt_id)
    if found is None or not found.person_id or found.person_id != work.actor.person_id:
        raise NotFound("gateways.not_found")
    return found


@reading(permission=Permission.FINANCE_READ)
async def read_attempt(work: Work, query: ReadAttempt) -> AttemptInFull:
    """Return a payment to a merchant. Raises NotFound `gateways.not_found`."""
    found = await store.find_attempt(work.db, query.merchant_id, query.attempt_id)
    if found is None:
        raise NotFound("gateways.not_found")
    refunds = await refund_store.list_refunds_of(work.db, query.merchant_id, [query.attempt_id])
    return AttemptInFull(attempt=found, refunds=refunds)


@reading(permission=Permission.FINANCE_READ)
async def list_attempts(work: Work, query: ListAttempts) -> Page[Attempt]:
    """Return a page of payments. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    kind = query.kind.value if query.kind else None
    state = query.state.value if query.state else None
    rows = await store.list_attempts(
        work.db, query.merchant_id, before, kind, state, query.limit + 1
    )
    return page_of(rows, query.limit, [int(one.attempt_id) for one in rows])


@reading(permission=Permission.FINANCE_READ)
async def list_gateway_refunds(work: Work, query: ListGatewayRefunds) -> Page[GatewayRefund]:
    """Return a page of refunds. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    state = query.state.value if query.state else None
    rows = await refund_store.list_refunds(
        work.db, query.merchant_id, before, state, query.attempt_id, query.limit + 1
    )
    return page_of(rows, query.limit, [int(one.refund_id) for one in rows])


async def find_refunds_of(
    db: Connection, merchant_id: int, subject: str, subject_id: int
) -> dict[int, GatewayRefund]:
    """Return what goes back of what paid something, by the refund that each belongs to."""
    attempt = await store.find_last(db, merchant_id, subject, subject_id)
    if attempt is None:
        return {}
    refunds = await refund_store.list_refunds_of(db, merchant_id, [attempt.attempt_id])
    return {int(one.source_id): one for one in refunds if one.source_id}

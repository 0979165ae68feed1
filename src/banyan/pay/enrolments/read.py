"""Reads enrolments: for providers, and for operators who decide them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.enrolments import store
from banyan.pay.enrolments.submit import open_letter
from banyan.pay.enrolments.types import (
    AuditedEnrolment,
    Enrolment,
    EnrolmentId,
    EnrolmentKind,
)
from banyan.pay.payees import Mchid, Scope, access_bound, find_payees_by_mchid


class ReadEnrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: an enrolment by its id, or by the provider's own number."""

    merchant_id: MerchantId
    kind: EnrolmentKind = EnrolmentKind.SHOP
    enrolment_id: EnrolmentId = EnrolmentId(0)
    out_no: Annotated[str, msgspec.Meta(max_length=128)] = ""


class ListEnrolments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: whom a provider wished to bring."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class ListWaitingEnrolments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what waits to be decided."""

    limit: Limit = 20
    cursor: Cursor | None = None


class AuditEnrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: all that a provider said of an enrolment."""

    provider_id: MerchantId
    enrolment_id: EnrolmentId


class ReadConfirmed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: whether it was confirmed who a merchant of one's own is."""

    merchant_id: MerchantId
    mchid: Mchid


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it was."""

    is_confirmed: bool


@reading(permission=Permission.FINANCE_READ)
async def read_enrolment(work: Work, query: ReadEnrolment) -> Enrolment:
    """Return an enrolment. Raises NotFound `enrolments.not_found`."""
    if query.enrolment_id:
        kept = await store.find(work.db, query.merchant_id, query.enrolment_id)
    else:
        kept = await store.find_by_no(work.db, query.merchant_id, query.kind, query.out_no)
    if kept is None or kept.enrolment.kind is not query.kind:
        raise NotFound("enrolments.not_found")
    return kept.enrolment


@reading(permission=Permission.FINANCE_READ)
async def list_enrolments(work: Work, query: ListEnrolments) -> Page[Enrolment]:
    """Return a page of a provider's enrolments, the newest first."""
    before = decode_id_cursor(query.cursor)
    rows = await store.list_enrolments(work.db, query.merchant_id, before, query.limit + 1)
    return page_of(rows, query.limit, [one.enrolment_id for one in rows])


@reading(permission=Permission.OPERATOR)
async def list_waiting_enrolments(work: Work, query: ListWaitingEnrolments) -> Page[Enrolment]:
    """Return a page of what waits to be decided, the oldest first."""
    after = decode_id_cursor(query.cursor)
    rows = await store.list_waiting(work.db, after, query.limit + 1)
    return page_of(rows, query.limit, [one.enrolment_id for one in rows])


@reading(permission=Permission.OPERATOR)
async def audit_enrolment(work: Work, query: AuditEnrolment) -> AuditedEnrolment:
    """Return an enrolment with all that was said. Raises NotFound `enrolments.not_found`."""
    kept = await store.find(work.db, query.provider_id, query.enrolment_id)
    if kept is None:
        raise NotFound("enrolments.not_found")
    letter = open_letter(kept.sealed.letter, query.enrolment_id)
    return AuditedEnrolment(enrolment=kept.enrolment, details=letter.details)


@reading(permission=Permission.FINANCE_READ)
async def read_confirmed(work: Work, query: ReadConfirmed) -> Confirmed:
    """Return whether a provider's merchant confirmed who it is.

    Raises NotFound `payees.not_found`; Refusal `payees.not_bound`.
    """
    payee = (await find_payees_by_mchid(work.db, [query.mchid])).get(query.mchid)
    if payee is None or payee.merchant_id != query.merchant_id:
        payee = await access_bound(work.db, query.merchant_id, query.mchid, *Scope)
    found = await store.is_confirmed(work.db, payee.merchant_id, payee.mchid)
    return Confirmed(is_confirmed=found)

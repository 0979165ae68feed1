"""Proves who a merchant is: it submits, the operator verifies or rejects."""

import msgspec

from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.text import Name, plain
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId
from banyan.parties.merchants.rules import check_next
from banyan.parties.merchants.save import lock_existing, save_merchant
from banyan.parties.merchants.store import list_submitted_rows
from banyan.parties.merchants.types import (
    LicenceNumber,
    Merchant,
    MerchantRejected,
    MerchantState,
    MerchantSubmitted,
    MerchantVerified,
    Note,
)


class SubmitVerification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say who the merchant is in the eyes of the law."""

    merchant_id: MerchantId
    licence_number: LicenceNumber
    legal_name: Name


class VerifyMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Confirm what a merchant submitted."""

    merchant_id: MerchantId


class RejectMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Refuse what a merchant submitted, and tell it why."""

    merchant_id: MerchantId
    note: Note


class ListSubmitted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the merchants that wait to be verified."""

    limit: Limit = 20
    cursor: Cursor | None = None


@single(permission=Permission.MERCHANT_WRITE)
async def submit_verification(work: Work, command: SubmitVerification) -> Merchant:
    """Hand licence and legal name to the operator; again as long as nobody has verified them.

    Raises NotFound `merchants.not_found`, Refusal `merchants.not_from_here`.
    """
    old = await lock_existing(work, command.merchant_id)
    check_next(old.state, MerchantState.SUBMITTED)
    new = msgspec.structs.replace(
        old,
        state=MerchantState.SUBMITTED,
        licence_number=command.licence_number,
        legal_name=plain(command.legal_name),
        decision_note="",
        submitted_at=work.now,
        decided_at=None,
    )
    await save_merchant(work, old, new)
    work.record(MerchantSubmitted(merchant_id=new.merchant_id, subject_id=new.merchant_id))
    return new


@single(permission=Permission.SYSTEM)
async def verify_merchant(work: Work, command: VerifyMerchant) -> Merchant:
    """Confirm a submitted merchant.

    Raises NotFound `merchants.not_found`, Refusal `merchants.not_from_here`.
    """
    old, new = await _decide(work, command.merchant_id, MerchantState.VERIFIED, "")
    await save_merchant(work, old, new)
    work.record(MerchantVerified(merchant_id=new.merchant_id, subject_id=new.merchant_id))
    return new


@single(permission=Permission.SYSTEM)
async def reject_merchant(work: Work, command: RejectMerchant) -> Merchant:
    """Refuse a submitted merchant, which may mend and submit again.

    Raises NotFound `merchants.not_found`, Refusal `merchants.not_from_here`.
    """
    old, new = await _decide(work, command.merchant_id, MerchantState.REJECTED, command.note)
    await save_merchant(work, old, new)
    work.record(MerchantRejected(merchant_id=new.merchant_id, subject_id=new.merchant_id))
    return new


@reading(permission=Permission.SYSTEM)
async def list_submitted(work: Work, query: ListSubmitted) -> Page[Merchant]:
    """Return a page of merchants that wait, the first opened first."""
    after = decode_id_cursor(query.cursor)
    rows = await list_submitted_rows(work.db, after, query.limit + 1)
    return page_of(rows, query.limit, [one.merchant_id for one in rows])


async def _decide(
    work: Work, merchant_id: MerchantId, state: MerchantState, note: str
) -> tuple[Merchant, Merchant]:
    old = await lock_existing(work, merchant_id)
    check_next(old.state, state)
    new = msgspec.structs.replace(old, state=state, decision_note=note, decided_at=work.now)
    return old, new

"""Keeps who may not pay, and who may not be paid, or only so much."""

from datetime import datetime

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.money import CNY, CurrencyCode, Fen, currency
from banyan.base.paging import Cursor, Page, decode_id_cursor, page_of
from banyan.base.paging import Limit as PageSize
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.parties.people import PersonId, find_people
from banyan.pay.risk import store
from banyan.pay.risk.types import (
    Block,
    Limit,
    LimitChanged,
    PersonBlocked,
    PersonUnblocked,
    Reason,
)
from banyan.pay.risk.violations import tell_violation


class BlockPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let this person not pay, for ever or until then."""

    blocked_id: PersonId
    reason: Reason
    until: datetime | None = None


class UnblockPerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let this person pay again."""

    blocked_id: PersonId


class ListBlocks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may not pay?"""

    limit: PageSize = 20
    cursor: Cursor | None = None


class LimitMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let this merchant be paid so much, or nothing."""

    limited_id: MerchantId
    currency: CurrencyCode = CNY.code
    is_blocked: bool = False
    payment_max_fen: Fen | None = None
    day_max_fen: Fen | None = None
    reason: Reason


class UnlimitMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: let this merchant be paid as all others."""

    limited_id: MerchantId


class ListLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which merchants may be paid only so much?"""

    limit: PageSize = 20
    cursor: Cursor | None = None


@single(permission=Permission.OPERATOR)
async def block_person(work: Work, command: BlockPerson) -> Block:
    """Refuse all that this person wants to pay, from now on.

    Raises NotFound `people.not_found`; Invalid `risk.ends_before_it_begins`.
    """
    if command.until is not None and command.until <= work.now:
        raise Invalid("risk.ends_before_it_begins")
    if command.blocked_id not in await find_people(work.db, [command.blocked_id]):
        raise NotFound("people.not_found")
    block = Block(
        person_id=command.blocked_id,
        reason=command.reason,
        blocked_by=PersonId(work.actor.person_id),
        blocked_at=work.now,
        until=command.until,
    )
    await store.put_block(work.db, block)
    work.record(
        PersonBlocked(person_id=int(block.person_id), reason=block.reason, until=block.until)
    )
    return block


@single(permission=Permission.OPERATOR)
async def unblock_person(work: Work, command: UnblockPerson) -> None:
    """End a block. Raises NotFound `risk.not_blocked`."""
    if not await store.delete_block(work.db, command.blocked_id):
        raise NotFound("risk.not_blocked")
    work.record(PersonUnblocked(person_id=int(command.blocked_id)))


@reading(permission=Permission.OPERATOR)
async def list_blocks(work: Work, query: ListBlocks) -> Page[Block]:
    """Return who may not pay. Raises Invalid `paging.bad_cursor`."""
    rows = await store.list_blocks(work.db, decode_id_cursor(query.cursor), query.limit + 1)
    return page_of(rows, query.limit, [int(one.person_id) for one in rows])


@single(permission=Permission.OPERATOR)
async def limit_merchant(work: Work, command: LimitMerchant) -> Limit:
    """Set how much a merchant may be paid at once and in a day; what was before does not count.

    Raises NotFound `merchants.not_found`; Invalid `risk.limits_nothing`, `money.unknown_currency`.
    """
    maxima = (command.payment_max_fen, command.day_max_fen)
    if not command.is_blocked and maxima == (None, None):
        raise Invalid("risk.limits_nothing")
    money = currency(command.currency)
    if command.limited_id not in await find_merchants(work.db, [command.limited_id]):
        raise NotFound("merchants.not_found")
    limit = Limit(
        merchant_id=command.limited_id,
        currency=money.code,
        is_blocked=command.is_blocked,
        payment_max_fen=command.payment_max_fen,
        day_max_fen=command.day_max_fen,
        reason=command.reason,
        changed_by=PersonId(work.actor.person_id),
        changed_at=work.now,
    )
    before = await store.find_limit(work.db, command.limited_id)
    await store.put_limit(work.db, limit)
    await _note(work, command.limited_id, before, limit)
    return limit


@single(permission=Permission.OPERATOR)
async def unlimit_merchant(work: Work, command: UnlimitMerchant) -> None:
    """Take a limit away. Raises NotFound `risk.not_limited`."""
    before = await store.find_limit(work.db, command.limited_id)
    if before is None or not await store.delete_limit(work.db, command.limited_id):
        raise NotFound("risk.not_limited")
    await _note(work, command.limited_id, before, None)


@reading(permission=Permission.OPERATOR)
async def list_limits(work: Work, query: ListLimits) -> Page[Limit]:
    """Return the limits of merchants. Raises Invalid `paging.bad_cursor`."""
    rows = await store.list_limits(work.db, decode_id_cursor(query.cursor), query.limit + 1)
    return page_of(rows, query.limit, [int(one.merchant_id) for one in rows])


async def _note(
    work: Work, merchant_id: MerchantId, before: Limit | None, after: Limit | None
) -> None:
    limit = after or before
    assert limit is not None
    await note_change(
        work,
        merchant_id=merchant_id,
        subject="risk.limit",
        subject_id=merchant_id,
        before=before,
        after=after,
    )
    await tell_violation(work, limit, is_over=after is None)
    work.record(
        LimitChanged(
            merchant_id=int(merchant_id),
            is_blocked=after is not None and after.is_blocked,
            payment_max_fen=after.payment_max_fen if after else None,
            day_max_fen=after.day_max_fen if after else None,
        )
    )

"""Creates activities, changes whose payments count, and ends them."""

import hashlib
from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.money import PositiveFen
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import CodeMode, CouponStockId, ReadCouponStock, read_coupon_stock
from banyan.pay.paygifts import store
from banyan.pay.paygifts.types import (
    Activity,
    ActivityCreated,
    ActivityId,
    ActivityTerminated,
    Instant,
)

_digest_bytes = 16
_Payees = Annotated[list[Id], msgspec.Meta(max_length=500)]


class CreateActivity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give coupons of one's own to whoever pays enough."""

    merchant_id: MerchantId
    request_no: Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=LINE)]
    words: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    minimum_fen: PositiveFen
    stock_ids: Annotated[list[CouponStockId], msgspec.Meta(min_length=1, max_length=10)]
    payee_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=500)]
    begins_at: Instant
    ends_at: Instant


class ActivityRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names an activity."""

    merchant_id: MerchantId
    activity_id: ActivityId


class TerminateActivity(ActivityRef, frozen=True):
    """Give no more coupons."""


class AddPayees(ActivityRef, frozen=True):
    """Let payments to more merchants count."""

    payee_ids: _Payees


class DeletePayees(ActivityRef, frozen=True):
    """Let payments to some merchants count no more."""

    payee_ids: _Payees


@single(permission=Permission.COUPONS_WRITE)
async def create_activity(work: Work, command: CreateActivity) -> Activity:
    """Begin an activity; the same request begins one only.

    Raises Invalid `paygifts.window_empty`, `paygifts.window_past`; NotFound
    `busifavors.stock_not_found`; Refusal `paygifts.codes_given` (a stock whose codes are named one
    by one), `paygifts.request_used`.
    """
    if command.begins_at >= command.ends_at:
        raise Invalid("paygifts.window_empty")
    if command.ends_at <= work.now:
        raise Invalid("paygifts.window_past")
    for stock_id in command.stock_ids:
        query = ReadCouponStock(merchant_id=command.merchant_id, stock_id=stock_id)
        if (await read_coupon_stock(work, query)).code_mode is CodeMode.GIVEN:
            raise Refusal("paygifts.codes_given")
    wanted = Activity(
        merchant_id=Id(command.merchant_id),
        activity_id=ActivityId(work.ids.next()),
        request_no=command.request_no,
        name=command.name,
        words=command.words,
        minimum_fen=command.minimum_fen,
        stock_ids=command.stock_ids,
        begins_at=command.begins_at,
        ends_at=command.ends_at,
        created_at=work.now,
    )
    digest = hashlib.blake2b(json.encode(command), digest_size=_digest_bytes).hexdigest()
    activity, known = await store.insert_activity(work.db, wanted, digest)
    if known != digest:
        raise Refusal("paygifts.request_used", request_no=command.request_no)
    if activity.activity_id == wanted.activity_id:
        await store.add_payees(work.db, activity, command.payee_ids, work.now)
        work.record(
            ActivityCreated(
                merchant_id=int(activity.merchant_id),
                subject_id=int(activity.activity_id),
                name=activity.name,
                minimum_fen=activity.minimum_fen,
            )
        )
    return activity


@single(permission=Permission.COUPONS_WRITE)
async def terminate_activity(work: Work, command: TerminateActivity) -> Activity:
    """Give no more coupons; one that has ended stays as it is.

    Raises NotFound `paygifts.not_found`.
    """
    before = await _lock(work, command)
    after = await store.set_terminated(work.db, before, work.now)
    if before.terminated_at is None:
        work.record(
            ActivityTerminated(
                merchant_id=int(after.merchant_id), subject_id=int(after.activity_id)
            )
        )
    return after


@single(permission=Permission.COUPONS_WRITE)
async def add_payees(work: Work, command: AddPayees) -> Activity:
    """Let payments to more merchants count.

    Raises NotFound `paygifts.not_found`; Refusal `paygifts.ended`.
    """
    activity = await _lock(work, command)
    if activity.terminated_at is not None or work.now >= activity.ends_at:
        raise Refusal("paygifts.ended")
    await store.add_payees(work.db, activity, command.payee_ids, work.now)
    return activity


@single(permission=Permission.COUPONS_WRITE)
async def delete_payees(work: Work, command: DeletePayees) -> Activity:
    """Let payments to some merchants count no more. Raises NotFound `paygifts.not_found`."""
    activity = await _lock(work, command)
    await store.delete_payees(work.db, activity, command.payee_ids)
    return activity


async def _lock(work: Work, command: ActivityRef) -> Activity:
    key = int(command.merchant_id), int(command.activity_id)
    activity = await store.lock_activity(work.db, *key)
    if activity is None:
        raise NotFound("paygifts.not_found")
    return activity

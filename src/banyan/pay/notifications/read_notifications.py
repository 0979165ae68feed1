"""Shows what merchants' servers were told and what came of it, and tells it again if wanted."""

from datetime import timedelta

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId
from banyan.pay.notifications import store
from banyan.pay.notifications.rules import KEPT
from banyan.pay.notifications.types import (
    BELL,
    Notification,
    NotificationId,
    NotificationReplayed,
    Telling,
)

FORGET = "notifications.forget"
_newest = 2**63 - 1
_at_once = 500
_sweep_s = 3_600


class ListNotifications(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what a merchant's server was told of payments, the newest first."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReplayNotification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell the merchant's server once more."""

    merchant_id: MerchantId
    notification_id: NotificationId


class ListTellings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What were servers told of late: one merchant's, or all?"""

    merchant_id: MerchantId | None = None
    limit: Limit = 100


class CountDue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many notifications are due, of one merchant or of all?"""

    merchant_id: MerchantId | None = None


class DueCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many notifications are due; a thousand stands for any more."""

    count: int


@reading(permission=Permission.FINANCE_READ)
async def list_notifications(work: Work, query: ListNotifications) -> Page[Notification]:
    """Return a page of notifications with their attempts. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    found = await store.list_notifications(work.db, query.merchant_id, before, query.limit + 1)
    shown = [one.notification for one in found]
    return page_of(shown, query.limit, [int(one.notification_id) for one in shown])


@reading(permission=Permission.SYSTEM)
async def list_tellings(work: Work, query: ListTellings) -> list[Telling]:
    """Return the latest notifications with what they say and their attempts, the newest first."""
    return await store.list_latest(work.db, query.merchant_id, query.limit)


@reading(permission=Permission.SYSTEM)
async def count_due(work: Work, query: CountDue) -> DueCount:
    """Return how many notifications could be told now."""
    return DueCount(count=await store.count_due(work.db, work.now, query.merchant_id))


@single(permission=Permission.FINANCE_WRITE)
async def replay_notification(work: Work, command: ReplayNotification) -> Notification:
    """Let a notification that has ended be told again, from its ladder's first step on.

    Its number on the wire stays the same. Raises NotFound `notifications.not_found`; Refusal
    `notifications.under_way`.
    """
    key = (int(command.merchant_id), int(command.notification_id))
    if await store.find_notification(work.db, key) is None:
        raise NotFound("notifications.not_found")
    if not await store.set_waiting(work.db, key, work.now):
        raise Refusal("notifications.under_way")
    work.ring(BELL)
    work.record(
        NotificationReplayed(
            merchant_id=int(command.merchant_id), subject_id=int(command.notification_id)
        )
    )
    return (await read_telling(work, *key)).notification


async def read_telling(work: Work, merchant_id: int, notification_id: int) -> Telling:
    """Return a notification with what it says. Raises NotFound `notifications.not_found`."""
    found = await store.find_notification(work.db, (int(merchant_id), int(notification_id)))
    if found is None:
        raise NotFound("notifications.not_found")
    return found


async def forget_notifications(work: Work, timer: Timer) -> None:
    """Forget what was told long ago, and come again: at once if there is more."""
    count = await store.delete_old(work.db, work.now - KEPT, _at_once)
    rest_s = _sweep_s if count < _at_once else 0
    work.later(timer.kind, timer.subject, work.now + timedelta(seconds=rest_s))


TIMERS = {FORGET: forget_notifications}

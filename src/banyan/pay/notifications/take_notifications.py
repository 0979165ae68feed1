"""Hands out what is to be told, for a while, and takes down what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import Failure
from banyan.books.work import Call, Permission, Work, plural, single
from banyan.pay.notifications import store
from banyan.pay.notifications.rules import compute_due, decide_state, is_lost
from banyan.pay.notifications.types import (
    NotificationFinished,
    NotificationState,
    Telling,
    TryOutcome,
)


class TakeNotifications(msgspec.Struct, frozen=True, kw_only=True):
    """Give me what is to be told, and let nobody else have it until then, by the real clock."""

    at: datetime
    until: datetime
    busy_ids: Collection[int] = ()
    """Merchants whose servers have enough to do."""
    each_max: int
    """Most notifications of one merchant."""
    limit: int


class TakenNotifications(msgspec.Struct, frozen=True, kw_only=True):
    """All that was taken."""

    tellings: list[Telling]


class FinishTry(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's server was told, or could not be."""

    merchant_id: int
    notification_id: int
    number: int
    url: str
    at: datetime
    """When the try began, by the clock of business."""
    outcome: TryOutcome
    status: int
    took_ms: int


class FinishedTry(msgspec.Struct, frozen=True, kw_only=True):
    """How far the notification is now."""

    state: NotificationState


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_notifications(work: Work, command: TakeNotifications) -> TakenNotifications:
    """Take notifications that are due; who is killed with them loses them at `until`.

    One from which nobody came back again and again is given up.
    """
    taken = await store.take_notifications(
        work.db,
        now=work.now,
        at=command.at,
        until=command.until,
        busy_ids=command.busy_ids,
        each_max=command.each_max,
        limit=command.limit,
    )
    lost = [
        one
        for one in taken
        if is_lost(one.telling.notification.ladder, one.tries - one.tries_before)
    ]
    if lost:
        await store.set_states(
            work.db, [_state(work, one, NotificationState.FAILED) for one in lost]
        )
    return TakenNotifications(tellings=[one.telling for one in taken if one not in lost])


@plural(permission=Permission.SYSTEM, batch_max=100)
async def finish_try(
    work: Work, calls: Sequence[Call[FinishTry]]
) -> Sequence[FinishedTry | Failure]:
    """Note each try; end the notification, or let it be tried again at its ladder's next step.

    Who comes late, when it is at another try already, ends it all the same if the server took it.
    What has ended stays as it is.
    """
    commands = [call.command for call in calls]
    keys = sorted({(one.merchant_id, one.notification_id) for one in commands})
    found = await store.lock_notifications(work.db, keys)
    known = [one for one in commands if (one.merchant_id, one.notification_id) in found]
    await store.insert_attempts(work.db, [_attempt(one) for one in known])
    states = {key: taken.telling.notification.state for key, taken in found.items()}
    changed: dict[store.Key, store.NewState] = {}
    for place, command in enumerate(commands):
        key = (command.merchant_id, command.notification_id)
        if states.get(key) is not NotificationState.WAITING:
            continue
        after = _decide(work, command, found[key])
        if after is None:
            continue
        changed[key] = after
        states[key] = after.state
        if after.state is not NotificationState.WAITING:
            _record(work, command, found[key], place if work.calls else 0)
    if changed:
        await store.set_states(work.db, list(changed.values()))
    return [
        FinishedTry(
            state=states.get((one.merchant_id, one.notification_id), NotificationState.FAILED)
        )
        for one in commands
    ]


def _decide(work: Work, command: FinishTry, taken: store.Taken) -> store.NewState | None:
    ladder = taken.telling.notification.ladder
    tries = command.number - taken.tries_before
    state = decide_state(ladder, command.outcome, tries)
    if command.number != taken.tries and state is not NotificationState.TOLD:
        return None
    due_at = None
    if state is NotificationState.WAITING:
        due_at = compute_due(ladder, command.at, max(tries, 1))
    return _state(work, taken, state, due_at)


def _state(
    work: Work, taken: store.Taken, state: NotificationState, due_at: datetime | None = None
) -> store.NewState:
    merchant_id, notification_id = taken.key
    return store.NewState(
        merchant_id=merchant_id,
        notification_id=notification_id,
        state=state,
        due_at=due_at,
        finished_at=None if state is NotificationState.WAITING else work.now,
    )


def _record(work: Work, command: FinishTry, taken: store.Taken, index: int) -> None:
    notification = taken.telling.notification
    work.record(
        NotificationFinished(
            merchant_id=command.merchant_id,
            subject_id=command.notification_id,
            protocol=notification.protocol,
            told_kind=notification.kind,
            outcome=command.outcome,
            tries=command.number,
        ),
        index,
    )


def _attempt(command: FinishTry) -> store.NewAttempt:
    return store.NewAttempt(
        merchant_id=command.merchant_id,
        notification_id=command.notification_id,
        number=command.number,
        url=command.url,
        at=command.at,
        outcome=command.outcome,
        status=command.status,
        took_ms=command.took_ms,
    )

"""Notifications climb their ladder, end once, and are told again when somebody wants it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.clock import Clock
from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.parties.staff import Role
from banyan.pay.notifications import (
    LADDERS,
    CountDue,
    FinishTry,
    ListNotifications,
    NewNotification,
    Notification,
    NotificationState,
    Protocol,
    ReplayNotification,
    TakeNotifications,
    Telling,
    TryOutcome,
    count_due,
    finish_try,
    list_notifications,
    note_notification,
    replay_notification,
    take_notifications,
)
from banyan.pay.notifications.rules import compute_due, decide_state
from tests.kit.world import World

_lease = timedelta(seconds=20)


async def note(world: World, *, url: str = "https://tea.example/paid", count: int = 1) -> None:
    async with world.office.begin() as work:
        for number in range(count):
            await note_notification(
                work,
                NewNotification(
                    merchant_id=world.merchant_id,
                    protocol=Protocol.WECHAT,
                    kind="charges.paid",
                    subject_id=number + 1,
                    url=url,
                    data=b"{}",
                ),
            )


async def take(world: World, at: datetime | None = None, limit: int = 100) -> list[Telling]:
    now = at or Clock().now()
    command = TakeNotifications(at=now, until=now + _lease, each_max=limit, limit=limit)
    return (await world.office.run(take_notifications, command, SYSTEM)).tellings


async def finish(
    world: World, telling: Telling, outcome: TryOutcome, number: int = 0
) -> NotificationState:
    one = telling.notification
    command = FinishTry(
        merchant_id=int(one.merchant_id),
        notification_id=int(one.notification_id),
        number=number or telling.number,
        url=one.url,
        at=world.now,
        outcome=outcome,
        status=200 if outcome is TryOutcome.TAKEN else 0,
        took_ms=3,
    )
    return (await world.office.run(finish_try, command, SYSTEM)).state


async def show(world: World) -> list[Notification]:
    query = ListNotifications(merchant_id=world.merchant_id)
    return (await world.office.run(list_notifications, query, world.owner)).items


def test_the_ladder_of_payments_has_fifteen_steps_in_a_day() -> None:
    gaps = LADDERS["payment"]
    assert len(gaps) == 15
    assert sum(gaps) == 24 * 3_600 + 4 * 60


@given(ladder=st.sampled_from(sorted(LADDERS)), outcomes=st.lists(st.sampled_from(TryOutcome)))
def test_every_ladder_ends(ladder: str, outcomes: list[TryOutcome]) -> None:
    state = NotificationState.WAITING
    for tries, outcome in enumerate([*outcomes, *[TryOutcome.REFUSED] * 100], start=1):
        state = decide_state(ladder, outcome, tries)
        if state is not NotificationState.WAITING:
            assert tries <= len(LADDERS[ladder]) + 1
            break
    assert state is not NotificationState.WAITING


async def test_every_step_comes_when_it_is_due(world: World) -> None:
    await world.merchant()
    await note(world)
    for number, gap in enumerate(LADDERS["payment"], start=1):
        (telling,) = await take(world)
        assert telling.number == number
        assert await finish(world, telling, TryOutcome.REFUSED) is NotificationState.WAITING
        assert await take(world) == []
        await world.office.set_clock(world.now + timedelta(seconds=gap))
    (last,) = await take(world)
    assert await finish(world, last, TryOutcome.TIMED_OUT) is NotificationState.FAILED
    (shown,) = await show(world)
    assert len(shown.attempts) == 16
    assert shown.due_at is None
    assert (await world.events())[-1] == "notifications.finished"


async def test_nobody_is_told_at_an_empty_address(world: World) -> None:
    await world.merchant()
    await note(world, url="")
    assert await take(world) == []


async def test_rivals_never_take_the_same(world: World) -> None:
    await world.merchant()
    await note(world, count=30)
    taken = await asyncio.gather(*[take(world, limit=9) for _ in range(8)])
    ids = [one.notification.notification_id for each in taken for one in each]
    assert len(ids) == len(set(ids))
    rest = await take(world)
    assert len(ids) + len(rest) == 30


async def test_who_is_killed_with_it_loses_it(world: World) -> None:
    await world.merchant()
    await note(world)
    now = Clock().now()
    (first,) = await take(world, now)
    assert await take(world, now + _lease / 2) == []
    (second,) = await take(world, now + _lease)
    assert second.number == first.number + 1
    # The first was only slow: what it brought counts all the same.
    assert await finish(world, first, TryOutcome.TAKEN) is NotificationState.TOLD
    assert await finish(world, second, TryOutcome.TIMED_OUT) is NotificationState.TOLD
    (shown,) = await show(world)
    assert [one.outcome for one in shown.attempts] == [TryOutcome.TAKEN, TryOutcome.TIMED_OUT]


async def test_it_is_told_again_when_wanted(world: World) -> None:
    await world.merchant()
    await note(world)
    (shown,) = await show(world)
    replay = ReplayNotification(
        merchant_id=world.merchant_id, notification_id=shown.notification_id
    )
    with pytest.raises(Refusal, match="under_way"):
        await world.office.run(replay_notification, replay, world.owner)
    (telling,) = await take(world)
    assert await finish(world, telling, TryOutcome.TAKEN) is NotificationState.TOLD
    # Who may only read makes nobody ship twice.
    reader = await world.staff("hao", Role.READER)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(replay_notification, replay, reader)
    await world.office.run(replay_notification, replay, world.owner)
    count = await world.office.run(count_due, CountDue(merchant_id=world.merchant_id), SYSTEM)
    assert count.count == 1
    (again,) = await take(world)
    assert again.number == 2
    assert await finish(world, again, TryOutcome.REFUSED) is NotificationState.WAITING
    await world.person("lin")
    with pytest.raises(NotFound):
        await world.office.run(replay_notification, replay, world.as_person("lin"))


def test_a_private_address_is_not_tried_again() -> None:
    state = decide_state("payment", TryOutcome.FORBIDDEN, 1)
    assert state is NotificationState.FAILED
    at = Clock().now()
    assert compute_due("payment", at, 99) == at + timedelta(hours=6)

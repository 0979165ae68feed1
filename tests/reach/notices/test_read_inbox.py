"""A person's inbox: paged, counted, read, and nobody else's."""

from datetime import timedelta

import pytest

from banyan.base.errors import Invalid, Refusal
from banyan.books.actor import NOBODY, Actor
from banyan.reach.notices import (
    CountUnread,
    ListNotices,
    MarkRead,
    NewNotice,
    NoticeId,
    count_unread,
    list_notices,
    mark_read,
    send_notices,
)
from tests.kit.world import World


async def drop(world: World, actor: Actor, count: int, merchant_id: int = 0) -> list[NoticeId]:
    async with world.office.begin() as work:
        return await send_notices(
            work,
            [
                NewNotice(
                    person_id=actor.person_id,
                    kind="channels.welcome",
                    at=work.now,
                    merchant_id=merchant_id,
                    title=f"第 {number} 封",
                )
                for number in range(count)
            ],
        )


async def unread(world: World, actor: Actor) -> int:
    return (await world.office.run(count_unread, CountUnread(), actor)).count


async def test_an_inbox_is_read_page_by_page_newest_first(world: World) -> None:
    lin = await world.person("lin")
    ids = await drop(world, lin, 5)
    seen: list[NoticeId] = []
    cursor = None
    for _ in range(3):
        page = await world.office.run(list_notices, ListNotices(limit=2, cursor=cursor), lin)
        seen += [one.notice_id for one in page.items]
        cursor = page.next_cursor
    assert seen == ids[::-1]
    assert cursor is None


async def test_reading_some_or_up_to_one_leaves_the_rest_unread(world: World) -> None:
    lin = await world.person("lin")
    ids = await drop(world, lin, 6)
    assert await unread(world, lin) == 6
    left = await world.office.run(mark_read, MarkRead(notice_ids=[ids[5], ids[0]]), lin)
    assert left.count == 4
    left = await world.office.run(mark_read, MarkRead(until=ids[3]), lin)
    assert left.count == 1
    page = await world.office.run(list_notices, ListNotices(is_unread=True), lin)
    assert [one.notice_id for one in page.items] == [ids[4]]
    await world.office.set_clock(world.now + timedelta(hours=1))
    assert (await world.office.run(mark_read, MarkRead(until=ids[5]), lin)).count == 0
    with pytest.raises(Invalid, match="none_named"):
        await world.office.run(mark_read, MarkRead(), lin)


async def test_an_inbox_can_be_narrowed_to_one_shop(world: World) -> None:
    lin = await world.person("lin")
    await drop(world, lin, 2)
    ids = await drop(world, lin, 2, merchant_id=7)
    page = await world.office.run(list_notices, ListNotices(merchant_id=NoticeId(7)), lin)
    assert [one.notice_id for one in page.items] == ids[::-1]


async def test_counting_stops_at_a_hundred(world: World) -> None:
    lin = await world.person("lin")
    await drop(world, lin, 130)
    assert await unread(world, lin) == 100


async def test_nobody_reads_or_marks_what_is_not_theirs(world: World) -> None:
    lin = await world.person("lin")
    chen = await world.person("chen")
    ids = await drop(world, lin, 2)
    assert (await world.office.run(list_notices, ListNotices(), chen)).items == []
    await world.office.run(mark_read, MarkRead(notice_ids=ids), chen)
    assert await unread(world, lin) == 2
    with pytest.raises(Refusal, match=r"sessions\.required"):
        await world.office.run(list_notices, ListNotices(), NOBODY)
    with pytest.raises(Refusal, match=r"sessions\.required"):
        await world.office.run(mark_read, MarkRead(notice_ids=ids), NOBODY)

"""What people see of messages to many: among their notices, until it is taken back."""

from __future__ import annotations

from datetime import timedelta

from banyan.base.ids import Id
from banyan.reach.broadcasts import (
    DeleteMessage,
    FindMyBroadcasts,
    PreviewMessage,
    delete_message,
    find_my_broadcasts,
    preview_message,
)
from banyan.reach.channels import Unfollow, unfollow
from banyan.reach.notices import (
    CountUnread,
    ListNotices,
    MarkRead,
    NewNotice,
    count_unread,
    list_notices,
    mark_read,
    send_notices,
)
from tests.kit.loyalty import inbox
from tests.kit.world import World
from tests.reach.broadcasts.hall import Hall, open_hall

MINUTE = timedelta(minutes=1)


async def unread(hall: Hall, number: int = 0) -> int:
    """How many notices one of the crowd has not read."""
    return (await hall.world.office.run(count_unread, CountUnread(), hall.crowd[number])).count


async def test_messages_stand_among_notices_in_the_order_of_what_happened(world: World) -> None:
    hall = await open_hall(world)
    person_id = hall.crowd[0].person_id
    for number in range(3):
        await hall.send(f"群发{number}")
        await world.advance(MINUTE)
        async with world.office.begin() as work:
            notice = NewNotice(
                person_id=person_id, kind="channels.welcome", at=work.now, title=f"通知{number}"
            )
            await send_notices(work, [notice])
        await world.advance(MINUTE)
    titles: list[str] = []
    cursor = None
    for _ in range(3):
        query = ListNotices(limit=2, cursor=cursor)
        page = await world.office.run(list_notices, query, hall.crowd[0])
        titles += [one.title for one in page.items]
        cursor = page.next_cursor
    assert titles == ["通知2", "群发2", "通知1", "群发1", "通知0", "群发0"]
    assert cursor is None
    assert await hall.titles(1) == ["群发2", "群发1", "群发0"]
    query = ListNotices(channel_id=Id(hall.channel.channel_id))
    of_channel = (await world.office.run(list_notices, query, hall.crowd[0])).items
    assert [one.title for one in of_channel] == ["群发2", "群发1", "群发0"]


async def test_reading_one_or_all_up_to_one_is_remembered(world: World) -> None:
    hall = await open_hall(world)
    for number in range(3):
        await hall.send(f"群发{number}")
        await world.advance(MINUTE)
    assert [await unread(hall, number) for number in range(3)] == [3, 3, 3]
    newest, middle, _ = await inbox(world, hall.crowd[0])
    left = await world.office.run(mark_read, MarkRead(notice_ids=[newest.notice_id]), hall.crowd[0])
    assert left.count == 2
    until = MarkRead(until=middle.notice_id)
    assert (await world.office.run(mark_read, until, hall.crowd[0])).count == 0
    assert all(one.is_read for one in await inbox(world, hall.crowd[0]))
    assert [await unread(hall, number) for number in range(3)] == [0, 3, 3]
    # Somebody else's, and what there is not, changes nothing.
    stranger = MarkRead(notice_ids=[newest.notice_id])
    assert (await world.office.run(mark_read, stranger, world.owner)).count == 0
    await world.advance(timedelta(days=31))
    assert await unread(hall, 1) == 0


async def test_who_left_keeps_what_came_and_gets_no_more(world: World) -> None:
    hall = await open_hall(world)
    await hall.send("来过")
    await world.settle()
    command = Unfollow(channel_id=hall.channel.channel_id)
    await world.office.run(unfollow, command, hall.crowd[0])
    last = await hall.send("之后")
    await world.settle()
    assert await hall.titles() == ["来过"]
    assert await hall.titles(1) == ["之后", "来过"]
    assert await hall.results(last) == {"delivered": 2}


async def test_only_recipients_read_a_message_in_full(world: World) -> None:
    hall = await open_hall(world)
    message = await hall.send(openids=hall.openids[:1], link="/shops/1")
    await world.settle()
    query = FindMyBroadcasts(message_ids=[Id(message.message_id)])
    (found,) = (await world.office.run(find_my_broadcasts, query, hall.crowd[0])).items
    assert (found.content.title, found.content.link) == ("新茶", "/shops/1")
    for actor in (hall.crowd[1], world.owner):
        assert (await world.office.run(find_my_broadcasts, query, actor)).items == []
    delete = DeleteMessage(**hall.act(message))
    await world.office.run(delete_message, delete, world.owner)
    assert (await world.office.run(find_my_broadcasts, query, hall.crowd[0])).items == []


async def test_a_preview_reaches_one_and_is_no_message_to_many(world: World) -> None:
    hall = await open_hall(world)
    for number in range(5):
        command = PreviewMessage(**hall.own, openid=hall.openids[0], title=f"看看{number}")
        await world.office.run(preview_message, command, world.owner)
    await world.settle()
    assert len(await hall.titles()) == 5
    sent = await hall.send("正式")
    await world.settle()
    assert await hall.results(sent) == {"delivered": 3}

"""Messages to many: whom they reach and why not, within quotas, and nobody twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import Actor
from banyan.books.timers.run import run_due
from banyan.reach.broadcasts import (
    DeliveryResult,
    ListDeliveries,
    ListMessages,
    MessageState,
    ReadMessage,
    SendMessage,
    deliver,
    list_deliveries,
    list_messages,
    read_message,
    send_message,
    store,
)
from banyan.reach.channels import (
    Channel,
    ChannelKind,
    ListFollowers,
    Unfollow,
    ensure_openids,
    list_followers,
    unfollow,
)
from tests.kit.loyalty import (
    add_crowd,
    follow_crowd,
    inbox,
    open_channel,
    results_of,
    second_office,
    send_to,
)
from tests.kit.world import World


async def open_crowd(
    world: World, count: int, kind: ChannelKind = ChannelKind.SERVICE
) -> tuple[Channel, list[Actor], dict[int, str]]:
    """A merchant's account with followers, and their openids by person."""
    await world.merchant()
    channel = await open_channel(world, kind)
    crowd = await add_crowd(world, count)
    await follow_crowd(world, crowd, channel.channel_id)
    async with world.office.begin() as work:
        people = [one.person_id for one in crowd]
        openids = await ensure_openids(work, channel.channel_id, people)
    return channel, crowd, openids


async def test_each_recipient_has_a_result_with_its_reason(world: World) -> None:
    channel, crowd, openids = await open_crowd(world, 3)
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), crowd[0])
    (known,) = await add_crowd(world, 1)
    async with world.office.begin() as work:
        met = await ensure_openids(work, channel.channel_id, [known.person_id])
    stranger = "o" * 28
    start = await world.mark()
    named = [*openids.values(), *met.values(), stranger]
    message = await send_to(world, channel, named)
    assert message.state is MessageState.SENDING
    await world.settle()
    assert await results_of(world, message) == {"delivered": 2, "unfollowed": 2, "unknown": 1}
    assert await world.events(start) == ["moderation.decided", "broadcasts.sent"]
    query = ListDeliveries(merchant_id=world.merchant_id, message_id=message.message_id, limit=100)
    rows = (await world.office.run(list_deliveries, query, world.owner)).items
    assert {one.openid: one.result for one in rows} == {
        openids[crowd[0].person_id]: DeliveryResult.UNFOLLOWED,
        openids[crowd[1].person_id]: DeliveryResult.DELIVERED,
        openids[crowd[2].person_id]: DeliveryResult.DELIVERED,
        met[known.person_id]: DeliveryResult.UNFOLLOWED,
        stranger: DeliveryResult.UNKNOWN,
    }
    assert [one.title for one in await inbox(world, crowd[1])] == ["新茶到店"]
    assert await inbox(world, crowd[0]) == []


async def test_the_fifth_message_of_a_month_is_over_the_quota(world: World) -> None:
    await world.office.set_clock(datetime(2027, 1, 10, 3, tzinfo=UTC))
    channel, crowd, openids = await open_crowd(world, 2)
    (one, other) = (openids[actor.person_id] for actor in crowd)
    for _ in range(4):
        await send_to(world, channel, [one])
    fifth = await send_to(world, channel, [one, other])
    await world.settle()
    assert await results_of(world, fifth) == {"delivered": 1, "quota": 1}
    assert len(await inbox(world, crowd[0])) == 4
    # Half past four in the afternoon of the last day in UTC is the next month in Shanghai.
    await world.office.set_clock(datetime(2027, 1, 31, 15, 30, tzinfo=UTC))
    still = await send_to(world, channel, [one])
    await world.office.set_clock(datetime(2027, 1, 31, 16, 30, tzinfo=UTC))
    again = await send_to(world, channel, [one])
    await world.settle()
    assert await results_of(world, still) == {"quota": 1}
    assert await results_of(world, again) == {"delivered": 1}


async def test_a_subscription_account_sends_once_a_day(world: World) -> None:
    await world.office.set_clock(datetime(2027, 1, 10, 3, tzinfo=UTC))
    channel, crowd, _ = await open_crowd(world, 2, ChannelKind.SUBSCRIPTION)
    for day in range(6):
        await world.office.set_clock(datetime(2027, 1, 10 + day, 3, tzinfo=UTC))
        message = await send_to(world, channel)
        await world.settle()
        assert await results_of(world, message) == {"delivered": 2}
        with pytest.raises(Refusal, match="quota_daily") as caught:
            await send_to(world, channel)
        assert caught.value.fields == {"day": f"2027-01-{10 + day}"}
    assert len(await inbox(world, crowd[0])) == 6


async def test_all_followers_get_it_in_bounded_parts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PART_MAX", 7)
    channel, crowd, _ = await open_crowd(world, 30)
    message = await send_to(world, channel)
    await world.settle()
    assert await results_of(world, message) == {"delivered": 30}
    assert [len(await inbox(world, one)) for one in crowd] == [1] * 30
    query = ReadMessage(merchant_id=world.merchant_id, message_id=message.message_id)
    report = await world.office.run(read_message, query, world.owner)
    assert report.message.state is MessageState.SENT


async def test_a_part_that_is_killed_is_done_again_and_nobody_gets_it_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PART_MAX", 10)
    channel, crowd, _ = await open_crowd(world, 35)
    message = await send_to(world, channel)
    calls = Counter[str]()

    async def stumble(*arguments: object) -> None:
        calls["all"] += 1
        if calls["all"] % 2 == 0:
            calls["killed"] += 1
            raise ConnectionError("killed in the middle of a part")
        await insert(*arguments)  # type: ignore[arg-type]

    insert = store.insert_deliveries
    monkeypatch.setattr(store, "insert_deliveries", stumble)
    for _ in range(20):
        # A timer that failed waits longer each time.
        await world.office.set_clock(world.now + timedelta(hours=1))
        await run_due(world.office, deliver.TIMERS)
    assert calls["killed"] >= 2
    assert await results_of(world, message) == {"delivered": 35}
    assert [len(await inbox(world, one)) for one in crowd] == [1] * 35


async def test_two_servers_deliver_one_message_and_nobody_gets_it_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "PART_MAX", 5)
    channel, crowd, _ = await open_crowd(world, 23)
    message = await send_to(world, channel)
    async with second_office(world) as other:
        for _ in range(10):
            await run_due(other, deliver.TIMERS)
            await run_due(world.office, deliver.TIMERS)
    assert await results_of(world, message) == {"delivered": 23}
    assert [len(await inbox(world, one)) for one in crowd] == [1] * 23


async def test_messages_are_listed_with_what_became_of_them(world: World) -> None:
    channel, _, _ = await open_crowd(world, 2)
    for title in ("一", "二", "三"):
        await send_to(world, channel, title=title)
    await world.settle()
    titles, cursor = [], None
    for _ in range(2):
        query = ListMessages(
            merchant_id=world.merchant_id, channel_id=channel.channel_id, limit=2, cursor=cursor
        )
        page = await world.office.run(list_messages, query, world.owner)
        titles += [(one.message.content.title, one.results["delivered"]) for one in page.items]
        cursor = page.next_cursor
    assert titles == [("三", 2), ("二", 2), ("一", 2)]


async def test_nonsense_and_strangers_send_nothing(world: World) -> None:
    channel, _, openids = await open_crowd(world, 1)
    (openid,) = openids.values()
    start = await world.mark()
    with pytest.raises(Invalid, match="openid_twice"):
        await send_to(world, channel, [openid, openid])
    bad = SendMessage(
        merchant_id=world.merchant_id,
        channel_id=channel.channel_id,
        title="x",
        link="javascript:alert(1)",
    )
    with pytest.raises(Invalid, match="link_malformed"):
        await world.office.run(send_message, bad, world.owner)
    there = await world.merchant("别家", owner="wu")
    stolen = SendMessage(merchant_id=there, channel_id=channel.channel_id, title="x")
    with pytest.raises(NotFound, match=r"channels\.not_found"):
        await world.office.run(send_message, stolen, world.as_person("wu"))
    query = ListFollowers(merchant_id=there, channel_id=channel.channel_id)
    with pytest.raises(NotFound, match=r"channels\.not_found"):
        await world.office.run(list_followers, query, world.as_person("wu"))
    await world.settle()
    kinds = await world.events(start)
    assert not [kind for kind in kinds if kind.startswith(("channels.", "broadcasts."))]

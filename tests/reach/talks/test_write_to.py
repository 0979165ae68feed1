"""An account writes to one person within its credits, and shows that it types."""

from datetime import timedelta

import pytest

from banyan.base.errors import Refusal
from banyan.books.actor import SYSTEM
from banyan.reach.channels import Unfollow, ensure_openids, unfollow
from banyan.reach.talks import Article, Content, ContentKind, ShowTyping, show_typing
from tests.kit import sales
from tests.kit.loyalty import inbox, open_channel
from tests.kit.talks import follower, my_talk, tell, write
from tests.kit.world import World


async def test_five_messages_after_words_and_no_more(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    await world.advance(timedelta(minutes=2))
    with pytest.raises(Refusal, match="out_of_time"):
        await write(world, channel, openid)
    await tell(world, lin, channel, "在吗")
    for number in range(5):
        await write(world, channel, openid, f"{number}")
    start = await world.mark()
    with pytest.raises(Refusal, match="used_up"):
        await write(world, channel, openid)
    assert await world.events(start) == []
    assert len(await inbox(world, lin)) == 5
    await tell(world, lin, channel, "还在吗")
    await world.advance(timedelta(hours=47, minutes=59))
    await write(world, channel, openid)
    await world.advance(timedelta(minutes=1))
    with pytest.raises(Refusal, match="out_of_time"):
        await write(world, channel, openid)


async def test_three_messages_within_a_minute_of_a_follow(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    _, openid = await follower(world, channel)
    for _ in range(3):
        await write(world, channel, openid)
    with pytest.raises(Refusal, match="used_up"):
        await write(world, channel, openid)


async def test_who_paid_may_be_written_to_for_two_days(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    channel = await open_channel(world)
    await sales.join(world, "lin", shop)
    _, openid = await follower(world, channel)
    await world.advance(timedelta(minutes=2))
    with pytest.raises(Refusal, match="out_of_time"):
        await write(world, channel, openid)
    for _ in range(2):
        await sales.buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    for _ in range(9):
        await write(world, channel, openid)
    await world.advance(timedelta(hours=48))
    with pytest.raises(Refusal, match="out_of_time"):
        await write(world, channel, openid)


async def test_strangers_and_those_who_left_are_not_written_to(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), lin)
    with pytest.raises(Refusal, match="left"):
        await write(world, channel, openid)
    with pytest.raises(Refusal, match="unknown_openid"):
        await write(world, channel, "o" * 28)
    wu = await world.person("wu")
    async with world.office.begin() as work:
        known = await ensure_openids(work, channel.channel_id, [wu.person_id])
    with pytest.raises(Refusal, match="not_followed"):
        await write(world, channel, known[wu.person_id])


async def test_an_article_lies_in_the_inbox_with_its_link(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    article = Article(title="新茶", description="到店", url="https://tea.example/new")
    await write(world, channel, openid, Content(kind=ContentKind.NEWS, articles=[article]))
    (notice,) = await inbox(world, lin)
    assert (notice.title, notice.body, notice.link) == ("新茶", "到店", article.url)
    (entry,) = (await my_talk(world, lin, channel)).items
    assert entry.message is not None
    assert entry.message.content.articles == [article]


async def test_typing_shows_for_a_while_after_words(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)

    async def show(*, is_typing: bool = True) -> None:
        command = ShowTyping(
            merchant_id=world.merchant_id,
            channel_id=channel.channel_id,
            openid=openid,
            is_typing=is_typing,
        )
        await world.office.run(show_typing, command, SYSTEM)

    with pytest.raises(Refusal, match="silent"):
        await show()
    await tell(world, lin, channel, "在吗")
    await show()
    assert (await my_talk(world, lin, channel)).is_typing
    with pytest.raises(Refusal, match="typing_already"):
        await show()
    await show(is_typing=False)
    assert not (await my_talk(world, lin, channel)).is_typing
    await show()
    await world.advance(timedelta(seconds=16))
    assert not (await my_talk(world, lin, channel)).is_typing
    await show()
    await write(world, channel, openid)
    assert not (await my_talk(world, lin, channel)).is_typing
    await world.advance(timedelta(seconds=15))
    with pytest.raises(Refusal, match="silent"):
        await show()

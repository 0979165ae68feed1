"""What is refused after it was out is neither read nor found, until it is let through again."""

from __future__ import annotations

from pathlib import Path

import pytest

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.books.actor import NOBODY
from banyan.reach.articles import SUBJECT, ReadArticle, read_article
from banyan.reach.channels import Channel
from banyan.reach.moderation import (
    HOOKS,
    Check,
    CheckId,
    CheckState,
    Content,
    Reason,
    Subject,
)
from banyan.views.search import SearchArticles, search_articles
from tests.kit.articles import open_writer, publish
from tests.kit.world import World


async def decide(world: World, channel: Channel, number: int, state: CheckState) -> None:
    """Let people decide about a publication, as after a complaint or an appeal."""
    async with world.office.begin() as work:
        check = Check(
            merchant_id=Id(channel.merchant_id),
            channel_id=channel.channel_id,
            check_id=CheckId(1),
            subject=Subject(kind=SUBJECT, subject_id=number),
            content=Content(),
            state=state,
            reason=Reason.COPYRIGHT if state is CheckState.REFUSED else None,
            evidence=[],
            created_at=work.now,
        )
        await HOOKS.tell(work, channel, check)
    await world.settle()


async def count(world: World) -> int:
    """How many articles are found."""
    return (await world.office.run(search_articles, SearchArticles(q="白茶"), NOBODY)).total


async def test_a_refusal_hides_and_an_appeal_shows_again(world: World, tmp_path: Path) -> None:
    channel = await open_writer(world, tmp_path)
    made = await publish(world, channel, ["白茶"])
    query = ReadArticle(**made)
    page = await world.office.run(read_article, query, NOBODY)
    assert await count(world) == 1
    await decide(world, channel, page.publish_number, CheckState.REFUSED)
    with pytest.raises(NotFound, match=r"articles\.not_published"):
        await world.office.run(read_article, query, NOBODY)
    assert await count(world) == 0
    await decide(world, channel, page.publish_number, CheckState.PASSED)
    again = await world.office.run(read_article, query, NOBODY)
    assert again.published_at == page.published_at
    assert await count(world) == 1
    kinds = await world.events()
    assert [kinds.count(f"articles.{one}") for one in ("published", "refused", "restored")] == [
        1,
        1,
        1,
    ]

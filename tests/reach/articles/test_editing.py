"""Drafts are edited by several people, looked at, and published once nothing stands against it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import NOBODY, SYSTEM
from banyan.reach.articles import (
    Article,
    ChangeArticle,
    DeletePack,
    ListPublished,
    OpenPreview,
    Pack,
    PackState,
    Publication,
    ReadPack,
    ReadPreview,
    ReadPublication,
    SaveDraft,
    SchedulePack,
    StartDraft,
    SubmitPack,
    change_article,
    delete_pack,
    list_published,
    open_preview,
    read_pack,
    read_preview,
    read_publication,
    save_draft,
    schedule_pack,
    start_draft,
    submit_pack,
)
from banyan.reach.channels import Channel
from tests.kit.articles import draft, open_writer, own
from tests.kit.world import World


@pytest.fixture
async def channel(world: World, tmp_path: Path) -> Channel:
    """An account that writes."""
    return await open_writer(world, tmp_path)


async def read(world: World, channel: Channel, media_id: str) -> Pack:
    """The draft as it is."""
    query = ReadPack(**own(channel), media_id=media_id)
    return await world.office.run(read_pack, query, SYSTEM)


async def save(world: World, channel: Channel, pack: Pack, *titles: str) -> Pack:
    """Save a draft with other titles."""
    article = pack.articles[0]
    articles = [msgspec.structs.replace(article, title=one) for one in titles]
    command = SaveDraft(
        **own(channel), media_id=pack.media_id, version=pack.version, articles=articles
    )
    return await world.office.run(save_draft, command, SYSTEM)


async def test_a_draft_grows_and_lacks_what_it_lacks(world: World, channel: Channel) -> None:
    begun = await world.office.run(start_draft, StartDraft(**own(channel)), SYSTEM)
    assert begun.articles == [Article(title="", content="")]
    saved = await save(world, channel, begun, "只有标题", "")
    assert (saved.version, len(saved.articles)) == (2, 2)
    assert (await save(world, channel, saved, "只有标题", "")).version == 2
    submit = SubmitPack(**own(channel), media_id=begun.media_id)
    with pytest.raises(Failure, match=r"articles\.not_ready"):
        await world.office.run(submit_pack, submit, SYSTEM)
    for titles in ([], ["多"] * 9, ["长" * 65]):
        with pytest.raises(Failure, match="articles"):
            await save(world, channel, saved, *titles)


async def test_of_rivals_who_save_one_wins(world: World, channel: Channel) -> None:
    pack = await read(world, channel, await draft(world, channel))
    saves = [save(world, channel, pack, f"第 {i} 版") for i in range(8)]
    outcomes = await asyncio.gather(*saves, return_exceptions=True)
    won = [one for one in outcomes if isinstance(one, Pack)]
    lost = [one for one in outcomes if isinstance(one, Failure)]
    assert (len(won), len(lost)) == (1, 7)
    assert {one.code for one in lost} == {"articles.changed_meanwhile"}
    after = await read(world, channel, pack.media_id)
    assert (after.version, after.articles[0].title) == (2, won[0].articles[0].title)


async def test_a_program_that_writes_meanwhile_is_noticed(world: World, channel: Channel) -> None:
    pack = await read(world, channel, await draft(world, channel))
    change = ChangeArticle(
        **own(channel), media_id=pack.media_id, index=0, article=pack.articles[0]
    )
    await world.office.run(change_article, change, SYSTEM)
    with pytest.raises(Failure, match=r"articles\.changed_meanwhile"):
        await save(world, channel, pack, "晚了")


async def test_a_draft_is_published_at_its_time(world: World, channel: Channel) -> None:
    media_id = await draft(world, channel)
    at = world.now + timedelta(hours=2)
    plan = SchedulePack(**own(channel), media_id=media_id, publish_at=at)
    assert (await world.office.run(schedule_pack, plan, SYSTEM)).publish_at == at
    await world.advance(timedelta(hours=1))
    pack = await read(world, channel, media_id)
    changed = await save(world, channel, pack, "改过的")
    with pytest.raises(Failure, match=r"articles\.title_length"):
        await save(world, channel, changed, "")
    await world.advance(timedelta(hours=2))
    found = await world.office.run(list_published, ListPublished(**own(channel)), SYSTEM)
    assert [one.articles[0].title for one in found.items] == ["改过的"]
    with pytest.raises(NotFound):
        await read(world, channel, media_id)


async def test_what_lacks_its_cover_by_then_stays_a_draft(world: World, channel: Channel) -> None:
    media_id = await draft(world, channel)
    at = world.now + timedelta(hours=2)
    plan = SchedulePack(**own(channel), media_id=media_id, publish_at=at)
    await world.office.run(schedule_pack, plan, SYSTEM)
    pack = await read(world, channel, media_id)
    bare = [msgspec.structs.replace(one, thumb_media_id="") for one in pack.articles]
    command = SaveDraft(**own(channel), media_id=media_id, version=pack.version, articles=bare)
    await world.office.run(save_draft, command, SYSTEM)
    await world.advance(timedelta(hours=3))
    assert (await read(world, channel, media_id)).publish_at is None


async def test_a_time_is_moved_and_called_off(world: World, channel: Channel) -> None:
    media_id = await draft(world, channel)
    for hours in (1, 3):
        at = world.now + timedelta(hours=hours)
        plan = SchedulePack(**own(channel), media_id=media_id, publish_at=at)
        await world.office.run(schedule_pack, plan, SYSTEM)
    await world.advance(timedelta(hours=2))
    assert (await read(world, channel, media_id)).publish_at is not None
    off = SchedulePack(**own(channel), media_id=media_id)
    assert (await world.office.run(schedule_pack, off, SYSTEM)).publish_at is None
    await world.advance(timedelta(hours=5))
    assert (await read(world, channel, media_id)).publish_at is None
    for days in (-1, 31):
        at = world.now + timedelta(days=days)
        with pytest.raises(Failure, match=r"articles\.time_out_of_range"):
            await world.office.run(
                schedule_pack,
                SchedulePack(**own(channel), media_id=media_id, publish_at=at),
                SYSTEM,
            )
    again = SchedulePack(
        **own(channel), media_id=media_id, publish_at=world.now + timedelta(hours=1)
    )
    await world.office.run(schedule_pack, again, SYSTEM)
    gone = DeletePack(**own(channel), media_id=media_id, state=PackState.DRAFT)
    await world.office.run(delete_pack, gone, SYSTEM)
    await world.advance(timedelta(hours=2))
    found = await world.office.run(list_published, ListPublished(**own(channel)), SYSTEM)
    assert found.total == 0


async def test_a_link_shows_a_draft_for_half_a_day(world: World, channel: Channel) -> None:
    media_id = await draft(world, channel, ["春茶", "夏茶"])
    command = OpenPreview(**own(channel), media_id=media_id)
    link = await world.office.run(open_preview, command, SYSTEM)
    token = link.url.rpartition("/previews/")[2].partition("/")[0]
    query = ReadPreview(token=token, place=2)
    shown = await world.office.run(read_preview, query, NOBODY)
    assert (shown.article.title, shown.titles) == ("夏茶", ["春茶", "夏茶"])
    for wrong in (ReadPreview(token=token, place=3), ReadPreview(token=f"{token}x")):
        with pytest.raises(NotFound, match=r"articles\.no_preview"):
            await world.office.run(read_preview, wrong, NOBODY)
    await world.advance(timedelta(hours=13))
    with pytest.raises(NotFound, match=r"articles\.no_preview"):
        await world.office.run(read_preview, query, NOBODY)


async def test_what_may_not_be_seen_becomes_a_draft_again(world: World, channel: Channel) -> None:
    media_id = await draft(world, channel, content="<p>刷单日赚千元,稳赚不赔,加微信 abc12345</p>")
    command = SubmitPack(**own(channel), media_id=media_id)
    made = await world.office.run(submit_pack, command, SYSTEM)
    await world.settle()
    query = ReadPublication(**own(channel), publish_number=made.publish_number)
    found: Publication = await world.office.run(read_publication, query, SYSTEM)
    assert found.published_at is None
    assert found.refused_reason in {"fraud", "advertising"}
    assert (await read(world, channel, media_id)).articles[0].title == "春茶上新"
    assert (await world.events()).count("articles.refused") == 1


async def test_nobody_publishes_too_often(world: World, channel: Channel) -> None:
    drafts = [await draft(world, channel) for _ in range(11)]
    for media_id in drafts[:10]:
        await world.office.run(submit_pack, SubmitPack(**own(channel), media_id=media_id), SYSTEM)
    last = SubmitPack(**own(channel), media_id=drafts[10])
    with pytest.raises(Failure, match=r"articles\.too_often"):
        await world.office.run(submit_pack, last, SYSTEM)
    await world.advance(timedelta(minutes=2))
    await world.office.run(submit_pack, last, SYSTEM)

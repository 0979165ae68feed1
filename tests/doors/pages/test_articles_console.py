"""Articles are written, looked at, published and taken back in the console; comments answered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from banyan.books.actor import NOBODY, SYSTEM
from banyan.reach.articles import (
    ListPublished,
    Pack,
    ReadArticle,
    ReadPack,
    list_published,
    read_article,
    read_pack,
)
from banyan.reach.channels import Channel
from banyan.reach.comments import WriteComment, write_comment
from tests.kit.articles import JPEG, draft, open_writer, own, publish
from tests.kit.pages import Browser, open_browser
from tests.kit.world import World


@pytest.fixture
async def channel(world: World, tmp_path: Path) -> Channel:
    """An account that writes."""
    return await open_writer(world, tmp_path)


def home_of(channel: Channel) -> str:
    """Where its articles are."""
    return f"/console/channel/{channel.channel_id:d}/articles"


async def read(world: World, channel: Channel, media_id: str) -> Pack:
    """A draft as it is."""
    query = ReadPack(**own(channel), media_id=media_id)
    return await world.office.run(read_pack, query, SYSTEM)


async def save(browser: Browser, path: str, pack: Pack, **typed: object) -> dict[str, Any]:
    """Save a draft as the editor's script does; what it hears."""
    form = {"version": pack.version, "place": 1, "title": "春茶", "content": "<p>好茶</p>"}
    answer = await browser.client.post(
        path,
        data={name: str(value) for name, value in {**form, **typed}.items()},
        headers={"accept": "application/json", "sec-fetch-site": "same-origin"},
    )
    told: dict[str, Any] = answer.json()
    return told


async def test_a_draft_is_begun_written_and_published(world: World, channel: Channel) -> None:
    home = home_of(channel)
    async with open_browser(world, "mei") as mei:
        await mei.open(home)
        await mei.send(f"{home}/drafts", idempotency_key=mei.key)
        path = mei.path
        pack = await read(world, channel, path.rpartition("/")[2])
        files = {"cover": ("c.jpg", JPEG, "image/jpeg")}
        form = {
            "version": "1",
            "place": "1",
            "title": "春茶上新",
            "author": "阿梅",
            "content": "<p>明前<script>alert(1)</script></p>",
            "may_comment": "on",
        }
        headers = {"sec-fetch-site": "same-origin"}
        sent = await mei.client.post(path, data=form, files=files, headers=headers)
        assert sent.status_code == 303
        saved = await read(world, channel, pack.media_id)
        article = saved.articles[0]
        assert (article.title, article.may_comment, saved.version) == ("春茶上新", True, 2)
        assert article.thumb_media_id
        await mei.open(path)
        assert "alert(1)" not in mei.page.text
        await mei.send(path, {**form, "version": 2, "do": "add"})
        await mei.send(path, {**form, "version": 3, "place": 2, "title": "", "do": "remove"})
        await mei.send(path, {**form, "version": 4, "then": "preview"})
        link = re.search(r'href="[^"]*(/previews/[^"]+)"', mei.page.text)
        assert link
        async with open_browser(world) as stranger:
            await stranger.open(link[1])
            assert "春茶上新" in stranger.words
            assert "alert(1)" not in stranger.page.text
        await mei.send(path, {**form, "version": 4, "then": "publish"})
        await world.settle()
        await mei.open(f"{home}?state=published")
        assert "春茶上新" in mei.words
    found = await world.office.run(list_published, ListPublished(**own(channel)), SYSTEM)
    async with open_browser(world, "mei") as mei:
        await mei.send(f"{home}/published/{found.items[0].article_id}/take-back", place=1)
        assert "还没有发布" in mei.words


async def test_the_editor_saves_by_itself_and_hears_of_others(
    world: World, channel: Channel
) -> None:
    media_id = await draft(world, channel)
    path = f"{home_of(channel)}/drafts/{media_id}"
    pack = await read(world, channel, media_id)
    async with open_browser(world, "mei") as mei:
        told = await save(mei, path, pack)
        assert (told["is_saved"], told["version"]) == (True, 2)
        assert "已保存" in told["said"]
        told = await save(mei, path, pack, title="晚了")
        assert not told["is_saved"]
        assert "其他人" in told["said"]
        await mei.send(path, version=1, place=1, title="晚了", content="<p>x</p>", status=422)
        assert "晚了" in mei.page.text
        told = await save(mei, path, await read(world, channel, media_id), title="长" * 65)
        assert not told["is_saved"]
    assert (await read(world, channel, media_id)).articles[0].title == "春茶"


async def test_a_time_is_set_and_called_off(world: World, channel: Channel) -> None:
    media_id = await draft(world, channel)
    path = f"{home_of(channel)}/drafts/{media_id}"
    at = world.now.replace(microsecond=0)
    form = {"place": 1, "title": "春茶", "content": "<p>好茶</p>"}
    async with open_browser(world, "mei") as mei:
        day = f"{at.year + (at.month == 12)}-{at.month % 12 + 1:02}-01T08:00"
        await mei.send(path, form, version=1, then="schedule", publish_at=day)
        assert (await read(world, channel, media_id)).publish_at is not None
        await mei.send(path, form, version=2, then="schedule", publish_at="nonsense")
        assert "请选择日期和时间" in mei.words
        await mei.send(path, form, version=2, then="unschedule")
        assert (await read(world, channel, media_id)).publish_at is None
        await mei.send(f"{path}/delete")
        assert "没有草稿" in mei.words


async def test_pictures_of_texts_are_taken_in(world: World, channel: Channel) -> None:
    async with open_browser(world, "mei") as mei:
        for content, name in ((JPEG, "url"), (b"no picture", "said")):
            sent = await mei.client.post(
                f"{home_of(channel)}/pictures",
                files={"picture": ("a.jpg", content, "image/jpeg")},
                headers={"sec-fetch-site": "same-origin"},
            )
            assert list(sent.json()) == [name]


async def test_comments_are_chosen_answered_and_deleted(world: World, channel: Channel) -> None:
    made = await publish(world, channel, may_comment=True)
    page = await world.office.run(read_article, ReadArticle(**made), NOBODY)
    command = WriteComment(
        channel_id=channel.channel_id,
        publish_number=page.publish_number,
        place=1,
        content="好茶",
    )
    await world.office.run(write_comment, command, await world.person("lin"))
    home = f"/console/channel/{channel.channel_id:d}/comments"
    own_path = f"{home}/{page.publish_number}/1/1"
    async with open_browser(world, "mei") as mei, open_browser(world) as stranger:
        await mei.open(home)
        assert "好茶" in mei.words
        await mei.send(f"{own_path}/elect", is_elected="on")
        await mei.send(f"{own_path}/reply", content="谢谢")
        await mei.open(f"{home}?article={page.publish_number}&place=1&sort=elected")
        assert "谢谢" in mei.words
        await stranger.open(f"/s/{made['channel_id']:d}/{made['article_id']}/1")
        assert "好茶" in stranger.words
        await mei.send(f"{own_path}/reply/delete")
        await mei.send(f"{own_path}/elect")
        await mei.send(f"{own_path}/delete")
        await mei.send(f"{home}/{page.publish_number}/1/open")
        await mei.open(home)
        assert "没有留言" in mei.words

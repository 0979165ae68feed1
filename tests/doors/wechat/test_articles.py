"""Articles over the wire: drafted, kept, published, read by anybody, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from banyan.outside.storage import FolderFiles
from banyan.reach.articles import StartDraft, start_draft
from banyan.reach.media import PORTS, AddMedia, MediaKind, add_media
from banyan.reach.penalties import GivePenalty, PenaltyKind, give_penalty
from tests.kit.articles import JPEG
from tests.kit.pages import open_browser
from tests.kit.wechat import Account, open_account
from tests.kit.world import SYSTEM, World


@pytest_asyncio.fixture
async def account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """A service account on a machine with a folder for files, whose program has a token."""
    settings = msgspec.structs.replace(world.building.settings, data=tmp_path)
    world.building = replace(world.building, settings=settings)
    PORTS.connect(files=FolderFiles(settings.files))
    async with open_account(world) as opened:
        await opened.call(opened.sdk.fetch_access_token)
        yield opened


async def cover_of(world: World, account: Account) -> str:
    """A small picture that the account keeps."""
    command = AddMedia(
        merchant_id=account.channel.merchant_id,  # type: ignore[arg-type] # an id of the same merchant
        channel_id=account.channel.channel_id,
        kind=MediaKind.THUMB,
        content=JPEG,
        is_kept=True,
    )
    return (await world.office.run(add_media, command, SYSTEM)).media_id


async def post(account: Account, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - a body of JSON
    """What the interface answers to a call that the SDK of this version does not have."""
    answer: dict[str, Any] = await account.post(
        f"/cgi-bin/{path}", body, access_token=account.sdk.access_token
    )
    return answer


def article(cover: str, **changed: object) -> dict[str, Any]:
    """An article as programs write it."""
    return {
        "title": "春茶上新",
        "author": "阿梅",
        "digest": "明前龙井",
        "content": "<p>你好<script>alert(1)</script></p>",
        "content_source_url": "https://shop.example.com/tea",
        "thumb_media_id": cover,
        "need_open_comment": 1,
        "only_fans_can_comment": 0,
    } | changed


async def test_a_draft_is_written_read_changed_and_deleted(account: Account, world: World) -> None:
    cover = await cover_of(world, account)
    articles = [article(cover), article(cover, title="第二篇")]
    made = await post(account, "draft/add", articles=articles)
    assert set(made) == {"media_id"}
    told = (await post(account, "draft/get", **made))["news_item"]
    assert [one["title"] for one in told] == ["春茶上新", "第二篇"]
    assert "/files/" in told[0].pop("thumb_url")
    assert told[0] == articles[0] | {"show_cover_pic": 0, "url": ""}
    changed = article(cover, title="改了", content="<p>新</p>")
    done = await post(account, "draft/update", **made, index=1, articles=changed)
    assert done["errcode"] == 0
    token = account.sdk.access_token
    count = await account.get("/cgi-bin/draft/count", access_token=token)
    assert count == {"total_count": 1}
    part = await post(account, "draft/batchget", offset=0, count=20, no_content=1)
    assert (part["total_count"], part["item_count"]) == (1, 1)
    assert part["item"][0]["media_id"] == made["media_id"]
    listed = part["item"][0]["content"]["news_item"]
    assert [one["title"] for one in listed] == ["春茶上新", "改了"]
    assert "content" not in listed[0]
    assert (await post(account, "draft/delete", **made))["errcode"] == 0
    for path in ("draft/get", "draft/delete"):
        assert (await post(account, path, **made))["errcode"] == 40007
    assert (await post(account, "draft/switch?checkonly=1"))["is_open"] == 1


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"title": ""}, 45003),
        ({"title": "长" * 65}, 45003),
        ({"author": "长" * 17}, 45110),
        ({"digest": "长" * 129}, 45004),
        ({"content": ""}, 44004),
        ({"content": "长" * 20_000}, 45002),
        ({"content_source_url": "javascript:alert(1)"}, 45005),
        ({"thumb_media_id": "nothing"}, 40007),
        ({"thumb_media_id": ""}, 40007),
        ({"article_type": "newspic"}, 40097),
    ],
)
async def test_what_is_wrong_with_an_article_is_named(
    account: Account, world: World, changed: dict[str, object], errcode: int
) -> None:
    cover = await cover_of(world, account)
    told = await post(account, "draft/add", articles=[article(cover, **changed)])
    assert told["errcode"] == errcode
    assert (await post(account, "draft/batchget"))["total_count"] == 0


async def test_packs_and_places_have_bounds(account: Account, world: World) -> None:
    cover = await cover_of(world, account)
    assert (await post(account, "draft/add", articles=[]))["errcode"] == 44003
    nine = [article(cover)] * 9
    assert (await post(account, "draft/add", articles=nine))["errcode"] == 45008
    made = await post(account, "draft/add", articles=[article(cover)])
    for index in (1, 99, -1):
        told = await post(account, "draft/update", **made, index=index, articles=article(cover))
        assert told["errcode"] == 40060
    assert (await post(account, "draft/batchget", count=21))["errcode"] == 40097


async def test_a_draft_is_published_read_by_anybody_and_taken_back(
    account: Account, world: World
) -> None:
    cover = await cover_of(world, account)
    both = [article(cover), article(cover, title="第二篇", content="<div>二<img src=x></div>")]
    made = await post(account, "draft/add", articles=both)
    submitted = await post(account, "freepublish/submit", **made)
    assert submitted["errcode"] == 0
    number = submitted["publish_id"]
    assert (await post(account, "freepublish/get", publish_id=number))["publish_status"] == 1
    assert (await post(account, "draft/get", **made))["errcode"] == 40007
    await world.settle()
    told = await post(account, "freepublish/get", publish_id=int(number))
    assert told["publish_status"] == 0
    assert told["article_detail"]["count"] == 2
    article_id = told["article_id"]
    url = told["article_detail"]["item"][0]["article_url"]
    path = url.partition("/s/")[2]
    async with open_browser(world) as browser:
        await browser.open(f"/s/{path}")
        assert "春茶上新" in browser.words
        assert "alert(1)" not in browser.page.text
        assert "阅读原文" in browser.words
    found = await post(account, "freepublish/getarticle", article_id=article_id)
    assert [one["is_deleted"] for one in found["news_item"]] == [False, False]
    assert found["news_item"][0]["url"] == url
    listed = await post(account, "freepublish/batchget", offset=0, count=10)
    assert [one["article_id"] for one in listed["item"]] == [article_id]
    back = await post(account, "freepublish/delete", article_id=article_id, index=1)
    assert back["errcode"] == 0
    async with open_browser(world) as browser:
        await browser.open(f"/s/{path}", status=404)
        await browser.open(f"/s/{path[:-1]}2")
        assert "第二篇" in browser.words
        await browser.open(f"/s/{path[:-1]}3", status=404)
        await browser.open(f"/s/{path[:-1]}x", status=404)
    await post(account, "freepublish/delete", article_id=article_id, index=0)
    gone = await post(account, "freepublish/get", publish_id=number)
    assert gone["publish_status"] == 5
    assert (await post(account, "freepublish/batchget"))["total_count"] == 0
    told = await post(account, "freepublish/getarticle", article_id=article_id)
    assert told["errcode"] == 53600
    assert (await post(account, "freepublish/get", publish_id="1"))["errcode"] == 53502
    kinds = await world.events()
    assert [kinds.count(f"articles.{one}") for one in ("published", "taken_back")] == [1, 2]


async def test_what_stands_against_publishing_is_named(account: Account, world: World) -> None:
    cover = await cover_of(world, account)
    bad = article(cover, content="<p>刷单日赚千元,稳赚不赔,加微信 abc12345</p>")
    made = await post(account, "draft/add", articles=[bad])
    submitted = await post(account, "freepublish/submit", **made)
    await world.settle()
    told = await post(account, "freepublish/get", publish_id=submitted["publish_id"])
    assert (told["publish_status"], told["fail_idx"]) == (4, [1])
    assert len((await post(account, "draft/get", **made))["news_item"]) == 1
    begun = StartDraft(
        merchant_id=account.channel.merchant_id,  # type: ignore[arg-type] # an id of the same merchant
        channel_id=account.channel.channel_id,
    )
    empty = await world.office.run(start_draft, begun, SYSTEM)
    told = await post(account, "freepublish/submit", media_id=empty.media_id)
    assert told["errcode"] == 53503
    penalty = GivePenalty(
        channel_id=account.channel.channel_id,
        kind=PenaltyKind.SENDING_STOPPED,
        reason="spam",
        days=1,
    )
    await world.office.run(give_penalty, penalty, SYSTEM)
    fine = await post(account, "draft/add", articles=[article(cover)])
    assert (await post(account, "freepublish/submit", **fine))["errcode"] == 53500


async def test_articles_are_kept_and_uploaded_by_the_sdk(account: Account, world: World) -> None:
    material, cover = account.sdk.material, await cover_of(world, account)
    made = await account.call(material.add_articles, [article(cover), article(cover, title="二")])
    media_id = made["media_id"]
    told = await account.call(material.get, media_id)
    assert [one["title"] for one in told] == ["春茶上新", "二"]
    await account.call(material.update_articles, media_id, 1, [{}, article(cover, title="改了")])
    await account.call(material.update_article, media_id, 0, article(cover, title="也改了"))
    told = await account.call(material.get, media_id)
    assert [one["title"] for one in told] == ["也改了", "改了"]
    assert (await account.call(material.get_count))["news_count"] == 1
    part = await account.call(material.batchget, "news")
    assert part["item"][0]["content"]["news_item"][1]["title"] == "改了"
    assert (await account.call(material.delete, media_id))["errcode"] == 0
    assert await account.refused(material.get, media_id) == 40007
    assert (await account.call(material.batchget, "news"))["total_count"] == 0
    upload = await account.call(account.sdk.media.upload_articles, [article(cover)])
    assert upload["type"] == "news"
    assert await account.refused(material.get, upload["media_id"]) == 40007

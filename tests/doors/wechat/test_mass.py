"""Messages to many over the wire: to all, to a tag, to a list, to one to look at; taken back."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from PIL import Image
from wechatpy.exceptions import WeChatException

from banyan.books.actor import Actor
from banyan.outside.storage import FolderFiles
from banyan.reach.articles import ListPublished, ReadArticle, list_published, read_article
from banyan.reach.broadcasts import (
    ContentKind,
    FindMyBroadcasts,
    MyBroadcast,
    find_my_broadcasts,
)
from banyan.reach.channels import ChannelId, ChannelKind, ensure_openids
from banyan.reach.labels import CreateTag, TagFollowers, create_tag, tag_followers
from banyan.reach.media import PORTS, AddMedia, MediaKind, add_media
from tests.kit.cards import cash
from tests.kit.loyalty import add_crowd, follow_crowd, inbox
from tests.kit.wechat import Account, open_account
from tests.kit.world import SYSTEM, World

AMR = b"#!AMR\n" + (b"\x3c" + b"\x00" * 31) * 50
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 100
BAD = "日赚过万，加微信刷单"


def draw_picture() -> bytes:
    """A picture without a word in it."""
    content = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(content, "JPEG")
    return content.getvalue()


class Hall:
    """A service account with followers, whose program has a token."""

    def __init__(self, world: World, account: Account) -> None:
        self.world = world
        self.account = account
        self.sdk = account.sdk.message
        self.crowd: list[Actor] = []
        self.openids: list[str] = []

    async def fill(self, count: int) -> None:
        """Have some followers."""
        channel_id = self.account.channel.channel_id
        self.crowd = await add_crowd(self.world, count)
        await follow_crowd(self.world, self.crowd, channel_id)
        async with self.world.office.begin() as work:
            people = [one.person_id for one in self.crowd]
            openids = await ensure_openids(work, channel_id, people)
        self.openids = [openids[one.person_id] for one in self.crowd]

    async def post(self, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - a body of JSON
        """What the interface answers to a call that the SDK does not have."""
        token = self.account.sdk.access_token
        answer: dict[str, Any] = await self.account.post(
            f"/cgi-bin/message/mass/{path}", body, access_token=token
        )
        return answer

    async def refused(self, *call: Any, **options: Any) -> int:  # noqa: ANN401 - what the SDK takes
        """The errcode of a call of the SDK."""
        return await self.account.refused(*call, **options)

    async def said_to(self, number: int) -> list[MyBroadcast]:
        """What one of the followers got, in full."""
        actor = self.crowd[number]
        ids = [one.fields["message_id"] for one in await inbox(self.world, actor)]
        if not ids:
            return []
        query = msgspec.convert({"message_ids": ids}, FindMyBroadcasts, dec_hook=lambda k, v: k(v))
        return (await self.world.office.run(find_my_broadcasts, query, actor)).items

    async def texts(self, number: int) -> list[str]:
        """What one of the followers got, newest first, as their inbox shows it."""
        return [one.title or one.body for one in await inbox(self.world, self.crowd[number])]

    async def upload(self, kind: MediaKind, content: bytes) -> str:
        """A file of the account."""
        channel = self.account.channel
        command = AddMedia(
            merchant_id=self.world.merchant_id,
            channel_id=channel.channel_id,
            kind=kind,
            content=content,
        )
        return (await self.world.office.run(add_media, command, SYSTEM)).media_id


@pytest_asyncio.fixture
async def hall(world: World, tmp_path: Path) -> AsyncIterator[Hall]:
    """Three followers of a service account on a machine with a folder for files."""
    settings = msgspec.structs.replace(world.building.settings, data=tmp_path)
    world.building = replace(world.building, settings=settings)
    PORTS.connect(files=FolderFiles(settings.files))
    await world.office.set_clock(datetime(2027, 1, 10, 3, tzinfo=UTC))
    async with open_account(world) as opened:
        await opened.call(opened.sdk.fetch_access_token)
        made = Hall(world, opened)
        await made.fill(3)
        yield made


async def tag_of(hall: Hall, *openids: str) -> int:
    """A tag that these followers have."""
    own: dict[str, Any] = {
        "merchant_id": hall.world.merchant_id,
        "channel_id": hall.account.channel.channel_id,
    }
    tag = await hall.world.office.run(create_tag, CreateTag(**own, name="熟客"), hall.world.owner)
    if openids:
        command = TagFollowers(**own, tag_id=tag.tag_id, openids=list(openids))
        await hall.world.office.run(tag_followers, command, hall.world.owner)
    return int(tag.tag_id)


async def test_a_text_goes_to_a_list_to_a_tag_and_to_all(hall: Hall) -> None:
    call, sdk = hall.account.call, hall.sdk
    named = await call(sdk.send_mass_text, hall.openids[:2], "给两位")
    assert named["errmsg"] == "send job submission success"
    assert "msg_data_id" not in named
    tag_id = await tag_of(hall, hall.openids[2])
    tagged = await call(sdk.send_mass_text, tag_id, "给熟客")
    everybody = await call(sdk.send_mass_text, None, "给大家", is_to_all=True)
    assert tagged["msg_id"] < everybody["msg_id"] < 2**53
    assert (await call(sdk.get_mass, tagged["msg_id"]))["msg_status"] == "SENDING"
    await hall.world.settle()
    assert await hall.texts(0) == ["给大家", "给两位"]
    assert await hall.texts(2) == ["给大家", "给熟客"]
    for sent in (named, tagged, everybody):
        state = await call(sdk.get_mass, sent["msg_id"])
        assert state == {"msg_id": sent["msg_id"], "msg_status": "SEND_SUCCESS"}


async def test_pictures_voices_and_films_are_sent(hall: Hall) -> None:
    call, sdk = hall.account.call, hall.sdk
    picture = await hall.upload(MediaKind.IMAGE, draw_picture())
    voice = await hall.upload(MediaKind.VOICE, AMR)
    film = await hall.upload(MediaKind.VIDEO, MP4)
    told = await call(hall.account.sdk.media.upload_video, film, "采茶", "三月的山")
    await call(sdk.send_mass_image, hall.openids, picture)
    await call(sdk.send_mass_voice, hall.openids, voice)
    video = await call(sdk.send_mass_video, hall.openids, told["media_id"], "采茶", "三月的山")
    pictures = {"media_ids": [picture, picture], "recommend": "两张"}
    body = {"touser": hall.openids, "msgtype": "image", "images": pictures}
    assert (await hall.post("send", **body))["errcode"] == 0
    await hall.world.settle()
    kinds = sorted(
        (one.content.kind.value, len(one.content.files)) for one in await hall.said_to(0)
    )
    assert kinds == [("image", 1), ("image", 2), ("video", 1), ("voice", 1)]
    await call(sdk.delete_mass, video["msg_id"])
    assert (await call(sdk.get_mass, video["msg_id"]))["msg_status"] == "DELETE"
    assert len(await hall.said_to(0)) == 3
    assert await hall.refused(sdk.send_mass_image, hall.openids, voice) == 40007
    assert await hall.refused(sdk.send_mass_voice, hall.openids, "nothing") == 40007
    assert await hall.refused(sdk.send_mass_image, hall.openids, "") == 41006


async def test_articles_go_out_with_addresses_and_come_back_one_by_one(hall: Hall) -> None:
    call, sdk = hall.account.call, hall.sdk
    cover = await hall.upload(MediaKind.THUMB, draw_picture())
    articles = [
        {"thumb_media_id": cover, "title": title, "content": f"<p>{title}</p>", "digest": "春"}
        for title in ("头条", "次条")
    ]
    pack = (await call(hall.account.sdk.media.upload_articles, articles))["media_id"]
    sent = await call(sdk.send_mass_article, hall.openids, pack)
    assert sent["msg_data_id"] > 0
    await hall.world.settle()
    assert await hall.texts(0) == ["头条"]
    (said,) = await hall.said_to(0)
    assert [one.title for one in said.content.articles] == ["头条", "次条"]
    links = [one.link for one in said.content.articles]
    assert all("/s/" in link for link in links)
    deleted = await hall.post("delete", msg_id=sent["msg_id"], article_idx=1)
    assert deleted["errcode"] == 0
    (said,) = await hall.said_to(0)
    assert [one.title for one in said.content.articles] == ["次条"]
    assert (await hall.post("delete", msg_id=sent["msg_id"], article_idx=3))["errcode"] == 40060
    await call(sdk.delete_mass, sent["msg_id"])
    assert await hall.said_to(0) == []
    assert await hall.refused(sdk.send_mass_article, hall.openids, "nothing") == 40007


async def test_a_preview_goes_to_one_and_costs_no_quota(hall: Hall) -> None:
    call, sdk = hall.account.call, hall.sdk
    for number in range(6):
        await call(sdk.send_mass_text, hall.openids[0], f"看看{number}", preview=True)
    await hall.world.settle()
    assert len(await hall.texts(0)) == 6
    assert await hall.texts(1) == []
    await call(sdk.send_mass_text, hall.openids, "正式")
    await hall.world.settle()
    assert (await hall.texts(0))[0] == "正式"
    lin = await hall.world.person("lin")
    await follow_crowd(hall.world, [lin], hall.account.channel.channel_id)
    hall.crowd.append(lin)
    await call(sdk.send_mass_text, "13800000001", "给号码", preview=True)
    assert await hall.refused(sdk.send_mass_text, "nobody", "x", preview=True) == 40132
    assert await hall.refused(sdk.send_mass_text, "o" * 28, "x", preview=True) == 43004
    assert (await hall.post("preview", msgtype="text", text={"content": "x"}))["errcode"] == 41009


async def test_articles_that_one_was_shown_are_read_by_their_address_and_listed_nowhere(
    hall: Hall,
) -> None:
    cover = await hall.upload(MediaKind.THUMB, draw_picture())
    told = {"thumb_media_id": cover, "title": "样稿", "content": "<p>样稿</p>"}
    pack = (await hall.account.call(hall.account.sdk.media.upload_articles, [told]))["media_id"]
    call, sdk = hall.account.call, hall.sdk
    await call(sdk.send_mass_article, hall.openids[0], pack, preview=True)
    await hall.world.settle()
    (said,) = await hall.said_to(0)
    channel_id, article_id, place = said.content.articles[0].link.rpartition("/s/")[2].split("/")
    query = ReadArticle(
        channel_id=ChannelId(int(channel_id)), article_id=article_id, place=int(place)
    )
    assert (await hall.world.office.run(read_article, query, SYSTEM)).article.title == "样稿"
    published = ListPublished(
        merchant_id=hall.world.merchant_id, channel_id=hall.account.channel.channel_id
    )
    assert (await hall.world.office.run(list_published, published, SYSTEM)).total == 0


async def test_a_card_goes_out_and_leads_to_where_it_is_taken(hall: Hall) -> None:
    call, sdk = hall.account.call, hall.sdk
    card_id = await call(hall.account.sdk.card.create, cash(hall.world, quantity=5))
    await hall.world.settle()
    await call(sdk.send_mass_card, hall.openids, card_id)
    await hall.world.settle()
    (said,) = await hall.said_to(0)
    assert (said.content.kind, said.content.title) == (ContentKind.CARD, "满三十减五元")
    assert said.content.link == f"/take-card/{card_id}"
    await call(hall.account.sdk.card.delete, card_id)
    assert await hall.refused(sdk.send_mass_card, hall.openids, card_id) == 40073


async def test_asking_twice_by_one_name_sends_once(hall: Hall) -> None:
    call, sdk = hall.account.call, hall.sdk
    first = await call(sdk.send_mass_text, hall.openids, "一次", client_msg_id="order-1")
    with pytest.raises(WeChatException) as caught:
        await call(sdk.send_mass_text, hall.openids, "两次", client_msg_id="order-1")
    assert caught.value.errcode == 45065
    body = {"touser": hall.openids, "msgtype": "text", "text": {"content": "两次"}}
    told = await hall.post("send", **body, clientmsgid="order-1")
    assert (told["errcode"], told["msg_id"]) == (45065, first["msg_id"])
    long = await hall.refused(sdk.send_mass_text, hall.openids, "x", client_msg_id="长" * 22)
    assert long == 45067
    await hall.world.settle()
    assert await hall.texts(0) == ["一次"]
    await hall.world.advance(timedelta(hours=24, seconds=1))
    await call(hall.account.sdk.fetch_access_token)
    again = await call(sdk.send_mass_text, hall.openids, "第二天", client_msg_id="order-1")
    assert again["msg_id"] > first["msg_id"]
    bad = await call(sdk.send_mass_text, hall.openids, BAD, client_msg_id="order-2")
    await hall.world.settle()
    assert (await call(sdk.get_mass, bad["msg_id"]))["msg_status"] == "SEND_FAIL"
    tried = await hall.refused(sdk.send_mass_text, hall.openids, "改", client_msg_id="order-2")
    assert tried == 45066
    await hall.world.advance(timedelta(minutes=1))
    await call(sdk.send_mass_text, hall.openids, "改", client_msg_id="order-2")


async def test_what_is_wrong_is_named(hall: Hall) -> None:
    sdk = hall.sdk
    one = hall.openids[:1]
    assert await hall.refused(sdk.send_mass_text, one, "x") == 40130
    assert await hall.refused(sdk.send_mass_text, one * 2, "x") == 40130
    assert await hall.refused(sdk.send_mass_text, [*one, "short"], "x") == 40003
    assert await hall.refused(sdk.send_mass_text, hall.openids * 4_000, "x") == 40032
    assert await hall.refused(sdk.send_mass_text, hall.openids, "") == 44004
    assert await hall.refused(sdk.send_mass_text, 4_711, "x") == 45159
    assert await hall.refused(sdk.send_mass_text, None, "x") == 40050
    assert await hall.refused(sdk.send_mass_card, hall.openids, "nothing") == 40073
    assert await hall.refused(sdk.get_mass, 1_999_999_999) == 40097
    assert await hall.refused(sdk.delete_mass, 2**60) == 40097
    assert (await hall.post("send", touser=hall.openids, msgtype="dance"))["errcode"] == 40008
    text = {"content": "x\u0000"}
    assert (await hall.post("send", touser=hall.openids, msgtype="text", text=text))["errcode"]
    number = (await hall.account.call(sdk.send_mass_text, hall.openids, "文字"))["msg_id"]
    await hall.world.settle()
    assert await hall.refused(sdk.delete_mass, number) == 40097
    assert (await hall.post("delete", msg_id=number, article_idx=9))["errcode"] == 40060


async def test_the_speed_is_chosen_and_kept(hall: Hall) -> None:
    assert await hall.post("speed/get") == {"speed": 0, "realspeed": 80}
    assert (await hall.post("speed/set", speed=4))["errcode"] == 0
    token = hall.account.sdk.access_token
    told = await hall.account.get("/cgi-bin/message/mass/speed/get", access_token=token)
    assert (told["speed"], told["realspeed"]) == (4, 10)
    assert (await hall.post("speed/set", speed=5))["errcode"] == 45083
    assert (await hall.post("speed/set"))["errcode"] == 45084


async def test_a_minute_has_sixty_calls_of_all_together(hall: Hall) -> None:
    calls = 0
    while "errcode" not in (told := await hall.post("speed/get")):
        calls += 1
        assert calls < 1_000, "one comes back a second: no machine is that slow"
    assert told["errcode"] == 45011
    assert calls >= 60
    assert (await hall.post("get", msg_id=1))["errcode"] in {45011, 40097}


async def test_a_subscription_account_sends_once_a_day(world: World) -> None:
    await world.office.set_clock(datetime(2027, 1, 10, 3, tzinfo=UTC))
    async with open_account(world, kind=ChannelKind.SUBSCRIPTION) as opened:
        await opened.call(opened.sdk.fetch_access_token)
        hall = Hall(world, opened)
        await hall.fill(2)
        await opened.call(hall.sdk.send_mass_text, hall.openids, "今天")
        assert await hall.refused(hall.sdk.send_mass_text, hall.openids, "又来") == 45028
        await world.settle()
        assert await hall.texts(0) == ["今天"]

"""Files of accounts over the wire: uploaded, read back byte for byte, listed, deleted, refused."""

from __future__ import annotations

import io
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec
import pytest
import pytest_asyncio
import requests
from PIL import Image

from banyan.outside.storage import FolderFiles
from banyan.reach.media import PORTS
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500


@asynccontextmanager
async def open_media_account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """A service account on a machine with a folder for files."""
    settings = msgspec.structs.replace(world.building.settings, data=tmp_path)
    world.building = replace(world.building, settings=settings)
    PORTS.connect(files=FolderFiles(settings.files))
    async with open_account(world) as opened:
        yield opened


@pytest_asyncio.fixture
async def account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """The account of most of these tests."""
    async with open_media_account(world, tmp_path) as opened:
        yield opened


def picture(form: str, size: tuple[int, int] = (40, 30)) -> bytes:
    """A picture in a format."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, form)
    return buffer.getvalue()


def noise(size: int) -> bytes:
    """A JPEG of so many bytes."""
    return picture("JPEG").ljust(size, b"\x00")


def amr(seconds: int) -> bytes:
    """Silence, as phones record it."""
    return b"#!AMR\n" + (b"\x3c" + b"\x00" * 31) * (seconds * 50)


def mp3(seconds: int) -> bytes:
    """Frames of 417 bytes, 26 ms each."""
    head = struct.pack(">I", 0xFFFB9000)
    return (
        b"ID3\x03\x00\x00\x00\x00\x00\x0a"
        + b"\x00" * 10
        + (head + b"\x00" * 413) * (seconds * 1_000 // 26)
    )


def named(content: bytes, name: str = "file.bin") -> IO[bytes]:
    """A file with a name, as programs open it."""
    file = io.BytesIO(content)
    file.name = name
    return file


async def fetch(account: Account, url: str) -> requests.Response:
    """What is at an address of ours, without a token."""
    return await account.call(requests.get, account.url + urlsplit(url).path, timeout=30)


@pytest.mark.parametrize(
    ("kind", "content", "media_type", "ending"),
    [
        ("image", picture("PNG"), "image/png", "png"),
        ("image", picture("JPEG"), "image/jpeg", "jpg"),
        ("image", picture("GIF"), "image/gif", "gif"),
        ("image", picture("BMP"), "image/bmp", "bmp"),
        ("thumb", picture("JPEG"), "image/jpeg", "jpg"),
        ("voice", amr(60), "audio/amr", "amr"),
        ("voice", mp3(59), "audio/mpeg", "mp3"),
    ],
)
async def test_a_temporary_file_is_read_back_for_three_days(
    account: Account, world: World, kind: str, content: bytes, media_type: str, ending: str
) -> None:
    media = account.sdk.media
    told = await account.call(media.upload, kind, named(content, "照片.bin"))
    assert told["type"] == kind
    assert abs(told["created_at"] - world.now.timestamp()) < 5
    media_id = told["thumb_media_id" if kind == "thumb" else "media_id"]
    assert ("media_id" in told) is (kind != "thumb")
    answer = await account.call(media.download, media_id)
    assert answer.content == content
    assert answer.headers["content-type"] == media_type
    wanted = f'attachment; filename="{media_id}.{ending}"'
    assert answer.headers["content-disposition"] == wanted
    assert (await account.call(requests.get, await account.call(media.get_url, media_id))).content
    await world.advance(timedelta(days=3))
    assert await account.refused(media.download, media_id) == 40007


async def test_a_film_is_told_where_it_is(account: Account) -> None:
    media = account.sdk.media
    media_id = (await account.call(media.upload, "video", named(MP4)))["media_id"]
    url = (await account.call(media.download, media_id))["video_url"]
    answer = await fetch(account, url)
    assert answer.content == MP4
    assert answer.headers["content-type"] == "video/mp4"
    told = await account.call(media.upload_video, media_id, "茶山", "春天的茶山")
    assert told["type"] == "video"
    assert told["media_id"] != media_id
    assert (await account.call(media.download, told["media_id"]))["video_url"] == url
    assert await account.refused(media.upload_video, "nothing", "x", "y") == 40007


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("poem", picture("PNG"), 40004),
        ("", picture("PNG"), 40004),
        ("image", b"", 44001),
        ("image", b"<svg onload='alert(1)'/>", 40005),
        ("image", MP4, 40005),
        ("image", noise((10 << 20) + 1), 40009),
        ("voice", picture("PNG"), 40005),
        ("voice", amr(61), 45007),
        ("voice", mp3(62), 45007),
        ("voice", amr(1).ljust((2 << 20) + 1, b"\x00"), 40010),
        ("video", amr(1), 40005),
        ("video", MP4.ljust((10 << 20) + 1, b"\x00"), 40011),
        ("thumb", picture("PNG"), 40005),
        ("thumb", noise((64 << 10) + 1), 40012),
    ],
)
async def test_what_is_wrong_with_a_file_is_named(
    account: Account, kind: str, content: bytes, errcode: int
) -> None:
    assert await account.refused(account.sdk.media.upload, kind, named(content)) == errcode


async def test_an_upload_without_a_file_is_refused(account: Account) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    told = await account.post("/cgi-bin/media/upload", {}, access_token=token, type="image")
    assert told["errcode"] == 40004  # a body of JSON says itself what it is of
    for files in ({"note": (None, "no file")}, {"a": (None, "1"), "b": (None, "2")}):
        answer = await account.call(
            requests.post,
            f"{account.url}/cgi-bin/media/upload",
            params={"access_token": token, "type": "image"},
            files=files,
            timeout=30,
        )
        assert answer.json()["errcode"] == 41005
    answer = await account.call(
        requests.post,
        f"{account.url}/cgi-bin/media/upload",
        params={"access_token": token, "type": "image"},
        data=b"--x\r\nnot a form",
        headers={"content-type": "multipart/form-data; boundary=x"},
        timeout=30,
    )
    assert answer.json()["errcode"] == 47001


async def test_a_picture_for_texts_is_there_for_all(account: Account) -> None:
    content = picture("PNG")
    url = await account.call(account.sdk.media.upload_image, named(content))
    answer = await fetch(account, url)
    assert answer.content == content
    assert answer.headers["content-type"] == "image/png"
    upload = account.sdk.media.upload_mass_image
    assert await account.refused(upload, named(picture("GIF"))) == 40005
    assert await account.refused(upload, named(noise((1 << 20) + 1))) == 40009


async def test_files_that_are_kept_are_counted_listed_and_deleted(
    account: Account, world: World
) -> None:
    material = account.sdk.material
    nothing = {"voice_count": 0, "video_count": 0, "image_count": 0, "news_count": 0}
    assert await account.call(material.get_count) == nothing
    made = []
    for number in range(3):
        content = picture("PNG", (number + 1, 1))
        made.append(await account.call(material.add, "image", named(content, f"图{number}.png")))
        await world.advance(timedelta(seconds=1))
    assert (await fetch(account, made[0]["url"])).content == picture("PNG", (1, 1))
    thumb = await account.call(material.add, "thumb", named(picture("JPEG")))
    voice = await account.call(material.add, "voice", named(amr(2)))
    assert "url" not in voice
    film = await account.call(material.add, "video", named(MP4), "茶山", "春天的茶山")
    counts = {"voice_count": 1, "video_count": 1, "image_count": 4, "news_count": 0}
    assert await account.call(material.get_count) == counts

    part = await account.call(material.batchget, "image", 1, 2)
    assert (part["total_count"], part["item_count"]) == (3, 2)
    assert [one["media_id"] for one in part["item"]] == [one["media_id"] for one in made[1::-1]]
    assert part["item"][0]["name"] == "图1.png"
    assert part["item"][0]["url"] == made[1]["url"]
    told = await account.call(material.get, film["media_id"])
    assert (told["title"], told["description"]) == ("茶山", "春天的茶山")
    assert (await fetch(account, told["down_url"])).content == MP4
    await world.advance(timedelta(days=30))
    answer = await account.call(material.get, voice["media_id"])
    assert answer.content == amr(2)
    assert answer.headers["content-type"] == "audio/amr"

    for one in (*made, thumb, voice, film):
        assert (await account.call(material.delete, one["media_id"]))["errcode"] == 0
    assert await account.call(material.get_count) == nothing
    assert await account.refused(material.get, film["media_id"]) == 40007
    assert await account.refused(material.delete, film["media_id"]) == 40007
    assert await account.refused(material.batchget, "poem") == 40004
    assert await account.refused(material.batchget, "image", 0, 21) == 40097
    kinds = await world.events()
    assert [kinds.count(f"media.{one}") for one in ("added", "deleted")] == [6, 6]


async def test_an_account_reads_its_own_files_only(account: Account, world: World) -> None:
    media_id = (await account.call(account.sdk.media.upload, "image", named(picture("PNG"))))[
        "media_id"
    ]
    async with open_account(world, name="别家") as other:
        assert await other.refused(other.sdk.media.download, media_id) == 40007


async def test_a_button_shows_what_the_account_keeps(account: Account) -> None:
    menu, content = account.sdk.menu, named(picture("PNG"))
    kept = (await account.call(account.sdk.material.add, "image", content))["media_id"]
    button = {"name": "茶单", "type": "media_id", "media_id": kept}
    assert (await account.call(menu.create, {"button": [button]}))["errcode"] == 0
    told = await account.call(menu.get)
    assert told["menu"]["button"] == [{**button, "sub_button": []}]
    brief = await account.call(account.sdk.media.upload, "image", named(picture("PNG")))
    wrong = {"button": [{**button, "media_id": brief["media_id"]}]}
    assert await account.refused(menu.create, wrong) == 40007

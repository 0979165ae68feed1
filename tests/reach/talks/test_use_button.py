"""What buttons ask for is sent: the account's server is told, then the pictures or the place."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.outside.storage import FolderFiles
from banyan.reach.blocks import block_people
from banyan.reach.channels import ButtonKind, MenuButton, SetMenu, Unfollow, set_menu, unfollow
from banyan.reach.media import PORTS, MediaKind
from banyan.reach.talks import (
    CheckFiles,
    ChosenPlace,
    ContentKind,
    SayFile,
    ScannedCode,
    UseButton,
    check_files,
    rules,
    say_file,
    use_button,
)
from tests.doors.wechat.test_media import mp3, picture
from tests.kit.loyalty import open_channel
from tests.kit.talks import follower, my_talk
from tests.kit.world import World


async def test_a_button_is_answered_with_what_it_asks_for(world: World, tmp_path: Path) -> None:
    PORTS.connect(files=FolderFiles(tmp_path), public_url="https://b.example")
    await world.merchant()
    channel = await open_channel(world)
    lin, _ = await follower(world, channel)
    kinds = (ButtonKind.SCANCODE_PUSH, ButtonKind.PIC_WEIXIN, ButtonKind.LOCATION_SELECT)
    buttons = [MenuButton(name=one.value[:8], kind=one, key=one.value) for one in kinds]
    menu = SetMenu(merchant_id=world.merchant_id, channel_id=channel.channel_id, buttons=buttons)
    await world.office.run(set_menu, menu, world.owner)

    async def use(key: str, **given: object) -> list[ContentKind]:
        command = UseButton(channel_id=channel.channel_id, key=key, **given)  # type: ignore[arg-type]
        used = await world.office.run(use_button, command, lin)
        return [one.message.content.kind for one in used.said]

    start = await world.mark()
    assert await use("scancode_push", code=ScannedCode(text="1")) == []
    assert await use("pic_weixin", pictures=[picture("PNG"), picture("JPEG")]) == ["image"] * 2
    assert await use("location_select", place=ChosenPlace(latitude=30, longitude=120)) == [
        "location"
    ]
    used = ["talks.button_used"]
    assert sorted(await world.events(start)) == sorted(
        used * 3 + ["talks.said", *["media.added", "talks.said"] * 2]
    )
    last = (await my_talk(world, lin, channel)).items[1].message
    assert last is not None
    digest = hashlib.sha256(picture("JPEG")).hexdigest()
    assert last.content.picture_url == f"https://b.example/files/{digest}.jpg"

    start = await world.mark()
    for key in ("scancode_push", "pic_weixin", "location_select"):
        with pytest.raises(Invalid, match=r"talks\.button_unanswered"):
            await use(key)
    with pytest.raises(Invalid, match=r"media\.wrong_type"):
        await use("pic_weixin", pictures=[b"no picture"])
    with pytest.raises(NotFound, match=r"channels\.no_such_button"):
        await use("nothing", code=ScannedCode(text="1"))
    assert await world.events(start) == []


async def test_files_are_kept_of_whom_the_account_hears_and_so_many_in_a_day(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PORTS.connect(files=FolderFiles(tmp_path), public_url="https://b.example")
    await world.merchant()
    channel = await open_channel(world)
    lin, openid = await follower(world, channel)
    button = MenuButton(name="照片", kind=ButtonKind.PIC_WEIXIN, key="pictures")
    menu = SetMenu(merchant_id=world.merchant_id, channel_id=channel.channel_id, buttons=[button])
    await world.office.run(set_menu, menu, world.owner)
    monkeypatch.setattr(rules, "FILES_MAX", 3)

    async def send(*pictures: bytes) -> list[str]:
        command = UseButton(channel_id=channel.channel_id, key="pictures", pictures=[*pictures])
        used = await world.office.run(use_button, command, lin)
        return [one.message.origin for one in used.said]

    async def speak(seconds: int) -> str:
        content = mp3(seconds)
        voice = SayFile(channel_id=channel.channel_id, kind=MediaKind.VOICE, content=content)
        return (await world.office.run(say_file, voice, lin)).message.origin

    async def check() -> None:
        await world.office.run(check_files, CheckFiles(channel_id=channel.channel_id), lin)

    def list_kept() -> set[Path]:
        return {one for one in tmp_path.rglob("*") if one.is_file()}

    assert await send(picture("PNG"), picture("JPEG")) == ["said"] * 2
    with pytest.raises(Refusal, match=r"talks\.files_too_many"):
        await send(picture("GIF"), picture("BMP"))
    await check()
    # Of rivals one is refused, whichever was faster.
    both = await asyncio.gather(speak(2), speak(4), return_exceptions=True)
    assert sorted(str(one).split()[0] for one in both) == ["said", "talks.files_too_many"]
    kept = list_kept()
    for call in (check(), speak(3), send(picture("GIF"))):
        with pytest.raises(Refusal, match=r"talks\.files_too_many"):
            await call
    await world.advance(timedelta(days=1))
    # Who is blocked is not told so, and not heard.
    async with world.office.begin() as work:
        people = {openid: lin.person_id}
        await block_people(work, int(world.merchant_id), int(channel.channel_id), people)
    assert await send(picture("GIF")) == ["unheard"]
    assert await speak(3) == "unheard"
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), lin)
    for call in (check(), speak(3), send(picture("GIF"))):
        with pytest.raises(Refusal, match=r"channels\.not_following"):
            await call
    assert list_kept() == kept

"""Voice to text over the wire: heard, read back, heard anew, refused."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from banyan.doors.wechat import voices
from tests.doors.wechat.test_media import mp3
from tests.kit.voices import lay_models, open_listener, silence, voice
from tests.kit.wechat import Account
from tests.kit.world import World

ADD = "media/voice/addvoicetorecofortext"
READ = "media/voice/queryrecoresultfortext"


async def add(
    account: Account, content: bytes, name: str, lang: str = "en_US", form: str = "mp3"
) -> int:
    """Send a voice through the SDK; the errcode."""
    params = {"format": form, "voice_id": name, "lang": lang}
    files = {"media": ("voice", io.BytesIO(content))}
    return await account.refused_or_done(account.sdk.post, ADD, params=params, files=files)


async def read(account: Account, name: str, lang: str = "en_US") -> Any:  # noqa: ANN401 - as told
    """What was heard, through the SDK."""
    params = {"voice_id": name, "lang": lang}
    return await account.call(account.sdk.post, READ, params=params)


async def refused(account: Account, name: str, lang: str = "en_US") -> int:
    """The errcode when nothing was heard."""
    params = {"voice_id": name, "lang": lang}
    return await account.refused(account.sdk.post, READ, params=params)


async def test_a_voice_is_heard_and_read_back(
    account: Account, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_listener(world, tmp_path, lay_models(tmp_path)) as listener:
        assert await add(account, voice("hello_world.wav"), "v1") == 0
        monkeypatch.setattr(voices, "WAIT_S", 0.0)
        assert await refused(account, "v1") == -1
        monkeypatch.setattr(voices, "WAIT_S", 60.0)
        told, _ = await asyncio.gather(read(account, "v1"), listener.hear_waiting())
        assert told == {"result": "hello world"}
        # The same again is not heard again; another sound of that name is.
        assert await add(account, voice("hello_world.wav"), "v1") == 0
        assert await listener.hear_waiting() == 0
        assert await add(account, voice("good_morning.amr"), "v1", form="amr") == 0
        assert await listener.hear_waiting() == 1
        assert (await read(account, "v1"))["result"] == "good morning"
        # In Chinese, by the model that the operator gave; the body is the sound itself.
        token = await account.call(lambda: account.sdk.access_token)
        done = await account.call(
            requests.post,
            f"{account.url}/cgi-bin/{ADD}",
            params={"access_token": token, "format": "mp3", "voice_id": "v1", "lang": ""},
            data=voice("please_open_the_window.mp3"),
            timeout=30,
        )
        assert done.json() == {"errcode": 0, "errmsg": "ok"}
        assert await listener.hear_waiting() == 1
        assert (await read(account, "v1", "zh_CN"))["result"] == "please open the window"
        assert (await read(account, "v1"))["result"] == "good morning"
        await world.advance(timedelta(days=1))
        assert await refused(account, "v1") == 40007


async def test_what_cannot_be_heard_is_refused(
    account: Account, world: World, tmp_path: Path
) -> None:
    sound = voice("good_morning.mp3")
    async with open_listener(world, tmp_path) as listener:
        for content, name, lang, form, errcode in (
            (sound, "v1", "zh_CN", "mp3", 48001),
            (sound, "v1", "fr_FR", "mp3", 48001),
            (sound, "v1", "English", "mp3", 40035),
            (sound, "v1", "en_US", "ogg", 40005),
            (sound, "", "en_US", "mp3", 40035),
            (b"not a sound", "v1", "en_US", "mp3", 40005),
            (silence(1)[:40], "v1", "en_US", "wav", 40005),
            (b"", "v1", "en_US", "mp3", 44001),
            (mp3(61), "v1", "en_US", "mp3", 45007),
            (silence(40), "v1", "en_US", "wav", 40010),
        ):
            assert await add(account, content, name, lang, form) == errcode, (name, lang, form)
        assert await refused(account, "v1") == 40007
        # A head that promises what does not follow.
        assert await add(account, b"\xff\xfb\x90\x00" + b"x" * 9_000, "v2") == 0
        assert await add(account, silence(2), "v3", form="wav") == 0
        while await listener.hear_waiting():
            pass
        assert await refused(account, "v2") == 40005
        assert await read(account, "v3") == {"result": ""}
        for place in range(20):
            assert await add(account, silence(1 + place / 10), f"w{place}", form="wav") == 0
        assert await add(account, sound, "w20") == 45011
        path = "/cgi-bin/media/voice/translatecontent"
        token = await account.call(lambda: account.sdk.access_token)
        assert (await account.post(path, {}, access_token=token))["errcode"] == 48001

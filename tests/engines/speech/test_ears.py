"""What is said in sounds is heard, by whichever models there are; what is no sound is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from banyan.engines.speech import BadModel, BadSound, Ears, Unheard, Writer, find_models, writing
from banyan.engines.speech import ears as engine
from tests.kit.voices import lay_models, silence, voice


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Ears]:
    opened = Ears(find_models(lay_models(tmp_path)))
    yield opened
    await opened.close()


async def test_what_is_said_is_heard(ears: Ears) -> None:
    assert set(ears.languages) == {"en_US", "zh_CN"}
    for name in ("hello_world.wav", "please_open_the_window.mp3", "good_morning.amr"):
        said = name.partition(".")[0].replace("_", " ")
        assert await ears.hear(voice(name), "en_US") == said
    assert await ears.hear(voice("good_morning.mp3"), "zh_CN") == "good morning"
    assert not await ears.hear(silence(2), "en_US")


async def test_what_is_no_sound_is_refused(ears: Ears) -> None:
    for content in (
        b"",
        b"abc",
        b"RIFF1234WAVE",
        b"#!AMR\n",
        b"\xff\xfb" + b"x" * 9_000,
        b"#EXTM3U\nfile:///etc/passwd\n",
        voice("hello_world.wav")[:40],
        silence(0),
        silence(70),
        silence(100, rate=1),
    ):
        with pytest.raises(BadSound):
            await ears.hear(content, "en_US")
    assert await ears.hear(voice("hello_world.wav"), "en_US") == "hello world"


async def test_who_listens_is_ended_when_it_takes_too_long() -> None:
    ears = Ears(find_models(), hearing_s=0.0)
    try:
        with pytest.raises(Unheard):
            await ears.hear(voice("hello_world.wav"), "en_US")
    finally:
        await ears.close()


async def test_sounds_are_written_one_after_the_other_and_not_for_ever(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer()
    said, nothing = await asyncio.gather(
        writer.write_mp3(voice("hello_world.wav")),
        writer.write_mp3(b"RIFF1234WAVE"),
        return_exceptions=True,
    )
    assert isinstance(said, bytes)
    assert isinstance(nothing, BadSound)
    assert await ears.hear(said, "en_US") == "hello world"
    monkeypatch.setattr(writing, "WRITING_S", 0.0)
    with pytest.raises(Unheard):
        await writer.write_mp3(voice("hello_world.wav"))
    monkeypatch.setattr(writing, "WAITING_MAX", 0)
    with pytest.raises(Unheard):
        await writer.write_mp3(voice("hello_world.wav"))


async def test_who_has_nothing_to_hear_goes_and_comes_again(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "REST_S", 0.0)
    for _ in range(2):
        assert not await ears.hear(silence(1), "en_US")
        await asyncio.sleep(0)


def test_a_folder_in_which_something_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "zh_CN" / "sounds").mkdir(parents=True)
    for lacks, name in (
        ("mdef", "sounds/mdef"),
        ("*.lm", "zh.lm.bin"),
        ("*.dic", "zh.dic"),
    ):
        with pytest.raises(BadModel) as bad:
            find_models(tmp_path)
        assert (bad.value.folder, bad.value.lacks) == (tmp_path / "zh_CN", lacks)
        (tmp_path / "zh_CN" / name).touch()
    assert find_models(tmp_path).keys() == {"en_US", "zh_CN"}
    (tmp_path / "chinese").mkdir()
    with pytest.raises(BadModel):
        find_models(tmp_path)

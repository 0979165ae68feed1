"""Voices of a few words, and whoever hears them."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import patch

import pocketsphinx

from banyan.app.listener import Listener
from banyan.engines.speech import Ears, find_models
from banyan.outside.storage import FolderFiles
from banyan.reach.media import PORTS as MEDIA
from banyan.reach.voices import PORTS
from tests.kit.world import World

_sounds = Path(__file__).parent / "sounds"
_english = Path(pocketsphinx.__file__).parent / "model" / "en-us"


def voice(name: str) -> bytes:
    """A file in which somebody says what it is named for."""
    return (_sounds / name).read_bytes()


def silence(seconds: float, rate: int = 16_000) -> bytes:
    """A WAV in which nobody speaks."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"\0\0" * round(seconds * rate))
    return buffer.getvalue()


def lay_models(folder: Path, language: str = "zh_CN") -> Path:
    """A folder such as operators give: the English model under the name of another language."""
    (folder / "models").mkdir()
    (folder / "models" / language).symlink_to(_english)
    return folder / "models"


@asynccontextmanager
async def open_listener(
    world: World, folder: Path, models: Path | None = None
) -> AsyncIterator[Listener]:
    """Whoever hears voices in this world, whose files are in the folder."""
    MEDIA.connect(files=FolderFiles(folder / "files"))
    ears = Ears(find_models(models))
    with patch.object(PORTS, "languages", ears.languages):
        try:
            yield Listener(world.office, ears)
        finally:
            await ears.close()

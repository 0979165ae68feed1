"""Writes sounds in a form that every phone plays, one after the other."""

import asyncio

from banyan.engines.speech.ears import Ears, Unheard

WRITING_S = 20.0
"""How long writing a minute may take."""
WAITING_MAX = 8
"""Most sounds of a process that wait to be written."""


class Writer:
    """Writes each sound in a process that ends with it, so that no sound can touch another."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def write_mp3(self, content: bytes) -> bytes:
        """An MP3 of an MP3, AMR or WAV of a minute at most. Raises BadSound, Unheard."""
        if self._waiting >= WAITING_MAX:
            raise Unheard
        self._waiting += 1
        try:
            async with self._turn:
                ears = Ears({}, WRITING_S)
                try:
                    return await ears.write_mp3(content)
                finally:
                    await ears.close()
        finally:
            self._waiting -= 1


WRITER = Writer()

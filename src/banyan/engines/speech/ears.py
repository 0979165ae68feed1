"""Has sounds heard one after the other in a process of its own, which lives while it is needed."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Collection, Mapping
from typing import Protocol, TypeVar

import msgspec

from banyan.engines.speech.messages import (
    LENGTH_BYTES,
    Outcome,
    Task,
    Writing,
    Written,
    write_message,
)
from banyan.engines.speech.models import Model

HEARING_S = 90.0
"""How long hearing a minute may take."""
REST_S = 300.0
"""How long the process stays without anything to hear."""
R = TypeVar("R")

_child = "banyan.engines.speech.child"


class BadSound(Exception):
    """It is no sound, or longer than a minute."""


class Unheard(Exception):
    """Whoever listened was not done in time, or was brought down, or has too much to do."""


class Hearer(Protocol):
    """Turns sound into text; another engine needs only this."""

    @property
    def languages(self) -> Collection[str]:
        """What it understands, such as `en_US`."""

    async def hear(self, content: bytes, language: str) -> str:
        """What is said in an MP3, AMR or WAV of a minute at most, in one of the languages.

        Empty where nobody speaks. Raises BadSound, Unheard.
        """

    async def close(self) -> None:
        """Let go of what it holds; it may be asked again."""


class Ears:
    """Hears by models in the form of CMU Sphinx."""

    def __init__(self, models: Mapping[str, Model], hearing_s: float = HEARING_S) -> None:
        """`hearing_s`: after so long whoever listens is ended."""
        self._models = models
        self._hearing_s = hearing_s
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._resting: asyncio.TimerHandle | None = None

    @property
    def languages(self) -> Collection[str]:
        """Those that there are models of."""
        return self._models.keys()

    async def hear(self, content: bytes, language: str) -> str:
        """What is said; who asks meanwhile waits. Raises BadSound, Unheard."""
        outcome = await self._run(Task(language, content), Outcome)
        if outcome.text is None:
            raise BadSound
        return outcome.text

    async def write_mp3(self, content: bytes) -> bytes:
        """An MP3 of an MP3, AMR or WAV of a minute at most. Raises BadSound, Unheard."""
        written = await self._run(Writing(content), Written)
        if written.content is None:
            raise BadSound
        return written.content

    async def _run(self, task: Task | Writing, kind: type[R]) -> R:
        async with self._turn:
            self._stay()
            child = await self._wake()
            is_whole = False
            try:
                async with asyncio.timeout(self._hearing_s):
                    outcome = await _ask(child, task, kind)
                is_whole = True
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                raise Unheard from None
            finally:
                # An answer that nobody fetched would be taken for that of the next.
                if not is_whole:
                    await self._end()
            self._resting = asyncio.get_running_loop().call_later(REST_S, self._send_away)
        return outcome

    async def close(self) -> None:
        """End the process; it is started again when it is needed."""
        self._stay()
        async with self._turn:
            await self._end()

    async def _wake(self) -> Process:
        child = self._child
        if child is None or child.returncode is not None or _is_sent_away(child):
            await self._end()
            models = msgspec.json.encode(self._models).decode()
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", _child, models, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
            )
            return self._child
        return child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        # What is left in the pipes is read, or they would stay open.
        with contextlib.suppress(OSError):
            await child.communicate()

    def _stay(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None

    def _send_away(self) -> None:
        # It ends by itself when there is nothing more to come.
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()


def _is_sent_away(child: Process) -> bool:
    return child.stdin is None or child.stdin.is_closing()


async def _ask(child: Process, task: Task | Writing, kind: type[R]) -> R:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(write_message(task))
    await child.stdin.drain()
    length = int.from_bytes(await child.stdout.readexactly(LENGTH_BYTES), "big")
    return msgspec.msgpack.decode(await child.stdout.readexactly(length), type=kind)

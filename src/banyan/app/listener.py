"""Has voices heard in the back, one after the other, by an engine in a process of its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import structlog

from banyan.app.settings import Settings
from banyan.base.clock import Clock
from banyan.base.errors import Invalid
from banyan.books.office import Office
from banyan.books.signal import wait_for_bell
from banyan.books.work import SYSTEM
from banyan.engines.speech import BadModel, BadSound, Ears, Hearer, Unheard, find_models
from banyan.reach.media import PORTS as MEDIA
from banyan.reach.voices import (
    BELL,
    FinishHearing,
    Hearing,
    HearingState,
    TakeHearings,
    finish_hearing,
    take_hearings,
)

_log = structlog.get_logger("banyan.listener")

LEASE = timedelta(minutes=3)
"""How long a voice is ours; longer than the engine may take."""
_poll_s = 1.0


def open_ears(settings: Settings) -> Ears:
    """The engine with the models of these settings; it starts nothing before it is asked.

    Raises Invalid `settings.speech_models_missing`, `settings.speech_model_incomplete`,
    `settings.speech_model_misnamed`.
    """
    folder = Path(settings.speech_models) if settings.speech_models else None
    if folder is not None and not folder.is_dir():
        raise Invalid("settings.speech_models_missing", path=str(folder))
    try:
        return Ears(find_models(folder))
    except BadModel as bad:
        if not bad.lacks:
            raise Invalid("settings.speech_model_misnamed", path=str(bad.folder)) from None
        raise Invalid(
            "settings.speech_model_incomplete", path=str(bad.folder), lacks=bad.lacks
        ) from None


class Listener:
    """Takes voices, has them heard, and takes down what was said."""

    def __init__(self, office: Office, ears: Hearer) -> None:
        self._office = office
        self._ears = ears
        # Leases are of the real time, whatever a test server makes of its own.
        self._clock = Clock()
        self._bell = office.signal.add_bell(BELL)

    async def run_forever(self) -> None:
        """Listen until cancelled: woken by the bell, and looking once a second in any case."""
        try:
            while True:
                try:
                    done = await self.hear_waiting()
                except Exception:  # noqa: BLE001 - whatever it is, we must go on
                    _log.exception("listener.away")
                    done = 0
                if not done:
                    await wait_for_bell(self._bell, _poll_s)
        finally:
            await self._ears.close()

    async def hear_waiting(self) -> int:
        """Hear the voice whose turn it is; how many there were."""
        self._bell.clear()
        now = self._clock.now()
        command = TakeHearings(at=now, until=now + LEASE, limit=1)
        taken = await self._office.run(take_hearings, command, SYSTEM)
        for hearing in taken:
            await self._hear(hearing)
        return len(taken)

    async def _hear(self, hearing: Hearing) -> None:
        state, heard = HearingState.HEARD, ""
        content = await MEDIA.files.find(hearing.file)
        try:
            heard = await self._ears.hear(content or b"", hearing.language)
        except BadSound:
            state = HearingState.UNREADABLE
        except Unheard:
            _log.warning("listener.unheard", voice_id=hearing.voice_id, file=hearing.file)
            state = HearingState.UNHEARD
        command = FinishHearing(hearing=hearing, state=state, heard=heard)
        await self._office.run(finish_hearing, command, SYSTEM)

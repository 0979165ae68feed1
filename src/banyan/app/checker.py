"""Judges in the back what accounts want others to see: pictures and long texts, in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.work import SYSTEM
from banyan.engines.moderation import Level, OwnWord, open_judge
from banyan.engines.recognition import READER, BadPicture, TooLarge
from banyan.reach.media import PORTS as MEDIA
from banyan.reach.moderation import (
    PICTURES_MAX,
    UNREAD,
    Content,
    Evidence,
    FinishCheck,
    Opinion,
    Reason,
    TakeChecks,
    TakenCheck,
    Word,
    fetch_picture,
    finish_check,
    take_checks,
)

_log = structlog.get_logger("banyan.checker")

LEASE = timedelta(minutes=5)
"""How long a check is ours; reading its pictures must be over by then."""
READING = timedelta(minutes=3)
"""How long we read the pictures of a check; what is left then is for people to look at."""
_at_once = 4
_poll_s = 1.0
_opinions = {
    Level.HINT: Opinion.PASS,
    Level.REVIEW: Opinion.REVIEW,
    Level.REFUSE: Opinion.REFUSE,
}
_unread = Evidence(rule=UNREAD, reason=Reason.OTHER, opinion=Opinion.REVIEW, words=[])
_levels = {opinion: level for level, opinion in _opinions.items()}


class EngineJudge:
    """Lets the engine judge texts, and tells the room in its own words."""

    def find(self, texts: Sequence[str], own: Sequence[Word]) -> list[Evidence]:
        """What stands in the texts."""
        words = [OwnWord(one.word, one.reason.value, _levels[one.opinion]) for one in own]
        return [
            Evidence(
                rule=one.rule,
                reason=Reason(one.reason),
                opinion=_opinions[one.level],
                words=[texts[one.place][start:end] for start, end in one.spans],
                place=one.place,
                starts=[start for start, _ in one.spans],
            )
            for one in open_judge().find(texts, words)
        ]


class Checker:
    """Takes checks, judges what is in them, and takes down what was found."""

    def __init__(self, office: Office) -> None:
        self._office = office
        # Leases are of the real time, whatever a test server makes of its own.
        self._clock = Clock()
        self._judge = EngineJudge()

    async def run_forever(self) -> None:
        """Judge until cancelled, looking once a second."""
        while True:
            try:
                done = await self.check_waiting()
            except Exception:  # noqa: BLE001 - whatever it is, we must go on
                _log.exception("checker.away")
                done = 0
            if not done:
                await asyncio.sleep(_poll_s)

    async def check_waiting(self) -> int:
        """Judge what can be taken now; how many checks that were."""
        now = self._clock.now()
        command = TakeChecks(at=now, until=now + LEASE, limit=_at_once)
        taken = await self._office.run(take_checks, command, SYSTEM)
        # Together, so that nobody waits for the slow addresses of somebody else's pictures.
        await asyncio.gather(*(self._try(one) for one in taken))
        return len(taken)

    async def _try(self, taken: TakenCheck) -> None:
        try:
            await self._check(taken)
        except Exception:  # noqa: BLE001 - one check's bug must not stop the others
            _log.exception("checker.failed", check_id=taken.check.check_id)

    async def _check(self, taken: TakenCheck) -> None:
        check = taken.check
        pictures = await self._read_pictures(check.content)
        texts = [*check.content.texts, *(one for one in pictures if one)]
        evidence = await asyncio.to_thread(self._judge.find, texts, taken.words)
        unread = pictures.count(None) + max(0, check.content.pictures_count - PICTURES_MAX)
        finishing = FinishCheck(
            channel_id=int(check.channel_id),
            check_id=int(check.check_id),
            picture_texts=texts[len(check.content.texts) :],
            evidence=[*evidence, *([_unread] if unread else [])],
        )
        await self._office.run(finish_check, finishing, SYSTEM)

    async def _read_pictures(self, content: Content) -> list[str | None]:
        """What pictures say; None for one that cannot be read."""
        found: list[str | None] = []
        until = self._clock.now() + READING
        named = [(MEDIA.files.find, one) for one in content.files]
        for load, name in [*named, *((fetch_picture, one) for one in content.urls)][:PICTURES_MAX]:
            if self._clock.now() >= until:
                found.append(None)
                continue
            try:
                loaded = await load(name)
                reading = await READER.read(loaded or b"")
            except (Failure, TooLarge) as why:
                _log.info("checker.unread", name=name, why=repr(why))
                found.append(None)
            except BadPicture:
                # Nobody sees what no program can draw.
                found.append("")
            else:
                found.append(reading.text)
                found += [] if reading.is_whole else [None]
        return found

"""What the room needs from outside itself: somebody who finds things in texts."""

from collections.abc import Sequence
from typing import Protocol

from banyan.reach.moderation.types import Evidence, Word


class TextJudge(Protocol):
    """Finds in texts what should not be sent."""

    def find(self, texts: Sequence[str], own: Sequence[Word]) -> list[Evidence]:
        """What stands in the texts by our rules and by these words, the worst first."""


class Ports:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._judge: TextJudge | None = None

    def connect(self, *, judge: TextJudge) -> None:
        """Let texts be judged so."""
        self._judge = judge

    @property
    def judge(self) -> TextJudge:
        """Who judges texts."""
        assert self._judge is not None, "the judge is connected where the rooms are listed"
        return self._judge


PORTS = Ports()

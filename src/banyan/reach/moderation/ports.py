"""What the room needs from outside itself: somebody who finds things in texts."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from banyan.base.errors import Trouble
from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.moderation.types import Evidence, Word


class TextJudge(Protocol):
    """Finds in texts what should not be sent."""

    def find(self, texts: Sequence[str], own: Sequence[Word]) -> list[Evidence]:
        """What stands in the texts by our rules and by these words, the worst first."""


class Fetcher(Protocol):
    """Loads pictures from elsewhere, and never from private networks."""

    async def fetch(self, url: str) -> bytes:
        """What is there. Raises Refusal `moderation.not_fetched`."""


FindEvidence = Callable[[Work, Channel, Sequence[str]], Awaitable[list[Evidence]]]
"""Finds what of some texts is somebody else's."""


async def _find_nothing(work: Work, channel: Channel, texts: Sequence[str]) -> list[Evidence]:
    del work, channel, texts
    return []


class Ports:
    """Filled once: where the rooms are listed, and when the process is built."""

    def __init__(self) -> None:
        self._judge: TextJudge | None = None
        self._fetcher: Fetcher | None = None
        self.find_copies: FindEvidence = _find_nothing
        """Compare writings with what others published."""

    def connect_copies(self, find: FindEvidence) -> None:
        """Compare writings so."""
        self.find_copies = find

    def connect_fetcher(self, fetcher: Fetcher) -> None:
        """Load pictures so."""
        self._fetcher = fetcher

    @property
    def fetcher(self) -> Fetcher:
        """Who loads pictures. Raises Trouble `moderation.no_fetcher`."""
        if self._fetcher is None:
            raise Trouble("moderation.no_fetcher")
        return self._fetcher

    def connect(self, *, judge: TextJudge) -> None:
        """Let texts be judged so."""
        self._judge = judge

    @property
    def judge(self) -> TextJudge:
        """Who judges texts."""
        assert self._judge is not None, "the judge is connected where the rooms are listed"
        return self._judge


PORTS = Ports()

"""Lets a room be told what became of something that it had checked, in the same transaction."""

from typing import Protocol

from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.moderation.types import Check


class OnDecided(Protocol):
    """A room's part when something of its own passes or is refused."""

    async def __call__(self, work: Work, channel: Channel, check: Check) -> None:
        """Let it out, or don't: `check.state` is `passed` or `refused`.

        It comes once for each decision: an appeal may turn a refusal into a pass, and a complaint
        what had passed into a refusal. What is raised undoes the decision.
        """


class Hooks:
    """Filled once, where the rooms are listed."""

    def __init__(self) -> None:
        self._takers: dict[str, OnDecided] = {}

    def connect(self, kind: str, taker: OnDecided) -> None:
        """Tell it about subjects of this kind."""
        self._takers[kind] = taker

    async def tell(self, work: Work, channel: Channel, check: Check) -> None:
        """Tell whoever asked what became of it."""
        assert check.state.is_decided
        await self._takers[check.subject.kind](work, channel, check)


HOOKS = Hooks()

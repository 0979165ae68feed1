"""Holds each account to its daily quota of each call, with a statement a block, not a call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from banyan.books.work import SYSTEM
from banyan.doors.wechat.endpoint import Office
from banyan.doors.wechat.errors import WireError
from banyan.reach.channels import ChannelId
from banyan.reach.tokens import TakeCalls, take_calls

_rest_s = 1.0
_counters_max = 100_000
_block_max = 1_000


@dataclass
class _Counter:
    day: date
    """On which its calls count."""
    left: int = 0
    """Calls that are counted already and have not been made."""
    block: int = 1
    """As many were asked for last."""
    asked_at: float = -_rest_s
    is_over: bool = False
    """There were none when it was asked last."""
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Quotas:
    """Takes blocks of calls from the day's quota, and gives them out one by one.

    A block is as large as what a second needs, so who calls rarely takes them singly; near the
    quota's end everybody does. Never are more calls let through than there are. Those of a block
    that are not made are lost to other processes for the day.
    """

    def __init__(self, office: Office, today: Callable[[], date]) -> None:
        """`today` tells the day of the platform's calendar."""
        self._office = office
        self._today = today
        self._counters: dict[tuple[int, str], _Counter] = {}

    async def take(self, channel_id: ChannelId, path: str, daily_max: int) -> None:
        """Count one call. Raises WireError 45009 when the day's are used up."""
        key, today = (int(channel_id), path), self._today()
        counter = self._counters.get(key)
        if counter is None or counter.day != today:
            if len(self._counters) > _counters_max:
                self._counters.clear()
            counter = self._counters[key] = _Counter(today)
        if not counter.left:
            async with counter.asking:
                # Others may have waited for the same block.
                if not counter.left:
                    await self._ask(counter, key, daily_max)
        if not counter.left:
            raise WireError(45009, "reach max api daily quota limit")
        counter.left -= 1

    def unused(self, channel_id: ChannelId, path: str) -> int:
        """How many calls are counted that have not been made from here."""
        counter = self._counters.get((int(channel_id), path))
        return counter.left if counter is not None and counter.day == self._today() else 0

    def forget(self, channel_id: ChannelId | None = None) -> None:
        """Begin anew with an account whose quota was cleared, or with all."""
        for key in list(self._counters):
            if channel_id is None or key[0] == int(channel_id):
                del self._counters[key]

    async def _ask(self, counter: _Counter, key: tuple[int, str], daily_max: int) -> None:
        now = time.monotonic()
        is_busy = now - counter.asked_at < _rest_s
        if counter.is_over and is_busy:
            return
        counter.block = min(counter.block * 2, _block_max) if is_busy else 1 + counter.block // 2
        counter.asked_at = now
        command = TakeCalls(
            channel_id=ChannelId(key[0]), path=key[1], count=counter.block, daily_max=daily_max
        )
        counter.left = (await self._office.run(take_calls, command, SYSTEM)).count
        counter.is_over = not counter.left

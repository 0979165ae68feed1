"""Holds each account to its daily quota of each call, with a statement a second, not a call."""

from __future__ import annotations

import time
from dataclasses import dataclass

from banyan.books.work import SYSTEM
from banyan.doors.wechat.endpoint import Office
from banyan.doors.wechat.errors import WireError
from banyan.reach.channels import ChannelId
from banyan.reach.tokens import CountCalls, count_calls

_rest_s = 1.0
_counters_max = 100_000


@dataclass
class _Counter:
    used: int = 0
    """As of the last statement."""
    since: int = 0
    written_at: float = -_rest_s


class Quotas:
    """Counts in memory and adds up in the database, at most once a second for an account's call.

    Several processes know of each other's calls a second late, so a limit may be passed by what
    they serve in one; a killed process loses what it had not written yet.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._counters: dict[tuple[int, str], _Counter] = {}

    async def take(self, channel_id: ChannelId, path: str, daily_max: int) -> None:
        """Count one call. Raises WireError 45009 when the day's are used up."""
        if len(self._counters) > _counters_max:
            self._counters.clear()
        counter = self._counters.setdefault((int(channel_id), path), _Counter())
        counter.since += 1
        now = time.monotonic()
        if now - counter.written_at >= _rest_s:
            counter.written_at = now
            count, counter.since = counter.since, 0
            command = CountCalls(channel_id=channel_id, path=path, count=count)
            counter.used = (await self._office.run(count_calls, command, SYSTEM)).used
        if daily_max and counter.used + counter.since > daily_max:
            raise WireError(45009, "reach max api daily quota limit")

    def forget(self) -> None:
        """Begin anew, as after the sandbox has emptied the database or a quota was cleared."""
        self._counters.clear()

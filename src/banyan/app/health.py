"""Whether this process lives, and whether it can serve: for balancers, supervisors and people."""

from __future__ import annotations

import asyncpg
import msgspec

from banyan.app.build import Building
from banyan.app.store import ping
from banyan.base.errors import Trouble
from banyan.doors.http import Answer, Visit

_wait_s = 2.0
_away = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, Trouble)


class Health:
    """Answers the health checks of one process."""

    def __init__(self, building: Building) -> None:
        self._building = building
        self.is_stopping = False
        """Set when the process is asked to end: it serves what it has and wants nothing new."""

    async def show_live(self, visit: Visit) -> Answer:
        """200 as long as the process can answer at all."""
        del visit
        return _answer(200, "live")

    async def show_ready(self, visit: Visit) -> Answer:
        """200 when the process can do business; 503 while the database is away or at the end."""
        del visit
        if self.is_stopping:
            return _answer(503, "stopping")
        try:
            await ping(self._building.pool, _wait_s)
        except _away:
            return _answer(503, "database_away")
        return _answer(200, "ready")


def _answer(status: int, word: str) -> Answer:
    return Answer(status, msgspec.json.encode({"status": word}))

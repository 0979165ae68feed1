"""Finds the account's program behind an access token, and remembers it for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from banyan.books.work import SYSTEM
from banyan.doors.wechat.endpoint import Office
from banyan.doors.wechat.errors import WireError
from banyan.reach.tokens import ChannelActor, FindCaller, find_caller

_ttl_s = 2.0
_known_max = 50_000
_characters_max = 512


class Callers:
    """Answers who calls; a token that another process made to end may work two seconds longer."""

    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        """`now` tells the instant of business."""
        self._office = office
        self._now = now
        self._known: dict[str, tuple[float, ChannelActor]] = {}

    async def read(self, token: str) -> ChannelActor:
        """The caller. Raises WireError 41001; Failure `tokens.unknown`, `tokens.expired`."""
        if not token:
            raise WireError(41001, "access_token missing")
        if len(token) > _characters_max:
            raise WireError(40014, "invalid access_token")
        now = time.monotonic()
        known = self._known.get(token)
        if known is not None and known[0] > now and known[1].ends_at > self._now():
            return known[1]
        self._known.pop(token, None)
        caller = await self._office.run(find_caller, FindCaller(access_token=token), SYSTEM)
        if len(self._known) >= _known_max:
            self._known.clear()
        self._known[token] = (now + _ttl_s, caller)
        return caller

    def forget(self) -> None:
        """Ask again for everybody."""
        self._known.clear()

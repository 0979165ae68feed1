"""Names calls that failed, and keeps those of accounts so that their programs can look them up."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import structlog

from banyan.base.errors import Failure
from banyan.books.work import SYSTEM
from banyan.doors.http import Limiter
from banyan.doors.http.visit import Visit
from banyan.doors.wechat.endpoint import Office
from banyan.reach.tokens import AskedRequest, ChannelActor, NoteRequest, note_request

_log = structlog.get_logger("banyan.wechat")

RID = re.compile(r"([0-9a-f]{8})-[0-9a-f]{8}-[0-9a-f]{8}")
"""The name of a request; its first part is the second in which it was made."""
_rate, _burst = 0.1, 100
"""Failed calls that are kept of one account, a second and at once; of more only the first ones."""
_characters_max = 2_000
_secret = frozenset({"access_token", "component_access_token", "secret", "appsecret"})
_told = re.compile(
    r'("\w*(?:secret|token|ticket|key|code)\w*"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|$)',
    re.IGNORECASE | re.DOTALL,
)
"""Also what is cut off."""


@dataclass
class Asked:
    """What is known of a call so far."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    caller: ChannelActor | None = None


class Requests:
    """Keeps a call when its failure is told: calls that succeed cost nothing."""

    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        """`now` tells the instant of business."""
        self._office = office
        self._now = now
        self._allowances = Limiter(rate=_rate, burst=_burst)

    def name(self, visit: Visit) -> str:
        """The name of a request: its second, and what tells it from others."""
        told = hashlib.sha256(visit.request_id.encode()).hexdigest()
        return f"{int(self._now().timestamp()):08x}-{told[:8]}-{told[8:16]}"

    async def note(self, asked: Asked, visit: Visit, rid: str, answer: bytes) -> None:
        """Keep a call of an account's program, unless it fails too often."""
        if asked.caller is None:
            return
        channel_id = asked.caller.channel.channel_id
        if not self._allowances.take(channel_id, time.monotonic()).is_allowed:
            return
        query = {name: text for name, text in asked.query.items() if name not in _secret}
        request = AskedRequest(
            rid=rid,
            url=_clean(asked.path + (f"?{urlencode(query)}" if query else "")),
            body=_told.sub(r'\1"***"', _clean(asked.body.decode(errors="replace"))),
            answer=answer.decode(),
            asked_at=self._now(),
            took_ms=round((time.perf_counter() - visit.started) * 1_000),
        )
        try:
            await self._office.run(
                note_request, NoteRequest(channel_id=channel_id, request=request), SYSTEM
            )
        except Failure as failure:
            _log.warning("request.not_kept", rid=rid, failure=str(failure))


def _clean(text: str) -> str:
    # PostgreSQL has no room for it.
    return text[:_characters_max].replace("\0", "")

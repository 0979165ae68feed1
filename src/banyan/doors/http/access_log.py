"""Writes one line of JSON for each request, several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import msgspec

from banyan.base.clock import Clock

_wait_s = 0.2
_lines_max = 2_000


class AccessLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is kept of a request: no query and no body, as those hold what people typed."""

    timestamp: datetime
    level: str = "info"
    event: str = "request"
    request_id: str
    method: str
    route: str
    path: str
    status: int
    ms: float
    actor: str
    actor_id: int
    address: str
    code: str


class AccessLog:
    """Gathers lines for a moment and writes them in one piece.

    A system call a request would halve what a process can serve. What a killed process had not
    written yet, a fifth of a second at most, is lost; nothing but figures depends on it.
    """

    def __init__(self, write: Callable[[bytes], object], *, is_json: bool = True) -> None:
        """`write` takes whole lines, for example the raw standard error."""
        self._write = write
        self._clock = Clock()
        self._encode: Callable[[AccessLine], bytes] = (
            msgspec.json.Encoder().encode if is_json else _render_text
        )
        self._lines: list[bytes] = []

    def now(self) -> datetime:
        """The real time, also on a server whose business time was moved."""
        return self._clock.now()

    def note(self, line: AccessLine) -> None:
        """Have this line written soon."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_wait_s, self.flush)
        self._lines.append(self._encode(line))
        if len(self._lines) >= _lines_max:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered."""
        if self._lines:
            self._write(b"\n".join(self._lines) + b"\n")
            self._lines.clear()


def _render_text(line: AccessLine) -> bytes:
    """A line for a person at a terminal."""
    told = f" {line.code}" if line.code else ""
    # What came over the wire is shown with its control characters escaped: a terminal obeys them.
    path = ascii(line.path)[1:-1]
    return (
        f"{line.timestamp:%H:%M:%S} {line.status} {line.method} {path} {line.ms} ms{told}".encode()
    )

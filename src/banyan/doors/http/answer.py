"""Sends a complete answer in one piece."""

from __future__ import annotations

from collections.abc import Iterable

from banyan.doors.http.visit import Send

Header = tuple[bytes, bytes]

_always: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


async def send_bytes(
    send: Send, status: int, body: bytes, media_type: bytes, headers: Iterable[Header] = ()
) -> None:
    """Answer with this body; never cached, never guessed at."""
    every = [*_always, *headers]
    if body or status not in {204, 304}:
        every += [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": every})
    await send({"type": "http.response.body", "body": body})

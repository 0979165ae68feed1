"""A complete answer, and sending it in one piece."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from banyan.doors.http.visit import Send

Header = tuple[bytes, bytes]

_unkept: Header = (b"cache-control", b"no-store")
_always: Header = (b"x-content-type-options", b"nosniff")


@dataclass(frozen=True)
class Answer:
    """What goes back to the caller."""

    status: int
    body: bytes
    media_type: bytes = b"application/json"
    headers: tuple[Header, ...] = ()


async def send_answer(send: Send, answer: Answer, headers: Iterable[Header] = ()) -> None:
    """Send it, with further headers; never guessed at, and not kept unless it says so itself."""
    every = [_always, *headers, *answer.headers]
    if all(name != _unkept[0] for name, _ in every):
        every.append(_unkept)
    if answer.status != HTTPStatus.NO_CONTENT:
        every.append((b"content-type", answer.media_type))
        every.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": every})
    await send({"type": "http.response.body", "body": answer.body})

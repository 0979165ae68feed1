"""Gives out files that people and shops have uploaded: under names that say what is in them."""

from __future__ import annotations

from typing import Protocol

from banyan.doors.http.answer import Answer
from banyan.doors.http.visit import Receive, Scope, Send, find_visit

PREFIX = "/files/"

_media_types = {
    "png": b"image/png",
    "jpg": b"image/jpeg",
    "webp": b"image/webp",
    "gif": b"image/gif",
    "bmp": b"image/bmp",
    "mp4": b"video/mp4",
    "mp3": b"audio/mpeg",
    "amr": b"audio/amr",
}
"""Only these leave the folder; whatever else is in it stays inside."""
_headers = (
    # The name is the digest of the bytes: what it stands for never changes.
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)


class Files(Protocol):
    """Where the files are."""

    async def find(self, name: str) -> bytes | None:
        """The bytes of that name, if there are any."""
        ...


class FilesDoor:
    """Serves `/files/{name}` to anybody who knows the name."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive
        visit = find_visit(scope)
        visit.route = f"{PREFIX}{{name}}"
        answer = await self._answer(scope)
        visit.status = answer.status
        headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope) -> Answer:
        if scope["method"] not in {"GET", "HEAD"}:
            return _refuse(405, (b"allow", b"GET, HEAD"))
        name: str = scope["path"].removeprefix(PREFIX)
        media_type = _media_types.get(name.rpartition(".")[2])
        content = await self._files.find(name) if media_type else None
        if media_type is None or content is None:
            return _refuse(404)
        return Answer(200, content, headers=(*_headers, (b"content-type", media_type)))


def _refuse(status: int, *headers: tuple[bytes, bytes]) -> Answer:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    return Answer(status, b"", headers=((b"cache-control", b"no-store"), plain, *headers))

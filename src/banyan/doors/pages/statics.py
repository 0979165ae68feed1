"""Gives out the styles, scripts and pictures of the pages, from memory and to be kept for ever."""

from __future__ import annotations

from banyan.doors.http.answer import Header
from banyan.doors.http.visit import Receive, Scope, Send, find_visit
from banyan.doors.pages.shell.assets import Asset, Assets, forever, prefix, root_files

WORDS = (prefix.strip("/"), *(path.strip("/") for path in root_files))
"""The first words of the paths that this door answers."""

_depth_of_name = 3
"""In `/assets/<version>/<name>`, what comes before the name."""


class StaticsDoor:
    """Serves `/assets/<version>/<name>`, and a few files at addresses that browsers insist on."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del receive
        visit = find_visit(scope)
        path: str = scope["path"]
        asset, caching = self._find(path)
        visit.route = f"{prefix}/{{name}}" if path.startswith(prefix) else path
        if scope["method"] not in {"GET", "HEAD"}:
            await _send(send, 405, b"", [(b"allow", b"GET, HEAD")])
            return
        if asset is None:
            await _send(send, 404, b"", [(b"cache-control", b"no-store")])
            return
        content = asset.content
        headers: list[Header] = [
            (b"cache-control", caching),
            (b"content-type", asset.media_type.encode()),
            (b"vary", b"accept-encoding"),
        ]
        if asset.packed is not None and b"gzip" in visit.headers.get(b"accept-encoding", b""):
            content = asset.packed
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", b"%d" % len(content)))
        await _send(send, 200, b"" if scope["method"] == "HEAD" else content, headers)

    def _find(self, path: str) -> tuple[Asset | None, bytes]:
        if path in root_files:
            return self._assets.find(root_files[path]), b"no-cache"
        parts = path.split("/", _depth_of_name)
        if len(parts) <= _depth_of_name:
            return None, b""
        # A page of the release before, still open somewhere, must not keep ours as its own.
        is_ours = parts[2] == self._assets.version
        return self._assets.find(parts[3]), forever.encode() if is_ours else b"no-cache"


async def _send(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    nosniff = (b"x-content-type-options", b"nosniff")
    start = {"type": "http.response.start", "status": status, "headers": [nosniff, *headers]}
    await send(start)
    await send({"type": "http.response.body", "body": body})

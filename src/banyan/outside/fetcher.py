"""Loads pictures that somebody names by an address: never from private networks."""

from __future__ import annotations

import asyncio

import aiohttp

from banyan.base.errors import Refusal
from banyan.outside.callbacks.addresses import open_any_socket, open_public_socket

BYTES_MAX = 10 << 20
_wait_s = 10.0
_redirects_max = 3
_url_characters_max = 2_000
_ok = 200


class HttpFetcher:
    """Asks for one picture at a time; nothing of a call is kept for the next."""

    def __init__(self, *, may_call_private: bool) -> None:
        self._open_socket = open_any_socket if may_call_private else open_public_socket

    async def fetch(self, url: str) -> bytes:
        """What is there, up to ten megabytes. Raises Refusal `moderation.not_fetched`.

        Each address is checked when it is connected to, that of a redirect too.
        """
        if not url.startswith(("https://", "http://")) or len(url) > _url_characters_max:
            raise Refusal("moderation.not_fetched")
        try:
            async with asyncio.timeout(_wait_s):
                found = await self._load(url)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            found = None
        if not found:
            raise Refusal("moderation.not_fetched")
        return found

    async def _load(self, url: str) -> bytes | None:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._open_socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"accept": "image/*", "accept-encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )
        async with session, session.get(url, max_redirects=_redirects_max) as answer:
            if answer.status != _ok:
                return None
            found = bytearray()
            async for part in answer.content.iter_any():
                found += part
                if len(found) > BYTES_MAX:
                    return None
            return bytes(found)

"""Carries letters over HTTP: to public addresses, without detours, for a few seconds at most."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp

from banyan.outside.callbacks.addresses import REFUSED, open_any_socket, open_public_socket
from banyan.reach.pushes import Delivered, Letter, Outcome

_answer_bytes_max = 64 << 10
_connections_max = 1_000
_kept_s = 20.0
_headers = {
    "accept": "*/*",
    # What is packed could unpack to anything.
    "accept-encoding": "identity",
    "user-agent": "Mozilla/4.0 (Banyan)",
}
_ok = 200
_thousand = 1_000


@asynccontextmanager
async def open_courier(*, wait_s: float, may_call_private: bool) -> AsyncIterator[HttpCourier]:
    """A courier who waits so long for an answer, and calls private networks only if it may."""
    connector = aiohttp.TCPConnector(
        limit=_connections_max,
        keepalive_timeout=_kept_s,
        socket_factory=open_any_socket if may_call_private else open_public_socket,
    )
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_headers,
        auto_decompress=False,
        trust_env=False,
    )
    async with session:
        yield HttpCourier(session, wait_s)


class HttpCourier:
    """Calls servers, and never raises for what they do."""

    def __init__(self, session: aiohttp.ClientSession, wait_s: float) -> None:
        self._session = session
        self._wait_s = wait_s

    async def carry(self, letter: Letter) -> Delivered:
        """Bring a letter; redirects are not followed, and only a 200 with a short body counts."""
        began_s = time.perf_counter()
        status, body = 0, None
        try:
            async with asyncio.timeout(self._wait_s):
                status, body = await self._call(letter)
            outcome = Outcome.ACKNOWLEDGED if status == _ok else Outcome.BAD_STATUS
            if status == _ok and body is None:
                outcome = Outcome.GARBAGE
        except TimeoutError:
            outcome = Outcome.TIMED_OUT
        except aiohttp.ClientConnectorError as error:
            is_refused = error.os_error.errno == REFUSED
            outcome = Outcome.FORBIDDEN if is_refused else Outcome.UNREACHABLE
        except (aiohttp.ClientError, OSError, ValueError):
            outcome = Outcome.UNREACHABLE
        took_ms = round((time.perf_counter() - began_s) * _thousand)
        return Delivered(body=body, outcome=outcome, status=status, took_ms=took_ms)

    async def _call(self, letter: Letter) -> tuple[int, bytes | None]:
        """The status, and the body of a 200; None for one that is too long."""
        url = letter.url
        if letter.query:
            url += ("&" if "?" in url else "?") + urlencode(letter.query)
        headers = dict(letter.headers)
        if letter.body is not None:
            headers["content-type"] = letter.media_type
        calling = self._session.request(
            "GET" if letter.body is None else "POST",
            url,
            data=letter.body,
            headers=headers,
            allow_redirects=False,
        )
        async with calling as answer:
            if answer.status != _ok:
                return answer.status, None
            found = bytearray()
            async for part in answer.content.iter_any():
                found += part
                if len(found) > _answer_bytes_max:
                    return answer.status, None
            return answer.status, bytes(found)

"""Pictures elsewhere are loaded, and nothing in private networks is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from banyan.base.errors import Refusal
from banyan.outside.fetcher import BYTES_MAX, HttpFetcher


@asynccontextmanager
async def serve(*answers: bytes) -> AsyncIterator[str]:
    """A server that answers each connection with the next of these, the last for ever."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/a.png"


def page(content: bytes, status: str = "200 OK", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(content)}\r\n{more}connection: close\r\n\r\n"
    return head.encode() + content


async def refused(fetcher: HttpFetcher, url: str) -> bool:
    try:
        await fetcher.fetch(url)
    except Refusal as refusal:
        return refusal.code == "moderation.not_fetched"
    return False


async def test_what_is_there_is_loaded_redirects_included() -> None:
    async with serve(page(b"", "302 Found", "location: /b.png\r\n"), page(b"picture")) as url:
        assert await HttpFetcher(may_call_private=True).fetch(url) == b"picture"


@pytest.mark.parametrize(
    "answer",
    [
        page(b"", "404 Not Found"),
        page(b"x" * (BYTES_MAX + 1)),
        page(b"", "302 Found", "location: /a.png\r\n"),
        b"nonsense",
        b"",
    ],
)
async def test_what_is_no_picture_is_refused(answer: bytes) -> None:
    async with serve(answer) as url:
        assert await refused(HttpFetcher(may_call_private=True), url)


async def test_private_networks_are_not_called() -> None:
    async with serve(page(b"secret")) as url:
        assert await refused(HttpFetcher(may_call_private=False), url)


@pytest.mark.parametrize(
    "url", ["", "ftp://a.test/x", "file:///etc/passwd", "http://", "http://[::1", "http://a" * 999]
)
async def test_what_is_no_address_is_refused(url: str) -> None:
    assert await refused(HttpFetcher(may_call_private=True), url)

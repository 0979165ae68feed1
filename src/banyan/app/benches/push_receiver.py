"""The server of an account's own program, as little work as one can do: it answers every message.

It runs apart, as such servers do: `python -m banyan.app.benches.push_receiver` prints its port.
"""

import asyncio
import re
import sys
from typing import cast
from urllib.parse import parse_qs, urlsplit

import uvloop
from typing_extensions import override

_length = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_from = re.compile(rb"<FromUserName><!\[CDATA\[(.*?)\]\]>")
_to = re.compile(rb"<ToUserName><!\[CDATA\[(.*?)\]\]>")
_reply = (
    b"<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"
    b"<CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    b"<Content><![CDATA[Welcome]]></Content></xml>"
)


class _Answerer(asyncio.Protocol):
    """One connection: any number of requests, one after the other."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._got = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's transports are such by behaviour, not by birth.
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        """Answer once the request is complete."""
        self._got += data
        head, gap, body = self._got.partition(b"\r\n\r\n")
        length = _length.search(head)
        if not gap or len(body) < (int(length[1]) if length else 0):
            return
        self._got = b""
        answer = _answer(head, body)
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s"
            % (len(answer), answer)
        )


def _answer(head: bytes, body: bytes) -> bytes:
    if head.startswith(b"GET"):
        query = parse_qs(urlsplit(head.split(b" ")[1].decode()).query)
        return query["echostr"][0].encode()
    sender, receiver = _from.search(body), _to.search(body)
    assert sender is not None
    assert receiver is not None
    return _reply % (sender[1], receiver[1])


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Answerer, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())

"""Whom a courier calls, and what it makes of what they answer."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from banyan.outside.callbacks import is_public, open_courier
from banyan.reach.pushes import Delivered, Letter, Outcome

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serve(handler: Handler) -> AsyncIterator[int]:
    """A server on this machine; gives its port."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def carry(
    url: str, *, is_private: bool = True, wait_s: float = 2.0, body: bytes | None = b"<xml/>"
) -> Delivered:
    async with open_courier(wait_s=wait_s, may_call_private=is_private) as courier:
        return await courier.carry(Letter(url=url, query={"nonce": "1"}, body=body, facts={}))


def answer_with(**options: Any) -> Handler:  # noqa: ANN401 - whatever a response may have
    async def answer(request: web.Request) -> web.StreamResponse:
        del request
        return web.Response(**options)

    return answer


async def test_a_letter_arrives_as_it_was_written() -> None:
    seen: list[tuple[str, str, str, bytes]] = []

    async def look(request: web.Request) -> web.Response:
        kind = request.headers.get("content-type", "")
        body = await request.read()
        seen.append((request.method, request.raw_path, kind, body))
        return web.Response(body=b"answer")

    async with serve(look) as port:
        told = await carry(f"http://127.0.0.1:{port}/a/b?c=%E8%8C%B6&d=1")
        asked = await carry(f"http://127.0.0.1:{port}/", body=None)
    assert (told.body, told.outcome, told.status) == (b"answer", Outcome.ACKNOWLEDGED, 200)
    assert asked.body == b"answer"
    assert seen == [
        ("POST", "/a/b?c=%E8%8C%B6&d=1&nonce=1", "text/xml", b"<xml/>"),
        ("GET", "/?nonce=1", "", b""),
    ]


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 308, 400, 404, 500, 503])
async def test_only_a_200_counts_and_redirects_are_not_followed(status: int) -> None:
    calls: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response(status=status, headers={"location": "/elsewhere"})

    async with serve(answer) as port:
        found = await carry(f"http://127.0.0.1:{port}/here")
    assert (found.outcome, found.status, found.body) == (Outcome.BAD_STATUS, status, None)
    assert calls == ["/here"]


async def test_an_answer_without_end_is_cut_off() -> None:
    async def pour(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 60_000)

    async with serve(pour) as port:
        found = await carry(f"http://127.0.0.1:{port}/")
    assert (found.outcome, found.body) == (Outcome.GARBAGE, None)


async def test_a_drip_does_not_outlast_the_time_for_answers() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    async with serve(drip) as port:
        async with asyncio.timeout(60):
            found = await carry(f"http://127.0.0.1:{port}/", wait_s=0.4)
    assert found.outcome is Outcome.TIMED_OUT
    assert found.took_ms >= 350


async def test_what_is_packed_is_not_unpacked() -> None:
    body = b"\x1f\x8b" + b"x" * 10
    async with serve(answer_with(body=body, headers={"content-encoding": "gzip"})) as port:
        found = await carry(f"http://127.0.0.1:{port}/")
    assert found.body == body


async def test_what_speaks_no_http_is_unreachable() -> None:
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        found = await carry(f"http://127.0.0.1:{port}/")
    assert (found.outcome, found.status) == (Outcome.UNREACHABLE, 0)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
    ],
)
async def test_in_production_nobody_is_called_on_this_machine(host: str) -> None:
    calls: list[str] = []

    async def note(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response(text="secret")

    async with serve(note) as port:
        found = await carry(f"http://{host}:{port}/", is_private=False)
    assert found.outcome in {Outcome.FORBIDDEN, Outcome.UNREACHABLE}
    assert found.body is None
    assert calls == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["::1"],
        ["fd00::1"],
        ["64:ff9b::7f00:1"],
        ["::ffff:10.0.0.1"],
        ["192.168.1.1", "10.0.0.1"],
    ],
)
async def test_a_name_that_leads_into_a_private_network_is_not_followed(
    addresses: list[str],
) -> None:
    def look_up(*_: object, **__: object) -> list[Any]:
        return [
            (
                socket.AF_INET6 if ":" in one else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (one, 80, 0, 0) if ":" in one else (one, 80),
            )
            for one in addresses
        ]

    with patch.object(socket, "getaddrinfo", look_up):
        found = await carry("http://tea.example/", is_private=False)
    assert (found.outcome, found.body) == (Outcome.FORBIDDEN, None)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001:0:7f00:1::1",
        "64:ff9b::a00:1",
        "::ffff:192.168.0.1",
        "tea.example",
        "",
    ],
)
def test_these_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "119.29.29.29", "2400:3200::1", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_these_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_however_an_older_address_is_wrapped_it_is_judged_alike(
    address: ipaddress.IPv4Address,
) -> None:
    wrapped = [
        ipaddress.IPv6Address(f"::ffff:{address}"),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(address)),
    ]
    assert {is_public(str(one)) for one in wrapped} == {is_public(str(address))}

"""The server of an account's own program, written with an unmodified SDK, and who calls it."""

from __future__ import annotations

# ruff: noqa: ANN401 - the SDK's messages and replies have no types
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import create_reply
from wechatpy.utils import check_signature

from banyan.books.actor import SYSTEM
from banyan.outside.callbacks import Deliverer, open_courier
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.pushes import (
    ListPushes,
    Push,
    PushMode,
    ReadServer,
    ServerState,
    SetServer,
    list_pushes,
    read_server,
    set_server,
)
from tests.kit.world import World

TOKEN = "T0kenOfTheTeahouse"
AES_KEY = "k" * 42 + "A"

Answer = Callable[[Any], Awaitable[Any]]
"""What the program makes of a message of the SDK: text, a reply of the SDK, or a bare response."""


@dataclass
class Receiver:
    """An account's program: remembers what it was told, and answers as the test wants."""

    url: str = ""
    appid: str = ""
    token: str = TOKEN
    aes_key: str = AES_KEY
    mode: PushMode = PushMode.PLAIN
    answer: Answer | None = None
    messages: list[Any] = field(default_factory=list)
    """What `parse_message` made of each push, in the order of arrival."""
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    under_way: dict[str, int] = field(default_factory=dict)
    most_under_way: int = 0
    """Most pushes of one person that were here at once."""
    echo: str | None = None
    """What is echoed instead of what was asked."""

    @property
    def crypto(self) -> WeChatCrypto:
        """The SDK's own encryption."""
        return WeChatCrypto(self.token, self.aes_key, self.appid)

    async def show_echo(self, request: web.Request) -> web.Response:
        """The handshake."""
        query = request.query
        check_signature(self.token, query["signature"], query["timestamp"], query["nonce"])
        return web.Response(text=self.echo if self.echo is not None else query["echostr"])

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One push."""
        query, text = dict(request.query), await request.text()
        check_signature(self.token, query["signature"], query["timestamp"], query["nonce"])
        self.queries.append(query)
        self.bodies.append(text)
        is_encrypted = query.get("encrypt_type") == "aes"
        assert is_encrypted == (self.mode is not PushMode.PLAIN)
        if is_encrypted:
            signature, stamp, nonce = query["msg_signature"], query["timestamp"], query["nonce"]
            text = self.crypto.decrypt_message(text, signature, stamp, nonce)
        message = parse_message(text)
        self.messages.append(message)
        source = message.source
        self.under_way[source] = self.under_way.get(source, 0) + 1
        self.most_under_way = max(self.most_under_way, self.under_way[source])
        try:
            made = await self.answer(message) if self.answer is not None else "success"
        finally:
            self.under_way[source] -= 1
        if isinstance(made, web.StreamResponse):
            return made
        if made == "success":
            return web.Response(text="success")
        body = create_reply(made, message, render=True)
        if is_encrypted:
            body = self.crypto.encrypt_message(body, query["nonce"], query["timestamp"])
        return web.Response(text=body)


@asynccontextmanager
async def serve_receiver(receiver: Receiver | None = None) -> AsyncIterator[Receiver]:
    """The program's server on a port of its own."""
    receiver = receiver or Receiver()
    app = web.Application()
    app.router.add_get("/wechat", receiver.show_echo)
    app.router.add_post("/wechat", receiver.take)
    # What is under way is dropped at the end: the slow servers of tests would be waited for.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ((_, port),) = [one[:2] for one in runner.addresses]
    receiver.url = f"http://127.0.0.1:{port}/wechat"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@dataclass
class Line:
    """An account whose server is connected, and who tells it."""

    world: World
    channel: Channel
    receiver: Receiver
    deliverer: Deliverer

    async def connect(self, **changes: Any) -> ServerState:
        """Name the receiver as the account's server, and let it be asked."""
        receiver = self.receiver
        fields = {
            "url": receiver.url,
            "token": receiver.token,
            "aes_key": receiver.aes_key,
            "mode": receiver.mode,
        }
        merchant_id = MerchantId(self.channel.merchant_id)
        command = SetServer(
            merchant_id=merchant_id, channel_id=self.channel.channel_id, **(fields | changes)
        )
        await self.world.office.run(set_server, command, SYSTEM)
        await self.deliverer.deliver_waiting()
        query = ReadServer(merchant_id=merchant_id, channel_id=self.channel.channel_id)
        return await self.world.office.run(read_server, query, SYSTEM)

    async def pushes(self) -> list[Push]:
        """What the server was told, the oldest first."""
        query = ListPushes(
            merchant_id=MerchantId(self.channel.merchant_id),
            channel_id=self.channel.channel_id,
            limit=100,
        )
        page = await self.world.office.run(list_pushes, query, SYSTEM)
        return page.items[::-1]

    async def deliver(self, *, until_s: float = 10.0) -> None:
        """Let everything be told, further tries included."""
        async with asyncio.timeout(until_s):
            while True:
                await self.deliverer.deliver_waiting()
                waiting = [one for one in await self.pushes() if one.due_at is not None]
                if not waiting:
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def open_line(
    world: World,
    receiver: Receiver | None = None,
    *,
    kind: ChannelKind = ChannelKind.SERVICE,
    wait_s: float = 5.0,
) -> AsyncIterator[Line]:
    """An account of the world's merchant and its server, connected."""
    if not world.merchant_id:
        await world.merchant()
    command = CreateChannel(merchant_id=world.merchant_id, kind=kind, name="榕树茶馆")
    made = await world.office.run(create_channel, command, SYSTEM)
    async with (
        serve_receiver(receiver) as served,
        open_courier(wait_s=wait_s, may_call_private=True) as courier,
    ):
        served.appid = made.channel.appid
        line = Line(world, made.channel, served, Deliverer(world.office, courier))
        state = await line.connect()
        assert state.server is not None, state.outcome
        yield line

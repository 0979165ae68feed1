"""A provider's platform, written with an unmodified SDK, and the server that it is told at."""

from __future__ import annotations

# ruff: noqa: ANN401 - the SDK's messages have no types
import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from wechatpy import parse_message
from wechatpy.component import WeChatComponent
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException

from banyan.books.actor import SYSTEM, Actor
from banyan.outside.callbacks import Deliverer, open_courier
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.platforms import (
    AuthorizePlatform,
    Codes,
    ReadPlatformAsking,
    SetPlatform,
    authorize_platform,
    read_platform_asking,
    set_platform,
)
from banyan.reach.pushes import SetServer, set_server
from banyan.reach.tokens import Function
from tests.kit.receiver import AES_KEY, TOKEN
from tests.kit.world import World

R = TypeVar("R")
REDIRECT = "https://isv.example.com/done?from=list"


@dataclass
class Platform:
    """A platform's program: what it was told, and the SDK by which it acts."""

    world: World
    channel: Channel
    secret: str
    sdk: WeChatComponent
    url: str = ""
    told: list[Any] = field(default_factory=list)
    """What the SDK made of each push about the platform."""
    heard: list[tuple[str, Any]] = field(default_factory=list)
    """Of each push about an account: its appid, as the address says, and the SDK's message."""
    answer: str = ""
    """What people are answered."""
    is_passing_on: bool = False
    """Whether people are passed on to the account's staff instead."""
    deliverer: Deliverer | None = None

    async def take(self, request: web.Request) -> web.Response:
        """A push about the platform."""
        query, text = request.query, await request.text()
        message = await asyncio.to_thread(
            self.sdk.parse_message,
            text,
            query["msg_signature"],
            query["timestamp"],
            query["nonce"],
        )
        self.told.append(message)
        return web.Response(text="success")

    async def hear(self, request: web.Request) -> web.Response:
        """A push about an account, encrypted with the platform's key."""
        query, text = request.query, await request.text()
        crypto = WeChatCrypto(TOKEN, AES_KEY, self.sdk.component_appid)
        signature, stamp, nonce = query["msg_signature"], query["timestamp"], query["nonce"]
        message = parse_message(crypto.decrypt_message(text, signature, stamp, nonce))
        self.heard.append((request.match_info["appid"], message))
        if not self.answer and not self.is_passing_on:
            return web.Response(text="success")
        said = f"<MsgType>text</MsgType><Content>{self.answer}</Content>"
        if self.is_passing_on:
            said = "<MsgType>transfer_customer_service</MsgType>"
        reply = (
            f"<xml><ToUserName>{message.source}</ToUserName><FromUserName>{message.target}"
            f"</FromUserName><CreateTime>1</CreateTime>{said}</xml>"
        )
        return web.Response(text=crypto.encrypt_message(reply, nonce, stamp))

    async def connect(self) -> None:
        """Name the server at which the platform is told."""
        own: dict[str, Any] = {
            "merchant_id": MerchantId(self.channel.merchant_id),
            "channel_id": self.channel.channel_id,
        }
        office = self.world.office
        url = f"{self.url}/authorization"
        serving = SetServer(**own, url=url, token=TOKEN, aes_key=AES_KEY)
        await office.run(set_server, serving, SYSTEM)
        setting = SetPlatform(**own, message_url=f"{self.url}/$APPID$/callback")
        await office.run(set_platform, setting, SYSTEM)
        await self.settle()

    async def settle(self) -> None:
        """Let what follows happen, and everybody be told."""
        await self.world.settle()
        assert self.deliverer is not None
        await self.deliverer.deliver_waiting()

    async def call(self, method: Callable[..., R], *arguments: Any, **options: Any) -> R:
        """Call one of the SDK's methods, which wait, off the loop that serves them."""
        return await asyncio.to_thread(method, *arguments, **options)

    async def refused(self, method: Callable[..., R], *arguments: Any, **options: Any) -> int:
        """The errcode with which a call of the SDK is refused."""
        try:
            await self.call(method, *arguments, **options)
        except WeChatException as error:
            errcode: int = error.errcode
            return errcode
        raise AssertionError("it was not refused")

    async def authorize(
        self, owner: Actor, account: Channel, functions: list[Function] | None = None
    ) -> Codes:
        """Let the owner of an account say yes: to everything, or to these functions."""
        url = await self.call(self.sdk.get_pre_auth_url, REDIRECT)
        query = dict(parse_qsl(urlsplit(url).query))
        given = {
            "appid": query["component_appid"],
            "code": query["pre_auth_code"],
            "redirect": query["redirect_uri"],
        }
        office = self.world.office
        asking = await office.run(read_platform_asking, ReadPlatformAsking(**given), owner)
        (offer,) = [one for one in asking.accounts if one.channel_id == account.channel_id]
        every = [one.function for one in offer.functions if not one.is_held]
        command = AuthorizePlatform(
            **given,
            channel_id=account.channel_id,
            functions=every if functions is None else functions,
        )
        return await office.run(authorize_platform, command, owner)


@asynccontextmanager
async def open_platform(
    world: World, *, name: str = "云店助手", owner: str = "chen"
) -> AsyncIterator[Platform]:
    """A platform of a provider of its own, told at a server; it has had its first ticket."""
    merchant_id = await world.merchant(f"{name}公司", owner=owner)
    command = CreateChannel(
        merchant_id=merchant_id,
        kind=ChannelKind.COMPONENT,
        name=name,
        oauth_domain="isv.example.com",
    )
    made = await world.office.run(create_channel, command, SYSTEM)
    sdk = WeChatComponent(made.channel.appid, made.secret, TOKEN, AES_KEY)
    platform = Platform(world, made.channel, made.secret, sdk)
    async with (
        serve_platform(platform),
        open_courier(wait_s=5.0, may_call_private=True) as courier,
    ):
        platform.deliverer = Deliverer(world.office, courier)
        await platform.connect()
        yield platform


@asynccontextmanager
async def serve_platform(platform: Platform) -> AsyncIterator[None]:
    """The platform's server on a port of its own."""
    app = web.Application()
    app.router.add_post("/authorization", platform.take)
    app.router.add_post("/{appid}/callback", platform.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ((_, port),) = [one[:2] for one in runner.addresses]
    platform.url = f"http://127.0.0.1:{port}"
    try:
        yield
    finally:
        await runner.cleanup()

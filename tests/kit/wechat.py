"""A program of an official account, written with an unmodified SDK, against a world's doors."""

# ruff: noqa: ANN401 - what stands around the SDK passes on whatever it is asked

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from unittest.mock import patch
from urllib.parse import urlsplit, urlunsplit

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatException

from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from tests.kit.browser import serve_world
from tests.kit.world import World

R = TypeVar("R")

_hosts = frozenset({"api.weixin.qq.com", "mp.weixin.qq.com", "open.weixin.qq.com"})


@dataclass(frozen=True)
class Account:
    """An official account and its own program."""

    url: str
    channel: Channel
    secret: str
    sdk: WeChatClient

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

    async def refused_or_done(
        self, method: Callable[..., R], *arguments: Any, **options: Any
    ) -> int:
        """The errcode of a call of the SDK; 0 if it was not refused."""
        try:
            await self.call(method, *arguments, **options)
        except WeChatException as error:
            errcode: int = error.errcode
            return errcode
        return 0

    async def get(self, path: str, **query: str) -> Any:
        """What a GET answers, as JSON, without the SDK; every answer is an HTTP 200."""
        answer = await asyncio.to_thread(requests.get, self.url + path, params=query, timeout=30)
        return self._read(answer)

    async def post(self, path: str, body: dict[str, Any], **query: str) -> Any:
        """What a POST of JSON answers, without the SDK."""
        answer = await asyncio.to_thread(
            requests.post, self.url + path, params=query, json=body, timeout=30
        )
        return self._read(answer)

    @staticmethod
    def _read(answer: requests.Response) -> Any:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert not answer.content.endswith(b"\n")
        return answer.json()


@asynccontextmanager
async def open_account(
    world: World,
    *,
    kind: ChannelKind = ChannelKind.SERVICE,
    name: str = "榕树茶馆",
    merchant_id: MerchantId | None = None,
) -> AsyncIterator[Account]:
    """An account, by default of the world's merchant; its SDK finds it at WeChat's address."""
    if not world.merchant_id:
        await world.merchant()
    command = CreateChannel(merchant_id=merchant_id or world.merchant_id, kind=kind, name=name)
    made = await world.office.run(create_channel, command, SYSTEM)
    async with serve_world(world) as url:
        with redirected(url):
            sdk = WeChatClient(made.channel.appid, made.secret)
            yield Account(url, made.channel, made.secret, sdk)


@contextmanager
def redirected(url: str) -> Iterator[None]:
    """Let what is meant for WeChat's hosts go to the world: the one thing that a user changes."""
    send = requests.adapters.HTTPAdapter.send
    scheme, netloc = urlsplit(url)[:2]

    def send_here(
        adapter: requests.adapters.HTTPAdapter,
        request: requests.PreparedRequest,
        *arguments: Any,
        **options: Any,
    ) -> requests.Response:
        there = urlsplit(request.url or "")
        if there.hostname in _hosts:
            request.url = urlunsplit((scheme, netloc, *there[2:]))
        return send(adapter, request, *arguments, **options)

    with patch.object(requests.adapters.HTTPAdapter, "send", send_here):
        yield

"""A merchant's program that speaks Alipay's protocol with an unmodified SDK, against a world."""

# ruff: noqa: ANN401 - what stands around the SDK passes on whatever it is asked

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from aiohttp import web
from alipay import AliPay, DCAliPay, ISVAliPay
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.pay.alipayapps import App, OpenApp, make_key, open_app
from tests.kit.browser import serve_world
from tests.kit.world import World

HOST = "shop.example"


@cache
def program_key() -> tuple[str, str]:
    """The program's own pair as PEM, private and public; the same in all tests."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@dataclass
class Program:
    """A merchant's app and the program behind it."""

    world: World
    url: str
    app: App

    @property
    def gateway(self) -> str:
        """Where the SDK asks: the one thing that a user changes."""
        return f"{self.url}/gateway.do"

    def sdk(self, sign_type: str = "RSA2", **options: Any) -> AliPay:
        """The SDK as it is, by the program's key."""
        return self._aim(
            AliPay(
                appid=str(int(self.app.app_id)),
                app_private_key_string=program_key()[0],
                alipay_public_key_string=self.app.public_key,
                sign_type=sign_type,
                **options,
            )
        )

    def certified(self) -> DCAliPay:
        """The SDK in certificate mode."""
        return self._aim(
            DCAliPay(
                appid=str(int(self.app.app_id)),
                app_private_key_string=program_key()[0],
                app_public_key_cert_string=self.app.app_certificate,
                alipay_public_key_cert_string=self.app.certificate,
                alipay_root_cert_string=self.app.root_certificate,
            )
        )

    def provider(self, **options: Any) -> ISVAliPay:
        """The SDK of a provider."""
        return self._aim(
            ISVAliPay(
                appid=str(int(self.app.app_id)),
                app_private_key_string=program_key()[0],
                alipay_public_key_string=self.app.public_key,
                **options,
            )
        )

    def _aim(self, sdk: Any) -> Any:
        sdk._gateway = self.gateway
        return sdk

    async def call(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Call one of the SDK's methods, which wait, off the loop that serves them."""
        return await asyncio.to_thread(method, *arguments, **options)

    async def done(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """The same, of a call that succeeds."""
        told = await self.call(method, *arguments, **options)
        assert told["code"] == "10000", told
        assert told["msg"] == "Success"
        return told

    async def refused(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> str:
        """The `sub_code` with which a business call is refused; its signature was verified."""
        told = await self.call(method, *arguments, **options)
        assert told["code"] == "40004", told
        assert told["msg"] == "Business Failed"
        return str(told["sub_code"])

    async def open(self, signed: str) -> Any:
        """What an address of the SDK's answers, as JSON."""
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{self.gateway}?{signed}")).json()


async def add_app(world: World, merchant_id: MerchantId | None = None, **fields: Any) -> App:
    """An app of a merchant, by default the world's."""
    if not world.merchant_id:
        await world.merchant()
    command = OpenApp(
        merchant_id=merchant_id or world.merchant_id,
        name="收款",
        private_key=await _own_key(),
        **{"app_public_key": program_key()[1], "redirect_host": HOST, **fields},
    )
    return await world.office.run(open_app, command, SYSTEM)


@asynccontextmanager
async def open_program(world: World, **fields: Any) -> AsyncIterator[Program]:
    """An app of the world's merchant and its program."""
    app = await add_app(world, **fields)
    async with serve_world(world) as url:
        yield Program(world, url, app)


@dataclass
class Listener:
    """A merchant's server: it reads notices with the SDK, and remembers them."""

    sdk: AliPay
    url: str = ""
    answer: str = "success"
    status: int = 200
    told: list[dict[str, str]] = field(default_factory=list)
    """What could be verified, in the order of arrival."""
    forged: list[dict[str, str]] = field(default_factory=list)
    """What could not: it was refused."""

    async def take(self, request: web.Request) -> web.Response:
        """One notice."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not self._is_genuine(dict(form)):
            self.forged.append(form)
            return web.Response(text="fail")
        self.told.append(form)
        return web.Response(text=self.answer, status=self.status)

    def _is_genuine(self, form: dict[str, str]) -> bool:
        try:
            return bool(self.sdk.verify(form, form.pop("sign")))
        except ValueError:
            # It is not even a signature.
            return False


@asynccontextmanager
async def serve_listener(sdk: AliPay) -> AsyncIterator[Listener]:
    """A merchant's server on a port of its own."""
    listener = Listener(sdk)
    app = web.Application()
    app.router.add_post("/notify", listener.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ((_, port),) = [one[:2] for one in runner.addresses]
    listener.url = f"http://127.0.0.1:{port}/notify"
    try:
        yield listener
    finally:
        await runner.cleanup()


_keys: list[Secret] = []


async def _own_key() -> Secret:
    """Banyan's own key: made once, as it takes long."""
    if not _keys:
        _keys.append(await make_key())
    return _keys[0]

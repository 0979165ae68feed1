"""Programs of merchants, written with an unmodified SDK of WeChat Pay, against a world's doors."""

# ruff: noqa: ANN401 - what stands around the SDK passes on whatever it is asked

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

import requests
from aiohttp import web
from wechatpayv3 import SignType, WeChatPay, WeChatPayType
from wechatpayv3.core import Core
from wechatpayv3.utils import build_authorization, load_private_key

from banyan.app.platform_keys import Platform, make_platform_key
from banyan.app.tellers import build_tellers
from banyan.app.web import NO_PROVIDERS
from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.doors.sandbox import Faults, FaultyCourier
from banyan.outside.callbacks import open_courier
from banyan.outside.notifications import Notifier
from banyan.parties.ids import PersonId
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import TOKEN_LENGTH, PaidCharge, PayCharge, pay_charges
from banyan.pay.gateways import GatewayKind, Provider
from banyan.pay.paycodes import GiveCode, give_code
from banyan.pay.payees import (
    AddCertificate,
    AddPlatformKey,
    BindAppids,
    ChangePayee,
    KeyMode,
    OpenPayee,
    Payee,
    PlatformKey,
    PlatformKind,
    add_certificate,
    add_platform_key,
    bind_appids,
    change_payee,
    open_payee,
)
from banyan.reach.channels import (
    Channel,
    ChannelKind,
    CreateChannel,
    FindPeople,
    KnowPerson,
    create_channel,
    find_people,
    know_person,
)
from banyan.wire.wechatpay import Pair, make_pair, parse_v2, render_v2, sign_v2
from tests.kit.answers import Watched
from tests.kit.browser import serve_world
from tests.kit.charges import open_till
from tests.kit.world import World

APPID = "wx0123456789abcdef"
_seconds = 60
_wait_s = 5.0


@cache
def a_pair(number: int = 0) -> Pair:
    """A pair of a merchant's program, made once for all tests: it takes long."""
    return make_pair(f"160000000{number}", "榕树茶馆", Clock().now())


@cache
def platform_pair(kind: PlatformKind) -> PlatformKey:
    """One of our own pairs, made once for all tests."""
    return make_platform_key(kind, Clock().now())


_load_key = cache(load_private_key)
"""Reading a key costs as much as sixty signatures by it."""


@dataclass
class Shop:
    """A merchant who is paid over the wire, and its own program."""

    url: str
    payee: Payee
    pair: Pair
    apiv3_key: str
    apiv2_key: str
    platform: Mapping[PlatformKind, PlatformKey]
    sdk: Any = None

    @property
    def mchid(self) -> str:
        """Its number."""
        return self.payee.mchid

    @property
    def merchant_id(self) -> MerchantId:
        """The merchant."""
        return self.payee.merchant_id

    async def call(self, method: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """What one of the SDK's methods answers, as JSON or bytes; it must not be refused."""
        status, answer = await asyncio.to_thread(method, *arguments, **options)
        assert status in {200, 202, 204}, (status, answer)
        return _read(answer)

    async def refused(
        self, method: Callable[..., Any], *arguments: Any, **options: Any
    ) -> tuple[int, str]:
        """The status and the code with which a call of the SDK is refused."""
        status, answer = await asyncio.to_thread(method, *arguments, **options)
        told = _read(answer)
        assert status >= 400, (status, answer)
        assert set(told) <= {"code", "message", "detail"}
        return status, told["code"]

    async def send(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """What a signed call answers that is written by hand; a str or bytes is sent as it is."""
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        return await asyncio.to_thread(
            requests.request,
            method,
            self.url + target,
            data=text.encode(),
            headers={
                "content-type": "application/json",
                "authorization": self.authorization(method, target, text),
                **(headers or {}),
            },
            timeout=_seconds,
        )

    def authorization(self, method: str, target: str, text: str = "") -> str:
        """The header by which the SDK signs."""
        key = _load_key(self.pair.private_key_pem)
        return str(build_authorization(target, method, self.mchid, self.pair.serial_no, key, text))

    async def v2(
        self, path: str, sign_type: str = "", key: str = "", **fields: Any
    ) -> dict[str, str]:
        """What the second interface answers; the answer's signature is checked if there is one."""
        content = await self.v2_raw(path, sign_type, key, **fields)
        told = parse_v2(content)
        if "sign" in told:
            assert told["sign"] == sign_v2(told, self.apiv2_key, sign_type or "MD5")
        return told

    async def v2_raw(
        self, path: str, sign_type: str = "", key: str = "", **fields: object
    ) -> bytes:
        """The XML that the second interface answers."""
        given = {name: str(value) for name, value in fields.items()}
        given = {"mch_id": self.mchid, "nonce_str": secrets.token_hex(8), **given}
        if sign_type:
            given["sign_type"] = sign_type
        given["sign"] = sign_v2(given, key or self.apiv2_key, sign_type or "MD5")
        answer = await asyncio.to_thread(
            requests.post,
            self.url + path,
            data=render_v2(given.items()),
            headers={"content-type": "text/xml"},
            timeout=_seconds,
        )
        assert answer.status_code == 200
        return answer.content


@dataclass
class Town:
    """A world that serves, with merchants' programs around it."""

    world: World
    url: str
    platform: Mapping[PlatformKind, PlatformKey]
    notifier: Notifier
    shops: list[Shop] = field(default_factory=list)

    async def shop(
        self,
        mode: KeyMode = KeyMode.PUBLIC_KEY,
        *,
        merchant_id: MerchantId | None = None,
        appid: str = APPID,
        appids: Sequence[str] = (),
        notify_url: str = "https://example.com/notify",
        is_partner: bool = False,
    ) -> Shop:
        """A merchant of the world, by default its own, who is paid over the wire from now on."""
        world = self.world
        if merchant_id is None and not world.merchant_id:
            await world.merchant()
        merchant_id = merchant_id or world.merchant_id
        run = world.office.run
        payee = await run(open_payee, OpenPayee(merchant_id=merchant_id, mode=mode), SYSTEM)
        pair = a_pair(len(self.shops))
        apiv3_key, apiv2_key = secrets.token_hex(16), secrets.token_hex(16)
        changing = ChangePayee(
            merchant_id=merchant_id, mode=mode, apiv3_key=apiv3_key, apiv2_key=apiv2_key
        )
        await run(change_payee, changing, SYSTEM)
        adding = AddCertificate(merchant_id=merchant_id, certificate_pem=pair.certificate_pem)
        await run(add_certificate, adding, SYSTEM)
        await run(bind_appids, BindAppids(merchant_id=merchant_id, appids=list(appids)), SYSTEM)
        shop = Shop(self.url, payee, pair, apiv3_key, apiv2_key, self.platform)
        self.shops.append(shop)
        shop.sdk = await asyncio.to_thread(
            pay_client, shop, mode, appid=appid, notify_url=notify_url, is_partner=is_partner
        )
        return shop

    async def tell(self) -> int:
        """Let servers be told all that is due; how many tries were made."""
        return await self.notifier.tell_waiting()


@dataclass
class Market:
    """A merchant with an account, its server, and people with money who pay it."""

    town: Town
    shop: Shop
    server: PayServer
    appid: str

    @property
    def sdk(self) -> Any:
        """The merchant's program."""
        return self.shop.sdk

    @property
    def world(self) -> World:
        """Where all of it is."""
        return self.town.world

    async def openid(self, name: str, appid: str = "") -> str:
        """What the account knows a person by."""
        run = self.world.office.run
        found = await run(find_people, FindPeople(appid=appid or self.appid), SYSTEM)
        knowing = KnowPerson(
            channel_id=found.channel.channel_id,
            person_id=PersonId(self.world.as_person(name).person_id),
        )
        return (await run(know_person, knowing, SYSTEM)).openid

    async def pay(self, name: str, told: Mapping[str, str]) -> PaidCharge:
        """Have somebody pay what the program was answered."""
        (said,) = told.values()
        command = PayCharge(token=said[-TOKEN_LENGTH:])
        return await self.world.office.run(pay_charges, command, self.world.as_person(name))

    async def code(self, name: str) -> str:
        """A payment code of somebody's."""
        giving = GiveCode(person_id=PersonId(self.world.as_person(name).person_id))
        return (await self.world.office.run(give_code, giving, SYSTEM)).code


async def open_channel(
    world: World, merchant_id: MerchantId, kind: ChannelKind = ChannelKind.SERVICE
) -> Channel:
    """An account of a merchant."""
    command = CreateChannel(merchant_id=merchant_id, kind=kind, name="榕树茶馆")
    return (await world.office.run(create_channel, command, SYSTEM)).channel


@asynccontextmanager
async def open_market(
    town: Town, mode: KeyMode = KeyMode.PUBLIC_KEY, *, money_fen: int = 100_000
) -> AsyncIterator[Market]:
    """The world's merchant with an account and a server; lin and wu have money."""
    world = town.world
    await open_till(world, "lin", money_fen=money_fen)
    await world.person("wu")
    channel = await open_channel(world, world.merchant_id)
    async with serve_pay_server() as server:
        shop = await town.shop(mode, appid=channel.appid, notify_url=server.url)
        server.sdk, server.apiv2_key = shop.sdk, shop.apiv2_key
        yield Market(town, shop, server, channel.appid)


def pay_client(
    shop: Shop,
    mode: KeyMode,
    *,
    appid: str = APPID,
    notify_url: str = "https://example.com/notify",
    is_partner: bool = False,
) -> Watched:
    """The SDK, unmodified but for the host; it waits for answers: make it off the loop.

    In the mode of certificates it downloads them before it is ready, hence the host is put in
    its place a moment earlier.
    """
    begin = Core._init_certificates

    def begin_here(core: Core) -> None:
        core._gate_way = shop.url
        begin(core)

    by_key = shop.platform[PlatformKind.PUBLIC_KEY]
    is_by_key = mode is not KeyMode.CERTIFICATE
    with patch.object(Core, "_init_certificates", begin_here):
        sdk = WeChatPay(
            wechatpay_type=WeChatPayType.JSAPI,
            mchid=shop.mchid,
            private_key=shop.pair.private_key_pem,
            cert_serial_no=shop.pair.serial_no,
            apiv3_key=shop.apiv3_key,
            appid=appid,
            notify_url=notify_url,
            partner_mode=is_partner,
            timeout=(_seconds, _seconds),
            public_key=by_key.public_key_pem if is_by_key else None,
            public_key_id=by_key.serial if is_by_key else None,
        )
    sdk._core._gate_way = shop.url
    return Watched(sdk, mode)


@asynccontextmanager
async def open_town(
    world: World,
    faults: Faults | None = None,
    *,
    answer_faults: Faults | None = None,
    providers: Mapping[GatewayKind, Provider] = NO_PROVIDERS,
) -> AsyncIterator[Town]:
    """A world that serves on a port of its own; with faults what servers are told may go wrong."""
    async with (
        serve_world(world, faults=answer_faults, providers=providers) as url,
        open_town_at(world, url, faults) as town,
    ):
        yield town


@asynccontextmanager
async def open_town_at(world: World, url: str, faults: Faults | None = None) -> AsyncIterator[Town]:
    """A world that somebody serves, or will, at that address."""
    for kind in PlatformKind:
        adding = AddPlatformKey(at=Clock().now(), key=platform_pair(kind))
        await world.office.run(add_platform_key, adding, SYSTEM)
    known = (await Platform(world.office)()).items
    platform = {one.kind: one for one in reversed(known)}
    async with open_courier(wait_s=_wait_s, may_call_private=True) as courier:
        bringing = courier if faults is None else FaultyCourier(courier, faults, wait_s=_wait_s)
        notifier = Notifier(world.office, bringing, build_tellers(world.building))
        yield Town(world, url, platform, notifier)


Answering = Callable[[dict[str, Any]], web.Response]


@dataclass
class PayServer:
    """A merchant's server: it reads what it is told with the SDK, and remembers it."""

    sdk: Any = None
    apiv2_key: str = ""
    url: str = ""
    answer: Answering | None = None
    told: list[dict[str, Any]] = field(default_factory=list)
    """What was told and could be verified, decrypted, in the order of arrival."""
    forged: list[bytes] = field(default_factory=list)
    """What could not be verified: it was refused."""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Each call of the third interface as it came: headers and body."""
    hits: int = 0

    async def take(self, request: web.Request) -> web.Response:
        """One notification of the third interface."""
        self.hits += 1
        body = await request.read()
        headers = dict(request.headers)
        self.heard.append((headers, body))
        told = await asyncio.to_thread(self.sdk.callback, headers, body)
        if not told:
            self.forged.append(body)
            return web.json_response({"code": "FAIL", "message": "签名错误"}, status=401)
        answer = self.answer(told) if self.answer is not None else web.Response(status=204)
        if answer.status in {200, 204}:
            self.told.append(told)
        return answer

    async def take_v2(self, request: web.Request) -> web.Response:
        """One notification of the second interface."""
        self.hits += 1
        fields = parse_v2(await request.read())
        if "sign" in fields and fields["sign"] != sign_v2(fields, self.apiv2_key):
            self.forged.append(await request.read())
            return web.Response(text="<xml><return_code>FAIL</return_code></xml>")
        self.told.append(dict(fields))
        return web.Response(text="<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>")


@asynccontextmanager
async def serve_pay_server(server: PayServer | None = None) -> AsyncIterator[PayServer]:
    """A merchant's server on a port of its own, at `/notify` and `/notify-v2`."""
    server = server or PayServer()
    app = web.Application()
    app.router.add_post("/notify", server.take)
    app.router.add_post("/notify-v2", server.take_v2)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    ((_, port),) = [one[:2] for one in runner.addresses]
    server.url = f"http://127.0.0.1:{port}/notify"
    try:
        yield server
    finally:
        await runner.cleanup()


def _read(answer: Any) -> Any:
    if isinstance(answer, bytes) or not answer:
        return answer
    return json.loads(answer)


__all__ = (
    "APPID",
    "Market",
    "PayServer",
    "Shop",
    "SignType",
    "Town",
    "a_pair",
    "open_channel",
    "open_market",
    "open_town",
    "open_town_at",
    "pay_client",
    "serve_pay_server",
)

"""A merchant who is paid through WeChat Pay, for which the door of the same world stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import Order
from banyan.doors.sandbox import Faults
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.outside.gateways.alipay import AlipayProvider
from banyan.outside.gateways.runner import GatewayRunner
from banyan.outside.gateways.wechatpay import WeChatPayProvider
from banyan.pay.charges import PaidCharge
from banyan.pay.gateways import (
    Attempt,
    Gateway,
    GatewayKind,
    GatewayRefund,
    ListGateways,
    Provider,
    ReadAttempt,
    SetAlipay,
    SetWeChatPay,
    SwitchGateway,
    Way,
    list_gateways,
    read_attempt,
    set_alipay,
    set_wechatpay,
    switch_gateway,
)
from banyan.pay.payees import KeyMode, PlatformKind
from tests.kit.alipay import add_app, program_key
from tests.kit.commerce_shop import TeaShop, open_tea_shop
from tests.kit.gateways import refunds, set_out, switch
from tests.kit.sales import fill_wallet, place
from tests.kit.wechatpay import Market, open_market, open_town
from tests.kit.world import World

_ladder_s = (6, 20, 40, 70, 140, 330)


@dataclass
class Outside:
    """The shop here, its account there, and who carries what between them."""

    world: World
    market: Market
    shop: TeaShop
    runner: GatewayRunner
    clock: Clock
    """By which the runner asks."""
    providers: dict[GatewayKind, Provider]
    told: Faults
    """What shall go wrong with what the provider tells."""
    answered: Faults
    """What shall go wrong with what it answers."""

    async def ask(self) -> int:
        """Have the provider asked all that is due; how many tries were made."""
        return await self.runner.run_waiting()

    async def tell(self) -> int:
        """Have the provider tell all that is due."""
        return await self.market.town.tell()

    async def later(self, seconds: float) -> None:
        """Let time pass, on all clocks."""
        self.clock.offset += timedelta(seconds=seconds)
        await self.world.advance(timedelta(seconds=seconds))

    async def settle(self, *, with_notices: bool = True) -> None:
        """Let time pass until nothing is left to do, as the ladders have it."""
        for step in _ladder_s:
            if with_notices:
                await self.tell()
            await self.ask()
            await self.later(step)
        await self.ask()

    async def order(self, count: int = 1) -> Order:
        """An order of lin's."""
        return await place(self.world, "lin", self.shop, {self.shop.oolong: count})

    async def set_out(
        self, order: Order, way: Way = Way.CODE, kind: GatewayKind = GatewayKind.WECHATPAY
    ) -> Attempt:
        """Have lin begin to pay through a provider, as far as the code they scan."""
        attempt = await set_out(self.world, "lin", order, way, kind)
        await self.ask()
        return await self.read(attempt)

    async def read(self, attempt: Attempt) -> Attempt:
        """How far an attempt is."""
        query = ReadAttempt(merchant_id=attempt.merchant_id, attempt_id=attempt.attempt_id)
        return (await self.world.office.run(read_attempt, query, SYSTEM)).attempt

    async def pay_there(self, attempt: Attempt, name: str = "lin") -> PaidCharge:
        """Have somebody pay at the provider what the code says."""
        return await self.market.pay(name, {"code_url": attempt.link})

    async def open_alipay(self) -> Gateway:
        """Let the merchant be paid through Alipay too, for which stands the same world."""
        app = await add_app(self.world)
        self.providers[GatewayKind.ALIPAY] = AlipayProvider(self.market.town.url)
        command = SetAlipay(
            merchant_id=self.world.merchant_id,
            app_id=str(int(app.app_id)),
            private_key=program_key()[0],
            alipay_public_key=app.public_key,
        )
        run = self.world.office.run
        await run(set_alipay, command, self.world.owner)
        await self.ask()
        switching = SwitchGateway(
            merchant_id=self.world.merchant_id, kind=GatewayKind.ALIPAY, is_on=True
        )
        return await run(switch_gateway, switching, self.world.owner)

    async def gateway(self) -> Gateway:
        """The merchant's account at WeChat Pay, as it is known here."""
        query = ListGateways(merchant_id=self.world.merchant_id)
        found = (await self.world.office.run(list_gateways, query, SYSTEM)).items
        return next(one for one in found if one.kind is GatewayKind.WECHATPAY)

    async def refunds(self) -> list[GatewayRefund]:
        """What goes back, the oldest first."""
        return await refunds(self.world)

    def spoil_answer(self, kind: FaultKind, path: str, method: str, count: int = 1) -> None:
        """Have answers of the provider go wrong."""
        self.answered.add(_fault(Where.RESPONSE, kind, count, path=path, method=method))

    def spoil_notice(self, kind: FaultKind, count: int = 1) -> None:
        """Have notices of the provider go wrong."""
        self.told.add(_fault(Where.CALLBACK, kind, count))

    async def give_keys(self, mode: KeyMode = KeyMode.PUBLIC_KEY, **others: str) -> Gateway:
        """Give the merchant's keys, have them tried, and switch the gateway on if they work."""
        await self.world.office.run(set_wechatpay, self.keys(mode, **others), self.world.owner)
        await self.ask()
        gateway = await self.gateway()
        return await switch(self.world, is_on=True) if gateway.state == "working" else gateway

    def keys(self, mode: KeyMode = KeyMode.PUBLIC_KEY, **others: str) -> SetWeChatPay:
        """What the merchant enters here."""
        shop = self.market.shop
        platform = shop.platform[PlatformKind.PUBLIC_KEY]
        fields: dict[str, str] = {
            "mchid": shop.mchid,
            "appid": self.market.appid,
            "serial_no": shop.pair.serial_no,
            "private_key": shop.pair.private_key_pem,
            "apiv3_key": shop.apiv3_key,
        }
        if mode is KeyMode.PUBLIC_KEY:
            fields |= {"public_key": platform.public_key_pem, "public_key_id": platform.serial}
        return SetWeChatPay(merchant_id=self.world.merchant_id, **fields | others)


@asynccontextmanager
async def open_outside(world: World, mode: KeyMode = KeyMode.PUBLIC_KEY) -> AsyncIterator[Outside]:
    """A tea shop whose buyers may pay through WeChat Pay; lin and wu have money there."""
    providers: dict[GatewayKind, Provider] = {}
    told, answered, clock = Faults(), Faults(), Clock()
    shop = await open_tea_shop(world, stock=100)
    async with (
        open_town(world, told, answer_faults=answered, providers=providers) as town,
        open_market(town, mode) as market,
    ):
        providers[GatewayKind.WECHATPAY] = WeChatPayProvider(town.url)
        runner = GatewayRunner(world.office, providers, town.url, clock)
        outside = Outside(world, market, shop, runner, clock, providers, told, answered)
        await outside.give_keys(mode)
        await fill_wallet(world, "wu", 100_000)
        yield outside


def _fault(where: Where, kind: FaultKind, count: int, **match: str) -> Fault:
    return Fault(
        fault=FaultId(1),
        where=where,
        kind=kind,
        match=match,
        count=count,
        delay_s=0.05,
        status=500,
    )

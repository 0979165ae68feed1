"""A merchant who is paid through Alipay, for which the door of the same world stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from banyan.app.tellers import build_tellers
from banyan.base.clock import Clock
from banyan.books.actor import SYSTEM
from banyan.commerce.orders import Order
from banyan.doors.sandbox import Faults, FaultyCourier
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.outside.callbacks import open_courier
from banyan.outside.gateways.alipay import AlipayProvider
from banyan.outside.gateways.runner import GatewayRunner
from banyan.outside.gateways.statements import StatementFetcher
from banyan.outside.notifications import Notifier
from banyan.pay.charges import PayCharge, pay_charges
from banyan.pay.gateways import (
    Attempt,
    AttemptState,
    Gateway,
    GatewayKind,
    ListGateways,
    Provider,
    ReadAttempt,
    SetAlipay,
    SwitchGateway,
    list_gateways,
    read_attempt,
    set_alipay,
    switch_gateway,
)
from tests.kit.alipay import add_app, program_key
from tests.kit.browser import serve_world
from tests.kit.charges import open_till
from tests.kit.commerce_shop import TeaShop, open_tea_shop
from tests.kit.gateways import set_out
from tests.kit.sales import place
from tests.kit.world import World

GATEWAY = "/gateway.do"
_ladder_s = (6, 20, 40, 70, 140, 330)


@dataclass
class AtAlipay:
    """The shop here, its app there, and who carries what between them."""

    world: World
    shop: TeaShop
    runner: GatewayRunner
    notifier: Notifier
    fetcher: StatementFetcher
    gateway: Gateway
    clock: Clock
    """By which the runner asks."""
    told: Faults
    """What shall go wrong with what Alipay tells."""
    answered: Faults
    """What shall go wrong with what it answers."""

    async def order(self, count: int = 2) -> Order:
        """An order of lin's."""
        return await place(self.world, "lin", self.shop, {self.shop.oolong: count})

    async def set_out(self, order: Order) -> Attempt:
        """Have lin begin to pay by Alipay's code."""
        attempt = await set_out(self.world, "lin", order, kind=GatewayKind.ALIPAY)
        await self.runner.run_waiting()
        return await self.read(attempt)

    async def read(self, attempt: Attempt) -> Attempt:
        """How far an attempt is."""
        query = ReadAttempt(merchant_id=attempt.merchant_id, attempt_id=attempt.attempt_id)
        return (await self.world.office.run(read_attempt, query, SYSTEM)).attempt

    async def pay_there(self, attempt: Attempt) -> None:
        """Have lin pay at Alipay what the code says."""
        command = PayCharge(token=attempt.link.rsplit("/", 1)[1])
        await self.world.office.run(pay_charges, command, self.world.as_person("lin"))

    async def buy(self) -> tuple[Order, Attempt]:
        """Have lin pay an order, of which Alipay tells."""
        order = await self.order()
        attempt = await self.set_out(order)
        assert attempt.state is AttemptState.OPEN, attempt.why
        await self.pay_there(attempt)
        await self.notifier.tell_waiting()
        return order, await self.read(attempt)

    async def later(self, seconds: float) -> None:
        """Let time pass, on all clocks."""
        self.clock.offset += timedelta(seconds=seconds)
        await self.world.advance(timedelta(seconds=seconds))

    async def settle(self) -> None:
        """Let time pass until nothing is left to do, as the ladders have it."""
        for step in _ladder_s:
            await self.notifier.tell_waiting()
            await self.runner.run_waiting()
            await self.later(step)
        await self.runner.run_waiting()

    def spoil_answer(self, kind: FaultKind, count: int = 1) -> None:
        """Have answers of Alipay go wrong."""
        self.answered.add(_fault(Where.RESPONSE, kind, count, path=GATEWAY))

    def spoil_notice(self, kind: FaultKind, count: int = 1) -> None:
        """Have notices of Alipay go wrong."""
        self.told.add(_fault(Where.CALLBACK, kind, count))


@asynccontextmanager
async def open_at_alipay(world: World) -> AsyncIterator[AtAlipay]:
    """Give the keys of an app at our own Alipay door, have them tried, and switch it on."""
    shop = await open_tea_shop(world, stock=100)
    await open_till(world, "lin")
    app = await add_app(world)
    providers: dict[GatewayKind, Provider] = {}
    told, answered, clock = Faults(), Faults(), Clock()
    async with (
        serve_world(world, faults=answered, providers=providers) as url,
        open_courier(wait_s=5.0, may_call_private=True) as courier,
    ):
        providers[GatewayKind.ALIPAY] = AlipayProvider(url)
        runner = GatewayRunner(world.office, providers, url, clock)
        faulty = FaultyCourier(courier, told, wait_s=5.0)
        notifier = Notifier(world.office, faulty, build_tellers(world.building))
        merchant_id, kind = world.merchant_id, GatewayKind.ALIPAY
        keys = SetAlipay(
            merchant_id=merchant_id,
            app_id=str(int(app.app_id)),
            private_key=program_key()[0],
            alipay_public_key=app.public_key,
        )
        await world.office.run(set_alipay, keys, world.owner)
        await runner.run_waiting()
        on = SwitchGateway(merchant_id=merchant_id, kind=kind, is_on=True)
        await world.office.run(switch_gateway, on, world.owner)
        listing = ListGateways(merchant_id=merchant_id)
        (gateway,) = (await world.office.run(list_gateways, listing, SYSTEM)).items
        fetcher = StatementFetcher(world.office, providers)
        yield AtAlipay(world, shop, runner, notifier, fetcher, gateway, clock, told, answered)


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

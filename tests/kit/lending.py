"""Payments by agreement and what follows them: schemes, orders paid later, charges, complaints."""

from __future__ import annotations

from typing import Any

from banyan.base.ids import Id
from banyan.books.actor import SYSTEM, Actor
from banyan.pay.charges import (
    Ask,
    Charge,
    CreateCharges,
    Facts,
    PayCharge,
    Protocol,
    Way,
    create_charges,
    pay_charges,
)
from banyan.pay.parkings import AdmitPark, admit_park
from banyan.pay.scores import (
    BeginOrder,
    CompleteOrder,
    ConfirmOrder,
    Item,
    OpenScheme,
    Risk,
    RiskKind,
    Scheme,
    ScoreOrder,
    Terms,
    Times,
    begin_order,
    complete_order,
    confirm_order,
    open_scheme,
)
from banyan.reach.channels import Channel, CreateChannel, create_channel, ensure_openids
from tests.kit.sales import fill_wallet, open_bank
from tests.kit.world import World

TOLD_AT = "https://tea.example/told"


class Lending:
    """A merchant that lets people use something first, through an account of its own."""

    def __init__(self, world: World, channel: Channel, scheme: Scheme) -> None:
        self.world = world
        self.channel = channel
        self.scheme = scheme

    @property
    def named(self) -> dict[str, Any]:
        """The fields by which a command names the scheme."""
        return {"merchant_id": self.world.merchant_id, "scheme_id": self.scheme.scheme_id}

    async def begin(self, out_no: str = "bike-1", *, risk_fen: int = 10_000) -> ScoreOrder:
        """Begin an order that somebody is to agree to."""
        command = BeginOrder(
            **self.named,
            channel_id=Id(self.channel.channel_id),
            out_no=out_no,
            terms=terms(risk_fen),
        )
        return await self.world.office.run(begin_order, command, self.world.owner)

    async def use(self, name: str, out_no: str = "bike-1") -> ScoreOrder:
        """Begin an order, and have this person agree to it."""
        begun = await self.begin(out_no)
        command = ConfirmOrder(token=begun.token)
        return await self.world.office.run(confirm_order, command, self.world.as_person(name))

    async def complete(
        self, amount_fen: int, out_no: str = "bike-1", off_fen: int = 0
    ) -> ScoreOrder:
        """Say that an order costs so much, less a reduction."""
        discounts = [Item(name="会员优惠", amount_fen=off_fen)] if off_fen else []
        command = CompleteOrder(
            **self.named,
            out_no=out_no,
            fees=[Item(name="骑行费", amount_fen=amount_fen)],
            discounts=discounts,
            total_fen=amount_fen - off_fen,
        )
        return await self.world.office.run(complete_order, command, self.world.owner)


def terms(risk_fen: int = 10_000) -> Terms:
    """What is agreed on about riding a bicycle."""
    return Terms(
        introduction="共享单车",
        times=Times(start="OnAccept"),
        risk=Risk(kind=RiskKind.ESTIMATE_ORDER_COST, amount_fen=risk_fen),
        notify_url=TOLD_AT,
    )


async def lend(world: World, *, risk_max_fen: int = 20_000) -> Lending:
    """A merchant with an account, a scheme and a car park; lin has 100 yuan, and wu nothing."""
    merchant_id = await world.merchant()
    await open_bank(world)
    await world.person("lin")
    await fill_wallet(world, "lin", 10_000)
    await world.person("wu")
    created = await world.office.run(
        create_channel, CreateChannel(merchant_id=merchant_id, name="榕树单车"), world.owner
    )
    scheme = await world.office.run(
        open_scheme,
        OpenScheme(merchant_id=merchant_id, name="单车骑行", risk_max_fen=risk_max_fen),
        world.owner,
    )
    admitting = AdmitPark(merchant_id=merchant_id, is_admitted=True)
    await world.office.run(admit_park, admitting, SYSTEM)
    return Lending(world, created.channel, scheme)


async def charge(
    world: World, payer: Actor, total_fen: int = 2_000, *, out_no: str = "tea-1"
) -> Charge:
    """A charge of the world's merchant that somebody has paid."""
    asked = await world.office.run(
        create_charges,
        CreateCharges(
            merchant_id=world.merchant_id,
            protocol=Protocol.WECHAT,
            way=Way.NATIVE,
            asks=[
                Ask(
                    payee_id=world.merchant_id,
                    out_no=out_no,
                    total_fen=total_fen,
                    facts=Facts(description="茶"),
                )
            ],
        ),
        world.owner,
    )
    paid = await world.office.run(pay_charges, PayCharge(token=asked.token), payer)
    return paid.charges[0]


PNG = b"\x89PNG\r\n\x1a\n" + b"a picture" * 10
"""As much of a picture as rooms look at."""


async def pay_for_tea(world: World, total_fen: int = 2_000, *, out_no: str = "tea-1") -> Charge:
    """A merchant whose customer lin has paid for tea over the wire."""
    if not world.merchant_id:
        await world.merchant()
        await open_bank(world)
        await world.person("lin")
        await fill_wallet(world, "lin", 10_000)
    return await charge(world, world.as_person("lin"), total_fen, out_no=out_no)


async def openid_of(world: World, channel: Channel, name: str) -> str:
    """What an account knows a person by."""
    person_id = int(world.as_person(name).person_id)
    async with world.office.begin() as work:
        return (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]

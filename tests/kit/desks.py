"""Builders for cash desks: a shop with a fixed code to pay at, and people who do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from banyan.base.paging import Page
from banyan.commerce.desks import (
    AskAtDesk,
    DeskSum,
    ListTakings,
    SumDesk,
    Taking,
    ask_at_desk,
    list_takings,
    sum_desk,
)
from banyan.commerce.places import CodedPlace, PlaceKind
from banyan.pay.charges import Charge, PayCharge, pay_charges
from tests.kit.commerce_shop import add_spots, add_store
from tests.kit.sales import fill_wallet, open_bank

if TYPE_CHECKING:
    from tests.kit.world import World

SINCE = datetime(2000, 1, 1, tzinfo=UTC)
UNTIL = datetime(2200, 1, 1, tzinfo=UTC)


async def open_desk(world: World, *names: str, money_fen: int = 100_000) -> CodedPlace:
    """A shop with a cash desk, and people with money."""
    await world.merchant()
    await open_bank(world)
    for name in names:
        await world.person(name)
        await fill_wallet(world, name, money_fen)
    store_id = await add_store(world)
    (desk,) = await add_spots(world, store_id, PlaceKind.TILL, ["1 号收银台"])
    return desk


async def say_amount(
    world: World, name: str, desk: CodedPlace, total_fen: int, remark: str = "", key: str = ""
) -> Charge:
    """Have somebody say how much they pay."""
    command = AskAtDesk(code=desk.codes[0].token, total_fen=total_fen, remark=remark)
    return await world.office.run(ask_at_desk, command, world.as_person(name), key=key)


async def pay_at_desk(
    world: World, name: str, desk: CodedPlace, total_fen: int, remark: str = ""
) -> Charge:
    """Have somebody pay so much at a desk."""
    charge = await say_amount(world, name, desk, total_fen, remark)
    paid = await world.office.run(pay_charges, PayCharge(token=charge.token), world.as_person(name))
    return paid.charges[0]


async def takings_of(world: World, desk: CodedPlace, limit: int = 20) -> Page[Taking]:
    """What a desk ever took, as its owner reads it."""
    await world.settle()
    query = ListTakings(
        merchant_id=world.merchant_id, place_id=desk.place_id, limit=limit, since=SINCE, until=UNTIL
    )
    return await world.office.run(list_takings, query, world.owner)


async def sum_of(world: World, desk: CodedPlace) -> DeskSum:
    """What a desk ever took in all."""
    await world.settle()
    query = SumDesk(merchant_id=world.merchant_id, place_id=desk.place_id, since=SINCE, until=UNTIL)
    return await world.office.run(sum_desk, query, world.owner)

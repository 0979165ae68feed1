"""Builders for charges: a merchant that is paid over the wire, people with money, what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from banyan.base.money import CNY
from banyan.books.ledger import EMPTY, read_accounts
from banyan.pay.charges import (
    Ask,
    Asked,
    Charge,
    CreateCharges,
    Facts,
    PaidCharge,
    PayCharge,
    Protocol,
    ReadCharge,
    RefundCharge,
    RefundOfCharge,
    Way,
    create_charges,
    pay_charges,
    read_charge,
    refund_charge,
)
from banyan.pay.payees import OpenPayee, open_payee
from banyan.pay.wallets import fees_of, purse_of, shared_of, unsettled_of
from tests.kit.sales import fill_wallet, open_bank

if TYPE_CHECKING:
    from banyan.parties.merchants import MerchantId
    from tests.kit.world import World

NOTIFY_URL = "https://tea.example/paid"


class Funds(msgspec.Struct, frozen=True):
    """What a merchant holds of each kind, and the platform of fees."""

    unsettled_fen: int = 0
    purse_fen: int = 0
    shared_fen: int = 0
    fees_fen: int = 0


async def open_till(world: World, *names: str, money_fen: int = 100_000) -> MerchantId:
    """A merchant that is paid over the wire, and people with money."""
    merchant_id = await world.merchant()
    await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), world.owner)
    await open_bank(world)
    for name in names:
        await world.person(name)
        await fill_wallet(world, name, money_fen)
    return merchant_id


def build_ask(world: World, out_no: str, total_fen: int, **more: Any) -> Ask:  # noqa: ANN401 - any field of the command
    """One charge of the world's merchant, as it is asked for."""
    facts = Facts(description="Tea", notify_url=NOTIFY_URL)
    more = {"payee_id": world.merchant_id, "facts": facts, **more}
    return Ask(out_no=out_no, total_fen=total_fen, **more)


async def ask(
    world: World,
    out_no: str,
    total_fen: int,
    *,
    way: Way = Way.NATIVE,
    **more: Any,  # noqa: ANN401 - any field of the command
) -> Asked:
    """Have the world's merchant ask for this over WeChat's interface."""
    command = CreateCharges(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=way,
        asks=[build_ask(world, out_no, total_fen, **more)],
    )
    return await world.office.run(create_charges, command, world.owner)


async def pay_asked(world: World, name: str, asked: Asked) -> PaidCharge:
    """Have somebody pay what was asked."""
    return await world.office.run(pay_charges, PayCharge(token=asked.token), world.as_person(name))


async def charge_of(world: World, out_no: str) -> Charge:
    """A charge as the world's merchant reads it."""
    query = ReadCharge(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no=out_no)
    return await world.office.run(read_charge, query, world.owner)


async def give_back(
    world: World,
    out_no: str,
    refund_fen: int,
    number: str = "",
    **more: Any,  # noqa: ANN401 - any field of the command
) -> RefundOfCharge:
    """Have the world's merchant give so much back."""
    command = RefundCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        out_no=out_no,
        out_refund_no=number or f"{out_no}-{refund_fen}",
        refund_fen=refund_fen,
        **more,
    )
    return await world.office.run(refund_charge, command, world.owner)


async def funds_of(world: World, merchant_id: int = 0) -> Funds:
    """What a merchant, by default the world's, holds."""
    owner = merchant_id or world.merchant_id
    accounts = [
        unsettled_of(CNY, owner).account_id,
        purse_of(CNY, owner).account_id,
        shared_of(CNY, owner).account_id,
        fees_of(CNY).account_id,
    ]
    async with world.building.pool.acquire() as db:
        sums = await read_accounts(db, accounts)
    return Funds(*(sums.get(one, EMPTY).balance for one in accounts))

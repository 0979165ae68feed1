"""Builders for shares: charges that wait to be shared, partners to share with."""

# ruff: noqa: ANN401 - any field of a command

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banyan.pay.charges import Charge
from banyan.pay.payees import OpenPayee, Payee, open_payee
from banyan.pay.split import (
    AddReceiver,
    ReceiverKind,
    ReturnShare,
    Share,
    ShareCharge,
    ShareReturn,
    Sharing,
    add_receiver,
    return_share,
    share_charge,
)
from tests.kit.charges import ask, charge_of, pay_asked

if TYPE_CHECKING:
    from tests.kit.world import World

PARTNER = "青茶合作社"


async def paid_charge(world: World, out_no: str, total_fen: int, name: str = "lin") -> Charge:
    """A charge that was asked for to be shared, and paid."""
    await pay_asked(world, name, await ask(world, out_no, total_fen, is_shared=True))
    return await charge_of(world, out_no)


async def partner(world: World, name: str = PARTNER, owner: str = "hao") -> Payee:
    """Another merchant, with whom the world's may share."""
    merchant_id = await world.merchant(name, owner=owner)
    actor = await world.meet(owner)
    payee = await world.office.run(open_payee, OpenPayee(merchant_id=merchant_id), actor)
    command = AddReceiver(
        merchant_id=world.merchant_id,
        kind=ReceiverKind.MERCHANT,
        account=payee.mchid,
        name=name,
        relation="PARTNER",
    )
    await world.office.run(add_receiver, command, world.owner)
    return payee


def part(payee: Payee, amount_fen: int, **facts: Any) -> Share:
    """What a partner is to get."""
    fields = {"kind": ReceiverKind.MERCHANT, "account": payee.mchid, "description": "分成", **facts}
    return Share(amount_fen=amount_fen, **fields)


async def share(
    world: World, charge: Charge, out_no: str, *shares: Share, is_last: bool = False, **facts: Any
) -> Sharing:
    """Have the world's merchant share."""
    command = ShareCharge(
        merchant_id=world.merchant_id,
        charge_id=charge.charge_id,
        out_no=out_no,
        shares=list(shares),
        is_last=is_last,
        **facts,
    )
    return await world.office.run(share_charge, command, world.owner)


async def bring_back(
    world: World, out_no: str, out_return_no: str, payee: Payee, amount_fen: int
) -> ShareReturn:
    """Have a partner give something back."""
    command = ReturnShare(
        merchant_id=world.merchant_id,
        out_no=out_no,
        out_return_no=out_return_no,
        payer_mchid=payee.mchid,
        amount_fen=amount_fen,
        description="退款",
    )
    return await world.office.run(return_share, command, world.owner)

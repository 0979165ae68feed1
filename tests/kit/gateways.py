"""Builders for gateways: keys that work, payments through them, what a provider says."""

from __future__ import annotations

from banyan.base.money import CNY
from banyan.books.actor import SYSTEM
from banyan.books.ledger import EMPTY, read_accounts
from banyan.commerce.orders import Order, PayOrderOutside, pay_order_outside
from banyan.parties.merchants import MerchantId
from banyan.pay.gateways import (
    Attempt,
    FinishCheck,
    Gateway,
    GatewayKind,
    GatewayRefund,
    Learned,
    LearnedRefund,
    LearnPayment,
    LearnRefund,
    ListAttempts,
    ListGatewayRefunds,
    Outcome,
    RefundOutcome,
    SetWeChatPay,
    Source,
    SwitchGateway,
    TakeGatewayErrands,
    Way,
    finish_check,
    held_of,
    learn_payment,
    learn_refund,
    list_attempts,
    list_gateway_refunds,
    outside_of,
    returning_of,
    set_wechatpay,
    switch_gateway,
    take_gateway_errands,
)
from banyan.pay.gateways.rules import LEASE
from tests.kit.wechatpay import a_pair
from tests.kit.world import World

MCHID = "1900000001"
APPID = "wx0123456789abcdef"


async def open_gateway(world: World, *, mchid: str = MCHID) -> Gateway:
    """Give the world's merchant an account at WeChat Pay whose keys were accepted, and open it."""
    run = world.office.run
    command = SetWeChatPay(
        merchant_id=world.merchant_id,
        mchid=mchid,
        appid=APPID,
        serial_no="5A5A",
        private_key=a_pair().private_key_pem,
        apiv3_key="k" * 32,
    )
    await run(set_wechatpay, command, world.owner)
    now = world.now
    taking = TakeGatewayErrands(at=now, until=now + LEASE, limit=10)
    for one in (await run(take_gateway_errands, taking, SYSTEM)).checks:
        finishing = FinishCheck(
            merchant_id=one.merchant_id, gateway_id=one.gateway_id, tries=one.tries, at=now
        )
        await run(finish_check, finishing, SYSTEM)
    return await switch(world, is_on=True)


async def switch(world: World, *, is_on: bool) -> Gateway:
    """Let buyers pay through it, or no more."""
    command = SwitchGateway(merchant_id=world.merchant_id, kind=GatewayKind.WECHATPAY, is_on=is_on)
    return await world.office.run(switch_gateway, command, world.owner)


async def set_out(
    world: World,
    name: str,
    order: Order,
    way: Way = Way.CODE,
    kind: GatewayKind = GatewayKind.WECHATPAY,
) -> Attempt:
    """Have somebody begin to pay their order through a provider."""
    command = PayOrderOutside(
        merchant_id=MerchantId(order.merchant_id), order_id=order.order_id, kind=kind, way=way
    )
    return await world.office.run(pay_order_outside, command, world.as_person(name))


def paid(attempt: Attempt, amount_fen: int | None = None, number: str = "4200000001") -> Learned:
    """What a provider says of an attempt that was paid."""
    return Learned(
        outcome=Outcome.PAID,
        amount_fen=attempt.amount_fen if amount_fen is None else amount_fen,
        provider_no=number,
    )


async def hear(
    world: World, attempt: Attempt, learned: Learned, source: Source = Source.NOTICE
) -> Attempt:
    """Take in what a provider says."""
    command = LearnPayment(
        merchant_id=int(attempt.merchant_id),
        out_no=attempt.out_no,
        learned=learned,
        source=source,
    )
    return await world.office.run(learn_payment, command, SYSTEM)


async def hear_refund(
    world: World, refund: GatewayRefund, outcome: RefundOutcome, *, why: str = ""
) -> GatewayRefund | None:
    """Take in what a provider says of a refund."""
    command = LearnRefund(
        merchant_id=int(refund.merchant_id),
        out_no=refund.out_no,
        kind=refund.kind,
        learned=LearnedRefund(
            outcome=outcome,
            out_refund_no=refund.out_refund_no,
            amount_fen=refund.amount_fen,
            why=why,
        ),
    )
    return await world.office.run(learn_refund, command, SYSTEM)


async def attempts(world: World) -> list[Attempt]:
    """All attempts to pay the world's merchant, the oldest first."""
    query = ListAttempts(merchant_id=world.merchant_id, limit=100)
    return (await world.office.run(list_attempts, query, SYSTEM)).items[::-1]


async def refunds(world: World) -> list[GatewayRefund]:
    """All that goes back through gateways of the world's merchant, the oldest first."""
    query = ListGatewayRefunds(merchant_id=world.merchant_id, limit=100)
    return (await world.office.run(list_gateway_refunds, query, SYSTEM)).items[::-1]


async def money_at(world: World, kind: GatewayKind = GatewayKind.WECHATPAY) -> tuple[int, int, int]:
    """What the provider took in, what it holds for the world's merchant, and what goes back."""
    accounts = [
        outside_of(CNY, kind).account_id,
        held_of(CNY, kind, world.merchant_id).account_id,
        returning_of(CNY, kind, world.merchant_id).account_id,
    ]
    async with world.building.pool.acquire() as db:
        sums = await read_accounts(db, accounts)
    outside, held, returning = (sums.get(one, EMPTY).balance for one in accounts)
    return -outside, held, returning

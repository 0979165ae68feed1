"""Payments that the merchant's staff take at the till: cash, or means outside Banyan."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.base.money import Fen
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.orders.pay_order import Intent, pay
from banyan.commerce.orders.rules import Payer
from banyan.commerce.orders.take_orders import TILL
from banyan.commerce.orders.types import OrderId, PaidOrder
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod


class TakePayment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Command: the buyer has paid this order at the till."""

    merchant_id: MerchantId
    order_id: OrderId
    method: PaymentMethod = PaymentMethod.CASH
    expected_total_fen: Fen | None = None


@plural(permission=Permission.ORDERS_TAKE, batch_max=200)
async def take_payments(
    work: Work, calls: Sequence[Call[TakePayment]]
) -> Sequence[PaidOrder | Failure]:
    """Note each order as paid at the till, whoever placed it, and its takings in the till.

    Nobody's wallet can be paid from here: that takes its owner, or an import of what they paid.

    What comes through a gateway is counted when its provider says so, and not before.

    Fails like `pay_orders`, and with Refusal `orders.wallet_not_yours`, `orders.paid_at_provider`.
    """
    intents = [_intent(call) for call in calls]
    sound = [one for one in intents if isinstance(one, Intent)]
    paid = iter(await pay(work, sound) if sound else [])
    return [next(paid) if isinstance(one, Intent) else one for one in intents]


def _intent(call: Call[TakePayment]) -> Intent | Failure:
    command, actor = call.command, call.actor
    if command.method is PaymentMethod.WALLET and actor.kind != "system":
        return Refusal("orders.wallet_not_yours", order_id=str(int(command.order_id)))
    if command.method.is_gateway:
        return Refusal("orders.paid_at_provider", order_id=str(int(command.order_id)))
    grant = actor.grants.get(command.merchant_id)
    return Intent(
        index=call.index,
        merchant_id=command.merchant_id,
        order_id=command.order_id,
        payer=Payer(
            person_id=0,
            at=call.at,
            expected_total_fen=command.expected_total_fen,
            store_ids=grant.store_ids if grant else None,
        ),
        method=command.method,
        taken_by=actor.actor_id or TILL,
    )

"""Orders that people pay from their wallets: the hottest operation of all."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure
from banyan.base.money import Fen
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.orders.pay_order import Intent, pay
from banyan.commerce.orders.rules import Payer
from banyan.commerce.orders.types import OrderId, PaidOrder
from banyan.parties.merchants import MerchantId
from banyan.parties.sessions import session_of
from banyan.pay.collect import PaymentMethod
from banyan.pay.passwords import ProofToken


class PayOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Command: pay this order of mine from my wallet."""

    merchant_id: MerchantId
    order_id: OrderId
    expected_total_fen: Fen | None = None
    """What the buyer was shown; if the order costs anything else it is not paid."""
    proof: ProofToken = ""
    """That the pay password was given for `orders.<order_id>`, where `risk.password_needed`."""


@plural(permission=Permission.PERSON, batch_max=256)
async def pay_orders(work: Work, calls: Sequence[Call[PayOrder]]) -> Sequence[PaidOrder | Failure]:
    """Pay each order once, from the wallet of the one who placed it, in one transaction for all.

    With the money go its stock (sold), its coupon (redeemed) and its points (earned), or nothing
    goes at all. Of rivals for one order one pays and the others are told so.

    Fails with NotFound `orders.not_found`; Refusal `orders.already_paid`, `orders.expired`,
    `orders.cancelled`, `orders.total_differs`, `risk.password_needed`, `risk.refused`,
    `wallets.insufficient`.
    """
    return await pay(work, [_intent(call) for call in calls])


def _intent(call: Call[PayOrder]) -> Intent:
    command = call.command
    return Intent(
        index=call.index,
        merchant_id=command.merchant_id,
        order_id=command.order_id,
        payer=Payer(
            person_id=call.actor.person_id,
            at=call.at,
            expected_total_fen=command.expected_total_fen,
        ),
        method=PaymentMethod.WALLET,
        session_id=session_of(call.actor),
        proof=command.proof,
    )

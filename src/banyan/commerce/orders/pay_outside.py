"""Orders that are paid through the merchant's own account at an outside provider."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.money import Fen
from banyan.base.text import END
from banyan.books.journal import Fact, Follower
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.find_order import find_mine, find_of_shop
from banyan.commerce.orders.pay_order import Intent, pay
from banyan.commerce.orders.records import OrderRecord
from banyan.commerce.orders.rules import Payer
from banyan.commerce.orders.take_orders import TILL
from banyan.commerce.orders.types import OrderId, OrderState, PaidOrder
from banyan.commerce.stores import find_stores
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import (
    ORDER,
    Attempt,
    GatewayKind,
    Wanted,
    Way,
    WaysToPay,
    begin_attempt,
    end_attempts,
    find_ways,
    lock_live_attempts,
)

_description_max = 40
_nobody = 0
"""Whoever scans a code at the till: with the provider they may be anybody."""
_PayerIp = Annotated[str, msgspec.Meta(max_length=45, pattern=rf"^[0-9A-Fa-f.:]*{END}")]


class ListWaysToPay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: how can this order of mine be paid, besides from my wallet?"""

    order_id: OrderId


class ListWaysAtTill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: by whose codes can this order be paid at the till?"""

    merchant_id: MerchantId
    order_id: OrderId


class PayOrderOutside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I want to pay this order of mine through an outside provider."""

    merchant_id: MerchantId
    order_id: OrderId
    kind: GatewayKind
    way: Way
    expected_total_fen: Fen | None = None
    """What the buyer was shown; if the order costs anything else nothing is begun."""
    payer_ip: _PayerIp = ""
    """Whence the buyer comes: the way `web` of WeChat Pay wants to know it."""


class TakePaymentOutside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: the buyer at the till wants to pay this order through an outside provider.

    They scan the code that comes back.
    """

    merchant_id: MerchantId
    order_id: OrderId
    kind: GatewayKind
    expected_total_fen: Fen | None = None


@reading(permission=Permission.PERSON)
async def list_ways_to_pay(work: Work, query: ListWaysToPay) -> WaysToPay:
    """Return through which providers the caller's order may be paid.

    Raises NotFound `orders.not_found`.
    """
    order = await find_mine(work, query.order_id)
    return await find_ways(work.db, order.merchant_id, order.person_id, ORDER, order.order_id)


@reading(permission=Permission.ORDERS_TAKE)
async def list_ways_at_till(work: Work, query: ListWaysAtTill) -> WaysToPay:
    """Return by whose codes an order may be paid at the till.

    Raises NotFound `orders.not_found`.
    """
    order = await find_of_shop(work, query.merchant_id, query.order_id)
    return await find_ways(work.db, order.merchant_id, _nobody, ORDER, order.order_id)


@single(permission=Permission.PERSON)
async def pay_order_outside(work: Work, command: PayOrderOutside) -> Attempt:
    """Begin to pay an order of the caller's through a provider, which is asked at once.

    Where to go is known moments later, when the attempt is `open`. The order is paid when the
    provider says so; until then it can still be paid otherwise, and what comes twice goes back.

    Raises like `pay_orders` for an order that can't be paid; Invalid `gateways.no_such_way`,
    `gateways.openid_missing`; Refusal `gateways.not_open`, `gateways.currency`,
    `gateways.nothing_to_pay`, `gateways.too_late`.
    """
    payer = Payer(
        person_id=work.actor.person_id,
        at=work.now,
        expected_total_fen=command.expected_total_fen,
    )
    order = await _access(work, command.merchant_id, command.order_id, payer)
    wanted = await _want(work, order, command.kind, command.way)
    return await begin_attempt(work, msgspec.structs.replace(wanted, payer_ip=command.payer_ip))


@single(permission=Permission.ORDERS_TAKE)
async def take_payment_outside(work: Work, command: TakePaymentOutside) -> Attempt:
    """Begin to have an order paid at the till by a code that the buyer scans with the provider.

    Raises like `pay_order_outside`.
    """
    grant = work.actor.grants.get(command.merchant_id)
    payer = Payer(
        person_id=0,
        at=work.now,
        expected_total_fen=command.expected_total_fen,
        store_ids=grant.store_ids if grant else None,
    )
    order = await _access(work, command.merchant_id, command.order_id, payer)
    wanted = await _want(work, order, command.kind, Way.CODE)
    taken_by = work.actor.actor_id or TILL
    return await begin_attempt(work, msgspec.structs.replace(wanted, taken_by=taken_by))


async def take_paid(work: Work, attempt: Attempt) -> bool:
    """Count an order as paid through a gateway; False if it is paid or over already."""
    assert attempt.paid_at is not None
    intent = Intent(
        index=0,
        merchant_id=int(attempt.merchant_id),
        order_id=int(attempt.subject_id),
        payer=Payer(
            person_id=int(attempt.person_id),
            at=attempt.paid_at,
            expected_total_fen=attempt.amount_fen,
        ),
        method=PaymentMethod(attempt.kind.value),
        taken_by=int(attempt.taken_by),
    )
    (outcome,) = await pay(work, [intent])
    if isinstance(outcome, Refusal):
        return False
    if not isinstance(outcome, PaidOrder):
        raise outcome
    return True


async def on_orders_over(work: Work, facts: Sequence[Fact]) -> None:
    """Let nobody pay through a provider what is paid or over."""
    keys = sorted({(int(fact.merchant_id), int(fact.subject_id)) for fact in facts})
    await end_attempts(work, ORDER, keys)


async def _access(
    work: Work, merchant_id: MerchantId, order_id: OrderId, payer: Payer
) -> OrderRecord:
    """Lock what may still be paid for an order, then the order, and see that it may be paid.

    In this order, since whoever hears of a payment takes them so too.
    """
    await lock_live_attempts(work, merchant_id, ORDER, order_id)
    order = await store.lock_order(work.db, merchant_id, order_id)
    was_unpaid = order is not None and order.state == OrderState.UNPAID
    failure = rules.decide_unpayable(order, payer, was_unpaid=was_unpaid)
    if failure is not None:
        raise failure
    assert order is not None
    return order


async def _want(work: Work, order: OrderRecord, kind: GatewayKind, way: Way) -> Wanted:
    shops = await find_stores(work.db, [(order.merchant_id, order.store_id)])
    name = next((one.name for one in shops.values()), "")
    return Wanted(
        merchant_id=order.merchant_id,
        kind=kind,
        way=way,
        subject=ORDER,
        subject_id=order.order_id,
        person_id=order.person_id,
        currency=order.currency,
        amount_fen=order.total_fen,
        description=f"{name[:_description_max]} #{order.pickup_number}",
        expires_at=order.expires_at,
        return_path=f"/orders/{order.order_id:d}/outside",
    )


FOLLOWERS = (
    Follower(
        name="orders.outside",
        kinds=("orders.paid", "orders.expired", "orders.cancelled"),
        handle=on_orders_over,
    ),
)

"""Orders that a till takes by the payment code that their buyer shows."""

from datetime import datetime

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.base.money import Fen, currency
from banyan.books.work import Permission, Steps, Work, reading, single, stepped
from banyan.commerce.orders import rules, store
from banyan.commerce.orders.pay_order import Intent, pay
from banyan.commerce.orders.records import OrderRecord, order_of
from banyan.commerce.orders.rules import Payer
from banyan.commerce.orders.take_orders import TILL
from banyan.commerce.orders.types import Order, OrderId, OrderState
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod, open_accounts
from banyan.pay.paycodes import PayCode, TakeCode, take_codes
from banyan.pay.risk import PASSWORD_NEEDED

_REFUSED = "risk.refused"


class TakeByCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: take this order's price from whoever showed this payment code."""

    merchant_id: MerchantId
    order_id: OrderId
    code: PayCode
    expected_total_fen: Fen | None = None


class AskHolder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same once it is known who showed the code, and on which device."""

    merchant_id: MerchantId
    order_id: OrderId
    expected_total_fen: Fen | None
    person_id: int
    session_id: int


class TakenByCode(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it."""

    order: Order
    """Paid; or unpaid while the person must confirm it on their phone."""
    must_confirm: bool
    refused_by: Id = NONE
    """The decision of risk that refused it."""


class ReadAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: for which order did a till last scan my code?"""


class AskedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The order for which a till last scanned somebody's code; none if none ever did."""

    order: Order | None
    asked_at: datetime | None = None
    is_waiting: bool = False
    """Whether it must still be confirmed."""


class DeclineOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: I won't pay what the till asks for."""

    merchant_id: MerchantId
    order_id: OrderId


@stepped(permission=Permission.ORDERS_TAKE)
async def take_by_code(steps: Steps, command: TakeByCode) -> TakenByCode:
    """Pay an order from the wallet of whoever showed the code, which is then used up.

    An order of nobody becomes that person's. Where a rule of risk wants their pay password it
    stays unpaid, and they confirm it on their phone.

    Raises like `take_codes` and `pay_orders`, and Refusal `orders.for_another`.
    """
    subject = f"order {command.merchant_id:d} {command.order_id:d}"
    taking = TakeCode(merchant_id=command.merchant_id, code=command.code, subject=subject)
    holder = await steps.run(take_codes, taking)
    asking = AskHolder(
        merchant_id=command.merchant_id,
        order_id=command.order_id,
        expected_total_fen=command.expected_total_fen,
        person_id=int(holder.person_id),
        session_id=int(holder.session_id),
    )
    taken = await steps.run(ask_holder, asking)
    if taken.refused_by:
        # Said after the commit: what was decided, and why, stays written.
        raise Refusal(_REFUSED, decision_id=str(int(taken.refused_by)))
    return taken


@single(permission=Permission.ORDERS_TAKE)
async def ask_holder(work: Work, command: AskHolder) -> TakenByCode:
    """Take the money unless risk wants otherwise."""
    order = await _lock(work, command)
    await store.set_asked(work.db, order, command.person_id, work.now)
    open_accounts(work, currency(order.currency), order.merchant_id, command.person_id)
    payer = Payer(
        person_id=command.person_id, at=work.now, expected_total_fen=command.expected_total_fen
    )
    intent = Intent(
        index=0,
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        payer=payer,
        method=PaymentMethod.WALLET,
        taken_by=work.actor.actor_id or TILL,
        session_id=command.session_id,
        is_at_till=True,
    )
    (paid,) = await pay(work, [intent])
    if isinstance(paid, Failure) and paid.code not in {PASSWORD_NEEDED, _REFUSED}:
        raise paid
    refused_by = NONE
    if isinstance(paid, Failure) and paid.code == _REFUSED:
        refused_by = Id(int(str(paid.fields["decision_id"])))
        await store.forget_asked(work.db, order.merchant_id, order.order_id, command.person_id)
    found = (await store.find_orders(work.db, [(order.merchant_id, order.order_id)])).values()
    (after,) = found
    return TakenByCode(
        order=order_of(after),
        must_confirm=isinstance(paid, Failure) and not refused_by,
        refused_by=refused_by,
    )


@reading(permission=Permission.PERSON)
async def read_asked(work: Work, query: ReadAsked) -> AskedOrder:  # noqa: ARG001 - asks for nothing
    """Return the order for which a till last scanned a code of the one who asks."""
    found = await store.find_asked(work.db, work.actor.person_id)
    if found is None:
        return AskedOrder(order=None)
    key, asked_at = found
    (order,) = (await store.find_orders(work.db, [key])).values()
    is_waiting = order.state == OrderState.UNPAID and work.now < order.expires_at
    return AskedOrder(order=order_of(order), asked_at=asked_at, is_waiting=is_waiting)


@single(permission=Permission.PERSON)
async def decline_order(work: Work, command: DeclineOrder) -> None:
    """Say no to what a till asks for; the order stays unpaid, at the till.

    Raises NotFound `orders.not_found`; Refusal `orders.already_paid`.
    """
    order = await store.lock_order(work.db, command.merchant_id, command.order_id)
    if order is None or order.person_id != work.actor.person_id:
        raise NotFound("orders.not_found")
    if order.paid_at is not None:
        raise Refusal("orders.already_paid", order_id=str(order.order_id))
    await store.forget_asked(work.db, order.merchant_id, order.order_id, order.person_id)


async def _lock(work: Work, command: AskHolder) -> OrderRecord:
    """The order, which this person may be asked to pay. Raises what speaks against it."""
    order = await store.lock_order(work.db, command.merchant_id, command.order_id)
    grant = work.actor.grants.get(command.merchant_id)
    clerk = Payer(
        person_id=0,
        at=work.now,
        expected_total_fen=command.expected_total_fen,
        store_ids=grant.store_ids if grant else None,
    )
    was_unpaid = order is not None and order.state == OrderState.UNPAID
    failure = rules.decide_unpayable(order, clerk, was_unpaid=was_unpaid)
    if failure is not None:
        raise failure
    assert order is not None
    if not rules.may_be_asked(order, command.person_id):
        raise Refusal("orders.for_another", order_id=str(order.order_id))
    return order

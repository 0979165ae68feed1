"""Brings orders: each is placed and paid here as it was there, at the same time, and only once."""

from collections.abc import Sequence

from banyan.base.errors import Failure, Refusal
from banyan.base.ids import NONE
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.imports import store
from banyan.commerce.imports.customers import bring_customers, customer_key
from banyan.commerce.imports.store import OrderRow
from banyan.commerce.imports.types import BringOrder, BroughtOrder
from banyan.commerce.orders import Draft, Intent, Order, OrderId, OrderKind, Payer, pay, place
from banyan.parties.merchants import MerchantId

_TILL = 1
"""Stands for Banyan itself where an order has no clerk."""


@plural(permission=Permission.SYSTEM, batch_max=500)
async def bring_orders(
    work: Work, calls: Sequence[Call[BringOrder]]
) -> Sequence[BroughtOrder | Failure]:
    """Have each order in the books, placed and paid at its time, by the operations of every day.

    One that was brought before is answered as it is. A named customer becomes a person and a
    member with their first order, and earns points; an order of nobody is money over the counter.

    Fails with Refusal `imports.order_differs` if another order was brought under the number,
    `imports.order_twice` for a number that comes twice in one batch, `orders.paid_at_provider`,
    and like `take_orders`.
    """
    outcomes: dict[int, BroughtOrder | Failure] = {}
    known = await store.find_orders(work.db, [_key(call.command) for call in calls])
    fresh: dict[store.Key, Call[BringOrder]] = {}
    for call in calls:
        key = _key(call.command)
        if key in known:
            outcomes[call.index] = _known(call.command, known[key])
        elif key in fresh:
            outcomes[call.index] = Refusal("imports.order_twice", number=call.command.number)
        elif call.command.method.is_gateway:
            # What a provider holds is told by the provider; an import says `other`.
            outcomes[call.index] = Refusal("orders.paid_at_provider", number=call.command.number)
        else:
            fresh[key] = call
    if fresh:
        outcomes |= await _bring(work, list(fresh.values()))
    return [outcomes[call.index] for call in calls]


def _key(command: BringOrder) -> store.Key:
    return (command.merchant_id, command.source_id, command.number)


def _known(command: BringOrder, row: OrderRow) -> BroughtOrder | Failure:
    if (len(command.lines), command.total_fen) != (row.line_count, row.total_fen):
        return Refusal("imports.order_differs", number=command.number)
    return _answer(row, is_new=False)


def _answer(row: OrderRow, *, is_new: bool) -> BroughtOrder:
    return BroughtOrder(
        merchant_id=MerchantId(row.merchant_id),
        order_id=OrderId(row.order_id),
        total_fen=row.total_fen,
        is_new=is_new,
    )


async def _bring(
    work: Work, calls: Sequence[Call[BringOrder]]
) -> dict[int, BroughtOrder | Failure]:
    people, strangers = await bring_customers(work, calls)
    drafts = []
    for call in calls:
        key = customer_key(call.command)
        drafts.append(_draft(call, people[key] if key else NONE))
    placed = dict(zip([call.index for call in calls], await place(work, drafts), strict=True))
    orders = {index: order for index, order in placed.items() if isinstance(order, Order)}
    _let_go(calls, placed, strangers)
    intents = [_intent(call, orders[call.index]) for call in calls if call.index in orders]
    for outcome in await pay(work, intents) if intents else ():
        if isinstance(outcome, Failure):
            raise outcome  # it was placed just now, so this batch must not stay
    rows = {
        call.index: _row(call.command, orders[call.index]) for call in calls if call.index in orders
    }
    if rows:
        await store.insert_orders(work.db, list(rows.values()))
    return {
        index: _answer(rows[index], is_new=True) if isinstance(one, Order) else one
        for index, one in placed.items()
    }


def _let_go(
    calls: Sequence[Call[BringOrder]],
    placed: dict[int, Order | Failure],
    strangers: set[store.Key],
) -> None:
    """Raise the refusal of an order whose customer was made for it: they must not stay either.

    The Office then runs each order of the batch alone.
    """
    for call in calls:
        outcome = placed[call.index]
        if isinstance(outcome, Failure) and customer_key(call.command) in strangers:
            raise outcome


def _draft(call: Call[BringOrder], person_id: int) -> Draft:
    command = call.command
    return Draft(
        index=call.index,
        at=call.at,
        merchant_id=command.merchant_id,
        store_id=command.store_id,
        person_id=person_id,
        kind=OrderKind.TAKE_AWAY,
        place_id=NONE,
        coupon_id=NONE,
        note="",
        lines=command.lines,
        placed_by=_TILL,
        is_history=True,
    )


def _intent(call: Call[BringOrder], order: Order) -> Intent:
    return Intent(
        index=call.index,
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        payer=Payer(person_id=NONE, at=call.at, expected_total_fen=call.command.total_fen),
        method=call.command.method,
        taken_by=_TILL,
    )


def _row(command: BringOrder, order: Order) -> OrderRow:
    return OrderRow(
        merchant_id=command.merchant_id,
        source_id=command.source_id,
        number=command.number,
        order_id=order.order_id,
        line_count=order.line_count,
        total_fen=order.total_fen,
    )

"""Brings refunds: units of brought orders go back here as they did there, and only once."""

from collections.abc import Mapping, Sequence

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.imports import store
from banyan.commerce.imports.store import OrderRow, RefundRow
from banyan.commerce.imports.types import BringRefund, BroughtRefund, TakenPart
from banyan.commerce.orders import OrderId, RefundOrder, ReturnedLine, give_back
from banyan.parties.merchants import MerchantId
from banyan.pay.refunds import RefundId

_Calls = Sequence[Call[BringRefund]]
_Orders = Mapping[store.Key, OrderRow]


@plural(permission=Permission.SYSTEM, batch_max=500)
async def bring_refunds(work: Work, calls: _Calls) -> Sequence[BroughtRefund | Failure]:
    """Give back the units of each cancellation at its time, by the way they were paid.

    A cancellation comes whole or not at all; one that was brought before is answered as it is.
    Points follow the money.

    Fails with NotFound `imports.order_missing`; Refusal `imports.refund_differs` if another
    amount was brought under the number or if here it comes to another amount,
    `imports.refund_twice` for a number that comes twice in one batch; and like `refund_order`.
    """
    known = await store.find_refunds(work.db, [_key(call.command) for call in calls])
    orders = await store.find_orders(work.db, sorted(_order_keys(calls)))
    outcomes: dict[int, BroughtRefund | Failure] = {}
    fresh: dict[store.Key, Call[BringRefund]] = {}
    for call in calls:
        command, key = call.command, _key(call.command)
        missing = [one for one in _order_keys([call]) if one not in orders]
        if key in known:
            outcomes[call.index] = _known(command, known[key])
        elif key in fresh:
            outcomes[call.index] = Refusal("imports.refund_twice", number=command.number)
        elif missing:
            outcomes[call.index] = NotFound("imports.order_missing", number=missing[0][2])
        else:
            fresh[key] = call
    if fresh:
        outcomes |= await _bring(work, list(fresh.values()), orders)
    return [outcomes[call.index] for call in calls]


def _key(command: BringRefund) -> store.Key:
    return (command.merchant_id, command.source_id, command.number)


def _order_keys(calls: _Calls) -> set[store.Key]:
    return {_order_key(call.command, part) for call in calls for part in call.command.parts}


def _order_key(command: BringRefund, part: TakenPart) -> store.Key:
    return (command.merchant_id, command.source_id, part.order_number)


def _known(command: BringRefund, rows: Sequence[RefundRow]) -> BroughtRefund | Failure:
    if command.amount_fen != sum(row.amount_fen for row in rows):
        return Refusal("imports.refund_differs", number=command.number)
    return _answer(rows, is_new=False)


def _answer(rows: Sequence[RefundRow], *, is_new: bool) -> BroughtRefund:
    return BroughtRefund(
        merchant_id=MerchantId(rows[0].merchant_id),
        refund_ids=[RefundId(row.refund_id) for row in rows],
        amount_fen=sum(row.amount_fen for row in rows),
        is_new=is_new,
    )


async def _bring(work: Work, calls: _Calls, orders: _Orders) -> dict[int, BroughtRefund | Failure]:
    """Give back all parts of all calls; a part that can't be lets none of its batch stay.

    The Office then runs each cancellation alone.
    """
    parts = [(call, part) for call in calls for part in call.command.parts]
    wanted = [
        Call(
            _command(call.command, part, orders[_order_key(call.command, part)]),
            call.actor,
            call.at,
            call.index,
        )
        for call, part in parts
    ]
    rows: dict[int, list[RefundRow]] = {call.index: [] for call in calls}
    for (call, part), outcome in zip(parts, await give_back(work, wanted), strict=True):
        if isinstance(outcome, Failure):
            raise outcome
        if outcome.amount_fen != part.amount_fen:
            raise Refusal("imports.refund_differs", number=call.command.number)
        rows[call.index].append(
            RefundRow(*_key(call.command), outcome.order_id, outcome.refund_id, outcome.amount_fen)
        )
    await store.insert_refunds(work.db, [row for some in rows.values() for row in some])
    return {index: _answer(some, is_new=True) for index, some in rows.items()}


def _command(command: BringRefund, part: TakenPart, order: OrderRow) -> RefundOrder:
    return RefundOrder(
        merchant_id=command.merchant_id,
        order_id=OrderId(order.order_id),
        lines=[
            ReturnedLine(line_no=line.line_no, quantity=line.quantity, is_restocked=False)
            for line in part.lines
        ],
        reason=command.number,
    )

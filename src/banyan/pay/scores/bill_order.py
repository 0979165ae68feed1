"""Says what an order costs, and asks for less afterwards."""

from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import Refusal
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import store
from banyan.pay.scores.begin_order import EXPIRE
from banyan.pay.scores.records import fact_of, lock_of_scheme
from banyan.pay.scores.rules import check_total, find_obstacle_to_complete, state_failure
from banyan.pay.scores.settling import begin_collecting, finish
from banyan.pay.scores.types import (
    DISCOUNTS_MAX,
    FEES_MAX,
    Item,
    Line,
    Location,
    OutNo,
    PaidBy,
    SchemeId,
    ScoreLowered,
    ScoreOrder,
    Times,
    Total,
    Why,
)

Fees = Annotated[list[Item], msgspec.Meta(max_length=FEES_MAX)]
Discounts = Annotated[list[Item], msgspec.Meta(max_length=DISCOUNTS_MAX)]


class CompleteOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say that somebody has used it, and what it costs."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    out_no: OutNo
    fees: Fees
    discounts: Discounts = []
    total_fen: Total
    times: Times = Times()
    location: Location = Location()
    is_shared: bool = False
    goods_tag: Line = ""


class LowerOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for less than I said, before it is paid."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    out_no: OutNo
    fees: Fees
    discounts: Discounts = []
    total_fen: Total
    why: Why


@single(permission=Permission.ORDERS_TAKE)
async def complete_order(work: Work, command: CompleteOrder) -> ScoreOrder:
    """Say what an order costs and begin to collect; told again in the same words, nothing changes.

    Raises NotFound `scores.not_found`; Invalid `scores.no_fees`, `scores.amount_missing`,
    `scores.total_differs`; Refusal `scores.over_risk`, `scores.wrong_state`.
    """
    order = await lock_of_scheme(work, command.merchant_id, command.scheme_id, command.out_no)
    words = digest(json.encode(command).decode())
    obstacle = find_obstacle_to_complete(order)
    if obstacle is not None:
        _, done = await store.find_digests(work.db, order.merchant_id, order.order_id)
        if done == words:
            return order
        raise obstacle
    assert order.terms.risk is not None, "it was begun with one"
    check_total(command.fees, command.discounts, command.total_fen, order.terms.risk.amount_fen)
    before = order.terms
    completed = msgspec.structs.replace(
        order,
        terms=msgspec.structs.replace(
            before,
            fees=command.fees,
            discounts=command.discounts,
            times=_later_times(before.times, command.times),
            location=msgspec.structs.replace(
                before.location, end=command.location.end or before.location.end
            ),
            goods_tag=command.goods_tag,
        ),
        total_fen=command.total_fen,
        is_shared=command.is_shared,
        completed_at=work.now,
    )
    work.cancel_later(EXPIRE, order.order_id)
    await store.set_done_digest(work.db, completed, words)
    return await begin_collecting(work, completed)


@single(permission=Permission.ORDERS_TAKE)
async def lower_order(work: Work, command: LowerOrder) -> ScoreOrder:
    """Ask for less; told again in the same words, nothing changes.

    Raises NotFound `scores.not_found`; Invalid `scores.no_fees`, `scores.amount_missing`,
    `scores.total_differs`; Refusal `scores.wrong_state`, `scores.only_lower`.
    """
    order = await lock_of_scheme(work, command.merchant_id, command.scheme_id, command.out_no)
    if not order.is_owed:
        raise state_failure(order)
    check_total(command.fees, command.discounts, command.total_fen, order.total_fen)
    terms = msgspec.structs.replace(order.terms, fees=command.fees, discounts=command.discounts)
    if command.total_fen == order.total_fen:
        if terms == order.terms:
            return order
        raise Refusal("scores.only_lower", total_fen=order.total_fen)
    lowered = msgspec.structs.replace(
        order, terms=terms, total_fen=command.total_fen, why=command.why
    )
    work.record(
        ScoreLowered(**fact_of(order), total_fen=command.total_fen, before_fen=order.total_fen)
    )
    if not lowered.total_fen:
        return await finish(work, lowered, PaidBy.NOBODY)
    await store.set_order(work.db, lowered)
    return lowered


def _later_times(before: Times, said: Times) -> Times:
    return Times(
        start=said.start or before.start,
        start_note=said.start_note or before.start_note,
        end=said.end or before.end,
        end_note=said.end_note or before.end_note,
    )

"""What a person does: agrees to orders, sees them, and pays what is owed."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.paging import Cursor, Limit, Page
from banyan.base.time_cursor import decode_time_cursor, encode_time_cursor
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.passwords import ProofToken
from banyan.pay.scores import store
from banyan.pay.scores.begin_order import EXPIRE
from banyan.pay.scores.charging import read_wallet_fen
from banyan.pay.scores.keep_schemes import access_scheme
from banyan.pay.scores.ports import PORTS
from banyan.pay.scores.records import fact_of, merchant_key
from banyan.pay.scores.rules import COMPLETE_WITHIN, state_failure
from banyan.pay.scores.settling import collect
from banyan.pay.scores.telling import tell_order
from banyan.pay.scores.types import (
    Scheme,
    ScoreConfirmed,
    ScoreOrder,
    ScoreOrderId,
    ScoreState,
    Standing,
    Token,
)
from banyan.pay.wallets import refuse_short


class ReadAskedOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The order that this opens."""

    token: Token


class ConfirmOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Agree to an order: I use it now and pay for it later."""

    token: Token


class PayMyOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pay now what I owe."""

    merchant_id: MerchantId
    order_id: ScoreOrderId
    proof: ProofToken = ""
    """That the pay password was given for `scores.<order_id>`, where it is asked for."""


class ListMyScoreOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what I used first, or use now."""

    limit: Limit = 20
    cursor: Cursor | None = None


class ReadMyStanding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether I may use first and pay later, and what I owe."""


class AskedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order, and what it is for."""

    order: ScoreOrder
    scheme: Scheme


class MyStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody may use first and pay later, and what they owe."""

    standing: Standing
    owed: Annotated[list[ScoreOrder], msgspec.Meta(max_length=100)]


@reading(permission=Permission.PERSON)
async def read_asked_order(work: Work, query: ReadAskedOrder) -> AskedOrder:
    """Return what one is asked to agree to, or agreed to. Raises NotFound `scores.not_found`."""
    order = await store.find_order_by_token(work.db, query.token)
    if order is None or order.person_id not in {0, work.actor.person_id}:
        raise NotFound("scores.not_found")
    return AskedOrder(
        order=order, scheme=await access_scheme(work, order.merchant_id, order.scheme_id)
    )


@single(permission=Permission.PERSON)
async def confirm_order(work: Work, command: ConfirmOrder) -> ScoreOrder:
    """Agree to an order; agreed to twice it begins once, and the first who agrees has it.

    Raises NotFound `scores.not_found`; Refusal `scores.wrong_state`, `scores.owes`.
    """
    order = await store.find_order_by_token(work.db, command.token, is_locked=True)
    person_id = int(work.actor.person_id)
    if order is None or order.person_id not in {0, person_id}:
        raise NotFound("scores.not_found")
    if order.state is ScoreState.DOING:
        return order
    if order.state is not ScoreState.CREATED:
        raise state_failure(order)
    if not (await store.read_standing(work.db, person_id)).may_use:
        raise Refusal("scores.owes")
    started = msgspec.structs.replace(
        order,
        person_id=Id(person_id),
        openid=await PORTS.name_openid(work, order.channel_id, person_id),
        state=ScoreState.DOING,
        confirmed_at=work.now,
    )
    await store.set_order(work.db, started)
    work.later(EXPIRE, order.order_id, work.now + COMPLETE_WITHIN, merchant_key(order))
    await tell_order(work, started, "scores.confirmed")
    work.record(ScoreConfirmed(**fact_of(started)))
    return started


@single(permission=Permission.PERSON)
async def pay_my_order(work: Work, command: PayMyOrder) -> ScoreOrder:
    """Pay what one owes now; paid twice it is paid once.

    Raises NotFound `scores.not_found`; Refusal `scores.wrong_state`, `wallets.insufficient`,
    `scores.not_now`, `risk.password_needed`.
    """
    order = await store.lock_order(work.db, command.merchant_id, command.order_id)
    if order is None or order.person_id != work.actor.person_id:
        raise NotFound("scores.not_found")
    if order.state is ScoreState.DONE:
        return order
    if not order.is_owed:
        raise state_failure(order)
    paid = await collect(work, order, command.proof)
    if paid.is_owed:
        available = await read_wallet_fen(work, order)
        if available < order.total_fen:
            raise refuse_short(available, order.total_fen)
        raise Refusal("scores.not_now")
    return paid


@reading(permission=Permission.PERSON)
async def list_my_score_orders(work: Work, query: ListMyScoreOrders) -> Page[ScoreOrder]:
    """Return what one used first or uses, the newest first."""
    before = decode_time_cursor(query.cursor)
    found = await store.list_of_person(work.db, work.actor.person_id, before, query.limit + 1)
    return page_of_orders(found, query.limit)


@reading(permission=Permission.PERSON)
async def read_my_standing(work: Work, query: ReadMyStanding) -> MyStanding:  # noqa: ARG001 - whoever asks says whose
    """Return whether one may use first and pay later, and what one owes."""
    person_id = work.actor.person_id
    return MyStanding(
        standing=await store.read_standing(work.db, person_id),
        owed=await store.list_owed(work.db, person_id),
    )


def page_of_orders(found: list[ScoreOrder], limit: int) -> Page[ScoreOrder]:
    """A page from one order more than asked for."""
    items = found[:limit]
    last = items[-1] if len(found) > limit else None
    cursor = encode_time_cursor(last.created_at, last.order_id) if last else None
    return Page(items=items, next_cursor=cursor)

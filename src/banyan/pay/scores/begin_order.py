"""Begins orders: asked for first, by a mandate, or completed as they begin."""

from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.secret import digest, new_token
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import PersonId
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import store
from banyan.pay.scores.keep_schemes import access_scheme
from banyan.pay.scores.records import fact_of, merchant_key
from banyan.pay.scores.rules import (
    COMPLETE_WITHIN,
    CONFIRM_WITHIN,
    check_mandated,
    check_open,
    check_risk,
    check_total,
)
from banyan.pay.scores.settling import begin_collecting
from banyan.pay.scores.types import (
    Mandate,
    OutNo,
    Scheme,
    SchemeId,
    ScoreConfirmed,
    ScoreCreated,
    ScoreOrder,
    ScoreOrderId,
    ScoreState,
    Terms,
    Total,
)

EXPIRE = "scores.expire"
"""The timer of an order that nobody agrees to or completes."""
Openid = Annotated[str, msgspec.Meta(max_length=64)]


class BeginOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin an order: have somebody asked, or begin at once by the mandate that they gave."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    channel_id: Id
    out_no: OutNo
    terms: Terms
    person_id: PersonId = PersonId(0)
    """Who it is for; nobody as long as they are to be asked."""
    openid: Openid = ""


class BeginCompleted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin an order by a mandate, and say what it costs at once."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    channel_id: Id
    out_no: OutNo
    terms: Terms
    total_fen: Total
    is_shared: bool = False
    person_id: PersonId
    openid: Openid


@single(permission=Permission.ORDERS_TAKE)
async def begin_order(work: Work, command: BeginOrder) -> ScoreOrder:
    """Begin an order; told again in the same words it is the same order.

    Raises NotFound `scores.no_such_scheme`; Invalid `scores.no_risk`; Refusal
    `scores.scheme_closed`, `scores.risk_too_large`, `scores.out_no_taken`, `scores.no_mandate`,
    `scores.owes`.
    """
    scheme = await access_scheme(work, command.merchant_id, command.scheme_id)
    words = digest(json.encode(command).decode())
    known = await _find_known(work, command.merchant_id, command.out_no, words)
    if known is not None:
        return known
    if command.terms.risk is None:
        raise Invalid("scores.no_risk")
    check_risk(scheme, command.terms.risk)
    if command.person_id:
        given = await _access_mandate(work, scheme, command.person_id)
        check_mandated(given, command.terms.risk)
    is_asked = not command.person_id
    order = _order_of(work, command, is_asked=is_asked)
    if not await store.insert_order(work.db, order, words):
        return await _find_rival(work, order, words)
    within = CONFIRM_WITHIN if is_asked else COMPLETE_WITHIN
    work.later(EXPIRE, order.order_id, work.now + within, merchant_key(order))
    _record_begun(work, order)
    return order


@single(permission=Permission.ORDERS_TAKE)
async def begin_completed(work: Work, command: BeginCompleted) -> ScoreOrder:
    """Begin an order, complete it and begin to collect; told again it is the same order.

    Raises NotFound `scores.no_such_scheme`; Invalid `scores.no_fees`, `scores.amount_missing`,
    `scores.total_differs`; Refusal `scores.scheme_closed`, `scores.over_risk`,
    `scores.out_no_taken`, `scores.no_mandate`, `scores.owes`.
    """
    scheme = await access_scheme(work, command.merchant_id, command.scheme_id)
    words = digest(json.encode(command).decode())
    known = await _find_known(work, command.merchant_id, command.out_no, words)
    if known is not None:
        return known
    check_open(scheme)
    terms = command.terms
    given = await _access_mandate(work, scheme, command.person_id)
    most_fen = min(scheme.risk_max_fen, given.most_fen)
    check_total(terms.fees, terms.discounts, command.total_fen, most_fen)
    order = msgspec.structs.replace(
        _order_of(work, command, is_asked=False),
        completed_at=work.now,
        total_fen=command.total_fen,
        is_shared=command.is_shared,
    )
    if not await store.insert_order(work.db, order, words, words):
        return await _find_rival(work, order, words)
    _record_begun(work, order)
    return await begin_collecting(work, order)


def _order_of(work: Work, command: BeginOrder | BeginCompleted, *, is_asked: bool) -> ScoreOrder:
    return ScoreOrder(
        merchant_id=Id(command.merchant_id),
        order_id=ScoreOrderId(work.ids.next()),
        scheme_id=command.scheme_id,
        out_no=command.out_no,
        channel_id=command.channel_id,
        person_id=Id(command.person_id),
        openid="" if is_asked else command.openid,
        terms=command.terms,
        state=ScoreState.CREATED if is_asked else ScoreState.DOING,
        is_confirm_needed=is_asked,
        token=new_token("so"),
        created_at=work.now,
        confirmed_at=None if is_asked else work.now,
    )


async def _access_mandate(work: Work, scheme: Scheme, person_id: int) -> Mandate:
    given = await store.lock_given(work.db, scheme.merchant_id, scheme.scheme_id, person_id)
    if given is None:
        raise Refusal("scores.no_mandate")
    if not (await store.read_standing(work.db, person_id)).may_use:
        raise Refusal("scores.owes")
    return given


async def _find_known(work: Work, merchant_id: int, out_no: str, words: bytes) -> ScoreOrder | None:
    known = await store.find_order(work.db, merchant_id, out_no, is_locked=True)
    if known is None:
        return None
    begun, _ = await store.find_digests(work.db, merchant_id, known.order_id)
    if begun != words:
        raise Refusal("scores.out_no_taken")
    return known


async def _find_rival(work: Work, order: ScoreOrder, words: bytes) -> ScoreOrder:
    known = await _find_known(work, order.merchant_id, order.out_no, words)
    if known is None:
        raise NotFound("scores.not_found")
    return known


def _record_begun(work: Work, order: ScoreOrder) -> None:
    work.record(ScoreCreated(**fact_of(order)))
    if order.confirmed_at is not None:
        work.record(ScoreConfirmed(**fact_of(order)))

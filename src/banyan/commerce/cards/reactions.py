"""Tells accounts' servers what happens to their cards, in the order in which it happened."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from banyan.books.journal import Event, Fact, Follower
from banyan.books.work import Work
from banyan.commerce.cards import store
from banyan.commerce.cards.read_cards import report_on
from banyan.commerce.cards.rules import REMIND_EVERY, STOCK_LOW, STOCK_PLENTY, facts_of, render_ref
from banyan.commerce.cards.types import (
    CardConsumed,
    CardEnded,
    CardGifted,
    CardJudged,
    CardStatus,
    CardTaken,
    CardViewed,
    FormSubmitted,
    MemberCardUpdated,
    SessionEntered,
    Source,
    StockLow,
)
from banyan.reach.channels import access_channel
from banyan.reach.pushes import PushKind, note_push

Told = tuple[PushKind, str, dict[str, Any]]
"""What the server is told: the kind, about whom, and what."""


class RedeemedCoupon(Event, frozen=True, kw_only=True, tag="coupons.redeemed"):
    """What this room reads of a coupon that was used."""

    order_id: int = 0


class PaidOrder(Event, frozen=True, kw_only=True, tag="orders.paid"):
    """What this room reads of a paid order."""

    points_earned: int = 0


class RefundedOrder(Event, frozen=True, kw_only=True, tag="orders.refunded"):
    """What this room reads of a refund."""

    points_back: int = 0


async def on_cards(work: Work, facts: Sequence[Fact]) -> None:
    """Note the pushes; and of a plentiful card that has become scarce, that it has."""
    for fact in facts:
        told = await _view(work, fact) if fact.kind == "cards.viewed" else _tell[fact.kind](fact)
        if told is not None:
            kind, openid, fields = told
            channel = await access_channel(work.db, fact.channel_id)
            person_id = fact.person_id if openid else 0
            await note_push(work, channel, person_id, openid, kind, fields)
    for key in sorted({(one.merchant_id, one.subject_id) for one in facts if _is_take(one)}):
        await _remind(work, *key)


async def on_coupons_redeemed(work: Work, facts: Sequence[Fact]) -> None:
    """Tell of cards that an order used; those checked off by code are told of as such."""
    keys = [
        (fact.merchant_id, fact.subject_id)
        for fact in facts
        if fact.decode(RedeemedCoupon).order_id
    ]
    held = await store.find_of_coupons(work.db, keys) if keys else {}
    for fact in facts:
        one = held.get(fact.subject_id)
        if one is not None:
            card = await store.find_card(work.db, one.merchant_id, one.card_id)
            assert card is not None
            consumed = CardConsumed(
                **facts_of(one, card), source=Source.HELPER, outer_str=one.outer_str
            )
            work.record(consumed, at=fact.at)


async def on_orders(work: Work, facts: Sequence[Fact]) -> None:
    """Tell of the points that orders and refunds brought to member cards."""
    added: dict[tuple[int, int], int] = {}
    for fact in facts:
        key = (fact.merchant_id, fact.person_id)
        points = (
            fact.decode(PaidOrder).points_earned
            if fact.kind == "orders.paid"
            else -fact.decode(RefundedOrder).points_back
        )
        added[key] = added.get(key, 0) + points
    people = sorted(key for key, points in added.items() if points and key[1])
    held = await store.find_of_members(work.db, people) if people else []
    cards = await store.find_cards(work.db, [(one.merchant_id, one.card_id) for one in held])
    for one in held:
        card = cards[int(one.card_id)]
        if card.terms.has_bonus and one.activated_at is not None:
            work.record(
                MemberCardUpdated(
                    **facts_of(one, card),
                    bonus_added=added[one.merchant_id, one.person_id],
                )
            )


def _of(ref: str, code: str) -> dict[str, Any]:
    return {"card_id": ref, "user_card_code": code}


def _judged(of: Fact) -> Told:
    fact = of.decode(CardJudged)
    if fact.is_passed:
        return PushKind.CARD_PASSED, "", {"card_id": fact.ref}
    return PushKind.CARD_REFUSED, "", {"card_id": fact.ref, "refuse_reason": fact.reason}


def _taken(of: Fact) -> Told:
    fact = of.decode(CardTaken)
    return (
        PushKind.CARD_TAKEN,
        fact.openid,
        {
            "card_id": fact.ref,
            "is_give_by_friend": int(bool(fact.from_code)),
            "user_card_code": fact.code,
            "friend_user_name": fact.from_openid,
            "outer_id": fact.outer_id,
            "old_user_card_code": fact.from_code,
            "outer_str": fact.outer_str,
            "is_restore_member_card": 0,
            "is_recommend_by_friend": 0,
        },
    )


def _gifted(of: Fact) -> Told:
    fact = of.decode(CardGifted)
    told = _of(fact.ref, fact.code) | {
        "is_return_back": int(fact.is_back),
        "friend_user_name": fact.friend_openid,
        "is_chat_room": 0,
    }
    return PushKind.CARD_GIFTED, fact.openid, told


def _consumed(of: Fact) -> Told:
    fact = of.decode(CardConsumed)
    told = _of(fact.ref, fact.code) | {
        "consume_source": fact.source.value,
        "location_name": "",
        "staff_open_id": "",
        "verify_code": fact.verify_code,
        "remark_amount": fact.remark_amount,
        "outer_str": fact.outer_str,
    }
    return PushKind.CARD_CONSUMED, fact.openid, told


def _ended(of: Fact) -> Told | None:
    fact = of.decode(CardEnded)
    if not fact.is_discarded:
        return None
    return PushKind.CARD_DISCARDED, fact.openid, _of(fact.ref, fact.code)


def _entered(of: Fact) -> Told:
    fact = of.decode(SessionEntered)
    return PushKind.CARD_SESSION, fact.openid, _of(fact.ref, fact.code)


def _submitted(of: Fact) -> Told:
    fact = of.decode(FormSubmitted)
    return PushKind.MEMBER_FORM_SUBMITTED, fact.openid, _of(fact.ref, fact.code)


def _updated(of: Fact) -> Told:
    fact = of.decode(MemberCardUpdated)
    told = _of(fact.ref, fact.code) | {"modify_bonus": fact.bonus_added, "modify_balance": 0}
    return PushKind.MEMBER_CARD_UPDATED, fact.openid, told


def _low(of: Fact) -> Told:
    fact = of.decode(StockLow)
    detail = f"the card's quantity is {fact.total}, and {fact.left} are left"
    return PushKind.CARD_STOCK_LOW, "", {"card_id": fact.ref, "detail": detail}


_tell: Mapping[str, Callable[[Fact], Told | None]] = {
    "cards.judged": _judged,
    "cards.taken": _taken,
    "cards.gifted": _gifted,
    "cards.ended": _ended,
    "cards.consumed": _consumed,
    "cards.session_entered": _entered,
    "cards.form_submitted": _submitted,
    "cards.member_updated": _updated,
    "cards.stock_low": _low,
}


async def _view(work: Work, fact: Fact) -> Told | None:
    """Of looks only those servers are told that asked for it, and only of cards in hands."""
    viewed = fact.decode(CardViewed)
    card = await store.find_card(work.db, fact.merchant_id, fact.subject_id)
    if card is None or not viewed.code or not card.terms.tells_views:
        return None
    told = _of(viewed.ref, viewed.code) | {"outer_str": viewed.outer_str}
    return PushKind.CARD_VIEWED, viewed.openid, told


def _is_take(fact: Fact) -> bool:
    return fact.kind == "cards.taken"


async def _remind(work: Work, merchant_id: int, card_id: int) -> None:
    card = await store.lock_card(work.db, merchant_id, card_id)
    if card is None or card.status is not CardStatus.VERIFIED:
        return
    if card.reminded_at is not None and work.now < card.reminded_at + REMIND_EVERY:
        return
    stock = (await report_on(work, card)).stock
    if stock.total <= STOCK_PLENTY or stock.left > STOCK_LOW:
        return
    await store.set_card(work.db, msgspec.structs.replace(card, reminded_at=work.now))
    work.record(
        StockLow(
            merchant_id=merchant_id,
            channel_id=int(card.channel_id),
            subject_id=card_id,
            ref=render_ref(merchant_id, card_id),
            left=stock.left,
            total=stock.total,
        )
    )


FOLLOWERS = (
    Follower(
        name="cards.tell",
        kinds=(*_tell, "cards.viewed"),
        handle=on_cards,
    ),
    Follower(name="cards.redeemed", kinds=("coupons.redeemed",), handle=on_coupons_redeemed),
    Follower(name="cards.points", kinds=("orders.paid", "orders.refunded"), handle=on_orders),
)

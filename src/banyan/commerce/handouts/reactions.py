"""Gives cards to those who have paid, and counts what becomes of cards."""

from collections import Counter
from collections.abc import Sequence

from banyan.books.journal import Event, Fact, Follower
from banyan.books.work import Work
from banyan.commerce.cards import Asking, find_cards, find_of_coupons, hand_out
from banyan.commerce.handouts import store
from banyan.commerce.handouts.rules import day_of, find_fitting
from banyan.commerce.handouts.types import DayKey, Happened

_whats = {
    "cards.viewed": Happened.VIEWED,
    "cards.taken": Happened.TAKEN,
    "cards.consumed": Happened.CONSUMED,
    "cards.gifted": Happened.GIFTED,
    "cards.activated": Happened.ACTIVATED,
    "coupons.expired": Happened.EXPIRED,
}


class PaidOrder(Event, frozen=True, kw_only=True, tag="orders.paid"):
    """What this room reads of a paid order."""

    total_fen: int = 0


class GiftedCard(Event, frozen=True, kw_only=True, tag="cards.gifted"):
    """What this room reads of a card that was sent to a friend."""

    is_back: bool = False


async def on_orders_paid(work: Work, facts: Sequence[Fact]) -> None:
    """Give every payer the cards of the rules that their payment falls under.

    Who may have no more, or when none are left, gets none: a gift that can't be given is no
    failure.
    """
    merchants = sorted({fact.merchant_id for fact in facts if fact.person_id})
    earliest = min(fact.at for fact in facts)
    rules = await store.find_rules_of(work.db, merchants, earliest) if merchants else []
    asked = [
        Asking(
            ref=rule.ref,
            person_id=fact.person_id,
            outer_str=f"pay:{int(rule.rule_id)}",
        )
        for fact in facts
        if fact.person_id
        for rule in find_fitting(
            [one for one in rules if one.merchant_id == fact.merchant_id],
            fact.decode(PaidOrder).total_fen,
            fact.at,
        )
    ]
    if asked:
        await hand_out(work, asked)


async def on_cards(work: Work, facts: Sequence[Fact]) -> None:
    """Count what happened to cards."""
    expired = [fact for fact in facts if fact.kind == "coupons.expired"]
    keys = [(fact.merchant_id, fact.subject_id) for fact in expired]
    held = await find_of_coupons(work.db, keys) if keys else {}
    of_facts = {
        id(fact): int(held[fact.subject_id].card_id)
        if fact.kind == "coupons.expired"
        else fact.subject_id
        for fact in facts
        if fact.kind != "coupons.expired" or fact.subject_id in held
    }
    cards = await find_cards(
        work.db,
        sorted({(f.merchant_id, of_facts[id(f)]) for f in facts if id(f) in of_facts}),
    )
    times: Counter[DayKey] = Counter()
    for fact in facts:
        card = cards.get(of_facts.get(id(fact), 0))
        if card is None or (fact.kind == "cards.gifted" and fact.decode(GiftedCard).is_back):
            continue
        key = DayKey(
            merchant_id=fact.merchant_id,
            card_id=int(card.card_id),
            day_on=day_of(fact.at),
            what=_whats[fact.kind],
            person_id=fact.person_id,
            channel_id=int(card.channel_id),
            kind=card.kind.value,
            is_from_program=card.is_from_program,
        )
        times[key] += 1
    if times:
        await store.add_days(work.db, times)


FOLLOWERS = (
    Follower(name="handouts.pay_rules", kinds=("orders.paid",), handle=on_orders_paid),
    Follower(name="handouts.days", kinds=tuple(_whats), handle=on_cards),
)

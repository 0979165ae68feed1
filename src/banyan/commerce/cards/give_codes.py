"""Gives cards their codes as they come into hands: drawn by us, deposited, or named."""

from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Work
from banyan.commerce.cards import store
from banyan.commerce.cards.ports import PORTS
from banyan.commerce.cards.rules import render_code, render_ref
from banyan.commerce.cards.types import Card, CardTaken, CodeMode, HeldCard

_rounds_max = 5
"""How often a drawn code may be one that somebody has."""


class Giving(msgspec.Struct, frozen=True, kw_only=True):
    """A card on its way into somebody's hands; its code may be yet to come."""

    card: Card
    held: HeldCard
    index: int = 0
    from_openid: str = ""


async def give_codes(work: Work, givings: Sequence[Giving]) -> list[HeldCard]:
    """Write the cards into hands, each under its code, and tell of it; in order.

    A named code was free, and its card is locked by the caller. Raises Refusal
    `coupons.sold_out` if deposited codes run out.
    """
    deposited = await _take_deposits(work, givings)
    outcomes: list[HeldCard | None] = [None] * len(givings)
    waiting = list(range(len(givings)))
    for _ in range(_rounds_max):
        if not waiting:
            break
        trying = {place: _with_code(givings[place], deposited) for place in waiting}
        given = await store.insert_codes(work.db, list(trying.values()))
        waiting = []
        for place, held in trying.items():
            key = (int(held.card_id), held.code)
            if key in given:
                given.discard(key)
                outcomes[place] = held
            else:
                waiting.append(place)
    if waiting:
        raise Refusal("cards.code_taken")
    done = [one for one in outcomes if one is not None]
    for giving, held in zip(givings, done, strict=True):
        _note_taken(work, giving, held)
    return done


async def _take_deposits(work: Work, givings: Sequence[Giving]) -> dict[int, list[str]]:
    wanted: dict[int, list[Card]] = {}
    for giving in givings:
        if giving.card.terms.code_mode is CodeMode.DEPOSITED:
            wanted.setdefault(int(giving.card.card_id), []).append(giving.card)
    taken: dict[int, list[str]] = {}
    for card_id, cards in sorted(wanted.items()):
        # Rivals would otherwise see the same codes left.
        await store.lock_card(work.db, cards[0].merchant_id, card_id)
        taken[card_id] = await store.take_deposits(work.db, cards[0], len(cards))
        if len(taken[card_id]) < len(cards):
            raise Refusal("coupons.sold_out")
    return taken


def _with_code(giving: Giving, deposited: Mapping[int, list[str]]) -> HeldCard:
    held = giving.held
    if held.code:
        return msgspec.structs.replace(held, is_custom=True)
    mine = deposited.get(int(held.card_id))
    if mine is not None:
        return msgspec.structs.replace(held, code=mine.pop(), is_custom=True)
    return msgspec.structs.replace(held, code=render_code(PORTS.draw()))


def _note_taken(work: Work, giving: Giving, held: HeldCard) -> None:
    work.record(
        CardTaken(
            merchant_id=held.merchant_id,
            person_id=held.person_id,
            channel_id=int(giving.card.channel_id),
            subject_id=int(held.card_id),
            ref=render_ref(held.merchant_id, int(held.card_id)),
            code=held.code,
            openid=held.openid,
            outer_id=held.outer_id,
            outer_str=held.outer_str,
            from_code=held.from_code,
            from_openid=giving.from_openid,
        ),
        index=giving.index,
    )

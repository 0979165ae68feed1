"""Lets holders pass cards on to friends."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_mine, find_coupon, lock_coupon
from banyan.commerce.cards.check_off import check_normal
from banyan.commerce.cards.give_codes import Giving, give_codes
from banyan.commerce.cards.my_cards import MineCommand, may_give
from banyan.commerce.cards.read_codes import CodeReport, describe_held
from banyan.commerce.cards.rules import GIFT_LIFE, facts_of
from banyan.commerce.cards.types import (
    Card,
    CardGifted,
    CodeState,
    HeldCard,
)
from banyan.commerce.coupons import hand_over
from banyan.commerce.members import NewMember, ensure_members
from banyan.reach.channels import ensure_openids

GIFT_BACK = "cards.gift_back"


Token = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]


class AcceptGift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I take the card that a friend sent me."""

    token: Token


class ReadGift(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What did a friend send me?"""

    token: Token


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """What a friend takes a card by."""

    token: str


@single(permission=Permission.PERSON, is_answer_kept=False)
async def give_card(work: Work, command: MineCommand) -> Gift:
    """Send a card to a friend: whoever comes with the token within a day may take it.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.may_not_give`,
    `cards.consumed`, `cards.expired`, `cards.not_usable`.
    """
    held, card = await access_mine(work, command.ref, command.code, is_locked=True)
    if not may_give(card):
        raise Refusal("cards.may_not_give")
    check_normal(held, await lock_coupon(work, held), work)
    token = new_token("gift")
    after = msgspec.structs.replace(held, state=CodeState.GIFTING)
    await store.set_code(work.db, held, after, digest(token))
    due_at = work.now + GIFT_LIFE
    work.later(GIFT_BACK, int(held.coupon_id), due_at, str(held.merchant_id).encode())
    return Gift(token=token)


@reading(permission=Permission.PERSON)
async def read_gift(work: Work, query: ReadGift) -> CodeReport:
    """Return the card that a friend sent. Raises NotFound `cards.no_such_gift`."""
    held = await store.find_gift(work.db, digest(query.token))
    if held is None:
        raise NotFound("cards.no_such_gift")
    card = await store.find_card(work.db, held.merchant_id, held.card_id)
    assert card is not None, "what is held is of a card"
    return describe_held(held, card, await find_coupon(work.db, held), work.now)


@single(permission=Permission.PERSON)
async def accept_gift(work: Work, command: AcceptGift) -> CodeReport:
    """Take the card that a friend sent; its coupon is the taker's now, under a new code.

    Raises NotFound `cards.no_such_gift`; Refusal `cards.own_gift`, `cards.consumed`,
    `cards.expired`, `coupons.contended`.
    """
    found = await store.find_gift(work.db, digest(command.token))
    held = await store.lock_code(work.db, found) if found else None
    if held is None or held.state is not CodeState.GIFTING:
        raise NotFound("cards.no_such_gift")
    taker_id = work.actor.person_id
    if held.person_id == taker_id:
        raise Refusal("cards.own_gift")
    card = await store.find_card(work.db, held.merchant_id, held.card_id)
    coupon = await lock_coupon(work, held)
    assert card is not None
    assert coupon is not None, "only coupons are given"
    new = NewMember(merchant_id=held.merchant_id, person_id=taker_id, joined_at=work.now)
    member = (await ensure_members(work, [new]))[held.merchant_id, taker_id]
    openid = (await ensure_openids(work, card.channel_id, [taker_id]))[taker_id]
    coupon_id = await hand_over(work, coupon, member)
    await store.set_code(work.db, held, msgspec.structs.replace(held, state=CodeState.GIVEN))
    work.cancel_later(GIFT_BACK, int(held.coupon_id))
    work.record(CardGifted(**facts_of(held, card), is_back=False, friend_openid=openid))
    theirs = msgspec.structs.replace(
        held,
        code="",
        coupon_id=coupon_id,
        member_id=member.member_id,
        person_id=taker_id,
        openid=openid,
        state=CodeState.HELD,
        taken_at=work.now,
        from_code=held.code,
    )
    giving = Giving(card=card, held=theirs, from_openid=held.openid)
    (given,) = await give_codes(work, [giving])
    return describe_held(given, card, await find_coupon(work.db, given), work.now)


@single(permission=Permission.PERSON)
async def take_back(work: Work, command: MineCommand) -> None:
    """Take a card back that no friend has taken.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.not_given`.
    """
    held, card = await access_mine(work, command.ref, command.code, is_locked=True)
    if held.state is not CodeState.GIFTING:
        raise Refusal("cards.not_given")
    await _take_back(work, held, card)
    work.cancel_later(GIFT_BACK, int(held.coupon_id))


async def gift_back(work: Work, timer: Timer) -> None:
    """Give a card back to its holder that no friend has taken in time."""
    found = await store.find_of_coupons(work.db, [(int(timer.data), timer.subject)])
    held = found.get(timer.subject)
    held = await store.lock_code(work.db, held) if held else None
    if held is None or held.state is not CodeState.GIFTING:
        return
    card = await store.find_card(work.db, held.merchant_id, held.card_id)
    assert card is not None
    await _take_back(work, held, card)


TIMERS = {GIFT_BACK: gift_back}


async def _take_back(work: Work, held: HeldCard, card: Card) -> None:
    await store.set_code(work.db, held, msgspec.structs.replace(held, state=CodeState.HELD))
    work.record(CardGifted(**facts_of(held, card), is_back=True))

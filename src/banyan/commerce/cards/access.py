"""Finds cards and those in hands, for whom they belong to."""

from banyan.base.db import Connection
from banyan.base.errors import NotFound
from banyan.base.ids import NONE
from banyan.books.work import Work
from banyan.commerce.cards import store
from banyan.commerce.cards.rules import read_ref
from banyan.commerce.cards.types import Card, CardStatus, HeldCard
from banyan.commerce.coupons import CouponForOrder, CouponId, find_coupons, lock_coupons


async def access_card(
    db: Connection, ref: str, *, merchant_id: int = 0, channel_id: int = 0, is_locked: bool = False
) -> Card:
    """Return a card that is not deleted; a merchant's and a channel's own where they are named.

    Raises NotFound `cards.not_found`.
    """
    card = await find_any(db, ref, is_locked=is_locked)
    is_own = merchant_id in {0, card.merchant_id} and channel_id in {0, card.channel_id}
    if not is_own or card.status is CardStatus.DELETED:
        raise NotFound("cards.not_found")
    return card


async def find_any(db: Connection, ref: str, *, is_locked: bool = False) -> Card:
    """Return a card, also a deleted one. Raises NotFound `cards.not_found`."""
    find = store.lock_card if is_locked else store.find_card
    card = await find(db, *read_ref(ref))
    if card is None:
        raise NotFound("cards.not_found")
    return card


async def lock_held(
    work: Work, merchant_id: int, channel_id: int, code: str, ref: str | None
) -> tuple[HeldCard, Card, CouponForOrder | None]:
    """Lock one card in somebody's hands, and its coupon if it has one.

    Raises NotFound `cards.not_found`, `cards.no_such_code`.
    """
    found = await _find(work.db, merchant_id, channel_id, code, ref)
    held = await store.lock_code(work.db, found)
    if held is None:
        raise NotFound("cards.no_such_code")
    card = await store.find_card(work.db, held.merchant_id, held.card_id)
    assert card is not None, "what is held is of a card"
    return held, card, await lock_coupon(work, held)


async def read_held(
    db: Connection, merchant_id: int, channel_id: int, code: str, ref: str | None
) -> tuple[HeldCard, Card, CouponForOrder | None]:
    """Return one card in somebody's hands, and its coupon if it has one.

    Raises NotFound `cards.not_found`, `cards.no_such_code`.
    """
    held = await _find(db, merchant_id, channel_id, code, ref)
    card = await store.find_card(db, held.merchant_id, held.card_id)
    assert card is not None, "what is held is of a card"
    return held, card, await find_coupon(db, held)


async def lock_coupon(work: Work, held: HeldCard) -> CouponForOrder | None:
    """Lock the coupon that a card is the face of."""
    if not held.coupon_id:
        return None
    return (await lock_coupons(work, [(held.merchant_id, held.coupon_id)]))[held.coupon_id]


async def find_coupon(db: Connection, held: HeldCard) -> CouponForOrder | None:
    """Return the coupon that a card is the face of."""
    if not held.coupon_id:
        return None
    found = await find_coupons(db, [(held.merchant_id, held.coupon_id)])
    return found[CouponId(held.coupon_id)]


async def _find(
    db: Connection, merchant_id: int, channel_id: int, code: str, ref: str | None
) -> HeldCard:
    card_id = int(NONE)
    if ref:
        card = await find_any(db, ref)
        if card.merchant_id != merchant_id or card.channel_id != channel_id:
            raise NotFound("cards.not_found")
        card_id = int(card.card_id)
    held = await store.find_code(db, merchant_id, channel_id, code, card_id)
    if held is None:
        raise NotFound("cards.no_such_code")
    return held


async def access_mine(
    work: Work, ref: str, code: str, *, is_locked: bool = False
) -> tuple[HeldCard, Card]:
    """Return a card that the one who asks holds, or held.

    Raises NotFound `cards.not_found`, `cards.no_such_code`.
    """
    card = await find_any(work.db, ref)
    held = await store.find_code(
        work.db, card.merchant_id, card.channel_id, code, int(card.card_id)
    )
    if held is not None and is_locked:
        held = await store.lock_code(work.db, held)
    if held is None or held.person_id != work.actor.person_id:
        raise NotFound("cards.no_such_code")
    return held, card

"""The till reads a card's code: which coupon or whose card it is; and checks vouchers off."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import find_coupon, lock_coupon
from banyan.commerce.cards.check_off import Consumed, check_off
from banyan.commerce.cards.rules import can_use, status_of
from banyan.commerce.cards.types import Card, CodeText, HeldCard, HolderStatus, Source
from banyan.commerce.coupons import CouponKind
from banyan.commerce.members import MemberId
from banyan.parties.merchants import MerchantId


class FindAtTill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is this code that somebody shows?"""

    merchant_id: MerchantId
    code: CodeText


class CheckOffAtTill(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Check off the card of this code."""

    merchant_id: MerchantId
    code: CodeText


class CardAtTill(msgspec.Struct, frozen=True, kw_only=True):
    """A card as the till sees it."""

    code: str
    title: str
    notice: str
    detail: str
    status: HolderStatus
    can_use: bool
    member_id: MemberId
    coupon_id: Id
    """What an order uses; 0 for a member card, and for a voucher that is checked off by hand."""
    is_voucher: bool


@reading(permission=Permission.ORDERS_TAKE)
async def find_at_till(work: Work, query: FindAtTill) -> CardAtTill:
    """Return the card of a code. Raises NotFound `cards.no_such_code`."""
    held, card = await _find(work, query.merchant_id, query.code)
    coupon = await find_coupon(work.db, held)
    is_voucher = coupon is not None and coupon.terms.kind is CouponKind.VOUCHER
    return CardAtTill(
        code=held.code,
        title=card.face.title,
        notice=card.face.notice,
        detail=card.face.detail,
        status=status_of(held, coupon, work.now),
        can_use=can_use(held, coupon, work.now),
        member_id=held.member_id,
        coupon_id=Id(0 if is_voucher else held.coupon_id),
        is_voucher=is_voucher,
    )


@single(permission=Permission.ORDERS_TAKE)
async def check_off_at_till(work: Work, command: CheckOffAtTill) -> Consumed:
    """Check a card off at the till, once. Raises as `consume_code`."""
    found, card = await _find(work, command.merchant_id, command.code)
    held = await store.lock_code(work.db, found)
    if held is None:
        raise NotFound("cards.no_such_code")
    return await check_off(work, held, card, await lock_coupon(work, held), Source.HELPER)


async def _find(work: Work, merchant_id: int, code: str) -> tuple[HeldCard, Card]:
    found = await store.find_codes_of(work.db, merchant_id, code)
    if not found:
        raise NotFound("cards.no_such_code")
    if len(found) > 1:
        raise Refusal("cards.several")
    card = await store.find_card(work.db, merchant_id, int(found[0].card_id))
    assert card is not None, "what is held is of a card"
    return found[0], card

"""Checks cards off: by the merchant's program, its staff, or their holders in front of them."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_mine, lock_coupon, lock_held
from banyan.commerce.cards.rules import check_self_use, facts_of, render_ref, status_of
from banyan.commerce.cards.types import (
    Card,
    CardConsumed,
    CardRef,
    CodeText,
    HeldCard,
    HolderStatus,
    Source,
)
from banyan.commerce.coupons import CouponForOrder, CouponState, find_coupons, use_coupon
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId

Typed = Annotated[str, msgspec.Meta(max_length=32, pattern=LINE)]
_held_max = 1_000

_refusals = {
    HolderStatus.CONSUMED: "cards.consumed",
    HolderStatus.EXPIRED: "cards.expired",
}


class ConsumeCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Check off the card of this code."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef | None = None
    source: Source = Source.API


class UseMyCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I check my card off, in front of the staff."""

    ref: CardRef
    code: CodeText
    verify_code: Typed = ""
    remark_amount: Typed = ""


class Consumed(msgspec.Struct, frozen=True, kw_only=True):
    """A card that was checked off just now."""

    ref: str
    code: str
    title: str
    openid: str


@single(permission=Permission.COUPONS_WRITE)
async def consume_code(work: Work, command: ConsumeCode) -> Consumed:
    """Check a card off, once.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.consumed`,
    `cards.expired`, `cards.not_usable`, `cards.not_consumable`, `cards.use_limit`,
    `coupons.not_usable_yet`, `coupons.reserved`.
    """
    held, card, coupon = await lock_held(
        work, command.merchant_id, command.channel_id, command.code, command.ref
    )
    return await check_off(work, held, card, coupon, command.source)


@single(permission=Permission.PERSON)
async def use_my_card(work: Work, command: UseMyCard) -> Consumed:
    """Check one's own card off, where its merchant lets holders do so.

    Raises as `consume_code`; Refusal `cards.no_self_use`; Invalid `cards.verify_code_missing`,
    `cards.amount_missing`.
    """
    held, card = await access_mine(work, command.ref, command.code, is_locked=True)
    check_self_use(card.self_use, command.verify_code, command.remark_amount)
    await _check_limit(work, held, card)
    coupon = await lock_coupon(work, held)
    await _use(work, held, coupon)
    return _note(
        work,
        held,
        card,
        Source.HELPER,
        verify_code=command.verify_code,
        remark_amount=command.remark_amount,
    )


async def check_off(
    work: Work, held: HeldCard, card: Card, coupon: CouponForOrder | None, source: Source
) -> Consumed:
    """Check off a locked card. Raises as `consume_code`."""
    await _check_limit(work, held, card)
    await _use(work, held, coupon)
    return _note(work, held, card, source)


def check_normal(held: HeldCard, coupon: CouponForOrder | None, work: Work) -> None:
    """Accept a card that its holder could use or pass on.

    Raises Refusal `cards.consumed`, `cards.expired`, `cards.not_usable`.
    """
    status = status_of(held, coupon, work.now)
    if status is not HolderStatus.NORMAL:
        raise Refusal(_refusals.get(status, "cards.not_usable"))


async def _use(work: Work, held: HeldCard, coupon: CouponForOrder | None) -> None:
    check_normal(held, coupon, work)
    if coupon is None:
        raise Refusal("cards.not_consumable")
    await use_coupon(work, coupon)


async def _check_limit(work: Work, held: HeldCard, card: Card) -> None:
    """Refuse one more than a person may have checked off."""
    if not card.terms.use_limit:
        return
    # Rivals that check off other cards of the same person are counted one after another.
    await store.lock_card(work.db, held.merchant_id, card.card_id)
    mine = await store.list_of_person(
        work.db, held.person_id, merchant_id=held.merchant_id, card_id=card.card_id, limit=_held_max
    )
    coupons = await find_coupons(work.db, [(one.merchant_id, one.coupon_id) for one in mine])
    used = sum(one.state is CouponState.REDEEMED for one in coupons.values())
    if used >= card.terms.use_limit:
        raise Refusal("cards.use_limit", limit=card.terms.use_limit)


def _note(
    work: Work,
    held: HeldCard,
    card: Card,
    source: Source,
    *,
    verify_code: str = "",
    remark_amount: str = "",
) -> Consumed:
    ref = render_ref(held.merchant_id, int(held.card_id))
    work.record(
        CardConsumed(
            **facts_of(held, card),
            source=source,
            outer_str=held.outer_str,
            verify_code=verify_code,
            remark_amount=remark_amount,
        )
    )
    return Consumed(ref=ref, code=held.code, title=card.face.title, openid=held.openid)

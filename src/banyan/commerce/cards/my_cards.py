"""What holders do with their cards: look at them, and throw them away."""

import msgspec

from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card, access_mine, find_coupon, lock_coupon
from banyan.commerce.cards.change_codes import end_held
from banyan.commerce.cards.check_off import check_normal
from banyan.commerce.cards.read_codes import (
    HELD_MAX,
    CodeFound,
    CodeReport,
    Codes,
    describe_all,
    describe_held,
    seal_held,
)
from banyan.commerce.cards.rules import facts_of
from banyan.commerce.cards.types import (
    Card,
    CardRef,
    CardViewed,
    CodeMode,
    CodeState,
    CodeText,
    OuterText,
    SessionEntered,
)
from banyan.commerce.members import read_points
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ensure_openids


class MineCommand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """About a card that I hold."""

    ref: CardRef
    code: CodeText


class ListMyHeld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the cards that I hold."""

    merchant_id: MerchantId | None = None


class ViewOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I look at a card that I could take."""

    ref: CardRef
    outer_str: OuterText = ""


class MyCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that I hold, as its page shows it."""

    report: CodeReport
    sealed_code: str
    points: int
    may_give: bool


@reading(permission=Permission.PERSON)
async def list_my_held(work: Work, query: ListMyHeld) -> Codes:
    """Return the cards of the one who asks, the newest first."""
    held = await store.list_of_person(
        work.db, work.actor.person_id, merchant_id=query.merchant_id, card_id=None, limit=HELD_MAX
    )
    return Codes(items=await describe_all(work, held))


@single(permission=Permission.PERSON)
async def view_my_card(work: Work, command: MineCommand) -> MyCard:
    """Return a card that the one who asks holds, and take down that they looked at it.

    Raises NotFound `cards.not_found`, `cards.no_such_code`.
    """
    held, card = await access_mine(work, command.ref, command.code)
    coupon = await find_coupon(work.db, held)
    report = describe_held(held, card, coupon, work.now)
    work.record(CardViewed(**facts_of(held, card), outer_str=held.outer_str))
    points = 0
    if card.kind.is_member:
        key = (held.merchant_id, int(held.member_id))
        points = (await read_points(work, [key]))[key]
    return MyCard(
        report=report,
        sealed_code=seal_held(held, card),
        points=points,
        may_give=may_give(card) and report.can_use,
    )


@single(permission=Permission.PERSON)
async def view_offer(work: Work, command: ViewOffer) -> None:
    """Take down that somebody looked at a card on offer. Raises NotFound `cards.not_found`."""
    card = await access_card(work.db, command.ref)
    openids = await ensure_openids(work, card.channel_id, [work.actor.person_id])
    work.record(
        CardViewed(
            merchant_id=int(card.merchant_id),
            person_id=work.actor.person_id,
            channel_id=int(card.channel_id),
            subject_id=int(card.card_id),
            ref=command.ref,
            code="",
            openid=openids[work.actor.person_id],
            outer_str=command.outer_str,
        )
    )


@single(permission=Permission.PERSON)
async def seal_my_code(work: Work, command: MineCommand) -> CodeFound:
    """Return the sealed code of a card, for a page of the account that the holder goes to.

    Raises NotFound `cards.not_found`, `cards.no_such_code`.
    """
    held, card = await access_mine(work, command.ref, command.code)
    return CodeFound(code=seal_held(held, card))


@single(permission=Permission.PERSON)
async def enter_session(work: Work, command: MineCommand) -> None:
    """Take down that a holder goes from a card to the conversation with its account.

    Raises NotFound `cards.not_found`, `cards.no_such_code`.
    """
    held, card = await access_mine(work, command.ref, command.code)
    work.record(SessionEntered(**facts_of(held, card)))


@single(permission=Permission.PERSON)
async def discard_card(work: Work, command: MineCommand) -> None:
    """Throw a card away that one could still use.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.consumed`,
    `cards.expired`, `cards.not_usable`, `coupons.reserved`.
    """
    held, card = await access_mine(work, command.ref, command.code, is_locked=True)
    coupon = await lock_coupon(work, held)
    check_normal(held, coupon, work)
    await end_held(work, held, card, coupon, CodeState.DISCARDED)


def may_give(card: Card) -> bool:
    """Whether holders may pass a card on: coupons whose codes we draw."""
    is_ours = card.terms.code_mode is CodeMode.OURS
    return card.terms.may_give and is_ours and not card.kind.is_member

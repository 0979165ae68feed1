"""Issues the coupons behind cards, and member cards, to those who may have them."""

from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.books.work import Work
from banyan.commerce.cards import store
from banyan.commerce.cards.accounts import note_moved, read_left
from banyan.commerce.cards.give_codes import Giving, give_codes
from banyan.commerce.cards.rules import (
    compute_member_expiry,
    render_ref,
)
from banyan.commerce.cards.types import (
    Card,
    CodeState,
    HeldCard,
    TransferCode,
)
from banyan.commerce.coupons import (
    CouponId,
    Issued,
    Origin,
    Wish,
    find_campaigns,
    issue_coupons,
)
from banyan.commerce.members import MemberForOrder
from banyan.reach.channels import ensure_openids

_held = CodeState.HELD


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One person who should get one card, and how it is handed out to them."""

    ref: str
    person_id: int
    index: int = 0
    code: str = ""
    """Named by whoever hands it out."""
    openid: str = ""
    """Only who is known by this may have it; empty for anybody."""
    outer_id: int = 0
    outer_str: str = ""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A card that came into somebody's hands."""

    ref: str
    code: str
    openid: str
    is_active: bool = True


async def on_issued(work: Work, issued: Sequence[Issued]) -> None:
    """Give the coupons of cards their codes, however they came to their members."""
    keys = {(int(c.wish.campaign.merchant_id), int(c.wish.campaign.campaign_id)) for _, c in issued}
    cards = await store.find_of_campaigns(work.db, sorted(keys))
    mine = [
        (one, claim.wish) for one, claim in issued if int(claim.wish.campaign.campaign_id) in cards
    ]
    if not mine:
        return
    openids: dict[int, dict[int, str]] = {}
    for card in cards.values():
        people = [
            wish.person_id for _, wish in mine if wish.campaign.campaign_id == card.campaign_id
        ]
        openids[int(card.card_id)] = await ensure_openids(work, card.channel_id, people)
    givings = []
    for coupon_id, wish in mine:
        card = cards[int(wish.campaign.campaign_id)]
        asking = wish.asked if isinstance(wish.asked, Asking) else None
        held = HeldCard(
            merchant_id=int(card.merchant_id),
            card_id=card.card_id,
            code=asking.code if asking else "",
            is_custom=False,
            coupon_id=coupon_id,
            member_id=wish.member_id,
            person_id=wish.person_id,
            openid=openids[int(card.card_id)][wish.person_id],
            state=_held,
            outer_id=asking.outer_id if asking else 0,
            outer_str=asking.outer_str if asking else "",
            taken_at=wish.at,
        )
        givings.append(Giving(card=card, held=held, index=wish.index))
    await give_codes(work, givings)


Sound = list[tuple[int, Asking, Card]]


async def issue_coupon_cards(
    work: Work, sound: Sound, members: Mapping[tuple[int, int], MemberForOrder]
) -> dict[int, Taken | Failure]:
    """Issue the coupons that cards are faces of; what comes of each, by its place."""
    mine = [entry for entry in sound if entry[2].campaign_id]
    if not mine:
        return {}
    keys = {(int(card.merchant_id), int(card.campaign_id)) for _, _, card in mine}
    campaigns = await find_campaigns(work.db, sorted(keys))
    wishes = [
        Wish(
            campaign=campaigns[int(card.merchant_id), int(card.campaign_id)],
            member_id=members[int(card.merchant_id), one.person_id].member_id,
            person_id=one.person_id,
            at=work.now,
            origin=Origin.CARD,
            index=one.index,
            asked=one,
        )
        for _, one, card in mine
    ]
    issued = await issue_coupons(work, wishes)
    got = [
        (int(card.merchant_id), int(outcome[0]))
        for (_, _, card), outcome in zip(mine, issued, strict=True)
        if isinstance(outcome, tuple)
    ]
    held = await store.find_of_coupons(work.db, got) if got else {}
    return {
        place: _taken(one.ref, held[CouponId(outcome[0])])
        if isinstance(outcome, tuple)
        else outcome
        for (place, one, _), outcome in zip(mine, issued, strict=True)
    }


async def issue_member_cards(
    work: Work,
    sound: Sound,
    members: Mapping[tuple[int, int], MemberForOrder],
    openids: Mapping[tuple[int, int], str],
) -> dict[int, Taken | Failure]:
    """Issue member cards, whose stock is on the ledger; what comes of each, by its place."""
    mine = [entry for entry in sound if not entry[2].campaign_id]
    if not mine:
        return {}
    counts: dict[tuple[int, int], int] = {}
    cards = {card.card_id: card for _, _, card in mine}
    for _, card in sorted(cards.items()):
        locked = await store.lock_card(work.db, card.merchant_id, card.card_id)
        assert locked is not None
        people = [one.person_id for _, one, of in mine if of.card_id == card.card_id]
        held = await store.count_held(work.db, card, people)
        counts |= {(int(card.card_id), person): held.get(person, 0) for person in people}
    # Only now nobody else takes any.
    left = await read_left(work.db, cards.values())
    outcomes: dict[int, Taken | Failure] = {}
    givings: dict[int, Giving] = {}
    for place, one, card in mine:
        key = (int(card.card_id), one.person_id)
        if counts[key] >= card.get_limit:
            outcomes[place] = Refusal("coupons.limit_reached", limit=card.get_limit)
        elif left[key[0]] <= 0:
            outcomes[place] = Refusal("coupons.sold_out")
        else:
            counts[key] += 1
            left[key[0]] -= 1
            note_moved(work, card, TransferCode.TAKEN, index=one.index)
            givings[place] = _giving(work, one, card, members, openids)
    given = await give_codes(work, list(givings.values()))
    for place, held_card in zip(givings, given, strict=True):
        outcomes[place] = _taken(asked_ref(held_card), held_card)
    return outcomes


def asked_ref(held: HeldCard) -> str:
    """What programs call the card that somebody holds one of."""
    return render_ref(held.merchant_id, int(held.card_id))


def _giving(
    work: Work,
    one: Asking,
    card: Card,
    members: Mapping[tuple[int, int], MemberForOrder],
    openids: Mapping[tuple[int, int], str],
) -> Giving:
    held = HeldCard(
        merchant_id=int(card.merchant_id),
        card_id=card.card_id,
        code=one.code,
        is_custom=False,
        coupon_id=CouponId(0),
        member_id=members[int(card.merchant_id), one.person_id].member_id,
        person_id=one.person_id,
        openid=openids[int(card.channel_id), one.person_id],
        state=_held,
        outer_id=one.outer_id,
        outer_str=one.outer_str,
        taken_at=work.now,
        expires_at=compute_member_expiry(card, work.now),
        activated_at=work.now if card.terms.is_auto_active else None,
    )
    return Giving(card=card, held=held, index=one.index)


def _taken(ref: str, held: HeldCard) -> Taken:
    is_active = bool(held.coupon_id) or held.activated_at is not None
    return Taken(ref=ref, code=held.code, openid=held.openid, is_active=is_active)

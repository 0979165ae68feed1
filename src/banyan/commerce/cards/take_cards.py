"""Puts cards into hands: whoever asks first has one first."""

from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.cards import store
from banyan.commerce.cards.issue_cards import (
    Asking,
    Sound,
    Taken,
    issue_coupon_cards,
    issue_member_cards,
)
from banyan.commerce.cards.rules import (
    check_named_code,
    find_obstacle,
    read_ref,
)
from banyan.commerce.cards.types import (
    Card,
    CardRef,
    CardStatus,
    CodeMode,
    OuterText,
)
from banyan.commerce.members import MemberForOrder, NewMember, ensure_members
from banyan.reach.channels import ensure_openids


class TakeCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take one card."""

    ref: CardRef
    outer_str: OuterText = ""


@plural(permission=Permission.PERSON, batch_max=500)
async def take_cards(work: Work, calls: Sequence[Call[TakeCard]]) -> Sequence[Taken | Failure]:
    """Give each who asks a card, first come first served, never more than there are.

    Whoever takes a card is a member of its shop from then on. Refuses with NotFound
    `cards.not_found`; Refusal `cards.not_verified`, `cards.not_for_you`, `cards.code_missing`,
    `coupons.limit_reached`, `coupons.sold_out`, `coupons.campaign_over`, `coupons.contended`.
    """
    asked = [
        Asking(
            ref=call.command.ref,
            person_id=call.actor.person_id,
            index=call.index,
            outer_str=call.command.outer_str,
        )
        for call in calls
    ]
    return await hand_out(work, asked)


async def hand_out(work: Work, asked: Sequence[Asking]) -> list[Taken | Failure]:
    """Give everybody their card or say why not, in order. Failures are those of `take_cards`."""
    cards = await _find_cards(work, asked)
    openids = await _find_openids(work, asked, cards)
    testers = await _find_testers(work, asked, cards)
    outcomes: dict[int, Taken | Failure] = {}
    sound: list[tuple[int, Asking, Card]] = []
    for place, one in enumerate(asked):
        card = cards.get(one.ref)
        if card is None:
            outcomes[place] = NotFound("cards.not_found")
            continue
        obstacle = find_obstacle(card, is_tester=one.person_id in testers[int(card.channel_id)])
        obstacle = obstacle or _find_mismatch(card, one, openids[card.channel_id, one.person_id])
        if obstacle is None:
            sound.append((place, one, card))
        else:
            outcomes[place] = obstacle
    sound, short = await _check_codes(work, sound)
    outcomes |= short
    members = await _join(work, sound)
    outcomes |= await issue_coupon_cards(work, sound, members)
    outcomes |= await issue_member_cards(work, sound, members, openids)
    return [outcomes[place] for place in range(len(asked))]


async def _find_cards(work: Work, asked: Sequence[Asking]) -> dict[str, Card]:
    keys: dict[str, tuple[int, int]] = {}
    for ref in {one.ref for one in asked}:
        try:
            keys[ref] = read_ref(ref)
        except NotFound:
            continue
    found = await store.find_cards(work.db, list(keys.values()))
    # Whose codes are the merchant's own is handed out one batch after another.
    cards = {
        ref: found[key[1]]
        for ref, key in sorted(keys.items(), key=lambda one: one[1])
        if key[1] in found and found[key[1]].status is not CardStatus.DELETED
    }
    for ref, card in cards.items():
        if card.terms.code_mode is not CodeMode.OURS:
            locked = await store.lock_card(work.db, card.merchant_id, card.card_id)
            assert locked is not None
            cards[ref] = locked
    return cards


async def _find_openids(
    work: Work, asked: Sequence[Asking], cards: Mapping[str, Card]
) -> dict[tuple[int, int], str]:
    people: dict[int, set[int]] = {}
    for one in asked:
        if one.ref in cards:
            people.setdefault(int(cards[one.ref].channel_id), set()).add(one.person_id)
    openids: dict[tuple[int, int], str] = {}
    for channel_id, person_ids in sorted(people.items()):
        known = await ensure_openids(work, channel_id, sorted(person_ids))
        openids |= {(channel_id, person_id): openid for person_id, openid in known.items()}
    return openids


async def _find_testers(
    work: Work, asked: Sequence[Asking], cards: Mapping[str, Card]
) -> dict[int, set[int]]:
    people = [one.person_id for one in asked]
    testers: dict[int, set[int]] = {}
    for card in cards.values():
        known = testers.setdefault(int(card.channel_id), set())
        if card.status is not CardStatus.VERIFIED:
            known |= await store.find_testers(work.db, card.channel_id, people)
    return testers


def _find_mismatch(card: Card, one: Asking, openid: str) -> Refusal | None:
    """Why a card is not handed out like this, or not to them."""
    if (one.openid or card.terms.is_bound) and one.openid != openid:
        return Refusal("cards.not_for_you")
    try:
        check_named_code(card, one.code)
    except Refusal as refusal:
        return refusal
    return None


async def _check_codes(work: Work, sound: Sound) -> tuple[Sound, dict[int, Taken | Failure]]:
    """Leave out those for whom there is no code any more, or whose code somebody has."""
    short: dict[int, Taken | Failure] = {}
    free: dict[int, int] = {}
    named: set[tuple[int, str]] = set()
    kept: Sound = []
    for place, one, card in sound:
        if card.terms.code_mode is CodeMode.DEPOSITED:
            if int(card.card_id) not in free:
                free[int(card.card_id)] = await store.count_deposits(work.db, card)
            free[int(card.card_id)] -= 1
            if free[int(card.card_id)] < 0:
                short[place] = Refusal("coupons.sold_out")
                continue
        if one.code:
            key = (int(card.card_id), one.code)
            taken = await store.find_code(
                work.db, card.merchant_id, card.channel_id, one.code, card.card_id
            )
            if taken is not None or key in named:
                short[place] = Refusal("cards.code_taken")
                continue
            named.add(key)
        kept.append((place, one, card))
    return kept, short


async def _join(work: Work, sound: Sound) -> dict[tuple[int, int], MemberForOrder]:
    people = [
        NewMember(
            merchant_id=int(card.merchant_id),
            person_id=one.person_id,
            joined_at=work.now,
            index=one.index,
        )
        for _, one, card in sound
    ]
    return await ensure_members(work, people) if people else {}

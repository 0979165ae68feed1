"""People take cards: in a storm, from two servers, and only who may."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import SYSTEM, Actor
from banyan.commerce.cards import (
    AcceptGift,
    CardFace,
    CardKind,
    CardStatus,
    CardTerms,
    ChangeCard,
    CodeMode,
    ConsumeCode,
    DeleteCard,
    DepositCodes,
    MineCommand,
    TakeCard,
    Taken,
    UpdateCode,
    accept_gift,
    change_card,
    consume_code,
    delete_card,
    deposit_codes,
    discard_card,
    give_card,
    take_back,
    take_cards,
    update_code,
)
from banyan.commerce.coupons import ClaimCoupon, CouponState, claim_coupons
from banyan.reach.moderation import DecideCheck, ListChecks, decide_check, list_checks
from tests.kit.cards import Offered, offer_card
from tests.kit.loyalty import add_crowd, coupons_of, join_crowd, report_on, second_office
from tests.kit.moderation import BAD, UNCLEAR, operator
from tests.kit.world import World


async def storm(world: World, ref: str, crowd: list[Actor]) -> tuple[Counter[str], list[Taken]]:
    """Let everybody take a card at the same moment, at two servers in turn."""
    outcomes: Counter[str] = Counter()
    taken: list[Taken] = []
    async with second_office(world) as other:
        offices = (world.office, other)

        async def one(number: int, actor: Actor) -> None:
            try:
                taken.append(await offices[number % 2].run(take_cards, TakeCard(ref=ref), actor))
                outcomes["won"] += 1
            except Failure as failure:
                outcomes[failure.code] += 1

        await asyncio.gather(*(one(number, actor) for number, actor in enumerate(crowd)))
    return outcomes, taken


@pytest.mark.parametrize("kind", [CardKind.CASH, CardKind.MEMBER_CARD])
async def test_two_hundred_take_fifty_and_exactly_fifty_win(world: World, kind: CardKind) -> None:
    card = await offer_card(world, kind, quantity=50)
    crowd = await add_crowd(world, 200)
    outcomes, taken = await storm(world, card.ref, crowd)
    assert outcomes == {"won": 50, "coupons.sold_out": 150}
    assert len({one.code for one in taken}) == 50
    if kind is CardKind.CASH:
        counts = (await report_on(world, card.campaign_id)).counts
        assert (counts.left, counts.held) == (0, 50)


async def test_deposited_codes_go_to_one_each(world: World) -> None:
    codes = [f"TEA-{number:03d}" for number in range(30)]
    card = await offer_card(world, CardKind.CASH, mode=CodeMode.DEPOSITED, codes=codes)
    crowd = await add_crowd(world, 60)
    outcomes, taken = await storm(world, card.ref, crowd)
    assert outcomes == {"won": 30, "coupons.sold_out": 30}
    assert sorted(one.code for one in taken) == codes


async def test_twenty_check_one_code_off_and_one_wins(world: World) -> None:
    card = await offer_card(world, CardKind.GIFT)
    lin = await world.person("lin")
    taken = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    command = ConsumeCode(
        merchant_id=world.merchant_id, channel_id=card.channel_id, code=taken.code
    )
    outcomes: Counter[str] = Counter()
    async with second_office(world) as other:
        offices = (world.office, other)

        async def one(number: int) -> None:
            try:
                await offices[number % 2].run(consume_code, command, world.owner)
                outcomes["won"] += 1
            except Failure as failure:
                outcomes[failure.code] += 1

        await asyncio.gather(*(one(number) for number in range(20)))
    assert outcomes == {"won": 1, "cards.consumed": 19}
    counts = (await report_on(world, card.campaign_id)).counts
    assert (counts.redeemed, counts.held) == (1, 0)


async def test_a_coupon_claimed_in_the_app_is_a_card_with_a_code(world: World) -> None:
    card = await offer_card(world, CardKind.CASH, is_claimable=True)
    (lin,) = await add_crowd(world, 1)
    await join_crowd(world, [lin])
    claim = ClaimCoupon(merchant_id=world.merchant_id, campaign_id=card.campaign_id)
    start = await world.mark()
    await world.office.run(claim_coupons, claim, lin)
    assert await world.events(start) == ["cards.taken", "coupons.claimed"]


async def test_who_may_not_take_a_card_is_told_why(world: World) -> None:
    card = await offer_card(world, CardKind.CASH, get_limit=1)
    lin = await world.person("lin")
    await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    with pytest.raises(Refusal, match=r"coupons\.limit_reached"):
        await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    with pytest.raises(NotFound, match=r"cards\.not_found"):
        await world.office.run(take_cards, TakeCard(ref="p" * 28), lin)
    named = await offer_card(world, CardKind.CASH, mode=CodeMode.NAMED)
    with pytest.raises(Refusal, match=r"cards\.code_missing"):
        await world.office.run(take_cards, TakeCard(ref=named.ref), lin)
    refused = await offer_card(world, CardKind.CASH, description="代开发票，加微信")
    if not refused.is_verified:
        with pytest.raises(Refusal, match=r"cards\.not_verified"):
            await world.office.run(take_cards, TakeCard(ref=refused.ref), lin)
    await _delete(world, card)
    with pytest.raises(NotFound, match=r"cards\.not_found"):
        await world.office.run(take_cards, TakeCard(ref=card.ref), await world.person("wu"))


async def test_a_card_goes_to_a_friend_and_comes_back(world: World) -> None:
    card = await offer_card(world, CardKind.CASH)
    lin, wu = await world.person("lin"), await world.person("wu")
    taken = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    mine = MineCommand(ref=card.ref, code=taken.code)
    gift = await world.office.run(give_card, mine, lin)
    with pytest.raises(Refusal, match=r"cards\.own_gift"):
        await world.office.run(accept_gift, AcceptGift(token=gift.token), lin)
    await world.office.run(take_back, mine, lin)
    with pytest.raises(NotFound, match=r"cards\.no_such_gift"):
        await world.office.run(accept_gift, AcceptGift(token=gift.token), wu)
    gift = await world.office.run(give_card, mine, lin)
    theirs = await world.office.run(accept_gift, AcceptGift(token=gift.token), wu)
    assert theirs.held.code != taken.code
    assert theirs.held.from_code == taken.code
    (before,), (after,) = await coupons_of(world, "lin"), await coupons_of(world, "wu")
    assert (before.state, after.state) == (CouponState.GIVEN, CouponState.CLAIMED)
    counts = (await report_on(world, card.campaign_id)).counts
    assert (counts.claimed, counts.held) == (1, 1)
    with pytest.raises(Refusal, match=r"cards\.not_usable"):
        await world.office.run(discard_card, mine, lin)
    thrown = MineCommand(ref=card.ref, code=theirs.held.code)
    await world.office.run(discard_card, thrown, wu)
    (after,) = await coupons_of(world, "wu")
    assert after.state is CouponState.VOIDED


async def test_ten_friends_come_for_one_gift_and_one_has_it(world: World) -> None:
    card = await offer_card(world, CardKind.CASH)
    lin = await world.person("lin")
    taken = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    gift = await world.office.run(give_card, MineCommand(ref=card.ref, code=taken.code), lin)
    crowd = await add_crowd(world, 10)
    outcomes: Counter[str] = Counter()

    async def one(actor: Actor) -> None:
        try:
            await world.office.run(accept_gift, AcceptGift(token=gift.token), actor)
            outcomes["won"] += 1
        except Failure as failure:
            outcomes[failure.code] += 1

    await asyncio.gather(*(one(actor) for actor in crowd))
    assert outcomes == {"won": 1, "cards.no_such_gift": 9}


async def _delete(world: World, card: Offered) -> None:
    command = DeleteCard(merchant_id=world.merchant_id, channel_id=card.channel_id, ref=card.ref)
    await world.office.run(delete_card, command, world.owner)


async def test_a_check_of_other_words_does_not_let_a_card_through(world: World) -> None:
    card = await offer_card(world, CardKind.CASH, description=UNCLEAR)
    own: dict[str, Any] = {"merchant_id": world.merchant_id, "channel_id": card.channel_id}
    query = ListChecks(**own)
    (check,) = (await world.office.run(list_checks, query, SYSTEM)).items
    face = CardFace(title="五元券", brand_name="榕树茶馆", description=BAD)
    change = ChangeCard(**own, ref=card.ref, face=face)
    assert (await world.office.run(change_card, change, world.owner)).status is CardStatus.REFUSED
    decide = DecideCheck(channel_id=card.channel_id, check_id=check.check_id, passes=True)
    await world.office.run(decide_check, decide, await operator(world, "fang"))
    with pytest.raises(Refusal, match=r"cards\.not_verified"):
        await world.office.run(take_cards, TakeCard(ref=card.ref), await world.person("lin"))


@pytest.mark.parametrize("_round", range(3))
async def test_rivals_check_off_no_more_than_one_person_may(world: World, _round: int) -> None:
    card = await offer_card(world, CardKind.GIFT, get_limit=10)
    own: dict[str, Any] = {"merchant_id": world.merchant_id, "channel_id": card.channel_id}
    change = ChangeCard(**own, ref=card.ref, terms=CardTerms(use_limit=2))
    await world.office.run(change_card, change, world.owner)
    lin = await world.person("lin")
    codes = [
        (await world.office.run(take_cards, TakeCard(ref=card.ref), lin)).code for _ in range(10)
    ]
    outcomes: Counter[str] = Counter()
    async with second_office(world) as other:
        offices = (world.office, other)

        async def one(number: int, code: str) -> None:
            try:
                command = ConsumeCode(**own, code=code)
                await offices[number % 2].run(consume_code, command, world.owner)
                outcomes["won"] += 1
            except Failure as failure:
                outcomes[failure.code] += 1

        await asyncio.gather(*(one(number, code) for number, code in enumerate(codes)))
    assert outcomes == {"won": 2, "cards.use_limit": 8}


async def test_a_code_that_waits_to_be_given_is_not_another_cards(world: World) -> None:
    codes = ["TEA-1", "TEA-2"]
    card = await offer_card(world, CardKind.CASH, mode=CodeMode.DEPOSITED, codes=codes)
    own: dict[str, Any] = {"merchant_id": world.merchant_id, "channel_id": card.channel_id}
    lin, wu = await world.person("lin"), await world.person("wu")
    taken = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    (left,) = {*codes} - {taken.code}
    update = UpdateCode(**own, ref=card.ref, code=taken.code, new_code=left)
    with pytest.raises(Refusal, match=r"cards\.code_taken"):
        await world.office.run(update_code, update, world.owner)
    update = UpdateCode(**own, ref=card.ref, code=taken.code, new_code="TEA-9")
    await world.office.run(update_code, update, world.owner)
    deposit = DepositCodes(**own, ref=card.ref, codes=["TEA-9", "TEA-3"])
    done = await world.office.run(deposit_codes, deposit, world.owner)
    assert (done.fresh, done.known) == (["TEA-3"], ["TEA-9"])
    assert (await world.office.run(take_cards, TakeCard(ref=card.ref), wu)).code == left

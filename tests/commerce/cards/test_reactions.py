"""The account's server is told what happens to its cards, in order, as the SDK reads it."""

from __future__ import annotations

from datetime import timedelta

from banyan.commerce.cards import (
    AcceptGift,
    CardKind,
    ChangeCard,
    ConsumeCode,
    MineCommand,
    SelfUse,
    TakeCard,
    UseMyCard,
    accept_gift,
    change_card,
    consume_code,
    discard_card,
    enter_session,
    give_card,
    take_back,
    take_cards,
    use_my_card,
    view_my_card,
)
from banyan.commerce.handouts import Happened, ReadDays, read_days
from banyan.reach.channels import ChannelId
from tests.kit.cards import offer_card
from tests.kit.loyalty import add_crowd, coupons_of
from tests.kit.receiver import open_line
from tests.kit.sales import open_busy_shop, pay, place
from tests.kit.world import World


async def test_the_life_of_cards_is_told(world: World) -> None:
    async with open_line(world) as line:
        card = await offer_card(world, CardKind.CASH, tells_views=True)
        lin, wu = await world.person("lin"), await world.person("wu")
        taken = await world.office.run(take_cards, TakeCard(ref=card.ref, outer_str="door"), lin)
        mine = MineCommand(ref=card.ref, code=taken.code)
        await world.office.run(view_my_card, mine, lin)
        await world.office.run(enter_session, mine, lin)
        await world.office.run(give_card, mine, lin)
        await world.office.run(take_back, mine, lin)
        gift = await world.office.run(give_card, mine, lin)
        theirs = await world.office.run(accept_gift, AcceptGift(token=gift.token), wu)
        command = ConsumeCode(
            merchant_id=world.merchant_id, channel_id=card.channel_id, code=theirs.held.code
        )
        await world.office.run(consume_code, command, world.owner)
        again = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
        thrown = MineCommand(ref=card.ref, code=again.code)
        await world.office.run(discard_card, thrown, lin)
        await world.settle()
        await line.deliver()
        told = [one for one in line.receiver.messages if one.type == "event"]
        by_lin = [one.event for one in told if one.source == taken.openid]
        assert by_lin == [
            "user_get_card",
            "user_view_card",
            "user_enter_session_from_card",
            "user_gifting_card",
            "user_gifting_card",
            "user_get_card",
            "user_del_card",
        ]
        got = next(one for one in told if one.event == "user_get_card")
        assert (got.card_id, got.code, got.outer_str) == (card.ref, taken.code, "door")
        assert got.is_given_by_friend == 0
        by_wu = [one for one in told if one.source == theirs.held.openid]
        assert [one.event for one in by_wu] == ["user_get_card", "user_consume_card"]
        assert (by_wu[0].is_given_by_friend, by_wu[0].old_code) == (1, taken.code)
        assert by_wu[0].friend == taken.openid
        assert (by_wu[1].consume_source, by_wu[1].code) == ("FROM_API", theirs.held.code)
        assert [one.event for one in told if not one.source] == ["card_pass_check"]
        sums = await _sums(world, card.channel_id)
        assert sums[Happened.TAKEN] == (3, 2)
        assert sums[Happened.CONSUMED] == (1, 1)
        assert sums[Happened.GIFTED] == (1, 1)


async def test_a_card_used_for_an_order_is_told_as_checked_off(world: World) -> None:
    shop = await open_busy_shop(world)
    async with open_line(world) as line:
        card = await offer_card(world, CardKind.CASH)
        lin = await world.person("lin")
        taken = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
        (coupon,) = await coupons_of(world, "lin")
        order = await place(world, "lin", shop, {shop.oolong: 3}, coupon_id=coupon.coupon_id)
        await pay(world, "lin", order)
        await world.settle()
        await line.deliver()
        told = line.receiver.messages[-1]
        assert (told.event, told.code) == ("user_consume_card", taken.code)
        assert told.consume_source == "FROM_MOBILE_HELPER"


async def test_a_gift_that_nobody_takes_comes_back_after_a_day(world: World) -> None:
    card = await offer_card(world, CardKind.CASH)
    lin = await world.person("lin")
    taken = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    await world.office.run(give_card, MineCommand(ref=card.ref, code=taken.code), lin)
    await world.advance(timedelta(days=1, minutes=1))
    shown = await world.office.run(view_my_card, MineCommand(ref=card.ref, code=taken.code), lin)
    assert shown.report.can_use


async def test_a_holder_checks_off_what_the_merchant_lets_them(world: World) -> None:
    async with open_line(world) as line:
        card = await offer_card(world, CardKind.GIFT)
        lin = await world.person("lin")
        taken = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
        change = ChangeCard(
            merchant_id=world.merchant_id,
            channel_id=card.channel_id,
            ref=card.ref,
            self_use=SelfUse(is_open=True, needs_amount=True),
        )
        await world.office.run(change_card, change, world.owner)
        command = UseMyCard(ref=card.ref, code=taken.code, remark_amount="25")
        await world.office.run(use_my_card, command, lin)
        await world.settle()
        await line.deliver()
        told = line.receiver.messages[-1]
        assert (told.event, told.remark_amount) == ("user_consume_card", "25")


async def test_a_plentiful_card_that_becomes_scarce_is_told_of_once(world: World) -> None:
    async with open_line(world) as line:
        card = await offer_card(world, CardKind.MEMBER_CARD, quantity=201)
        crowd = await add_crowd(world, 103)
        for actor in crowd:
            await world.office.run(take_cards, TakeCard(ref=card.ref), actor)
        await world.settle()
        await line.deliver(until_s=60)
        told = [one for one in line.receiver.messages if one.event == "card_sku_remind"]
        assert [one.card_id for one in told] == [card.ref]


async def _sums(world: World, channel_id: ChannelId) -> dict[Happened, tuple[int, int]]:
    day = (world.now + timedelta(hours=8)).date()
    query = ReadDays(
        merchant_id=world.merchant_id,
        channel_id=channel_id,
        first_on=day - timedelta(days=1),
        last_on=day + timedelta(days=1),
    )
    found = await world.office.run(read_days, query, world.owner)
    return {one.what: (one.times, one.people) for one in found.items if one.card_id is None}

"""Whoever pays enough is given a card, once, and nobody else."""

from __future__ import annotations

from datetime import timedelta

from banyan.commerce.cards import CardKind, ListMyHeld, list_my_held
from banyan.commerce.handouts import AddPayRule, add_pay_rule
from tests.kit.cards import offer_card
from tests.kit.sales import buy, open_busy_shop
from tests.kit.world import World


async def test_who_pays_enough_is_given_a_card_and_who_does_not_is_not(world: World) -> None:
    shop = await open_busy_shop(world)
    card = await offer_card(world, CardKind.GIFT, get_limit=1)
    rule = AddPayRule(
        merchant_id=world.merchant_id,
        channel_id=card.channel_id,
        ref=card.ref,
        cost_min_fen=3_000,
        begins_at=world.now,
        ends_at=world.now + timedelta(days=1),
    )
    await world.office.run(add_pay_rule, rule, world.owner)
    lin = world.as_person("lin")
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    assert (await world.office.run(list_my_held, ListMyHeld(), lin)).items == []
    for _ in range(2):
        await buy(world, "lin", shop, {shop.oolong: 3})
        await world.settle()
    (one,) = (await world.office.run(list_my_held, ListMyHeld(), lin)).items
    assert (one.ref, one.held.outer_str) == (card.ref, "pay:1")

"""The till reads cards by their codes: whose they are, what they take off, and vouchers."""

from __future__ import annotations

from banyan.commerce.cards import CardKind, TakeCard, take_cards
from tests.doors.pages.test_cashier import open_till, tap
from tests.kit.cards import offer_card
from tests.kit.web import open_client
from tests.kit.world import World


async def test_a_card_is_used_for_a_sale_and_a_voucher_is_checked_off(world: World) -> None:
    part = {"hx-request": "true"}
    async with open_client(world) as client:
        shop = await open_till(world, client)
        cash = await offer_card(world, CardKind.CASH)
        gift = await offer_card(world, CardKind.GIFT)
        lin = world.as_person("lin")
        off = await world.office.run(take_cards, TakeCard(ref=cash.ref), lin)
        cup = await world.office.run(take_cards, TakeCard(ref=gift.ref), lin)
        await tap(client, shop.oolong, 3)
        shown = await client.post("/till/member", data={"phone": off.code}, headers=part)
        assert "selected" in shown.text
        assert "¥5.00" in shown.text
        start = await world.mark()
        sold = await client.post("/till/take", data={"method": "other"})
        assert sold.status_code == 303
        assert "coupons.redeemed" in await world.events(start)
        await client.post("/till/clear", headers=part)
        voucher = await client.post("/till/member", data={"phone": cup.code}, headers=part)
        assert "Check it off" in voucher.text
        done = await client.post("/till/voucher", data={"code": cup.code}, headers=part)
        assert "is checked off" in done.text
        again = await client.post("/till/voucher", data={"code": cup.code}, headers=part)
        assert "has been used" in again.text
        over = await client.post("/till/member", data={"phone": cup.code}, headers=part)
        assert "It cannot be used" in over.text

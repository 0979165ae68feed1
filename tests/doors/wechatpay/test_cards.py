"""Programs send cards to people: they are in their hands, once, as if they had taken them."""

from __future__ import annotations

import asyncio

from banyan.books.actor import SYSTEM
from banyan.commerce.cards import CardKind, ListMyHeld, list_my_held
from banyan.pay.payees import KeyMode
from banyan.reach.channels import FindPeople, ListAppids, find_people, list_appids
from tests.kit.answers import answers
from tests.kit.cards import offer_card
from tests.kit.talks import follower
from tests.kit.wechatpay import Market, PayServer, Town

AT = "2026-11-22T12:00:00+08:00"


async def open_stall(town: Town, mode: KeyMode, quantity: int) -> tuple[Market, str]:
    """The world's merchant, whose program uses the account of a card that it can send."""
    world = town.world
    offered = await offer_card(world, CardKind.CASH, quantity=quantity, get_limit=2)
    query = ListAppids(channel_ids=[offered.channel_id])
    appid = (await world.office.run(list_appids, query, SYSTEM)).items[int(offered.channel_id)]
    channel = (await world.office.run(find_people, FindPeople(appid=appid), SYSTEM)).channel
    for name in ("lin", "wu"):
        await follower(world, channel, name)
    shop = await town.shop(mode, appid=appid)
    return Market(town, shop, PayServer(), appid), offered.ref


async def held(town: Town, name: str) -> list[str]:
    """The codes of the cards that somebody sees on their phone."""
    page = await town.world.office.run(list_my_held, ListMyHeld(), town.world.as_person(name))
    return [one.held.code for one in page.items]


@answers("marketing_card_send")
async def test_a_card_is_sent_once_under_a_number(town: Town, mode: KeyMode) -> None:
    market, ref = await open_stall(town, mode, quantity=3)
    shop, send = market.shop, market.shop.sdk.marketing_card_send
    lin, wu = await market.openid("lin"), await market.openid("wu")
    sent = await shop.call(send, ref, lin, "card-1", AT)
    assert await held(town, "lin") == [sent["card_code"]]
    assert await shop.call(send, ref, lin, "card-1", AT) == sent
    # Whoever asks at the same time under the same number hears of the same card.
    many = await asyncio.gather(*(shop.call(send, ref, lin, "card-2", AT) for _ in range(4)))
    assert len({one["card_code"] for one in many}) == 1
    assert len(await held(town, "lin")) == 2

    assert await shop.refused(send, ref, wu, "card-1", AT) == (400, "INVALID_REQUEST")
    assert await shop.refused(send, ref, lin, "card-3", AT) == (403, "RULE_LIMIT")
    await shop.call(send, ref, wu, "card-4", AT)
    assert await shop.refused(send, ref, wu, "card-5", AT) == (403, "RULE_LIMIT")
    assert len(await held(town, "wu")) == 1
    await town.world.settle()
    await town.world.check()


async def test_only_ones_own_card_is_sent_to_whom_one_knows(town: Town) -> None:
    market, ref = await open_stall(town, KeyMode.PUBLIC_KEY, quantity=3)
    shop, send = market.shop, market.shop.sdk.marketing_card_send
    lin = await market.openid("lin")
    assert await shop.refused(send, ref, "nobody", "card-1", AT) == (400, "PARAM_ERROR")
    assert await shop.refused(send, f"p{'x' * 27}", lin, "card-1", AT) == (
        404,
        "RESOURCE_NOT_EXISTS",
    )
    assert await shop.refused(send, "stock", lin, "card-1", AT) == (400, "PARAM_ERROR")
    assert await shop.refused(send, ref, lin, "card-1", "today") == (400, "PARAM_ERROR")
    other_id = await town.world.merchant("路人", owner="hao")
    other = await town.shop(merchant_id=other_id, appid=market.appid)
    stolen = await other.refused(other.sdk.marketing_card_send, ref, lin, "card-1", AT)
    assert stolen == (400, "APPID_MCHID_NOT_MATCH")
    assert await held(town, "lin") == []

"""The console makes cards, shows what became of them, and checks codes off."""

from __future__ import annotations

from banyan.commerce.cards import CardKind, TakeCard, take_cards
from tests.kit.cards import offer_card
from tests.kit.pages import open_browser
from tests.kit.world import World

TYPED = {
    "title": "立减五元",
    "brand_name": "榕树茶馆",
    "color": "Color050",
    "notice": "出示二维码",
    "detail": "",
    "description": "",
    "kind": "cash",
    "amount_off_fen": "5",
    "threshold_fen": "30",
    "quantity": "20",
    "get_limit": "2",
    "may_give": "on",
}


async def test_a_card_is_made_changed_and_given_out_no_more(world: World) -> None:
    card = await offer_card(world, CardKind.GIFT)
    home = f"/console/channel/{card.channel_id:d}/cards"
    async with open_browser(world, "mei") as mei:
        await mei.open(home + "/new")
        await mei.send(home, TYPED | {"title": "", "quantity": "x"}, status=422)
        await mei.send(home, TYPED)
        page = mei.path
        assert page.startswith(home + "/p")
        assert "立减五元" in mei.words
        assert "card-color050" in mei.page.text
        await mei.send(page + "/stock", {"added": "-5"})
        assert "15" in mei.words
        await mei.send(page + "/stock", {"added": "-50"}, status=422)
        await mei.send(page, TYPED | {"title": "立减五块"})
        assert "立减五块" in mei.words
        answer = await mei.client.post(
            page + "/code.png", headers={"sec-fetch-site": "same-origin"}
        )
        assert answer.headers["content-type"] == "image/png"
        await mei.send(page + "/delete")
        assert mei.path == home
        assert "立减五块" not in mei.words


async def test_codes_are_found_checked_off_and_made_invalid(world: World) -> None:
    card = await offer_card(world, CardKind.GIFT)
    page = f"/console/channel/{card.channel_id:d}/cards/{card.ref}"
    lin = await world.person("lin")
    first = await world.office.run(take_cards, TakeCard(ref=card.ref, outer_str="door"), lin)
    second = await world.office.run(take_cards, TakeCard(ref=card.ref), lin)
    await world.settle()
    async with open_browser(world, "mei") as mei:
        await mei.open(page)
        assert first.code in mei.words
        assert second.code in mei.words
        await mei.open(f"{page}?code={first.code}")
        assert second.code not in mei.words
        await mei.send(page + "/codes", {"code": first.code, "do": "consume"})
        assert "已核销" in mei.words
        await mei.send(page + "/codes", {"code": first.code, "do": "consume"})
        assert "该卡券已核销" in mei.words
        await mei.send(page + "/codes", {"code": second.code, "do": "void"})
        assert "已失效" in mei.words
    async with open_browser(world, "wu") as wu:
        await wu.open(page)
        assert wu.path == "/console/open"

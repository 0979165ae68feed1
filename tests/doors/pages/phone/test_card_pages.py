"""People take cards on their phones, show their codes, answer forms, and give them to friends."""

from __future__ import annotations

import json

from banyan.commerce.cards import (
    ActivationForm,
    CardKind,
    CardTerms,
    ChangeCard,
    FormField,
    FormPart,
    SelfUse,
    SetForm,
    change_card,
    set_form,
)
from banyan.commerce.handouts import MakeShelf, Shelf, ShelfItem, ShelfKind, make_shelf
from banyan.doors.pages.phone.scan.routes import find_path
from tests.kit.cards import Offered, offer_card
from tests.kit.pages import Browser, open_browser
from tests.kit.world import World


async def shelve(world: World, *cards: Offered) -> Shelf:
    """A code that hands out these cards."""
    command = MakeShelf(
        merchant_id=world.merchant_id,
        channel_id=cards[0].channel_id,
        kind=ShelfKind.CODE,
        items=[ShelfItem(ref=one.ref, outer_str="door") for one in cards],
    )
    return await world.office.run(make_shelf, command, world.owner)


async def take(browser: Browser, shelf: Shelf, card: Offered) -> str:
    """Take a card of a shelf; the path of its page."""
    await browser.open(f"/k/{shelf.token}")
    await browser.send(f"/k/{shelf.token}/{card.ref}")
    assert browser.path.startswith(f"/my-cards/{card.ref}/")
    return browser.path


async def test_a_card_is_taken_shown_and_given_to_a_friend(world: World) -> None:
    card = await offer_card(world, CardKind.CASH)
    shelf = await shelve(world, card)
    async with open_browser(world, "lin") as lin, open_browser(world, "wu") as wu:
        path = await take(lin, shelf, card)
        assert path.rpartition("/")[2] in lin.words
        await lin.open("/cards")
        assert "五元券" in lin.words
        await lin.send(path + "/give")
        (link,) = [one for one in lin.page.text.split('"') if "/gift/" in one and "://" in one]
        gift = find_path(link, link.partition("/gift/")[0], "")
        await wu.open(gift)
        await wu.send(gift)
        assert wu.path.startswith(f"/my-cards/{card.ref}/")
        assert wu.path != path
        await lin.open(path)
        assert "已转赠" in lin.words
        await wu.send(wu.path + "/discard")
        await wu.open("/cards")
        assert "五元券" not in wu.words


async def test_a_form_activates_a_member_card(world: World) -> None:
    card = await offer_card(world, CardKind.MEMBER_CARD)
    own = {"merchant_id": world.merchant_id, "channel_id": card.channel_id, "ref": card.ref}
    change = ChangeCard(**own, terms=CardTerms(has_bonus=True, is_form_active=True))  # type: ignore[arg-type] # of the same types
    await world.office.run(change_card, change, world.owner)
    asked = FormPart(
        common=["USER_FORM_INFO_FLAG_NAME"],
        own=[FormField(name="口味", choices=["甜", "淡"], is_many=True)],
    )
    form = SetForm(**own, form=ActivationForm(required=asked))  # type: ignore[arg-type] # of the same types
    await world.office.run(set_form, form, world.owner)
    shelf = await shelve(world, card)
    async with open_browser(world, "lin") as lin:
        path = await take(lin, shelf, card)
        assert "激活会员卡" in lin.words
        await lin.send(path + "/form", {"own_name": ["口味"]})
        assert "请填写" in lin.words
        answers = {"USER_FORM_INFO_FLAG_NAME": "林", "own_name": ["口味"], "own_0": ["甜", "淡"]}
        await lin.send(path + "/form", answers)
        assert "会员卡已激活" in lin.words
        assert path.rpartition("/")[2] in lin.words


async def test_a_holder_uses_a_card_in_front_of_the_staff(world: World) -> None:
    card = await offer_card(world, CardKind.GIFT)
    own = {"merchant_id": world.merchant_id, "channel_id": card.channel_id, "ref": card.ref}
    change = ChangeCard(**own, self_use=SelfUse(is_open=True, needs_amount=True))  # type: ignore[arg-type] # of the same types
    await world.office.run(change_card, change, world.owner)
    async with open_browser(world, "lin") as lin:
        await lin.open(f"/take-card/{card.ref}")
        await lin.send(f"/take-card/{card.ref}")
        path = lin.path
        await lin.send(path + "/use", {"remark_amount": ""})
        assert "请输入金额" in lin.words
        await lin.send(path + "/use", {"remark_amount": "30"})
        assert "已核销" in lin.words
        await lin.send(path + "/talk")
        assert lin.path.startswith("/inbox/")


async def test_who_is_not_signed_in_or_not_signed_for_gets_nothing(world: World) -> None:
    card = await offer_card(world, CardKind.CASH)
    shelf = await shelve(world, card)
    async with open_browser(world) as stranger:
        await stranger.open(f"/k/{shelf.token}")
        assert stranger.path.startswith("/sign-in?next=")
    async with open_browser(world, "lin") as lin:
        await lin.open("/k/" + "A" * 32)
        assert lin.path == "/scan"
        ext = json.dumps({"timestamp": 1, "nonce_str": "n", "signature": "0" * 40})
        await lin.open(f"/add-card?appid=wx1&card_id={card.ref}&card_ext={ext}")
        assert "五元券" in lin.words
        asked = {"appid": "wx1", "card_id": card.ref, "timestamp": "1", "signature": "0" * 40}
        await lin.send("/add-card", asked)
        assert lin.path == "/cards"
        assert "五元券" not in lin.words

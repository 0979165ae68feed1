"""How cards are handed out over the wire, with an unmodified SDK: codes, pages, tickets, gifts."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from wechatpy.utils import WeChatSigner

from banyan.base.errors import NotFound, Refusal
from banyan.commerce.cards import (
    CardFace,
    CardKind,
    CardTerms,
    CodeMode,
    CreateCard,
    MineCommand,
    create_card,
    seal_my_code,
    view_my_card,
)
from banyan.commerce.handouts import (
    ChooseCards,
    MakeShelf,
    OpenShelf,
    ShelfItem,
    ShelfKind,
    TakeOffered,
    TakeSigned,
    choose_cards,
    make_shelf,
    open_shelf,
    take_offered,
    take_signed,
)
from banyan.reach.channels import ChannelKind, CreateChannel, create_channel
from tests.doors.wechat.test_mass import BAD
from tests.doors.wechat.test_users import refused
from tests.kit.cards import cash, member, take
from tests.kit.followers import add_followers
from tests.kit.wechat import Account
from tests.kit.world import World


async def test_a_code_hands_out_a_card(account: Account, world: World) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, cash(world, quantity=5))
    item = {"card_id": card_id, "outer_str": "poster", "outer_id": 7, "is_unique_code": True}
    action = {"action_name": "QR_CARD", "action_info": {"card": item}, "expire_seconds": 1800}
    ticket = await account.call(sdk.create_qrcode, action)
    picture = await account.call(account.sdk.qrcode.show, ticket)
    assert picture.headers["content-type"] == "image/jpg"
    told = await account.post("/card/qrcode/create", action, access_token=account.sdk.access_token)
    token = told["url"].rpartition("/")[2]
    opened = await world.office.run(open_shelf, OpenShelf(token=token), world.owner)
    assert [one.ref for one in opened.cards] == [card_id]
    lin = await world.person("lin")
    taken = await world.office.run(take_offered, TakeOffered(token=token, ref=card_id), lin)
    code = await account.call(sdk.get_code, taken.code)
    assert (code["outer_str"], code["openid"]) == ("poster", taken.openid)
    action["action_name"] = "QR_NOTHING"
    assert await refused(account, sdk.create_qrcode, action) == 40052
    action["action_name"] = "QR_MULTIPLE_CARD"
    assert await refused(account, sdk.create_qrcode, action) == 40053
    action["action_info"] = {"multiple_card": {"card_list": [{"card_id": card_id}]}}
    assert await account.call(sdk.create_qrcode, action)


async def test_a_page_and_an_article_hand_out_cards(account: Account, world: World) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, cash(world, quantity=5))
    page = {
        "banner": "http://mmbiz.qpic.cn/banner",
        "page_title": "惠城优惠大派送",
        "can_share": True,
        "scene": "SCENE_NEAR_BY",
        "card_list": [{"card_id": card_id, "thumb_url": "http://mmbiz.qpic.cn/thumb"}],
    }
    made = await account.call(sdk.create_landingpage, page)
    token = made["url"].rpartition("/")[2]
    opened = await world.office.run(open_shelf, OpenShelf(token=token), world.owner)
    assert (opened.shelf.title, opened.shelf.may_share) == ("惠城优惠大派送", True)
    content = await account.call(sdk.get_html, card_id)
    assert "/k/" in content
    assert "满三十减五元" in content


async def test_a_page_signs_what_it_asks_of_the_phone(account: Account, world: World) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, cash(world, quantity=5))
    ticket = await account.call(account.sdk.jsapi.get_jsapi_card_ticket)
    timestamp = str(int(world.now.timestamp()))
    signer = WeChatSigner()
    signer.add_data(ticket, timestamp, "nonce", card_id)
    command = TakeSigned(
        appid=account.channel.appid,
        ref=card_id,
        timestamp=timestamp,
        nonce="nonce",
        signature=signer.signature,
        outer_str="page",
    )
    lin = await world.person("lin")
    taken = await world.office.run(take_signed, command, lin)
    assert (await account.call(sdk.get_code, taken.code))["outer_str"] == "page"
    params = await account.call(
        account.sdk.jsapi.get_jsapi_card_params, ticket, "CASH", timestamp=timestamp
    )
    query = ChooseCards(
        appid=params["appid"],
        card_kind=params["card_type"],
        timestamp=params["timestamp"],
        nonce=params["noncestr"],
        signature=params["sign"],
    )
    (chosen,) = (await world.office.run(choose_cards, query, lin)).items
    assert chosen.ref == card_id
    assert await account.call(sdk.decrypt_code, chosen.sealed_code) == taken.code
    assert await refused(account, sdk.decrypt_code, "bm90aGluZw==") == 40056
    mine = MineCommand(ref=card_id, code=taken.code)
    sealed = (await world.office.run(seal_my_code, mine, lin)).code
    url = await account.call(sdk.get_redirect_url, "https://tea.example/use", sealed, card_id)
    assert f"encrypt_code={sealed}" in url


async def test_no_account_signs_for_a_card_of_another(account: Account, world: World) -> None:
    command = CreateChannel(merchant_id=world.merchant_id, kind=ChannelKind.SERVICE, name="别号")
    other = (await world.office.run(create_channel, command, world.owner)).channel
    making = CreateCard(
        merchant_id=world.merchant_id,
        channel_id=other.channel_id,
        kind=CardKind.GIFT,
        face=CardFace(title="兑换券", brand_name="别号"),
        terms=CardTerms(code_mode=CodeMode.NAMED),
        quantity=5,
    )
    ref = (await world.office.run(create_card, making, world.owner)).ref
    ticket = await account.call(account.sdk.jsapi.get_jsapi_card_ticket)
    timestamp = str(int(world.now.timestamp()))
    signer = WeChatSigner()
    signer.add_data(ticket, timestamp, "nonce", ref, "FREE-1")
    forged = TakeSigned(
        appid=account.channel.appid,
        ref=ref,
        code="FREE-1",
        timestamp=timestamp,
        nonce="nonce",
        signature=signer.signature,
    )
    with pytest.raises(NotFound, match=r"cards\.not_found"):
        await world.office.run(take_signed, forged, await world.person("lin"))


async def test_two_codes_of_one_shelf_are_each_given_once(account: Account, world: World) -> None:
    refs = [await account.call(account.sdk.card.create, cash(world, quantity=5)) for _ in "ab"]
    making = MakeShelf(
        merchant_id=world.merchant_id,
        channel_id=account.channel.channel_id,
        kind=ShelfKind.CODE,
        items=[ShelfItem(ref=ref, is_once=True) for ref in refs],
    )
    shelf = await world.office.run(make_shelf, making, world.owner)
    lin, wu = await world.person("lin"), await world.person("wu")
    asked = [TakeOffered(token=shelf.token, ref=ref) for ref in refs]
    await asyncio.gather(*(world.office.run(take_offered, one, lin) for one in asked))
    for one in asked:
        with pytest.raises(Refusal, match=r"handouts\.gone"):
            await world.office.run(take_offered, one, wu)


async def test_whoever_tests_may_take_what_nobody_else_may(account: Account, world: World) -> None:
    sdk = account.sdk.card
    good = await account.call(sdk.create, cash(world, quantity=5))
    openid = (await take(world, "lin", good)).openid
    bad = await account.call(sdk.create, cash(world, quantity=5, description=BAD))
    status = (await account.call(sdk.get, bad))["cash"]["base_info"]["status"]
    assert status == "CARD_STATUS_VERIFY_FAIL"
    with pytest.raises(Refusal, match=r"cards\.not_verified"):
        await take(world, "lin", bad)
    assert await refused(account, sdk.set_test_whitelist, [], ["tea"]) == 40132
    await account.call(sdk.set_test_whitelist, [openid])
    assert (await take(world, "lin", bad)).openid == openid
    with pytest.raises(Refusal, match=r"cards\.not_verified"):
        await take(world, "wu", bad)
    failed = await account.call(sdk.batch_get, 0, 10, ["CARD_STATUS_VERIFY_FAIL"])
    assert failed["card_id_list"] == [bad]


async def test_cells_and_colours_of_cards(account: Account, world: World) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, cash(world, quantity=5))
    code = (await take(world, "lin", card_id)).code
    mine = MineCommand(ref=card_id, code=code)
    for is_open in (True, False):
        await account.call(sdk.set_paycell, card_id, is_open=is_open)
        shown = await world.office.run(view_my_card, mine, world.as_person("lin"))
        assert shown.report.card.has_pay_cell is is_open
    colors = await account.call(sdk.get_colors)
    assert {"name": "Color010", "value": "#63b359"} in colors
    assert len(colors) == 14


async def test_who_pays_enough_is_given_a_card(account: Account, world: World) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, member(world, auto_activate=True))
    now = int(world.now.timestamp())
    base: dict[str, Any] = {
        "mchid_list": [str(int(world.merchant_id)), "1230000109"],
        "begin_time": now - 60,
        "end_time": now + int(timedelta(days=1).total_seconds()),
    }
    gift = {"card_id": card_id, "least_cost": 100, "max_cost": 100_000}
    done = await account.call(sdk.add_pay_giftcard, base, gift, is_membercard=True)
    assert done["succ_mchid_list"] == base["mchid_list"][:1]
    assert [one["mchid"] for one in done["fail_mchid_list"]] == ["1230000109"]
    rule = await account.call(sdk.get_pay_giftcard, done["rule_id"])
    assert rule["member_rule"]["card_id"] == card_id
    listed = await account.call(sdk.batch_get_pay_giftcard)
    assert (listed["total_count"], listed["rule_list"][0]["rule_id"]) == (1, done["rule_id"])
    await account.call(sdk.del_pay_giftcard, done["rule_id"])
    assert await refused(account, sdk.get_pay_giftcard, done["rule_id"]) == 40035
    assert (await account.call(sdk.batch_get_pay_giftcard))["total_count"] == 0


async def test_stores_are_opened_and_listed_as_locations(account: Account) -> None:
    sdk = account.sdk.card
    shop = {
        "business_name": "榕树茶馆",
        "province": "广东省",
        "city": "广州市",
        "district": "海珠区",
        "address": "中国广东省广州市海珠区艺苑路11号",
        "telephone": "020-89772059",
        "category": "房产小区",
        "longitude": "115.32375",
        "latitude": "25.097486",
    }
    ids = await account.call(
        sdk.batch_add_locations, {"location_list": [shop, {**shop, "business_name": ""}]}
    )
    assert ids[1] == -1
    listed = await account.call(sdk.batch_get_locations, 0, 10)
    assert [one["id"] for one in listed["location_list"]] == ids[:1]
    assert listed["location_list"][0]["name"] == "榕树茶馆"


async def test_what_became_of_cards_is_told_day_by_day(account: Account, world: World) -> None:
    sdk = account.sdk.card
    coupon = await account.call(sdk.create, cash(world, quantity=5))
    card = await account.call(sdk.create, member(world, auto_activate=True))
    await take(world, "lin", coupon)
    taken = await take(world, "wu", coupon)
    await account.call(sdk.consume_code, taken.code)
    await take(world, "lin", card)
    await world.settle()
    day = (world.now + timedelta(hours=8)).date().isoformat()
    await world.advance(timedelta(days=1))
    span: dict[str, Any] = {"begin_date": day, "end_date": day, "cond_source": 1}

    async def ask(path: str, **more: str) -> Any:  # noqa: ANN401 - what JSON says
        token = await account.call(account.sdk.fetch_access_token)
        return await account.post(path, span | more, access_token=token["access_token"])

    (every,) = (await ask("/datacube/getcardbizuininfo"))["list"]
    assert (every["receive_cnt"], every["receive_user"], every["verify_cnt"]) == (3, 2, 1)
    (one,) = (await ask("/datacube/getcardcardinfo"))["list"]
    assert (one["card_id"], one["card_type"], one["receive_cnt"]) == (coupon, 1, 2)
    (members,) = (await ask("/datacube/getcardmembercardinfo"))["list"]
    assert (members["receive_cnt"], members["total_user"], members["total_receive_user"]) == (
        1,
        1,
        1,
    )
    (detail,) = (await ask("/datacube/getcardmembercarddetail", card_id=card))["list"]
    assert (detail["cardid"], detail["receive_user"]) == (card, 1)
    span["cond_source"] = 0
    assert (await ask("/datacube/getcardbizuininfo"))["list"] == []
    span["end_date"] = "2025-13-01"
    assert (await ask("/datacube/getcardbizuininfo"))["errcode"] == 61500


async def test_a_message_hands_out_a_card_of_the_account(account: Account, world: World) -> None:
    card_id = await account.call(account.sdk.card.create, cash(world, quantity=5))
    (openid,) = await add_followers(world, account, 1)
    await account.call(account.sdk.message.send_card, openid, card_id)
    assert await refused(account, account.sdk.message.send_card, openid, "p" * 28) == 40073


async def test_a_message_to_many_hands_out_a_card(account: Account, world: World) -> None:
    card_id = await account.call(account.sdk.card.create, cash(world, quantity=5))
    openids = await add_followers(world, account, 2)
    sent = await account.call(account.sdk.message.send_mass_card, openids, card_id)
    await world.settle()
    told = await account.call(account.sdk.message.get_mass, sent["msg_id"])
    assert told["msg_status"] == "SEND_SUCCESS"
    await account.call(account.sdk.card.delete, card_id)
    assert await refused(account, account.sdk.message.send_mass_card, openids, card_id) == 40073

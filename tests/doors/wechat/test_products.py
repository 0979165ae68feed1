"""Products over the wire: written, checked, scanned by people, and who came from their page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from wechatpy.events import UserScanProductEvent, UserScanProductVerifyActionEvent

from banyan.base.errors import NotFound
from banyan.books.actor import SYSTEM
from banyan.commerce.barcodes import (
    AddGoods,
    GoodsFacts,
    PublishGoods,
    ScanGoods,
    Standard,
    add_goods,
    publish_goods,
    scan_goods,
)
from banyan.reach.moderation import DecideCheck, ListChecks, decide_check, list_checks
from tests.kit.moderation import BAD, UNCLEAR, operator
from tests.kit.pages import open_browser
from tests.kit.receiver import Receiver, open_line
from tests.kit.talks import follower
from tests.kit.wechat import Account
from tests.kit.world import World

EAN = "6901234567892"
LINK = "https://tea.example/shop?from=scan"


def product(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the call
    base = {"title": "明前龙井", "brand_tag": "榕树", "category_id": 538085182, "color": "auto"}
    return {
        "keystandard": "ean13",
        "keystr": EAN,
        "brand_info": {
            "base_info": {**base, **changes},
            "detail_info": {"detail_list": [{"title": "产地", "desc": "杭州"}]},
            "action_info": {"action_list": [{"type": "link", "name": "去购买", "link": LINK}]},
        },
    }


async def test_a_product_is_written_published_scanned_and_cleared(
    account: Account, world: World
) -> None:
    scan = account.sdk.scan
    made = await account.call(scan.create_product, product())
    assert made["pid"]
    lin, openid = await follower(world, account.channel)
    with pytest.raises(NotFound):
        await world.office.run(scan_goods, ScanGoods(standard=Standard.EAN13, code=EAN), lin)
    await account.call(scan.publish_product, "ean13", EAN)
    read = (await account.call(scan.get_product, "ean13", EAN))["brand_info"]
    assert (read["base_info"]["title"], read["base_info"]["status"]) == ("明前龙井", "on")
    assert read["detail_info"]["detail_list"] == [{"title": "产地", "desc": "杭州"}]
    async with open_browser(world, "lin") as phone:
        await phone.send("/scan", {"text": EAN})
        assert "明前龙井" in phone.words
        assert "去购买" in phone.words
        link = phone.page.text.split("https://tea.example/shop")[1].split('"')[0]
    ticket = parse_qs(urlsplit(link.replace("&amp;", "&")).query)["scanticket"][0]
    told = await account.call(scan.check_ticket, ticket)
    assert (told["keystr"], told["openid"], told["is_check"]) == (EAN, openid, False)
    assert (await account.call(scan.check_ticket, ticket))["is_check"] is True
    assert await account.refused(scan.check_ticket, "st_nothing") == 40097
    await world.advance(timedelta(minutes=31))
    assert await account.refused(scan.check_ticket, ticket) == 40097
    await account.call(scan.update_product, product(title="雨前龙井"))
    listed = await account.call(scan.list_product, 0, 10, "on", "690")
    assert listed["total"] == 1
    assert listed["key_list"][0]["category_name"] == "茶叶"
    assert (await account.call(scan.list_product, 0, 10, "off"))["total"] == 0
    await account.call(scan.unpublish_product, "ean13", EAN)
    read = (await account.call(scan.get_product, "ean13", EAN))["brand_info"]["base_info"]
    assert (read["title"], read["status"]) == ("雨前龙井", "off")
    await account.call(scan.clear_product, "ean13", EAN)
    assert await account.refused(scan.get_product, "ean13", EAN) == 40097
    assert await account.refused(scan.clear_product, "ean13", EAN) == 40097
    merchant = await account.call(scan.get_merchant_info)
    assert account.channel.name in merchant["brand_tag_list"]


async def test_testers_see_what_is_not_published(account: Account, world: World) -> None:
    scan = account.sdk.scan
    await account.call(scan.create_product, product())
    lin, openid = await follower(world, account.channel)
    wu, _ = await follower(world, account.channel, "wu")
    await account.call(scan.set_test_whitelist, [openid])
    command = ScanGoods(standard=Standard.EAN13, code=EAN)
    assert (await world.office.run(scan_goods, command, lin)).goods.facts.title == "明前龙井"
    with pytest.raises(NotFound):
        await world.office.run(scan_goods, command, wu)
    assert await account.refused(scan.set_test_whitelist, ["o" * 28]) == 40003
    assert await account.refused(scan.set_test_whitelist, [], ["somebody"]) == 40132


async def test_a_check_of_other_words_does_not_publish_a_product(
    account: Account, world: World
) -> None:
    scan = account.sdk.scan
    await account.call(scan.create_product, product(title=UNCLEAR))
    await account.call(scan.publish_product, "ean13", EAN)
    channel = account.channel
    query = ListChecks(merchant_id=world.merchant_id, channel_id=channel.channel_id)
    (check,) = (await world.office.run(list_checks, query, SYSTEM)).items
    await account.call(scan.unpublish_product, "ean13", EAN)
    await account.call(scan.update_product, product(title=BAD))
    await account.call(scan.publish_product, "ean13", EAN)
    decide = DecideCheck(channel_id=channel.channel_id, check_id=check.check_id, passes=True)
    await world.office.run(decide_check, decide, await operator(world, "fang"))
    read = (await account.call(scan.get_product, "ean13", EAN))["brand_info"]["base_info"]
    assert (read["title"], read["status"]) == (BAD, "reject")


async def test_what_is_wrong_is_refused(account: Account) -> None:
    scan = account.sdk.scan
    await account.call(scan.create_product, product())
    assert await account.refused(scan.create_product, product()) == 40097
    for changes in ({"keystr": "6901234567893"}, {"keystr": "x"}, {"keystandard": "upc"}):
        assert await account.refused(scan.create_product, {**product(), **changes}) == 40097
    other = {"keystandard": "qrcode", "keystr": "tea-1"}
    for wrong, errcode in (({"category_id": 1}, 40097), ({"title": ""}, 40035)):
        assert await account.refused(scan.create_product, product(**wrong) | other) == errcode
    bad = product() | other
    bad["brand_info"]["action_info"]["action_list"][0]["link"] = "javascript:alert(1)"
    assert await account.refused(scan.create_product, bad) == 40035
    assert await account.refused(scan.modify_product_status, "ean13", EAN, "shown") == 40097
    assert (await account.call(scan.list_product))["total"] == 1


async def test_the_server_hears_of_checks_and_scans(world: World) -> None:
    async with open_line(world, Receiver()) as line:
        own = {"merchant_id": world.merchant_id, "channel_id": line.channel.channel_id}
        key = {"standard": Standard.EAN13, "code": EAN}
        facts = GoodsFacts(title="加微信abc12345一起刷单", category_id=538085182)
        await world.office.run(add_goods, AddGoods(**own, **key, facts=facts), world.owner)  # type: ignore[arg-type] # of the command
        publish = PublishGoods(**own, **key, is_shown=True)  # type: ignore[arg-type] # of the command
        refused = await world.office.run(publish_goods, publish, world.owner)
        assert refused.state.value == "reject"
        await line.deliver()
        (event,) = line.receiver.messages
        assert isinstance(event, UserScanProductVerifyActionEvent)
        assert (event.key, event.result) == (EAN, "verify_not_pass")
        tea = {"standard": Standard.EAN8, "code": "96385074"}
        facts = GoodsFacts(title="龙井", category_id=538085182)
        await world.office.run(add_goods, AddGoods(**own, **tea, facts=facts), world.owner)  # type: ignore[arg-type] # of the command
        publish = PublishGoods(**own, **tea, is_shown=True)  # type: ignore[arg-type] # of the command
        await world.office.run(publish_goods, publish, world.owner)
        lin = await world.person("lin")
        await world.office.run(scan_goods, ScanGoods(**tea), lin)  # type: ignore[arg-type] # of the command
        await line.deliver()
        scanned = line.receiver.messages[-1]
        assert isinstance(scanned, UserScanProductEvent)
        assert (scanned.standard, scanned.key) == ("ean8", "96385074")

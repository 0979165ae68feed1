"""Guides over the wire: names and numbers are hidden, and each charge is one guide's."""

from __future__ import annotations

from typing import Any

from banyan.pay.guides import FindMyGuide, find_my_guide
from banyan.pay.payees import KeyMode
from tests.kit import commerce_shop
from tests.kit.answers import answers
from tests.kit.lending import charge, pay_for_tea
from tests.kit.wechatpay import Shop, Town


async def register(shop: Shop, store_id: int, **more: Any) -> Any:  # noqa: ANN401 - what the SDK gives
    given = {
        "userid": "robert",
        "name": "罗伯特",
        "mobile": "13900000000",
        "qr_code": "https://work.example/code",
        "avatar": "https://work.example/face",
        **more,
    }
    return await shop.call(shop.sdk.guides_register, "corp1", int(store_id), **given)


@answers("guides_assign", "guides_query", "guides_register", "guides_update")
async def test_a_guide_is_registered_found_changed_and_assigned(town: Town, mode: KeyMode) -> None:
    world = town.world
    await pay_for_tea(world)
    shop = await town.shop(mode)
    sdk = shop.sdk
    store_id = await commerce_shop.add_store(world)
    guide = await register(shop, store_id)
    assert await register(shop, store_id) == guide
    await register(shop, store_id, userid="mary", name="玛丽", mobile="13900000001")
    found = await shop.call(sdk.guides_query, int(store_id), mobile="13900000000", limit=5)
    (one,) = found["data"]
    assert (found["total_count"], found["limit"], one["work_id"]) == (1, 5, "1")
    assert (one["guide_id"], one["store_id"]) == (guide["guide_id"], int(store_id))
    assert (sdk.decrypt(one["name"]), sdk.decrypt(one["mobile"])) == ("罗伯特", "13900000000")
    await shop.call(sdk.guides_update, guide["guide_id"], mobile="13900000009")
    changed = await shop.call(sdk.guides_query, int(store_id), userid="robert")
    assert sdk.decrypt(changed["data"][0]["mobile"]) == "13900000009"
    await shop.call(sdk.guides_assign, guide["guide_id"], "tea-2")
    await charge(world, world.as_person("lin"), out_no="tea-2")
    query = FindMyGuide(merchant_id=world.merchant_id, out_no="tea-2")
    seen = await world.office.run(find_my_guide, query, world.as_person("lin"))
    assert seen.guide is not None
    assert seen.guide.name == "罗伯特"
    late = (sdk.guides_assign, guide["guide_id"], "tea-1")
    assert await shop.refused(*late) == (400, "INVALID_REQUEST")


async def test_what_is_not_the_merchants(town: Town) -> None:
    world = town.world
    await pay_for_tea(world)
    shop = await town.shop()
    sdk = shop.sdk
    absent = (sdk.guides_update, "123", "别人")
    assert await shop.refused(*absent) == (404, "RESOURCE_NOT_EXISTS")
    store = (sdk.guides_register, "corp1", 12, "a", "b", "13900000000", "https://a", "https://b")
    assert await shop.refused(*store) == (404, "RESOURCE_NOT_EXISTS")

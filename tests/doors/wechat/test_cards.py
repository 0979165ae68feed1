"""Cards over the wire, with an unmodified SDK: made, handed out, checked off, and told of."""

from __future__ import annotations

from typing import Any

from banyan.commerce.coupons import CouponState
from tests.doors.wechat.test_users import STRANGER, refused
from tests.kit.cards import base_info, cash, take
from tests.kit.loyalty import coupons_of
from tests.kit.wechat import Account
from tests.kit.world import World


async def test_a_card_is_made_read_changed_and_deleted(account: Account, world: World) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, cash(world, quantity=5))
    card = await account.call(sdk.get, card_id)
    assert card["card_type"] == "CASH"
    base = card["cash"]["base_info"]
    assert (base["id"], base["status"]) == (card_id, "CARD_STATUS_VERIFY_OK")
    assert (base["title"], base["color"]) == ("满三十减五元", "Color010")
    assert base["sku"] == {"quantity": 5, "total_quantity": 5}
    assert (card["cash"]["least_cost"], card["cash"]["reduce_cost"]) == (3000, 500)
    assert base["date_info"]["type"] == "DATE_TYPE_FIX_TIME_RANGE"
    listed = await account.call(sdk.batch_get)
    assert (listed["card_id_list"], listed["total_num"]) == ([card_id], 1)
    change = {"card_id": card_id, "cash": {"base_info": {"color": "Color040"}}}
    assert (await account.call(sdk.update, change))["send_check"] is False
    change = {"card_id": card_id, "cash": {"base_info": {"title": "满三十减五"}}}
    assert (await account.call(sdk.update, change))["send_check"] is True
    base = (await account.call(sdk.get, card_id))["cash"]["base_info"]
    assert (base["title"], base["color"], base["brand_name"]) == (
        "满三十减五",
        "Color040",
        "榕树茶馆",
    )
    await account.call(sdk.modify_stock, card_id, 3)
    await account.call(sdk.modify_stock, card_id, -2)
    base = (await account.call(sdk.get, card_id))["cash"]["base_info"]
    assert base["sku"] == {"quantity": 6, "total_quantity": 6}
    assert await refused(account, sdk.modify_stock, card_id, -7) == 40122
    await account.call(sdk.delete, card_id)
    assert await refused(account, sdk.get, card_id) == 40073
    assert (await account.call(sdk.batch_get))["total_num"] == 0
    deleted = await account.call(sdk.batch_get, 0, 10, ["CARD_STATUS_DELETE"])
    assert deleted["card_id_list"] == [card_id]


async def test_what_is_wrong_with_a_card_is_named(account: Account, world: World) -> None:
    sdk = account.sdk.card

    def given(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        return cash(world, quantity=5, **changes)

    assert await refused(account, sdk.create, {"card": {"card_type": "PIZZA"}}) == 40071
    assert await refused(account, sdk.create, {"card": {"card_type": "LUCKY_MONEY"}}) == 48001
    assert await refused(account, sdk.create, {"card": {"card_type": "CASH"}}) == 41011
    assert await refused(account, sdk.create, given(title="")) == 41011
    assert await refused(account, sdk.create, given(title="x" * 28)) == 45021
    assert await refused(account, sdk.create, given(color="Color999")) == 40035
    assert await refused(account, sdk.create, given(sku={"quantity": -1})) == 40122
    assert await refused(account, sdk.create, given(date_info={"type": "NEVER"})) == 40079
    span = {"type": 1, "begin_timestamp": 20, "end_timestamp": 10}
    assert await refused(account, sdk.create, given(date_info=span)) == 40100
    past = {"type": 1, "begin_timestamp": 10, "end_timestamp": 20}
    assert await refused(account, sdk.create, given(date_info=past)) == 40100
    assert await refused(account, sdk.get, "") == 41012
    assert await refused(account, sdk.get, "p" * 28) == 40073
    assert (await account.call(sdk.batch_get))["total_num"] == 0


async def test_every_kind_of_card_is_told_as_it_was_made(account: Account, world: World) -> None:
    sdk = account.sdk.card
    kinds: dict[str, dict[str, Any]] = {
        "GROUPON": {"deal_detail": "双人下午茶"},
        "DISCOUNT": {"discount": 30},
        "GIFT": {"gift": "茶杯一只"},
        "GENERAL_COUPON": {"default_detail": "续杯一次"},
        "MEETING_TICKET": {"meeting_detail": "茶会"},
        "SCENIC_TICKET": {"ticket_class": "平日全票"},
        "MOVIE_TICKET": {"detail": "茶人"},
        "BOARDING_PASS": {"from": "成都", "to": "广州", "flight": "CE123"},
    }
    for kind, own in kinds.items():
        body = {"card": {"card_type": kind, kind.lower(): {"base_info": base_info(world), **own}}}
        card = await account.call(sdk.get, await account.call(sdk.create, body))
        assert card["card_type"] == kind
        told = card[kind.lower()]
        assert {name: told[name] for name in own} == own, kind
        assert told["base_info"]["notice"] == "请出示二维码"
        assert told["base_info"]["location_id_list"] == [123]


async def test_a_card_taken_is_a_coupon_and_the_other_way_round(
    account: Account, world: World
) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, cash(world, quantity=2))
    taken = await take(world, "lin", card_id, outer_str="door")
    assert len(taken.code) == 12
    (coupon,) = await coupons_of(world, "lin")
    assert (coupon.name, coupon.state) == ("满三十减五元", CouponState.CLAIMED)
    told = await account.call(sdk.get_code, taken.code)
    assert told["openid"] == taken.openid
    assert (told["can_consume"], told["user_card_status"]) == (True, "NORMAL")
    assert (told["card"]["card_id"], told["outer_str"]) == (card_id, "door")
    held = await account.call(sdk.get_card_list, taken.openid)
    assert held["card_list"] == [{"card_id": card_id, "code": taken.code}]
    assert await refused(account, sdk.get_card_list, STRANGER) == 40003
    done = await account.call(sdk.consume_code, taken.code)
    assert (done["card"], done["openid"]) == ({"card_id": card_id}, taken.openid)
    (coupon,) = await coupons_of(world, "lin")
    assert coupon.state is CouponState.REDEEMED
    assert await refused(account, sdk.consume_code, taken.code) == 40099
    assert await refused(account, sdk.get_code, taken.code) == 40099
    told = await account.call(sdk.get_code, taken.code, check_consume=False)
    assert (told["can_consume"], told["user_card_status"]) == (False, "CONSUMED")
    assert (await account.call(sdk.get_card_list, taken.openid))["card_list"] == []
    assert await refused(account, sdk.consume_code, "000000000000") == 40056
    sku = (await account.call(sdk.get, card_id))["cash"]["base_info"]["sku"]
    assert sku == {"quantity": 1, "total_quantity": 2}


async def test_a_code_is_changed_and_made_invalid(account: Account, world: World) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, cash(world, quantity=2))
    taken = await take(world, "lin", card_id)
    await account.call(sdk.update_code, card_id, taken.code, "TEA-0001")
    assert await refused(account, sdk.update_code, card_id, taken.code, "TEA-0002") == 40056
    assert await refused(account, sdk.get_code, taken.code, card_id) == 40056
    told = await account.call(sdk.get_code, "TEA-0001", card_id)
    assert told["card"]["code"] == "TEA-0001"
    await account.call(sdk.invalid_code, "TEA-0001", card_id)
    assert await refused(account, sdk.consume_code, "TEA-0001", card_id) == 40127
    told = await account.call(sdk.get_code, "TEA-0001", card_id, check_consume=False)
    assert told["user_card_status"] == "UNAVAILABLE"
    (coupon,) = await coupons_of(world, "lin")
    assert coupon.state is CouponState.VOIDED


async def test_codes_of_the_merchants_own_are_brought_and_given(
    account: Account, world: World
) -> None:
    sdk = account.sdk.card
    custom = {"use_custom_code": True, "get_custom_code_mode": "GET_CUSTOM_CODE_MODE_DEPOSIT"}
    assert await refused(account, sdk.create, cash(world, quantity=1, **custom)) == 40122
    card_id = await account.call(sdk.create, cash(world, quantity=0, **custom))
    assert await refused(account, sdk.modify_stock, card_id, 1) == 40122
    await account.call(sdk.deposit_code, card_id, ["A1", "A2", "A2"])
    done = await account.call(sdk.deposit_code, card_id, ["A2", "A3"])
    assert (done["succ_code"], done["duplicate_code"]) == (["A3"], ["A2"])
    assert (await account.call(sdk.get_deposit_count, card_id))["count"] == 3
    found = await account.call(sdk.check_code, card_id, ["A1", "B1", "A3"])
    assert (found["exist_code"], found["not_exist_code"]) == (["A1", "A3"], ["B1"])
    assert await refused(account, sdk.modify_stock, card_id, 4) == 40122
    await account.call(sdk.modify_stock, card_id, 3)
    codes = [(await take(world, name, card_id)).code for name in ("lin", "wu")]
    assert codes == ["A1", "A2"]
    assert (await account.call(sdk.get_deposit_count, card_id))["count"] == 1
    assert await refused(account, sdk.consume_code, "A1") == 40056
    await account.call(sdk.consume_code, "A1", card_id)

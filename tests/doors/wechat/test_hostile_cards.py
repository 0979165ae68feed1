"""What no honest program sends to the calls about cards: every answer is one that programs know."""

from __future__ import annotations

from typing import Any

import pytest

from banyan.doors.wechat.table import ENDPOINTS
from tests.kit.cards import cash, member, take
from tests.kit.wechat import Account
from tests.kit.world import World

PATHS = sorted(
    one.path
    for one in ENDPOINTS
    if "POST" in one.methods
    and one.path.startswith(("/card/", "/datacube/getcard"))
    and "/invoice/" not in one.path
)
STRANGE: tuple[Any, ...] = (
    None,
    -1,
    2**62,
    1.5,
    "",
    "x" * 3_000,
    "\u202e\u0000",
    "p" + "A" * 27,
    "p茶" * 14,
    [],
    ["x"] * 200,
    {},
    {"base_info": []},
    {"base_info": {"sku": {"quantity": 2**60}, "date_info": {"type": 1, "begin_timestamp": -5}}},
)
FIELDS = (
    "card",
    "card_id",
    "code",
    "new_code",
    "encrypt_code",
    "openid",
    "action_info",
    "card_list",
    "rule_info",
    "rule_id",
    "bonus",
    "add_bonus",
    "membership_number",
    "activate_ticket",
    "required_form",
    "location_list",
    "status_list",
    "offset",
    "increase_stock_value",
    "begin_date",
    "cash",
)


@pytest.mark.parametrize("path", PATHS)
async def test_strange_bodies_break_nothing(path: str, account: Account, world: World) -> None:
    sdk = account.sdk.card
    coupon = await account.call(sdk.create, cash(world, quantity=5))
    card = await account.call(sdk.create, member(world, auto_activate=True))
    ref = card if "membercard" in path else coupon
    code = (await take(world, "lin", ref)).code
    token = account.sdk.access_token
    sound = {"card_id": ref, "code": code, "action_name": "QR_CARD", "scene": "SCENE_H5"}
    for field in FIELDS:
        for strange in STRANGE:
            told = await account.post(path, sound | {field: strange}, access_token=token)
            assert told.get("errcode", 0) != -1, (field, strange, told)

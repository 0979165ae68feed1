"""The API of what brings people back, called as programs call it."""

from datetime import timedelta

import pytest

from banyan.books.actor import NOBODY
from banyan.commerce.places import PlaceKind
from tests.kit.api import Caller, open_api
from tests.kit.commerce_shop import VISITOR, add_spots, add_store, scan
from tests.kit.loyalty import join
from tests.kit.world import World


async def test_from_the_door_to_a_come_back_coupon(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (door,) = await add_spots(world, store_id, PlaceKind.DOOR, ["大门"])
    token = door.codes[0].token
    await scan(world, token, NOBODY)
    await world.person("lin")
    home, merchant_id = f"/v1/merchants/{world.merchant_id:d}", str(int(world.merchant_id))
    async with open_api(world) as api:
        mei, lin = api.bearing(world.tokens["mei"]), api.bearing(world.tokens["lin"])

        made = await mei.call(
            "POST", f"{home}/channels", status=201, name="榕树茶馆", welcome_text="欢迎"
        )
        channel_id = made["channel"]["channel_id"]
        account = f"{home}/channels/{channel_id}"
        buttons = [{"name": "点单", "kind": "view", "url": "/m/1"}]
        menu = await mei.call("PUT", f"{account}/menu", buttons=buttons)
        assert menu["buttons"][0]["url"] == "/m/1"
        campaign = await mei.call(
            "POST",
            f"{home}/coupon-campaigns",
            status=201,
            name="见面礼",
            kind="amount_off",
            amount_off_fen=500,
            threshold_fen=3000,
            budget=10,
            is_welcome=True,
            valid_until=(world.now + timedelta(days=30)).isoformat(),
        )

        arrival = await lin.call(
            "POST", "/v1/arrivals", merchant_id=merchant_id, code=token, visitor=VISITOR
        )
        assert (arrival["is_new_member"], arrival["channel_id"]) == (True, channel_id)
        await world.settle()
        (coupon,) = (await lin.call("GET", "/v1/coupons", show="usable"))["items"]
        assert coupon["campaign_id"] == campaign["campaign_id"]
        assert (await lin.call("GET", "/v1/notices/unread")) == {"count": 2}
        notices = (await lin.call("GET", "/v1/notices"))["items"]
        assert [one["kind"] for one in notices] == ["coupons.arrived", "channels.welcome"]
        newest = notices[0]["notice_id"]
        assert (await lin.call("POST", "/v1/notices/read", until=newest)) == {"count": 0}
        assert (await lin.call("GET", f"/v1/channels/{channel_id}"))["is_following"]
        tapped = await lin.call("POST", f"/v1/channels/{channel_id}/taps", key="/m/1")
        assert tapped == {"kind": "view", "url": "/m/1", "appid": "", "pagepath": ""}

        (member,) = (await mei.call("GET", f"{home}/members", phone="13800000001"))["items"]
        assert member["masked_phone"] == "+86138****0001"
        assert "person_id" not in member
        rules = {"member_days_max": 7, "has_coupon": True}
        preview = await mei.call("POST", f"{home}/segments/preview", rules=rules)
        assert preview == {"members_count": 1}
        segment = await mei.call("POST", f"{home}/segments", status=201, name="新来的", rules=rules)
        send = await mei.call(
            "POST",
            f"{home}/sends",
            status=201,
            segment_id=segment["segment_id"],
            title="回来坐坐",
        )
        await world.settle()
        report = await mei.call("GET", f"{home}/sends/{send['send_id']}")
        assert report["results"]["delivered"] == 1
        await mei.call("DELETE", f"{home}/segments/{segment['segment_id']}", status=204)


HOSTILE = (
    "' or 1=1 --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "𝕏" * 600,
    "\u202emoc",
    "",
)
NUMBERS = (-1, 10**30, 1.5, "NaN", True, None)


async def refused(api: Caller, method: str, path: str, **body: object) -> None:
    """Make a call that must be refused for what it says, with a code."""
    answer = await api.call(method, path, status=422, **body)
    assert answer["code"].count(".") == 1


@pytest.mark.parametrize("number", NUMBERS, ids=str)
async def test_bad_numbers_change_nothing(world: World, number: object) -> None:
    await world.merchant()
    home = f"/v1/merchants/{world.merchant_id:d}"
    until = (world.now + timedelta(days=3)).isoformat()
    async with open_api(world) as api:
        mei = api.bearing(world.tokens["mei"])
        start = await world.mark()
        good = {
            "name": "券",
            "kind": "amount_off",
            "amount_off_fen": 500,
            "budget": 10,
            "valid_until": until,
        }
        for field in ("threshold_fen", "budget", "per_person_limit", "valid_days"):
            await refused(mei, "POST", f"{home}/coupon-campaigns", **(good | {field: number}))
        tier = {"name": "会员", "threshold_fen": 0, "discount_bp": number}
        await refused(mei, "PUT", f"{home}/tiers", tiers=[tier])
        rules = {"rules": {"orders_min": number}}
        if number is not None:
            await refused(mei, "POST", f"{home}/segments/preview", **rules)
        assert await world.events(start) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_refused_or_kept_as_text(world: World, text: str) -> None:
    await world.merchant()
    await join(world, "lin")
    home = f"/v1/merchants/{world.merchant_id:d}"
    async with open_api(world) as api:
        mei, lin = api.bearing(world.tokens["mei"]), api.bearing(world.tokens["lin"])
        start = await world.mark()
        arrival = {"merchant_id": f"{world.merchant_id:d}", "code": text}
        await refused(lin, "POST", "/v1/arrivals", **arrival)
        await refused(mei, "GET", f"{home}/members", phone=text)
        await refused(mei, "GET", f"{home}/members", cursor=text or "ÿ")
        await refused(mei, "GET", f"{home}/members/{text.replace('/', '') or 'x'}")
        bad = {"name": "点单", "kind": "view", "url": text}
        made = await mei.call("POST", f"{home}/channels", status=201, name="号")
        account = f"{home}/channels/{made['channel']['channel_id']}"
        await refused(mei, "PUT", f"{account}/menu", buttons=[bad])
        await refused(mei, "POST", f"{account}/messages", title="喂", openids=[text])
        assert await world.events(start) == ["channels.created"]


async def test_a_name_with_markup_comes_back_as_it_was(world: World) -> None:
    await world.merchant()
    home = f"/v1/merchants/{world.merchant_id:d}"
    name = "<b>' or 1=1 --</b>"
    async with open_api(world) as api:
        mei = api.bearing(world.tokens["mei"])
        await mei.call("POST", f"{home}/segments", status=201, name=name, rules={})
        (segment,) = (await mei.call("GET", f"{home}/segments"))["items"]
        assert segment["name"] == name


async def test_instants_without_a_zone_or_out_of_this_world_are_refused(world: World) -> None:
    await world.merchant()
    path = f"/v1/merchants/{world.merchant_id:d}/coupon-campaigns"
    async with open_api(world) as api:
        mei = api.bearing(world.tokens["mei"])
        for instant in (
            "2027-01-01T00:00:00",
            "9999-12-31T23:59:59-23:59",
            "0001-01-01T00:00:00+23:59",
            "2027-02-30T00:00:00Z",
            "soon",
        ):
            body = {"name": "券", "kind": "amount_off", "amount_off_fen": 5, "budget": 1}
            await refused(mei, "POST", path, valid_until=instant, **body)
            later = (world.now + timedelta(days=1)).isoformat()
            if instant != "0001-01-01T00:00:00+23:59":
                await refused(mei, "POST", path, valid_from=instant, valid_until=later, **body)

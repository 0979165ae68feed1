"""Mei signs up by phone, opens a shop, lets Hao and a program in, and shuts both out again."""

from datetime import timedelta

from tests.kit.api import Caller, open_api
from tests.kit.parties import PHONES
from tests.kit.world import World

CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


async def sign_in(world: World, api: Caller, name: str) -> Caller:
    """Ask for a code, read it off the phone, sign in with it."""
    phone = PHONES[name]
    await api.call("POST", "/v1/sessions/codes", status=202, phone=phone)
    await world.settle()
    session = await api.call(
        "POST", "/v1/sessions", status=201, phone=phone, code=world.sender.find_code(phone)
    )
    return api.bearing(session["token"])


async def test_from_a_phone_number_to_a_shop_with_staff_and_programs(world: World) -> None:
    async with open_api(world) as api:
        mei = await sign_in(world, api, "mei")
        me = await mei.call("PATCH", "/v1/me", nickname="梅", language="zh", avatar="clay")
        assert (me["nickname"], me["phone"]) == ("梅", PHONES["mei"])

        shop = await mei.call("POST", "/v1/merchants", status=201, name="榕树茶馆")
        home = f"/v1/merchants/{shop['merchant_id']}"
        shop = await mei.call(
            "POST",
            f"{home}/verification",
            licence_number="91350200MA2XYZ1234",
            legal_name="厦门榕树茶业有限公司",
        )
        assert shop["state"] == "submitted"

        place = await mei.call(
            "POST", f"{home}/staff", status=201, phone=PHONES["hao"], role="cashier"
        )
        assert (place["masked_phone"], place["has_joined"]) == ("+86138****0005", False)
        hao = await sign_in(world, api, "hao")
        (job,) = (await hao.call("GET", "/v1/merchants"))["items"]
        assert (job["merchant"]["name"], job["role"]) == ("榕树茶馆", "cashier")
        refused = await hao.call(
            "POST", f"{home}/staff", status=403, phone=PHONES["chen"], role="cashier"
        )
        assert refused["code"] == "access.forbidden"

        new = await mei.call(
            "POST", f"{home}/keys", status=201, name="Till", scopes=["merchant.read"]
        )
        till = api.bearing(new["secret"])
        assert (await till.call("GET", home))["name"] == "榕树茶馆"
        await till.call("GET", f"{home}/staff", status=403)

        await mei.call("DELETE", f"{home}/keys/{new['key']['key_id']}")
        await mei.call("DELETE", f"{home}/staff/{place['staff_id']}")
        await till.call("GET", home, status=401)
        gone = await hao.call("GET", home, status=404)
        assert gone["code"] == "merchants.not_found"

        log = (await mei.call("GET", f"{home}/audit"))["items"]
        assert [(one["subject"], one["actor_name"]) for one in log] == [
            ("staff.staff", "梅"),
            ("keys.key", "梅"),
            ("keys.key", "梅"),
            ("staff.staff", "梅"),
            ("merchants.merchant", "梅"),
            ("merchants.merchant", "梅"),
            ("staff.staff", "梅"),
        ]
        assert new["secret"] not in mei.answer.text
    assert await world.events() == [
        "sessions.code_requested",
        "people.added",
        "people.joined",
        "sessions.signed_in",
        "people.profile_changed",
        "merchants.opened",
        "staff.joined",
        "merchants.submitted",
        "people.added",
        "staff.joined",
        "sessions.code_requested",
        "people.joined",
        "sessions.signed_in",
        "keys.created",
        "keys.revoked",
        "staff.left",
    ]


async def test_devices_are_seen_and_signed_out_over_the_api(world: World) -> None:
    async with open_api(world) as api:
        laptop = await sign_in(world, api, "lin")
        await world.advance(timedelta(minutes=2))
        api.user_agent = CHROME
        phone = await sign_in(world, api, "lin")
        devices = (await phone.call("GET", "/v1/sessions"))["items"]
        assert [(one["device"], one["is_current"]) for one in devices] == [
            ("Chrome · Android", True),
            ("curl", False),
        ]
        await phone.call("DELETE", f"/v1/sessions/{devices[1]['session_id']}")
        await laptop.call("GET", "/v1/me", status=401)
        await phone.call("GET", "/v1/me")
        await phone.call("DELETE", "/v1/sessions/current")
        await phone.call("GET", "/v1/me", status=401)


async def test_nobody_pretends_to_come_from_elsewhere(world: World) -> None:
    """The address that limits count by is the door's to say."""
    async with open_api(world) as api:
        refused = await api.call(
            "POST", "/v1/sessions/codes", status=422, phone=PHONES["lin"], address="10.0.0.1"
        )
        assert refused["code"] == "request.invalid"


async def test_who_asks_too_often_is_told_when_to_come_back(world: World) -> None:
    async with open_api(world) as api:
        await api.call("POST", "/v1/sessions/codes", status=202, phone=PHONES["lin"])
        refused = await api.call("POST", "/v1/sessions/codes", status=429, phone=PHONES["lin"])
        assert refused["code"] == "sessions.asked_too_often"
        assert 55 <= int(api.answer.headers["retry-after"]) <= 60

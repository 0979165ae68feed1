"""The closed loop over the API: scanned, known, paid, understood, invited back, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from banyan.books.actor import SYSTEM
from banyan.pay.wallets import TEST_BANK, SetBank, set_bank
from tests.kit.api import Caller, open_api
from tests.kit.parties import PHONES
from tests.kit.sales import money_of
from tests.kit.world import World

VISITOR = "a-phone-that-nobody-knows-yet"


async def sign_in(world: World, api: Caller, name: str) -> Caller:
    """Ask for a code, read it off the phone, sign in with it."""
    phone = PHONES[name]
    await api.call("POST", "/v1/sessions/codes", status=202, phone=phone)
    await world.settle()
    code = world.sender.find_code(phone)
    session = await api.call("POST", "/v1/sessions", status=201, phone=phone, code=code)
    return api.bearing(session["token"])


@dataclass(frozen=True)
class Shop:
    """Mei's tea house, as its owner's programs know it."""

    mei: Caller
    merchant_id: str
    store_id: str
    sku_id: str
    door: dict[str, Any]
    """Its code."""
    welcome_id: str

    @property
    def home(self) -> str:
        """Where the owner's calls go."""
        return f"/v1/merchants/{self.merchant_id}"

    def basket(self, **more: object) -> dict[str, Any]:
        """Two oolongs of ¥18.00."""
        lines = [{"sku_id": self.sku_id, "quantity": 2}]
        where = {"merchant_id": self.merchant_id, "store_id": self.store_id}
        return {**where, "lines": lines, **more}


async def open_shop(world: World, api: Caller) -> Shop:
    """Have Mei open everything that the loop needs, from nothing."""
    mei = await sign_in(world, api, "mei")
    merchant = await mei.call("POST", "/v1/merchants", status=201, name="榕树茶馆")
    home = f"/v1/merchants/{merchant['merchant_id']}"
    store = await mei.call("POST", f"{home}/stores", status=201, name="河畔店")
    at = f"{home}/stores/{store['store_id']}"
    skus = [{"price_fen": 1800}]
    product = await mei.call("POST", f"{home}/products", status=201, name="铁观音", skus=skus)
    sku_id = product["skus"][0]["sku_id"]
    lines = [{"sku_id": sku_id, "quantity": 10}]
    await mei.call("POST", f"{at}/stock/deliveries", status=201, lines=lines)
    await mei.call(
        "POST",
        f"{home}/channels",
        status=201,
        name="榕树茶馆",
        welcome_text="欢迎来坐坐",
    )
    welcome = await mei.call(
        "POST",
        f"{home}/coupon-campaigns",
        status=201,
        name="见面礼",
        kind="amount_off",
        threshold_fen=3000,
        amount_off_fen=500,
        budget=100,
        valid_until=(world.now + timedelta(days=60)).isoformat(),
        is_welcome=True,
        is_claimable=False,
    )
    door = [{"name": "正门"}]
    added = await mei.call("POST", f"{at}/places", status=201, kind="door", places=door)
    return Shop(
        mei,
        merchant["merchant_id"],
        store["store_id"],
        sku_id,
        added["places"][0]["codes"][0],
        welcome["campaign_id"],
    )


async def come_in(world: World, api: Caller, shop: Shop) -> Caller:
    """Scan the door as nobody, be known, and join with one tap."""
    touch = await api.call(
        "POST", "/v1/touches", status=201, token=shop.door["token"], visitor=VISITOR
    )
    assert (touch["merchant_id"], touch["place_name"]) == (shop.merchant_id, "正门")
    (promised,) = (await api.call("GET", f"{shop.home}/offers/welcome"))["items"]
    assert promised["campaign_id"] == shop.welcome_id

    lin = await sign_in(world, api, "lin")
    joining = {"merchant_id": shop.merchant_id, "code": shop.door["token"], "visitor": VISITOR}
    arrival = await lin.call("POST", "/v1/arrivals", **joining)
    assert (arrival["is_new_member"], arrival["is_new_follower"]) == (True, True)
    assert arrival["code_id"] == shop.door["code_id"]
    again = await lin.call("POST", "/v1/arrivals", **joining)
    assert (again["is_new_member"], again["is_new_follower"]) == (False, False)
    await world.settle()
    kinds = [one["kind"] for one in (await lin.call("GET", "/v1/notices"))["items"]]
    assert kinds == ["coupons.arrived", "channels.welcome"]
    return lin


async def buy_with_best_coupon(
    world: World, lin: Caller, shop: Shop, *, saves_fen: int
) -> dict[str, Any]:
    """Order two oolongs with the best coupon there is, top up if need be, and pay."""
    chosen = await lin.call("POST", "/v1/orders/coupons", **shop.basket())
    assert chosen["choices"][0]["saves_fen"] == saves_fen
    total_fen = chosen["quote"]["total_fen"]
    coupon = {"coupon_id": chosen["coupon_id"]}
    order = await lin.call("POST", "/v1/orders", status=201, **shop.basket(**coupon))
    assert (order["state"], order["total_fen"]) == ("unpaid", total_fen)
    paying = {"merchant_id": shop.merchant_id, "expected_total_fen": total_fen}
    pay = f"/v1/orders/{order['order_id']}/pay"
    if (await lin.call("GET", "/v1/wallet"))["available_fen"] < total_fen:
        refused = await lin.call("POST", pay, status=409, **paying)
        assert refused["code"] == "wallets.insufficient"
        await lin.call("POST", "/v1/wallet/top-ups", status=201, amount_fen=10_000)
    paid = await lin.call("POST", pay, **paying)
    assert (paid["state"], paid["amount_fen"]) == ("paid", total_fen)
    refused = await lin.call("POST", pay, status=409, **paying)
    assert refused["code"] == "orders.already_paid"
    await world.settle()
    receipt: dict[str, Any] = await lin.call("GET", f"/v1/orders/{order['order_id']}")
    return receipt


async def see_who_came(shop: Shop, total_fen: int) -> None:
    """Look, as the owner, at who came through which code, and what that earned."""
    (code,) = (await shop.mei.call("GET", f"{shop.home}/codes/statistics"))["items"]
    assert code["code_id"] == shop.door["code_id"]
    assert (code["touch_count"], code["visitor_count"], code["person_count"]) == (1, 1, 1)
    (order,) = (await shop.mei.call("GET", f"{shop.home}/orders"))["items"]
    assert (order["state"], order["total_fen"]) == ("paid", total_fen)
    (member,) = (await shop.mei.call("GET", f"{shop.home}/members"))["items"]
    assert (member["masked_phone"], member["spent_fen"]) == ("+86138****0001", total_fen)
    assert "person_id" not in shop.mei.answer.text
    assert member["joined_code_id"] == shop.door["code_id"]


async def invite_back(world: World, shop: Shop) -> dict[str, Any]:
    """Send a come-back coupon to those who have stayed away, and read what came of it."""
    coupon: dict[str, Any] = await shop.mei.call(
        "POST",
        f"{shop.home}/coupon-campaigns",
        status=201,
        name="好久不见",
        kind="percent_off",
        percent_bp=2000,
        cap_fen=600,
        budget=50,
        valid_until=(world.now + timedelta(days=14)).isoformat(),
        is_claimable=False,
    )
    rules = {"idle_days_min": 14, "orders_min": 1}
    segment = await shop.mei.call(
        "POST", f"{shop.home}/segments", status=201, name="两周没来", rules=rules
    )
    send = await shop.mei.call(
        "POST",
        f"{shop.home}/sends",
        status=201,
        segment_id=segment["segment_id"],
        title="好久不见",
        body="给你留了一张券",
        coupon_campaign_id=coupon["campaign_id"],
    )
    await world.settle()
    report = await shop.mei.call("GET", f"{shop.home}/sends/{send['send_id']}")
    assert report["send"]["state"] == "delivered"
    assert report["results"]["delivered"] == 1
    assert report["send"]["granted_count"] == 1
    return coupon


OPENED = [
    "sessions.code_requested",
    "people.added",
    "people.joined",
    "sessions.signed_in",
    "merchants.opened",
    "staff.joined",
    "stores.opened",
    "catalogue.product_added",
    "stock.received",
    "channels.created",
    "coupons.campaign_created",
    "places.added",
]
CAME = [
    "places.touched",
    "sessions.code_requested",
    "people.added",
    "people.joined",
    "sessions.signed_in",
    "channels.followed",
    "members.joined",
    "places.touch_joined",
    "coupons.claimed",
]
BOUGHT = ["orders.placed", "wallets.topped_up", "coupons.redeemed", "orders.paid"]
INVITED = [
    "coupons.campaign_created",
    "campaigns.sent",
    "moderation.decided",
    "broadcasts.sent",
    "campaigns.delivered",
    "coupons.claimed",
]
CAME_BACK = ["orders.placed", "coupons.redeemed", "orders.paid"]


async def test_the_closed_loop(world: World) -> None:
    await world.office.run(set_bank, SetBank(bank_id=TEST_BANK, is_enabled=True), SYSTEM)
    async with open_api(world) as api:
        shop = await open_shop(world, api)
        lin = await come_in(world, api, shop)

        receipt = await buy_with_best_coupon(world, lin, shop, saves_fen=500)
        assert receipt["order"]["discount_fen"] == 500
        assert receipt["order"]["points_earned"] == 31
        assert receipt["merchant_name"] == "榕树茶馆"
        card = await lin.call("GET", f"/v1/memberships/{shop.merchant_id}")
        assert (card["points"], card["orders_count"]) == (31, 1)
        newest = (await lin.call("GET", "/v1/notices"))["items"][0]
        assert (newest["kind"], newest["fields"]["total_fen"]) == ("orders.receipt", 3100)
        await see_who_came(shop, 3100)

        await world.advance(timedelta(days=20))
        coupon = await invite_back(world, shop)
        newest = (await lin.call("GET", "/v1/notices"))["items"][0]
        assert newest["title"] == "好久不见"

        receipt = await buy_with_best_coupon(world, lin, shop, saves_fen=600)
        assert receipt["order"]["total_fen"] == 3000
        report = await shop.mei.call("GET", f"{shop.home}/coupon-campaigns/{coupon['campaign_id']}")
        assert (report["counts"]["redeemed"], report["redeemed_order_fen"]) == (1, 3000)
        report = await shop.mei.call("GET", f"{shop.home}/coupon-campaigns/{shop.welcome_id}")
        assert report["counts"] == {
            "left": 99,
            "claimed": 1,
            "held": 0,
            "redeemed": 1,
            "expired": 0,
            "voided": 0,
        }

        wallet = await lin.call("GET", "/v1/wallet")
        assert wallet["balance_fen"] == 10_000 - 3100 - 3000
        assert await money_of(world, int(shop.merchant_id)) == (6100, 0)
        at = f"{shop.home}/stores/{shop.store_id}"
        (item,) = (await lin.call("GET", f"{at}/shelf"))["items"]
        assert item["skus"][0]["available"] == 6
        card = await lin.call("GET", f"/v1/memberships/{shop.merchant_id}")
        assert (card["points"], card["spent_fen"]) == (61, 6100)
    assert await world.events() == OPENED + CAME + BOUGHT + INVITED + CAME_BACK
    await world.check()

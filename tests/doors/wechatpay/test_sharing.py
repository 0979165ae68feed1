"""Profit sharing as programs order it, in all its forms, and what purses see of it."""

# ruff: noqa: ANN401, FBT003 - whatever the SDK takes and answers

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.pay.charges import Ask, Charge, CreateCharges, Facts, Protocol, Way, create_charges
from banyan.pay.payees import BindPayee, KeyMode, Scope, bind_payee
from banyan.pay.payouts import SetBankAccount, set_bank_account
from banyan.pay.split import SetShareRatio, SetShareUrl, set_share_ratio, set_share_url
from banyan.views.reconcile import Family
from tests.kit.answers import answers
from tests.kit.charges import charge_of, funds_of, open_till, pay_asked
from tests.kit.payouts import CARD, open_teller
from tests.kit.reconciled import moved_today
from tests.kit.remit import fill_purse, payer
from tests.kit.sales import balance
from tests.kit.split import paid_charge
from tests.kit.talks import follower
from tests.kit.told import read_told
from tests.kit.wechatpay import Shop, Town
from tests.kit.world import World

COOP = "青茶合作社"


@dataclass
class Scene:
    """A shop whose charges are shared, and a partner of it."""

    world: World
    town: Town
    shop: Shop
    coop: Shop

    async def charge(self, total_fen: int = 10_000) -> Charge:
        """A charge that lin paid."""
        return await paid_charge(self.world, "T1", total_fen)

    async def add(self) -> Any:
        """Let the partner be shared with."""
        method = self.shop.sdk.profitsharing_add_receiver
        return await self.shop.call(method, "MERCHANT_ID", self.coop.mchid, "PARTNER", COOP)

    def to_coop(self, amount_fen: int) -> dict[str, Any]:
        """What the partner is to get."""
        return {
            "type": "MERCHANT_ID",
            "account": self.coop.mchid,
            "amount": amount_fen,
            "description": "分成",
        }


@pytest_asyncio.fixture
async def scene(world: World, town: Town, mode: KeyMode) -> Scene:
    """Both can be paid over the wire."""
    await open_till(world, "lin")
    shop = await town.shop(mode)
    coop_id = await world.merchant(COOP, owner="hao")
    return Scene(world, town, shop, await town.shop(mode, merchant_id=coop_id))


@answers(
    "profitsharing_add_receiver",
    "profitsharing_amount_query",
    "profitsharing_order",
    "profitsharing_order_query",
    "profitsharing_return",
    "profitsharing_return_query",
    "profitsharing_unfreeze",
)
async def test_a_charge_is_shared_returned_and_ended(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    transaction_id = (await scene.charge()).transaction_no
    added = await scene.add()
    assert sdk.decrypt(added.pop("name")) == COOP
    assert added == {
        "type": "MERCHANT_ID",
        "account": scene.coop.mchid,
        "relation_type": "PARTNER",
    }
    setting = SetShareUrl(merchant_id=scene.coop.merchant_id, notify_url="https://coop.example/n")
    await scene.world.office.run(set_share_url, setting, SYSTEM)

    receiver = {**scene.to_coop(1_000), "name": COOP}
    made = await shop.call(sdk.profitsharing_order, transaction_id, "S1", [dict(receiver)], False)
    assert made["state"] == "FINISHED"
    (part,) = made["receivers"]
    assert (part["result"], part["amount"], part["account"]) == (
        "SUCCESS",
        1_000,
        scene.coop.mchid,
    )
    assert made == await shop.call(sdk.profitsharing_order_query, transaction_id, "S1")
    assert (await funds_of(scene.world, scene.coop.merchant_id)).purse_fen == 1_000
    left = await shop.call(sdk.profitsharing_amount_query, transaction_id)
    assert left == {"transaction_id": transaction_id, "unsplit_amount": 8_940}

    back = await shop.call(
        sdk.profitsharing_return, "R1", scene.coop.mchid, 400, "退款", order_id=made["order_id"]
    )
    assert (back["result"], back["out_order_no"], back["amount"]) == ("SUCCESS", "S1", 400)
    assert back == await shop.call(sdk.profitsharing_return_query, "S1", "R1")
    left = await shop.call(sdk.profitsharing_amount_query, transaction_id)
    assert left["unsplit_amount"] == 9_340

    ended = await shop.call(sdk.profitsharing_unfreeze, transaction_id, "S2", "解冻全部剩余资金")
    assert [(one["account"], one["amount"]) for one in ended["receivers"]] == [(shop.mchid, 9_340)]
    assert (await funds_of(scene.world)).unsettled_fen == 9_340
    left = await shop.call(sdk.profitsharing_amount_query, transaction_id)
    assert left["unsplit_amount"] == 0

    given, returned = await read_told(scene.town, scene.coop)
    assert given["event_type"] == "PROFITSHARING.SUCCESS"
    assert given["resource"]["mchid"] == shop.mchid
    assert given["resource"]["transaction_id"] == transaction_id
    assert given["resource"]["receiver"]["amount"] == 1_000
    assert returned["event_type"] == "PROFITSHARING.RETURN"
    assert returned["resource"]["receiver"]["amount"] == 400


@answers("profitsharing_delete_receiver")
async def test_only_receivers_get_their_part(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    transaction_id = (await scene.charge()).transaction_no
    await scene.add()
    gone = await shop.call(sdk.profitsharing_delete_receiver, "MERCHANT_ID", scene.coop.mchid)
    assert gone == {"type": "MERCHANT_ID", "account": scene.coop.mchid}
    made = await shop.call(
        sdk.profitsharing_order, transaction_id, "S1", [scene.to_coop(1_000)], False
    )
    (part,) = made["receivers"]
    assert (part["result"], part["fail_reason"]) == ("CLOSED", "NO_RELATION")
    assert (await charge_of(scene.world, "T1")).unsplit_fen == 9_940


async def test_people_are_receivers_by_their_openid(
    world: World, town: Town, mode: KeyMode
) -> None:
    await open_till(world, "lin")
    channel = await payer(world, 100)
    shop = await town.shop(mode, appid=channel.appid)
    _, openid = await follower(world, channel, "wu")
    charge = await paid_charge(world, "T1", 10_000)
    sdk = shop.sdk
    await shop.call(
        sdk.profitsharing_add_receiver,
        "PERSONAL_OPENID",
        openid,
        "CUSTOM",
        "吴先生",
        custom_relation="代理商",
    )
    one = {"type": "PERSONAL_OPENID", "account": openid, "amount": 300, "description": "提成"}
    await shop.call(sdk.profitsharing_order, charge.transaction_no, "S1", [one], True)
    assert await balance(world, "wu") == 300
    assert (await funds_of(world)).unsettled_fen == 9_640


@pytest.mark.parametrize(
    ("amount_fen", "ratio_bp", "refused"),
    [(3_001, 3_000, (403, "RULE_LIMIT")), (9_941, 10_000, (403, "NOT_ENOUGH"))],
)
async def test_no_more_is_shared_than_may_be(
    scene: Scene, amount_fen: int, ratio_bp: int, refused: tuple[int, str]
) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    transaction_id = (await scene.charge()).transaction_no
    await scene.add()
    ratio = SetShareRatio(merchant_id=shop.merchant_id, ratio_bp=ratio_bp)
    await scene.world.office.run(set_share_ratio, ratio, SYSTEM)
    answer = await shop.refused(
        sdk.profitsharing_order, transaction_id, "S1", [scene.to_coop(amount_fen)], False
    )
    assert answer == refused
    missing = await shop.refused(sdk.profitsharing_order_query, transaction_id, "S1")
    assert missing == (404, "RESOURCE_NOT_EXISTS")


async def test_errors_of_sharing(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    transaction_id = (await scene.charge()).transaction_no
    await scene.add()
    share = sdk.profitsharing_order
    await shop.call(share, transaction_id, "S1", [scene.to_coop(100)], False)
    other = [scene.to_coop(101)]
    for arguments, refused in (
        ((transaction_id, "S1", other), (400, "INVALID_REQUEST")),
        (("4200" + "1" * 24, "S2", other), (404, "RESOURCE_NOT_EXISTS")),
        ((transaction_id, "S2", [{**other[0], "type": "X"}]), (400, "PARAM_ERROR")),
        ((transaction_id, "S2", [{**other[0], "amount": 0}]), (400, "PARAM_ERROR")),
        ((transaction_id, "S2", [{**other[0], "account": "1"}]), (400, "INVALID_REQUEST")),
        ((transaction_id, "S2", []), (400, "PARAM_ERROR")),
    ):
        assert await shop.refused(share, *arguments, False) == refused
    wrong_name = await shop.refused(
        sdk.profitsharing_add_receiver, "MERCHANT_ID", scene.coop.mchid, "PARTNER", "别家"
    )
    assert wrong_name == (400, "INVALID_REQUEST")
    too_much = await shop.refused(
        sdk.profitsharing_return, "R1", scene.coop.mchid, 101, "退款", out_order_no="S1"
    )
    assert too_much == (400, "INVALID_REQUEST")
    assert (await charge_of(scene.world, "T1")).unsplit_fen == 9_840


async def test_rivals_share_no_more_than_there_is(scene: Scene) -> None:
    sdk = scene.shop.sdk
    transaction_id = (await scene.charge()).transaction_no
    await scene.add()
    answers = await asyncio.gather(
        *(
            asyncio.to_thread(
                sdk.profitsharing_order, transaction_id, f"S{number}", [scene.to_coop(1_000)], False
            )
            for number in range(6)
        )
    )
    assert sorted(status for status, _ in answers) == [200] * 3 + [403] * 3
    assert (await funds_of(scene.world, scene.coop.merchant_id)).purse_fen == 3_000
    await scene.world.check()


@dataclass
class Chain:
    """A provider, a shop that it looks after, and the shop's brand."""

    world: World
    provider: Shop
    shop: Shop
    brand: Shop

    async def charge(self) -> str:
        """What lin paid the shop, asked for by the provider."""
        ask = Ask(
            payee_id=self.shop.merchant_id,
            out_no="T1",
            total_fen=10_000,
            is_shared=True,
            facts=Facts(description="茶"),
        )
        command = CreateCharges(
            merchant_id=self.provider.merchant_id,
            protocol=Protocol.WECHAT,
            way=Way.NATIVE,
            asks=[ask],
        )
        asked = await self.world.office.run(create_charges, command, SYSTEM)
        await pay_asked(self.world, "lin", asked)
        return asked.charges[0].transaction_no

    def to_brand(self, amount_fen: int, account: str = "account") -> dict[str, Any]:
        """What the brand is to get."""
        return {
            "type": "MERCHANT_ID",
            account: self.brand.mchid,
            "amount": amount_fen,
            "description": "品牌费",
        }


@pytest_asyncio.fixture
async def chain(world: World, town: Town, mode: KeyMode) -> Chain:
    """The provider may act for the two others."""
    await open_till(world, "lin")
    shop = await town.shop(mode)
    provider_id = await world.merchant("服务商", owner="hao")
    brand_id = await world.merchant(COOP, owner="chen")
    provider = await town.shop(mode, merchant_id=provider_id, is_partner=True)
    brand = await town.shop(mode, merchant_id=brand_id)
    for one in (shop, brand):
        binding = BindPayee(
            merchant_id=one.merchant_id, provider_mchid=provider.mchid, scopes=list(Scope)
        )
        await world.office.run(bind_payee, binding, SYSTEM)
    return Chain(world, provider, shop, brand)


async def test_providers_share_for_their_merchants(chain: Chain) -> None:
    provider, sdk, sub = chain.provider, chain.provider.sdk, chain.shop.mchid
    transaction_id = await chain.charge()
    config = await provider.call(sdk.profitsharing_config_query, sub)
    assert config == {"sub_mchid": sub, "max_ratio": 3_000}
    await provider.call(
        sdk.profitsharing_add_receiver,
        "MERCHANT_ID",
        chain.brand.mchid,
        "BRAND",
        COOP,
        sub_mchid=sub,
    )
    made = await provider.call(
        sdk.profitsharing_order,
        transaction_id,
        "S1",
        [chain.to_brand(1_000)],
        False,
        sub_mchid=sub,
    )
    assert made["sub_mchid"] == sub
    assert made == await provider.call(sdk.profitsharing_order_query, transaction_id, "S1", sub)
    back = await provider.call(
        sdk.profitsharing_return,
        "R1",
        chain.brand.mchid,
        300,
        "退",
        out_order_no="S1",
        sub_mchid=sub,
    )
    assert back == await provider.call(sdk.profitsharing_return_query, "S1", "R1", sub)
    left = await provider.call(sdk.profitsharing_amount_query, transaction_id)
    assert left["unsplit_amount"] == 9_240
    await provider.call(sdk.profitsharing_unfreeze, transaction_id, "S2", "解冻", sub)
    assert (await funds_of(chain.world)).unsettled_fen == 9_240
    gone = await provider.call(
        sdk.profitsharing_delete_receiver, "MERCHANT_ID", chain.brand.mchid, sub_mchid=sub
    )
    assert gone["sub_mchid"] == sub
    # The shop sees what was done in its name, but whoever is no provider of it does nothing.
    left = await chain.shop.call(chain.shop.sdk.profitsharing_amount_query, transaction_id)
    assert left["unsplit_amount"] == 0
    refused = await chain.brand.refused(chain.brand.sdk.profitsharing_config_query, sub)
    assert refused == (403, "NO_AUTH")


@answers(
    "brand_profitsharing_add_receiver",
    "brand_profitsharing_amount_query",
    "brand_profitsharing_config_query",
    "brand_profitsharing_delete_receiver",
    "brand_profitsharing_order",
    "brand_profitsharing_order_query",
    "brand_profitsharing_return",
    "brand_profitsharing_return_query",
    "brand_profitsharing_unfreeze",
)
async def test_brands_share_in_their_shops(chain: Chain) -> None:
    provider, sdk, sub = chain.provider, chain.provider.sdk, chain.shop.mchid
    brand = chain.brand.mchid
    transaction_id = await chain.charge()
    config = await provider.call(sdk.brand_profitsharing_config_query, brand)
    assert config == {"brand_mchid": brand, "max_ratio": 3_000}
    added = await provider.call(
        sdk.brand_profitsharing_add_receiver,
        brand,
        "MERCHANT_ID",
        provider.mchid,
        "SERVICE_PROVIDER",
        "服务商",
    )
    assert added == {"brand_mchid": brand, "type": "MERCHANT_ID", "account": provider.mchid}
    receiver = {**chain.to_brand(1_000), "account": provider.mchid}
    made = await provider.call(
        sdk.brand_profitsharing_order, brand, sub, transaction_id, "S1", [receiver], False
    )
    assert made.pop("brand_mchid") == brand
    assert made["status"] == "FINISHED"
    found = await provider.call(sdk.brand_profitsharing_order_query, transaction_id, "S1", sub)
    assert found == made
    back = await provider.call(
        sdk.brand_profitsharing_return,
        sub,
        "R1",
        provider.mchid,
        300,
        "退",
        order_id=made["order_id"],
        out_order_no="S1",
    )
    assert (back["result"], back["amount"]) == ("SUCCESS", 300)
    assert back == await provider.call(
        sdk.brand_profitsharing_return_query, sub, "R1", out_order_no="S1"
    )
    left = await provider.call(sdk.brand_profitsharing_amount_query, transaction_id)
    assert left["unsplit_amount"] == 9_240
    gone = await provider.call(
        sdk.brand_profitsharing_delete_receiver, brand, "MERCHANT_ID", provider.mchid
    )
    assert gone["brand_mchid"] == brand
    ended = await provider.call(
        sdk.brand_profitsharing_unfreeze, sub, transaction_id, "S2", "完结分账"
    )
    assert (ended["sub_mchid"], ended["out_order_no"]) == (sub, "S2")
    assert (await funds_of(chain.world)).unsettled_fen == 9_240
    assert (await funds_of(chain.world, provider.merchant_id)).purse_fen == 700


async def test_platforms_share_and_add_to_it(chain: Chain) -> None:
    provider, sub = chain.provider, chain.shop.mchid
    transaction_id = await chain.charge()
    base = "/v3/ecommerce/profitsharing"

    async def post(path: str, **body: Any) -> Any:
        answer = await provider.send("POST", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    names = {"type": "MERCHANT_ID", "account": chain.brand.mchid, "appid": ""}
    await post(f"{base}/receivers/add", **names, name=COOP, relation_type="SUPPLIER")
    of_charge = {"sub_mchid": sub, "transaction_id": transaction_id}
    made = await post(
        f"{base}/orders",
        **of_charge,
        out_order_no="S1",
        receivers=[chain.to_brand(1_000, "receiver_account")],
        finish=False,
    )
    assert made["receivers"][0]["receiver_account"] == chain.brand.mchid
    assert made["receivers"][0]["result"] == "SUCCESS"
    target = f"{base}/orders?sub_mchid={sub}&transaction_id={transaction_id}&out_order_no=S1"
    assert (await provider.send("GET", target)).json() == made

    # The brand has a purse by now; the platform's own is filled by the brand's part.
    short = await provider.send(
        "POST",
        "/v3/ecommerce/subsidies/create",
        {**of_charge, "amount": 200, "description": "补贴"},
    )
    assert (short.status_code, short.json()["code"]) == (403, "NOT_ENOUGH")
    back = await post(
        f"{base}/returnorders",
        sub_mchid=sub,
        out_order_no="S1",
        out_return_no="R1",
        return_mchid=chain.brand.mchid,
        amount=100,
        description="退",
    )
    assert (back["result"], back["sub_mchid"]) == ("SUCCESS", sub)
    target = f"{base}/orders/{transaction_id}/amounts"
    assert (await provider.send("GET", target)).json()["unsplit_amount"] == 9_040
    await post(f"{base}/receivers/delete", **names)
    ended = await post(f"{base}/finish-order", **of_charge, out_order_no="S2", description="完结")
    assert ended["out_order_no"] == "S2"
    assert (await funds_of(chain.world)).unsettled_fen == 9_040


async def test_platforms_give_back_and_send_money_to_banks(chain: Chain) -> None:
    provider, sub, world = chain.provider, chain.shop.mchid, chain.world
    transaction_id = await chain.charge()
    refund = {
        "sub_mchid": sub,
        "transaction_id": transaction_id,
        "out_refund_no": "F1",
        "amount": {"refund": 1_000, "total": 10_000, "currency": "CNY"},
    }
    first = await provider.send("POST", "/v3/ecommerce/refunds/apply", refund)
    made = await provider.send("POST", "/v3/ecommerce/refunds/apply", refund)
    assert made.status_code == 200, made.text
    told = made.json()
    assert told == first.json()
    assert told["amount"]["payer_refund"] == 1_000
    by_no = await provider.send("GET", f"/v3/ecommerce/refunds/out-refund-no/F1?sub_mchid={sub}")
    by_id = await provider.send(
        "GET", f"/v3/ecommerce/refunds/id/{told['refund_id']}?sub_mchid={sub}"
    )
    assert by_no.json() == by_id.json()
    assert by_no.json()["status"] == "SUCCESS"
    assert await balance(world, "lin") == 91_000
    left = await provider.send(
        "GET", f"/v3/ecommerce/profitsharing/orders/{transaction_id}/amounts"
    )
    assert left.json()["unsplit_amount"] == 8_946
    advance = {**refund, "out_refund_no": "F2", "refund_account": "REFUND_SOURCE_PARTNER_ADVANCE"}
    refused = await provider.send("POST", "/v3/ecommerce/refunds/apply", advance)
    assert (refused.status_code, refused.json()["code"]) == (403, "NO_AUTH")

    await fill_purse(world, 500)
    setting = SetBankAccount(merchant_id=chain.shop.merchant_id, name="榕树茶馆", number=CARD)
    await world.office.run(set_bank_account, setting, SYSTEM)
    wish = {"sub_mchid": sub, "out_request_no": "W1", "amount": 300, "remark": "提现"}
    made = await provider.send("POST", "/v3/ecommerce/fund/withdraw", wish)
    assert made.status_code == 200, made.text
    target = f"/v3/ecommerce/fund/withdraw/{made.json()['withdraw_id']}?sub_mchid={sub}"
    assert (await provider.send("GET", target)).json()["status"] == "CREATE_SUCCESS"
    await open_teller(world).run_waiting()
    found = (await provider.send("GET", target)).json()
    target = f"/v3/ecommerce/fund/withdraw/out-request-no/W1?sub_mchid={sub}"
    assert found == (await provider.send("GET", target)).json()
    assert (found["status"], found["amount"]) == ("SUCCESS", 300)
    assert (await funds_of(world)).purse_fen == 200
    short = await provider.send(
        "POST", "/v3/ecommerce/fund/withdraw", {**wish, "out_request_no": "W2"}
    )
    assert (short.status_code, short.json()["code"]) == (403, "NOT_ENOUGH")
    stranger = await chain.brand.send("POST", "/v3/ecommerce/fund/withdraw", wish)
    assert (stranger.status_code, stranger.json()["code"]) == (403, "NO_AUTH")


async def test_a_platform_adds_something_and_takes_it_back(chain: Chain) -> None:
    provider, sub, world = chain.provider, chain.shop.mchid, chain.world
    of_charge = {"sub_mchid": sub, "transaction_id": await chain.charge()}
    await fill_purse(world, 1_000, "hao")
    base = "/v3/ecommerce/subsidies"

    async def post(path: str, **more: Any) -> tuple[int, Any]:
        answer = await provider.send("POST", f"{base}/{path}", {**of_charge, **more})
        return answer.status_code, answer.json()

    wish = {"amount": 300, "description": "满减补贴", "out_subsidy_no": "U1"}
    made = await post("create", **wish)
    assert made[0] == 200, made
    assert (made[1]["result"], made[1]["amount"]) == ("SUCCESS", 300)
    assert await post("create", **wish) == made
    left = await provider.send(
        "GET", f"/v3/ecommerce/profitsharing/orders/{of_charge['transaction_id']}/amounts"
    )
    assert left.json()["unsplit_amount"] == 10_240
    assert (await funds_of(world, provider.merchant_id)).purse_fen == 700
    assert (await moved_today(world, provider.merchant_id))[Family.SUBSIDY] == -300
    assert (await moved_today(world, chain.shop.merchant_id))[Family.SUBSIDY] == 300

    late = await post("cancel", description="不再补差")
    assert (late[0], late[1]["code"]) == (400, "INVALID_REQUEST")
    taking = {"out_order_no": "B1", "refund_id": "", "description": "退回"}
    more = await post("return", **taking, amount=301)
    assert (more[0], more[1]["code"]) == (400, "INVALID_REQUEST")
    back = await post("return", **taking, amount=300)
    assert (back[0], back[1]["result"], back[1]["amount"]) == (200, "SUCCESS", 300)
    assert await post("return", **taking, amount=300) == back
    assert (await funds_of(world, provider.merchant_id)).purse_fen == 1_000
    assert (await moved_today(world, provider.merchant_id))[Family.SUBSIDY] == 0
    assert (await moved_today(world, chain.shop.merchant_id))[Family.SUBSIDY] == 0

    told = await post("cancel", description="不再补差")
    assert told == (200, {**of_charge, "result": "SUCCESS", "description": "不再补差"})
    assert await post("cancel", description="不再补差") == told
    again = await post("create", **{**wish, "out_subsidy_no": "U2"})
    assert (again[0], again[1]["code"]) == (400, "INVALID_REQUEST")
    await world.check()

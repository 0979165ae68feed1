"""Orders of providers and orders of several merchants at once, by the SDK."""

# ruff: noqa: ANN401 - what the SDK answers has no types

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from wechatpayv3 import WeChatPayType

from banyan.books.actor import SYSTEM
from banyan.parties.ids import MerchantId
from banyan.pay.payees import BindPayee, Scope, bind_payee
from banyan.reach.channels import Channel
from tests.kit.answers import answers
from tests.kit.charges import funds_of
from tests.kit.wechatpay import Market, Shop, Town, open_channel, pay_client

AMOUNT = {"total": 1_000, "currency": "CNY"}
SCENE = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}


@dataclass
class Fair:
    """A provider, a merchant bound to it with an account of its own, and people."""

    market: Market
    provider: Any
    """The provider's program."""
    sub: Shop
    sub_id: MerchantId
    channel: Channel

    async def bind(self, *scopes: Scope) -> None:
        """Let the provider do just this."""
        binding = BindPayee(
            merchant_id=self.sub_id, provider_mchid=self.market.shop.mchid, scopes=scopes
        )
        await self.market.world.office.run(bind_payee, binding, SYSTEM)

    async def call(self, method: Any, *arguments: Any, **options: Any) -> Any:
        return await self.market.shop.call(method, *arguments, **options)


@pytest_asyncio.fixture
async def fair(town: Town, market: Market) -> Fair:
    world = town.world
    sub_id = await world.merchant("分店", owner="hao")
    sub = await town.shop(merchant_id=sub_id)
    channel = await open_channel(world, sub_id)
    binding = BindPayee(merchant_id=sub_id, provider_mchid=market.shop.mchid)
    await world.office.run(bind_payee, binding, SYSTEM)
    provider = pay_client(
        market.shop,
        market.shop.payee.mode,
        appid=market.appid,
        notify_url=market.server.url,
        is_partner=True,
    )
    return Fair(market, provider, sub, sub_id, channel)


async def test_a_provider_asks_in_the_name_of_a_merchant(fair: Fair) -> None:
    market, sdk = fair.market, fair.provider
    number = {"out_trade_no": "sp-000001"}
    told = await fair.call(
        sdk.pay,
        **number,
        description="茶",
        amount=AMOUNT,
        payer={"sub_openid": await market.openid("lin", fair.channel.appid)},
        sub_mchid=fair.sub.mchid,
        sub_appid=fair.channel.appid,
    )
    await market.pay("lin", told)
    await market.town.tell()
    found = await fair.call(sdk.query, **number, sub_mchid=fair.sub.mchid)
    assert found["sp_mchid"] == market.shop.mchid
    assert found["sub_mchid"] == fair.sub.mchid
    assert found["payer"]["sub_openid"] == await market.openid("lin", fair.channel.appid)
    by_id = await fair.call(
        sdk.query, transaction_id=found["transaction_id"], sub_mchid=fair.sub.mchid
    )
    assert by_id == found
    (notice,) = market.server.told
    assert notice["resource"]["sub_mchid"] == fair.sub.mchid
    assert (await funds_of(market.world, fair.sub_id)).unsettled_fen == 994
    assert (await funds_of(market.world)).unsettled_fen == 0
    refund = {
        **number,
        "out_refund_no": "back-1",
        "sub_mchid": fair.sub.mchid,
        "amount": {"refund": 1_000, "total": 1_000, "currency": "CNY"},
    }
    await fair.bind(Scope.PAY)
    assert await market.shop.refused(sdk.refund, **refund) == (403, "NO_AUTH")
    assert (await fair.call(sdk.query, **number, sub_mchid=fair.sub.mchid)) == found
    await fair.bind(Scope.REFUND)
    ask = {"description": "茶", "out_trade_no": "sp-000002", "amount": AMOUNT}
    named = {**ask, "payer": {"sub_openid": found["payer"]["sub_openid"]}}
    place = {"sub_mchid": fair.sub.mchid, "sub_appid": fair.channel.appid}
    assert await market.shop.refused(sdk.pay, **named, **place) == (403, "NO_AUTH")
    made = await fair.call(sdk.refund, **refund)
    assert made["status"] == "SUCCESS"
    assert made == await fair.call(
        sdk.query_refund, out_refund_no="back-1", sub_mchid=fair.sub.mchid
    )
    # Under the merchant's own name there is no such order.
    assert await fair.sub.refused(fair.sub.sdk.query, **number) == (404, "ORDER_NOT_EXIST")
    await market.world.check()


async def test_a_provider_in_each_other_way(fair: Fair) -> None:
    market, sdk = fair.market, fair.provider
    for place, kind in enumerate((WeChatPayType.NATIVE, WeChatPayType.APP, WeChatPayType.H5)):
        number = f"sp-00010{place}"
        told = await fair.call(
            sdk.pay,
            description="茶",
            out_trade_no=number,
            amount=AMOUNT,
            sub_mchid=fair.sub.mchid,
            pay_type=kind,
            scene_info=SCENE,
        )
        await fair.call(sdk.close, out_trade_no=number, sub_mchid=fair.sub.mchid)
        found = await fair.call(sdk.query, out_trade_no=number, sub_mchid=fair.sub.mchid)
        assert (len(told), found["trade_state"]) == (1, "CLOSED")
    paid = await fair.call(
        sdk.pay,
        description="茶",
        out_trade_no="sp-000200",
        amount=AMOUNT,
        sub_mchid=fair.sub.mchid,
        pay_type=WeChatPayType.CODEPAY,
        payer={"auth_code": await market.code("lin")},
        scene_info={"store_info": {"id": "1"}},
    )
    assert paid["trade_state"] == "SUCCESS"
    reverse = {"out_trade_no": "sp-000200", "sub_mchid": fair.sub.mchid}
    await fair.bind(Scope.PAY)
    assert await market.shop.refused(sdk.codepay_reverse, **reverse) == (403, "NO_AUTH")
    await fair.bind(Scope.REFUND)
    turned = await fair.call(sdk.codepay_reverse, **reverse)
    assert turned["sub_mchid"] == fair.sub.mchid
    await market.world.check()


async def test_who_is_not_bound_is_not_asked_for(town: Town, fair: Fair) -> None:
    other_id = await town.world.merchant("别家", owner="chen")
    other = await town.shop(merchant_id=other_id)
    fields: dict[str, Any] = {
        "description": "茶",
        "out_trade_no": "sp-000300",
        "amount": AMOUNT,
        "pay_type": WeChatPayType.NATIVE,
    }
    refused = fair.market.shop.refused
    assert await refused(fair.provider.pay, sub_mchid=other.mchid, **fields) == (403, "NO_AUTH")
    assert await refused(fair.provider.query, out_trade_no="sp-000300", sub_mchid=other.mchid) == (
        403,
        "NO_AUTH",
    )
    assert await refused(fair.provider.pay, sub_mchid="1600000000", **fields) == (
        400,
        "MCH_NOT_EXISTS",
    )


def _parts(fair: Fair) -> list[dict[str, Any]]:
    return [
        {
            "mchid": fair.market.shop.mchid,
            "out_trade_no": "part-00001",
            "description": "茶",
            "attach": "a",
            "amount": {"total_amount": 300, "currency": "CNY"},
        },
        {
            "mchid": fair.market.shop.mchid,
            "sub_mchid": fair.sub.mchid,
            "out_trade_no": "part-00002",
            "description": "饼",
            "attach": "b",
            "amount": {"total_amount": 700, "currency": "CNY"},
        },
    ]


@answers("combine_pay", "combine_query")
async def test_orders_of_two_merchants_are_paid_at_once(fair: Fair) -> None:
    market, sdk = fair.market, fair.market.sdk
    told = await fair.call(
        sdk.combine_pay,
        combine_out_trade_no="combined-1",
        sub_orders=_parts(fair),
        combine_payer_info={"openid": await market.openid("lin")},
        scene_info=SCENE | {"device_id": "T1"},
    )
    unpaid = await fair.call(sdk.combine_query, combine_out_trade_no="combined-1")
    assert [one["trade_state"] for one in unpaid["sub_orders"]] == ["NOTPAY", "NOTPAY"]
    await market.pay("lin", told)
    await market.town.tell()
    found = await fair.call(sdk.combine_query, combine_out_trade_no="combined-1")
    assert found["combine_mchid"] == market.shop.mchid
    assert found["combine_payer_info"] == {"openid": await market.openid("lin")}
    assert found["scene_info"] == {"device_id": "T1"}
    first, second = found["sub_orders"]
    assert [one["trade_state"] for one in (first, second)] == ["SUCCESS", "SUCCESS"]
    assert second["sub_mchid"] == fair.sub.mchid
    assert first["transaction_id"] != second["transaction_id"]
    (notice,) = market.server.told
    assert notice["resource"] == found
    assert (await funds_of(market.world, fair.sub_id)).unsettled_fen == 696
    back = await fair.call(
        fair.provider.refund,
        out_refund_no="back-9",
        transaction_id=second["transaction_id"],
        sub_mchid=fair.sub.mchid,
        amount={"refund": 700, "total": 700, "currency": "CNY"},
    )
    assert back["status"] == "SUCCESS"
    await market.world.check()


@answers("combine_close")
async def test_closing_names_all_of_them(fair: Fair) -> None:
    sdk = fair.market.sdk
    for kind in (WeChatPayType.NATIVE, WeChatPayType.APP, WeChatPayType.H5):
        number = f"combined-{kind.value}"
        parts = [
            {**one, "out_trade_no": f"{one['out_trade_no']}{kind.value}"} for one in _parts(fair)
        ]
        await fair.call(
            sdk.combine_pay,
            combine_out_trade_no=number,
            sub_orders=parts,
            pay_type=kind,
            scene_info=SCENE,
        )
        named = [
            {key: one[key] for key in ("mchid", "sub_mchid", "out_trade_no") if key in one}
            for one in parts
        ]
        refused = await fair.market.shop.refused(
            sdk.combine_close, combine_out_trade_no=number, sub_orders=named[:1]
        )
        assert refused == (400, "PARAM_ERROR")
        await fair.call(sdk.combine_close, combine_out_trade_no=number, sub_orders=named)
        found = await fair.call(sdk.combine_query, combine_out_trade_no=number)
        assert {one["trade_state"] for one in found["sub_orders"]} == {"CLOSED"}

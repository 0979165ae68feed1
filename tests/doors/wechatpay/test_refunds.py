"""Refunds over the wire, by the SDK in both key modes."""

from __future__ import annotations

from typing import Any

from tests.doors.wechatpay.test_transactions import ask
from tests.kit.answers import answers
from tests.kit.charges import funds_of
from tests.kit.sales import balance
from tests.kit.wechatpay import Market


async def paid(market: Market, number: str) -> dict[str, Any]:
    await market.pay("lin", await ask(market, number))
    found: dict[str, Any] = await market.shop.call(market.sdk.query, out_trade_no=number)
    return found


def part(refund: int, total: int = 1_000) -> dict[str, Any]:
    return {"refund": refund, "total": total, "currency": "CNY"}


@answers("query_refund", "refund")
async def test_a_part_and_the_rest_go_back(market: Market) -> None:
    sdk, shop = market.sdk, market.shop
    order = await paid(market, "order-0001")
    first = await shop.call(
        sdk.refund,
        out_refund_no="back-1",
        amount=part(300),
        transaction_id=order["transaction_id"],
        reason="凉了",
        goods_detail={
            "merchant_goods_id": "tea",
            "unit_price": 300,
            "refund_amount": 300,
            "refund_quantity": 1,
        },
    )
    assert (first["status"], first["channel"]) == ("SUCCESS", "ORIGINAL")
    assert len(first["refund_id"]) == 29
    assert first["amount"]["payer_refund"] == 300
    again = await shop.call(
        sdk.refund,
        out_refund_no="back-1",
        amount=part(300),
        transaction_id=order["transaction_id"],
        goods_detail=[
            {
                "merchant_goods_id": "tea",
                "unit_price": 300,
                "refund_amount": 300,
                "refund_quantity": 1,
            }
        ],
    )
    assert again == first == await shop.call(sdk.query_refund, out_refund_no="back-1")
    state = await shop.call(sdk.query, out_trade_no="order-0001")
    assert state["trade_state"] == "REFUND"
    await shop.call(sdk.refund, out_refund_no="back-2", amount=part(700), out_trade_no="order-0001")
    await market.town.tell()
    notices = [one for one in market.server.told if one["event_type"] == "REFUND.SUCCESS"]
    assert sorted(one["resource"]["amount"]["refund"] for one in notices) == [300, 700]
    assert notices[0]["resource"]["mchid"] == shop.mchid
    assert await balance(market.world, "lin") == 100_000
    funds = await funds_of(market.world)
    assert (funds.unsettled_fen, funds.fees_fen) == (0, 0)
    await market.world.check()


async def test_what_is_refused(market: Market) -> None:
    sdk, refused = market.sdk, market.shop.refused
    order = await paid(market, "order-0002")
    number = order["transaction_id"]
    await ask(market, "order-0003")
    for fields, wanted in (
        ({"amount": part(1_001), "transaction_id": number}, (400, "INVALID_REQUEST")),
        ({"amount": part(1, 999), "transaction_id": number}, (400, "INVALID_REQUEST")),
        ({"amount": part(0), "transaction_id": number}, (400, "PARAM_ERROR")),
        ({"amount": part(1), "transaction_id": "4" * 28}, (404, "RESOURCE_NOT_EXISTS")),
        ({"amount": part(1), "out_trade_no": "order-none"}, (404, "ORDER_NOT_EXIST")),
        ({"amount": part(1), "out_trade_no": "order-0003"}, (400, "INVALID_REQUEST")),
        (
            {"amount": part(1), "transaction_id": number, "funds_account": "X"},
            (400, "PARAM_ERROR"),
        ),
        (
            {
                "amount": part(1) | {"from": [{"account": "AVAILABLE", "amount": 2}]},
                "transaction_id": number,
            },
            (400, "PARAM_ERROR"),
        ),
    ):
        assert await refused(sdk.refund, out_refund_no="back-3", **fields) == wanted, fields
    assert await refused(sdk.query_refund, out_refund_no="back-3") == (404, "RESOURCE_NOT_EXISTS")
    await market.shop.call(
        sdk.refund, out_refund_no="back-3", amount=part(1), transaction_id=number
    )
    assert await refused(
        sdk.refund, out_refund_no="back-3", amount=part(2), transaction_id=number
    ) == (400, "INVALID_REQUEST")
    # What the merchant has was never settled: its purse is empty.
    for amount, funds_account in (
        (part(500), "AVAILABLE"),
        (part(500) | {"from": [{"account": "AVAILABLE", "amount": 500}]}, None),
    ):
        assert await refused(
            sdk.refund,
            out_refund_no="back-4",
            amount=amount,
            transaction_id=number,
            funds_account=funds_account,
        ) == (403, "NOT_ENOUGH")
    made = await market.shop.call(
        sdk.refund,
        out_refund_no="back-4",
        amount=part(500) | {"from": [{"account": "UNAVAILABLE", "amount": 500}]},
        transaction_id=number,
    )
    assert made["funds_account"] == "UNSETTLED"
    await market.world.check()


async def test_no_refund_is_ever_abnormal(market: Market) -> None:
    sdk = market.sdk
    await paid(market, "order-0004")
    made = await market.shop.call(
        sdk.refund, out_refund_no="back-5", amount=part(5), out_trade_no="order-0004"
    )
    refused = await market.shop.refused(
        sdk.abnormal_refund,
        refund_id=made["refund_id"],
        out_refund_no="back-5",
        type="USER_BANK_CARD",
        bank_type="ICBC_DEBIT",
        bank_account="6222000000000000",
        real_name="林",
    )
    assert refused == (400, "INVALID_REQUEST")

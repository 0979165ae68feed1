"""Money sent to people by the unmodified SDK: there at once, once for each number."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.doors.alipay.test_trades import balance, show_code
from tests.kit.alipay import Program
from tests.kit.charges import open_till
from tests.kit.parties import phone_of
from tests.kit.remit import fill_purse
from tests.kit.world import World


async def prepare(world: World, program: Program) -> dict[str, Any]:
    """A merchant with money, and how it knows somebody."""
    await open_till(world, "lin", "wu")
    await fill_purse(world, 100_000)
    code = await show_code(world, "lin")
    told: dict[str, Any] = await program.done(
        program.sdk().api_alipay_trade_pay, "K1", "bar_code", code, "茶", total_amount="1.00"
    )
    return told


async def test_a_person_is_sent_money(world: World, program: Program) -> None:
    known = await prepare(world, program)
    sdk = program.certified()
    before = await balance(world, "lin")
    sent = await program.done(
        sdk.api_alipay_fund_trans_uni_transfer,
        "U1",
        "ALIPAY_USER_ID",
        known["buyer_user_id"],
        "12.30",
        order_title="奖金",
    )
    assert (sent["out_biz_no"], sent["status"]) == ("U1", "SUCCESS")
    assert await balance(world, "lin") == before + 1_230
    again = await program.done(
        sdk.api_alipay_fund_trans_uni_transfer,
        "U1",
        "ALIPAY_USER_ID",
        known["buyer_user_id"],
        12.3,
        order_title="奖金",
    )
    assert again["order_id"] == sent["order_id"]
    by_phone = await program.done(
        sdk.api_alipay_fund_trans_uni_transfer,
        "U2",
        "ALIPAY_LOGON_ID",
        phone_of("wu").removeprefix("+86"),
        "0.10",
        name="吴",
    )
    assert await balance(world, "wu") == 100_010
    told = await program.done(
        sdk.server_api, "alipay.fund.trans.common.query", {"out_biz_no": "U1"}
    )
    assert (told["order_id"], told["trans_amount"]) == (sent["order_id"], "12.30")
    told = await program.done(
        sdk.server_api, "alipay.fund.trans.common.query", {"order_id": by_phone["order_id"]}
    )
    assert (told["out_biz_no"], told["status"]) == ("U2", "SUCCESS")
    await world.check()


async def test_what_cannot_be_sent_is_refused(world: World, program: Program) -> None:
    known = await prepare(world, program)
    sdk = program.certified()
    own = ("ALIPAY_USER_ID", known["buyer_user_id"])
    send = sdk.api_alipay_fund_trans_uni_transfer
    await program.done(send, "V1", *own, "1.00")
    before = await balance(world, "lin")
    for arguments, code in (
        (("V1", *own, "1.01"), "PAYMENT_INFO_INCONSISTENCY"),
        (("V2", "ALIPAY_USER_ID", "2088000000000000", "1.00"), "PAYEE_NOT_EXIST"),
        (("V2", "ALIPAY_LOGON_ID", "nobody@shop.example", "1.00"), "PAYEE_NOT_EXIST"),
        (("V2", *own, "0.09"), "EXCEED_LIMIT_SM_MIN_AMOUNT"),
        (("V2", *own, "x"), "INVALID_PARAMETER"),
        (("", *own, "1.00"), "INVALID_PARAMETER"),
        (("V 2", *own, "1.00"), "INVALID_PARAMETER"),
        (("V2", *own, "1000.00"), "PAYER_BALANCE_NOT_ENOUGH"),
        (("V2", *own, "50001.00"), "EXCEED_LIMIT_DM_AMOUNT"),
    ):
        assert await program.refused(send, *arguments) == code, arguments
    for wrong in ({"biz_scene": "X"}, {"product_code": "X"}):
        assert await program.refused(send, "V2", *own, "1.00", **wrong) == "INVALID_PARAMETER"
    common = "alipay.fund.trans.common.query"
    for query in ({"out_biz_no": "V2"}, {"order_id": "1"}, {"out_biz_no": "x" * 64}):
        assert await program.refused(sdk.server_api, common, query) == "ORDER_NOT_EXIST"
    assert await program.refused(sdk.server_api, common, {}) == "INVALID_PARAMETER"
    assert await balance(world, "lin") == before
    await world.check()


@pytest.mark.parametrize("number", ["O1", "x" * 64])
async def test_the_older_methods_do_the_same(world: World, program: Program, number: str) -> None:
    known = await prepare(world, program)
    sdk = program.sdk()
    send = sdk.api_alipay_fund_trans_toaccount_transfer
    before = await balance(world, "lin")
    rivals = await asyncio.gather(
        *(
            program.done(send, number, "ALIPAY_USERID", known["buyer_user_id"], "2.00")
            for _ in range(5)
        )
    )
    assert len({one["order_id"] for one in rivals}) == 1
    assert await balance(world, "lin") == before + 200
    query = sdk.api_alipay_fund_trans_order_query
    told = await program.done(query, out_biz_no=number)
    assert (told["status"], told["order_id"]) == ("SUCCESS", rivals[0]["order_id"])
    assert (await program.done(query, order_id=told["order_id"]))["status"] == "SUCCESS"
    assert await program.refused(query, out_biz_no="none") == "ORDER_NOT_EXIST"
    assert await program.refused(send, "O2", "ALIPAY_LOGONID", "1", "2.00") == "PAYEE_NOT_EXIST"
    await world.check()

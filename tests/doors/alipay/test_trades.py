"""Trades by the unmodified SDK: each method, its state afterwards, and each documented refusal."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from banyan.base.errors import Refusal
from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.charges import PayCharge, pay_charges
from banyan.pay.paycodes import GiveCode, give_code
from banyan.pay.wallets import ReadWallet, read_wallet
from tests.kit.alipay import Program
from tests.kit.charges import open_till
from tests.kit.world import World


async def balance(world: World, name: str) -> int:
    """What somebody holds."""
    wallet = await world.office.run(read_wallet, ReadWallet(), world.as_person(name))
    return wallet.balance_fen


def token_of(code_url: str) -> str:
    """What a code stands for."""
    return code_url.rsplit("/", 1)[1]


async def pay(world: World, name: str, token: str) -> None:
    """Have somebody pay at the cashier."""
    await world.office.run(pay_charges, PayCharge(token=token), world.as_person(name))


async def show_code(world: World, name: str) -> str:
    """The payment code that somebody shows."""
    command = GiveCode(person_id=PersonId(world.as_person(name).person_id))
    return (await world.office.run(give_code, command, SYSTEM)).code


async def test_a_code_is_scanned_and_paid(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    made = await program.done(
        sdk.api_alipay_trade_precreate,
        "龙井{茶}",
        "P1",
        "12.34",
        goods_detail=[{"goods_id": "g1", "goods_name": "茶", "quantity": 2, "price": 6.17}],
    )
    assert made["out_trade_no"] == "P1"
    again = await program.done(
        sdk.api_alipay_trade_precreate,
        "龙井{茶}",
        "P1",
        "12.34",
        goods_detail=[{"goods_id": "g1", "goods_name": "茶", "quantity": 2, "price": 6.17}],
    )
    assert again["qr_code"] == made["qr_code"]
    assert (
        await program.refused(sdk.api_alipay_trade_query, out_trade_no="P1")
        == "ACQ.TRADE_NOT_EXIST"
    )
    assert (
        await program.refused(sdk.api_alipay_trade_precreate, "龙井", "P1", "12.35")
        == "ACQ.CONTEXT_INCONSISTENT"
    )
    await pay(world, "lin", token_of(made["qr_code"]))
    told = await program.done(sdk.api_alipay_trade_query, out_trade_no="P1")
    assert told["trade_status"] == "TRADE_SUCCESS"
    assert (told["total_amount"], told["receipt_amount"]) == ("12.34", "12.34")
    assert told["buyer_pay_amount"] == "12.34"
    assert told["fund_bill_list"] == [{"fund_channel": "ALIPAYACCOUNT", "amount": "12.34"}]
    assert told["subject"] == "龙井{茶}"
    assert told["buyer_user_id"].startswith("2088")
    assert told["send_pay_date"]
    by_number = await program.done(sdk.api_alipay_trade_query, trade_no=told["trade_no"])
    assert by_number == told
    assert (
        await program.refused(sdk.api_alipay_trade_precreate, "龙井", "P1", "12.34")
        == "ACQ.TRADE_HAS_SUCCESS"
    )
    assert await balance(world, "lin") == 100_000 - 1_234
    await world.check()


async def test_a_payment_code_is_taken(world: World, program: Program) -> None:
    await open_till(world, "lin", "wu", money_fen=1_000)
    sdk = program.sdk()
    code = await show_code(world, "lin")
    told = await program.done(
        sdk.api_alipay_trade_pay, "T1", "bar_code", code, "茶", total_amount=9.9
    )
    assert (told["total_amount"], told["buyer_pay_amount"]) == ("9.90", "9.90")
    assert told["gmt_payment"]
    assert told["trade_no"]
    assert await balance(world, "lin") == 10
    assert (
        await program.refused(
            sdk.api_alipay_trade_pay, "T1", "bar_code", code, "茶", total_amount=9.9
        )
        == "ACQ.TRADE_HAS_SUCCESS"
    )
    for wrong in (code, "288888888888888888", "130000000000000000"):
        assert (
            await program.refused(
                sdk.api_alipay_trade_pay, "T2", "bar_code", wrong, "茶", total_amount="0.01"
            )
            == "ACQ.PAYMENT_AUTH_CODE_INVALID"
        )
    for wrong in ("", "x" * 18, "1"):
        assert (
            await program.refused(
                sdk.api_alipay_trade_pay, "T2", "bar_code", wrong, "茶", total_amount="0.01"
            )
            == "ACQ.INVALID_PARAMETER"
        )
    poor = await show_code(world, "lin")
    assert (
        await program.refused(
            sdk.api_alipay_trade_pay, "T3", "bar_code", poor, "茶", total_amount="0.11"
        )
        == "ACQ.BUYER_BALANCE_NOT_ENOUGH"
    )
    assert (
        await program.refused(sdk.api_alipay_trade_query, out_trade_no="T3")
        == "ACQ.TRADE_NOT_EXIST"
    )
    await world.check()


async def test_a_trade_is_made_for_one_person(world: World, program: Program) -> None:
    await open_till(world, "lin", "wu")
    sdk = program.sdk()
    made = await program.done(sdk.api_alipay_trade_create, "茶", "C0", "1.00")
    assert made["out_trade_no"] == "C0"
    first = await program.done(sdk.api_alipay_trade_query, out_trade_no="C0")
    assert first["trade_status"] == "WAIT_BUYER_PAY"
    code = await show_code(world, "lin")
    known = await program.done(
        sdk.api_alipay_trade_pay, "C1", "bar_code", code, "茶", total_amount="1"
    )
    made = await program.done(
        sdk.api_alipay_trade_create, "茶", "C2", "1.00", buyer_id=known["buyer_user_id"]
    )
    same = await program.done(
        sdk.api_alipay_trade_create, "茶", "C2", 1.00, buyer_id=known["buyer_user_id"]
    )
    assert same["trade_no"] == made["trade_no"]
    assert (
        await program.refused(
            sdk.api_alipay_trade_create, "茶", "C3", "1.00", buyer_id="2088000000000000"
        )
        == "ACQ.INVALID_PARAMETER"
    )
    told = await program.done(sdk.api_alipay_trade_query, trade_no=made["trade_no"])
    assert told["trade_status"] == "WAIT_BUYER_PAY"
    assert "buyer_pay_amount" not in told
    closed = await program.done(sdk.api_alipay_trade_close, trade_no=made["trade_no"])
    assert closed["out_trade_no"] == "C2"
    told = await program.done(sdk.api_alipay_trade_query, trade_no=made["trade_no"])
    assert told["trade_status"] == "TRADE_CLOSED"
    assert (
        await program.refused(sdk.api_alipay_trade_close, out_trade_no="C2")
        == "ACQ.TRADE_STATUS_ERROR"
    )
    assert (
        await program.refused(sdk.api_alipay_trade_close, out_trade_no="C1")
        == "ACQ.TRADE_STATUS_ERROR"
    )
    assert (
        await program.refused(sdk.api_alipay_trade_close, out_trade_no="C9")
        == "ACQ.TRADE_NOT_EXIST"
    )
    assert (
        await program.refused(
            sdk.api_alipay_trade_create, "茶", "C2", "1.00", buyer_id=known["buyer_user_id"]
        )
        == "ACQ.TRADE_HAS_CLOSE"
    )


async def test_trades_go_back_in_parts_and_whole(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    code = await show_code(world, "lin")
    paid = await program.done(
        sdk.api_alipay_trade_pay, "R1", "bar_code", code, "茶", total_amount="10.00"
    )
    refund = sdk.api_alipay_trade_refund
    assert await program.refused(refund, "3.00", out_trade_no="R1") == (
        "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    )
    part = await program.done(
        refund, "3.00", out_trade_no="R1", out_request_no="a", refund_reason="凉了"
    )
    assert (part["fund_change"], part["refund_fee"]) == ("Y", "3.00")
    again = await program.done(refund, 3, out_trade_no="R1", out_request_no="a")
    assert (again["fund_change"], again["refund_fee"]) == ("N", "3.00")
    assert (
        await program.refused(refund, "3.01", out_trade_no="R1", out_request_no="a")
        == "ACQ.DISCORDANT_REPEAT_REQUEST"
    )
    assert (
        await program.refused(refund, "7.01", out_trade_no="R1", out_request_no="b")
        == "ACQ.REASON_TRADE_REFUND_FEE_ERR"
    )
    told = await program.done(sdk.api_alipay_trade_query, out_trade_no="R1")
    assert told["trade_status"] == "TRADE_SUCCESS"
    shown = await program.done(sdk.api_alipay_trade_fastpay_refund_query, "a", out_trade_no="R1")
    assert (shown["refund_amount"], shown["total_amount"]) == ("3.00", "10.00")
    assert (shown["refund_status"], shown["refund_reason"]) == ("REFUND_SUCCESS", "凉了")
    none = await program.done(
        sdk.api_alipay_trade_fastpay_refund_query, "b", trade_no=paid["trade_no"]
    )
    assert "refund_status" not in none
    rest = await program.done(refund, "7.00", trade_no=paid["trade_no"], out_request_no="b" * 64)
    assert (rest["fund_change"], rest["refund_fee"]) == ("Y", "10.00")
    told = await program.done(sdk.api_alipay_trade_query, out_trade_no="R1")
    assert told["trade_status"] == "TRADE_CLOSED"
    assert await balance(world, "lin") == 100_000
    assert await program.refused(refund, "1.00", out_trade_no="R9") == "ACQ.TRADE_NOT_EXIST"
    for wrong in ("", "0", "-1", "1.001", "x", "1e3"):
        assert await program.refused(refund, wrong, out_trade_no="R1") == "ACQ.INVALID_PARAMETER"
    await world.check()


async def test_goods_go_back_one_by_one(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    goods = [
        {"goods_id": "g1", "goods_name": "龙井", "quantity": 1, "price": 6},
        {"goods_id": "g2", "goods_name": "白茶", "quantity": 2, "price": 2},
    ]
    code = await show_code(world, "lin")
    more = {"total_amount": "10.00", "goods_detail": goods}
    await program.done(sdk.api_alipay_trade_pay, "G1", "bar_code", code, "茶", **more)
    refund, named = sdk.api_alipay_trade_refund, {"out_trade_no": "G1", "out_request_no": "a"}
    for wrong in (
        [{"goods_id": "g1", "refund_amount": "5.99"}],
        [{"goods_id": "g3", "refund_amount": "6.00"}],
        [{"goods_id": "g1", "refund_amount": "x"}, {"goods_id": "g2", "refund_amount": "6.00"}],
    ):
        code = await program.refused(refund, "6.00", refund_goods_detail=wrong, **named)
        assert code == "ACQ.INVALID_PARAMETER", wrong
    back = [
        {"goods_id": "g1", "refund_amount": "4.00"},
        {"goods_id": "g2", "refund_amount": "2.00"},
    ]
    done = await program.done(refund, "6.00", refund_goods_detail=back, **named)
    assert (done["fund_change"], done["refund_fee"]) == ("Y", "6.00")
    again = await program.done(refund, "6.00", refund_goods_detail=back, **named)
    assert again["fund_change"] == "N"
    async with world.office.begin() as work:
        (kept,) = await work.db.fetch("select facts::text from charges.refunds")
    assert [(one["goods_id"], one["refund_fen"]) for one in json.loads(kept[0])["goods"]] == [
        ("g1", 400),
        ("g2", 200),
    ]
    await world.check()


async def test_what_no_wallet_could_pay_is_refused(world: World, program: Program) -> None:
    await open_till(world, "lin")
    precreate = program.sdk().api_alipay_trade_precreate
    for wrong in (
        {"enable_pay_channels": "debitCardExpress,pcredit"},
        {"disable_pay_channels": "balance"},
        {"enable_pay_channels": "balance", "disable_pay_channels": "pcredit"},
    ):
        code = await program.refused(precreate, "茶", "P1", "1.00", **wrong)
        assert code == "ACQ.INVALID_PARAMETER", wrong
    await program.done(precreate, "茶", "P1", "1.00", disable_pay_channels="credit_group,pcredit")
    await program.done(precreate, "茶", "P2", "1.00", enable_pay_channels="balance,moneyFund")


async def test_the_same_refund_number_holds_within_each_trade(
    world: World, program: Program
) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    for number in ("S1", "S2"):
        code = await show_code(world, "lin")
        await program.done(
            sdk.api_alipay_trade_pay, number, "bar_code", code, "茶", total_amount="2.00"
        )
        done = await program.done(
            sdk.api_alipay_trade_refund, "1.00", out_trade_no=number, out_request_no="1"
        )
        assert done["fund_change"] == "Y"
    assert await balance(world, "lin") == 100_000 - 200
    rivals = await asyncio.gather(
        *(
            program.done(sdk.api_alipay_trade_refund, "1.00", out_trade_no="S1", out_request_no="2")
            for _ in range(6)
        )
    )
    assert sorted(one["fund_change"] for one in rivals) == ["N"] * 5 + ["Y"]
    assert await balance(world, "lin") == 100_000 - 100
    await world.check()


async def test_trades_are_cancelled(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    unknown = await program.done(sdk.api_alipay_trade_cancel, out_trade_no="X0")
    assert (unknown["retry_flag"], "action" in unknown) == ("N", False)
    made = await program.done(sdk.api_alipay_trade_precreate, "茶", "X1", "5.00")
    told = await program.done(sdk.api_alipay_trade_cancel, out_trade_no="X1")
    assert told["action"] == "close"
    told = await program.done(sdk.api_alipay_trade_cancel, out_trade_no="X1")
    assert told["action"] == "close"
    assert await _refused_payment(world, token_of(made["qr_code"])) == "charges.revoked"
    code = await show_code(world, "lin")
    await program.done(sdk.api_alipay_trade_pay, "X2", "bar_code", code, "茶", total_amount="5.00")
    told = await program.done(sdk.api_alipay_trade_cancel, out_trade_no="X2")
    assert told["action"] == "refund"
    again = await program.done(sdk.api_alipay_trade_cancel, trade_no=told["trade_no"])
    assert again["action"] == "refund"
    assert await balance(world, "lin") == 100_000
    shown = await program.done(sdk.api_alipay_trade_query, out_trade_no="X2")
    assert shown["trade_status"] == "TRADE_CLOSED"
    await world.check()


async def _refused_payment(world: World, token: str) -> str:
    try:
        await pay(world, "lin", token)
    except Refusal as failure:
        return failure.code
    return ""


async def test_patience_ends(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    made = await program.done(
        sdk.api_alipay_trade_create, "茶", "E1", "1.00", timeout_express="30m"
    )
    await world.advance(timedelta(minutes=20))
    again = await program.done(
        sdk.api_alipay_trade_create, "茶", "E1", "1.00", timeout_express="30m"
    )
    assert again["trade_no"] == made["trade_no"]
    assert (
        await program.refused(
            sdk.api_alipay_trade_create, "茶", "E1", "1.00", timeout_express="31m"
        )
        == "ACQ.CONTEXT_INCONSISTENT"
    )
    await world.advance(timedelta(minutes=11))
    told = await program.done(sdk.api_alipay_trade_query, out_trade_no="E1")
    assert told["trade_status"] == "TRADE_CLOSED"
    await program.done(sdk.api_alipay_trade_create, "茶", "E2", "1.00")
    await world.advance(timedelta(days=14))
    told = await program.done(sdk.api_alipay_trade_query, out_trade_no="E2")
    assert told["trade_status"] == "WAIT_BUYER_PAY"
    for wrong in ("0m", "16d", "x", "1c1"):
        assert (
            await program.refused(
                sdk.api_alipay_trade_create, "茶", "E3", "1.00", timeout_express=wrong
            )
            == "ACQ.INVALID_PARAMETER"
        )


async def test_amounts_are_yuan_with_two_decimals(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    for wrong in ("0", "0.00", "0.001", "-1.00", "1,00", "", "100000000.01", 1e30, None, "一"):
        code = await program.refused(sdk.api_alipay_trade_precreate, "茶", "A1", wrong)
        wanted = "ACQ.TOTAL_FEE_EXCEED" if wrong == "100000000.01" else "ACQ.INVALID_PARAMETER"
        assert code == wanted, wrong
    for number, right in enumerate((0.01, "0.1", 1, "1.50", "100000000.00")):
        made = await program.done(sdk.api_alipay_trade_create, "茶", f"A{number}", right)
        told = await program.done(sdk.api_alipay_trade_query, trade_no=made["trade_no"])
        assert float(told["total_amount"]) == float(str(right))
    assert await program.refused(sdk.api_alipay_trade_create, "", "A9", "1") == (
        "ACQ.INVALID_PARAMETER"
    )
    assert await program.refused(sdk.api_alipay_trade_create, "茶", "x" * 65, "1") == (
        "ACQ.INVALID_PARAMETER"
    )
    assert await program.refused(sdk.server_api, "alipay.trade.query", {}) == (
        "ACQ.INVALID_PARAMETER"
    )

"""Parts of what trades bring given to others, by the unmodified SDK."""

from __future__ import annotations

from typing import Any

import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.pay.alipayapps import FindSellers, find_sellers
from banyan.pay.payees import OpenPayee, open_payee
from tests.doors.alipay.test_trades import show_code
from tests.kit.alipay import Program, add_app
from tests.kit.charges import funds_of, open_till
from tests.kit.world import World

BIND = "alipay.trade.royalty.relation.bind"
UNBIND = "alipay.trade.royalty.relation.unbind"
QUERY = "alipay.trade.royalty.relation.batchquery"


@pytest_asyncio.fixture
async def partner(world: World) -> tuple[int, str]:
    """Another merchant, and what it is called."""
    await open_till(world, "lin")
    merchant_id = await world.merchant("合伙人", owner="hao")
    opening = OpenPayee(merchant_id=merchant_id)
    await world.office.run(open_payee, opening, world.as_person("hao"))
    await add_app(world, merchant_id)
    query = FindSellers(merchant_ids=[merchant_id])
    sellers = await world.office.run(find_sellers, query, SYSTEM)
    return int(merchant_id), sellers.items[int(merchant_id)]


async def pay(world: World, program: Program, number: str, **more: Any) -> str:  # noqa: ANN401
    """A trade of ten yuan."""
    code = await show_code(world, "lin")
    told = await program.done(
        program.sdk().api_alipay_trade_pay,
        number,
        "bar_code",
        code,
        "茶",
        total_amount="10.00",
        **more,
    )
    return str(told["trade_no"])


async def test_a_partner_gets_its_part(
    world: World, program: Program, partner: tuple[int, str]
) -> None:
    merchant_id, number = partner
    sdk = program.sdk()
    royalty = [{"trans_in": number, "amount": "2.00", "desc": "分成"}]
    frozen = {"extend_params": {"royalty_freeze": "true"}}
    trade_no = await pay(world, program, "S1", **frozen)
    settle = sdk.api_alipay_trade_order_settle
    assert await program.refused(settle, "q1", trade_no, royalty) == "ACQ.ROYALTY_RECEIVER_INVALID"
    bond = {"receiver_list": [{"type": "userId", "account": number}], "out_request_no": "b1"}
    assert (await program.done(sdk.server_api, BIND, bond))["result_code"] == "SUCCESS"
    listed = await program.done(sdk.server_api, QUERY, {"out_request_no": "b2"})
    assert [one["account"] for one in listed["receiver_list"]] == [number]
    done = await program.done(settle, "q1", trade_no, royalty)
    assert (done["trade_no"], bool(done["settle_no"])) == (trade_no, True)
    assert (await funds_of(world, merchant_id)).purse_fen == 200
    again = await program.done(settle, "q1", trade_no, royalty)
    assert again["settle_no"] == done["settle_no"]
    assert (await funds_of(world, merchant_id)).purse_fen == 200
    more = [{"trans_in": number, "amount_percentage": "5"}]
    assert await program.refused(settle, "q1", trade_no, more) == "ACQ.DISCORDANT_REPEAT_REQUEST"
    await program.done(settle, "q2", trade_no, more, extend_params={"royalty_finish": "true"})
    assert (await funds_of(world, merchant_id)).purse_fen == 250
    assert (await funds_of(world)).shared_fen == 0
    assert await program.refused(settle, "q3", trade_no, more) == "ACQ.TRADE_SETTLE_ERROR"
    assert (await program.done(sdk.server_api, UNBIND, bond))["result_code"] == "SUCCESS"
    listed = await program.done(sdk.server_api, QUERY, {})
    assert listed["total_record_num"] == 0
    await world.check()


async def test_what_cannot_be_shared_is_refused(
    world: World, program: Program, partner: tuple[int, str]
) -> None:
    _, number = partner
    sdk = program.sdk()
    bond = {"receiver_list": [{"type": "userId", "account": number}]}
    await program.done(sdk.server_api, BIND, bond)
    whole = await pay(world, program, "W1")
    frozen = await pay(world, program, "W2", extend_params={"royalty_freeze": True})
    settle = sdk.api_alipay_trade_order_settle
    before = await funds_of(world)
    for trade_no, royalty, code in (
        (whole, {"trans_in": number, "amount": "1.00"}, "ACQ.TRADE_SETTLE_ERROR"),
        (frozen, {"trans_in": number, "amount": "9.99"}, "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"),
        (frozen, {"trans_in": number, "amount": "3.01"}, "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR"),
        (frozen, {"trans_in": "2088000000000000", "amount": "1"}, "ACQ.ROYALTY_ACCOUNT_NOT_EXIST"),
        (frozen, {"trans_in": number, "amount": "x"}, "ACQ.INVALID_PARAMETER"),
        (frozen, {"trans_in": number}, "ACQ.INVALID_PARAMETER"),
        (frozen, {"amount": "1"}, "ACQ.INVALID_PARAMETER"),
        (frozen, {"trans_in": number, "amount": "1", "trans_out": "1"}, "ACQ.INVALID_PARAMETER"),
        ("42" * 14, {"trans_in": number, "amount": "1"}, "ACQ.TRADE_NOT_EXIST"),
    ):
        assert await program.refused(settle, "x1", trade_no, [royalty]) == code, royalty
    wrongs: list[dict[str, Any]] = [{}, {"receiver_list": []}]
    for wrong in (*wrongs, {"receiver_list": [{"type": "loginName"}]}):
        assert await program.refused(sdk.server_api, BIND, wrong) == "ACQ.INVALID_PARAMETER"
    unknown = {"receiver_list": [{"type": "userId", "account": "2088000000000000"}]}
    assert await program.refused(sdk.server_api, BIND, unknown) == "ACQ.ROYALTY_ACCOUNT_NOT_EXIST"
    for page in ("x", "²"):
        assert await program.refused(sdk.server_api, QUERY, {"page_num": page}) == (
            "ACQ.INVALID_PARAMETER"
        )
    assert await funds_of(world) == before
    await world.check()

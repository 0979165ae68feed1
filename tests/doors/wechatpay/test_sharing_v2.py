"""Profit sharing and bills as programs of the second interface order them."""

from __future__ import annotations

import gzip
import json
from typing import Any

from banyan.pay.settle import CHINA
from banyan.wire.wechatpay import parse_bill, parse_v2
from tests.kit.charges import ask, funds_of, open_till, pay_asked
from tests.kit.china import to_hour
from tests.kit.split import paid_charge
from tests.kit.wechatpay import Shop, Town

COOP = "青茶合作社"


async def done(shop: Shop, path: str, **fields: Any) -> dict[str, str]:  # noqa: ANN401 - any field
    """What a call answers; it must be signed by the better way, and not refused."""
    told = await shop.v2(path, sign_type="HMAC-SHA256", **fields)
    assert told["result_code"] == "SUCCESS", told
    assert "sign" in told
    return told


async def refused(shop: Shop, path: str, **fields: Any) -> str:  # noqa: ANN401 - any field
    """By which code a call is refused."""
    told = await shop.v2(path, **{"sign_type": "HMAC-SHA256", **fields})
    assert told["result_code"] == "FAIL", told
    return told["err_code"]


async def test_what_is_shared_comes_back_and_ends(town: Town) -> None:
    world = town.world
    await open_till(world, "lin")
    shop = await town.shop()
    coop = await town.shop(merchant_id=await world.merchant(COOP, owner="hao"))
    charge = await paid_charge(world, "T1", 10_000)
    of_charge = {"transaction_id": charge.transaction_no}
    receiver = {"type": "MERCHANT_ID", "account": coop.mchid}
    named = json.dumps({**receiver, "name": COOP, "relation_type": "PARTNER"})
    added = await done(shop, "/pay/profitsharingaddreceiver", receiver=named)
    assert json.loads(added["receiver"]) == {**receiver, "name": COOP}

    part = {**receiver, "amount": 1_000, "description": "分成", "name": COOP}
    wish = {**of_charge, "out_order_no": "S1", "receivers": json.dumps([part])}
    path = "/secapi/pay/multiprofitsharing"
    assert await refused(shop, path, **wish, sign_type="") == "SIGNERROR"
    assert await refused(shop, path, **{**wish, "receivers": "[]"}) == "PARAM_ERROR"
    assert await refused(shop, path, **{**wish, "receivers": "{"}) == "PARAM_ERROR"
    made = await done(shop, path, **wish)
    assert made["order_id"] == (await done(shop, path, **wish))["order_id"]
    read = await done(shop, "/pay/profitsharingquery", **of_charge, out_order_no="S1")
    (told,) = json.loads(read["receivers"])
    assert (read["status"], told["result"], told["amount"]) == ("FINISHED", "SUCCESS", 1_000)
    # The third interface knows the same sharing.
    sdk = shop.sdk
    same = await shop.call(sdk.profitsharing_order_query, charge.transaction_no, "S1")
    assert same["order_id"] == made["order_id"]
    left = await done(shop, "/pay/profitsharingorderamountquery", **of_charge)
    assert left["unsplit_amount"] == "8940"

    back = {
        "out_order_no": "S1",
        "out_return_no": "R1",
        "return_account_type": "MERCHANT_ID",
        "return_account": coop.mchid,
        "return_amount": 400,
        "description": "退回",
    }
    given = await done(shop, "/secapi/pay/profitsharingreturn", **back)
    assert (given["result"], given["return_amount"]) == ("SUCCESS", "400")
    found = await done(shop, "/pay/profitsharingreturnquery", out_return_no="R1", out_order_no="S1")
    assert found["return_no"] == given["return_no"]
    ended = {**of_charge, "out_order_no": "S2", "description": "完结"}
    await done(shop, "/secapi/pay/profitsharingfinish", **ended)
    funds = await funds_of(world)
    assert funds.unsettled_fen == 9_340
    assert (await funds_of(world, coop.merchant_id)).purse_fen == 600

    ratio = await done(shop, "/pay/profitsharingmerchantratioquery")
    assert ratio["max_ratio"] == "3000"
    other = await paid_charge(world, "T2", 1_000)
    once = {"transaction_id": other.transaction_no, "out_order_no": "S3"}
    mine = [{**receiver, "amount": 100, "description": "分成"}]
    single = await done(shop, "/secapi/pay/profitsharing", **once, receivers=json.dumps(mine))
    assert [one["amount"] for one in json.loads(single["receivers"])] == [100, 894]
    await done(shop, "/pay/profitsharingremovereceiver", receiver=json.dumps(receiver))
    third = await paid_charge(world, "T3", 1_000)
    late = {"transaction_id": third.transaction_no, "out_order_no": "S4"}
    (strange,) = json.loads(
        (await done(shop, path, **late, receivers=json.dumps(mine)))["receivers"]
    )
    assert (strange["result"], strange["fail_reason"]) == ("CLOSED", "NO_RELATION")
    await world.check()


async def test_a_days_bills_are_the_files_themselves(town: Town) -> None:
    world = town.world
    await open_till(world, "lin")
    shop = await town.shop()
    await to_hour(world, 9)
    await pay_asked(world, "lin", await ask(world, "B00001", 10_000))
    day = f"{world.now.astimezone(CHINA):%Y%m%d}"
    await to_hour(world, 11)
    trade = await shop.v2_raw("/pay/downloadbill", bill_date=day, bill_type="ALL")
    (row,), sums = parse_bill(trade)
    assert (row["商户订单号"], sums["订单总金额"]) == ("B00001", "100.00")
    packed = await shop.v2_raw("/pay/downloadbill", bill_date=day, tar_type="GZIP")
    assert gzip.decompress(packed) == trade
    funds = await shop.v2_raw(
        "/pay/downloadfundflow", "HMAC-SHA256", bill_date=day, account_type="Basic"
    )
    assert [one["业务类型"] for one in parse_bill(funds)[0]] == ["交易", "扣除交易手续费"]

    none = await shop.v2_raw("/pay/downloadbill", bill_date=day, bill_type="REFUND")
    assert parse_v2(none) == {
        "return_code": "FAIL",
        "return_msg": "No Bill Exist",
        "error_code": "20002",
    }
    for fields in ({"bill_date": "20261399"}, {"bill_date": day, "bill_type": "ODD"}):
        wrong = parse_v2(await shop.v2_raw("/pay/downloadbill", **fields))
        assert (wrong["return_code"], wrong["error_code"]) == ("FAIL", "20001")
    none = await shop.v2_raw("/pay/downloadfundflow", bill_date=day, account_type="Fees")
    assert parse_v2(none)["result_code"] == "FAIL"

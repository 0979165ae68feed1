"""Bills over the wire: exactly what the ledger says, packed, digested, and only for their owner."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from datetime import date, timedelta
from typing import Any

import requests
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from banyan.books.actor import SYSTEM
from banyan.pay.charges import Facts
from banyan.pay.payees import BindPayee, KeyMode, Scope, bind_payee
from banyan.pay.payouts import WithdrawPurse, withdraw_purse
from banyan.pay.settle import CHINA
from banyan.reach.redpackets import SendMerchantPacket, send_merchant_packet
from banyan.wire.wechatpay import parse_bill
from tests.kit.answers import answers
from tests.kit.charges import ask, funds_of, give_back, open_till, pay_asked
from tests.kit.china import to_hour
from tests.kit.payouts import give_merchant_card, open_teller
from tests.kit.split import bring_back, paid_charge, part, partner, share
from tests.kit.wechatpay import Shop, Town
from tests.kit.world import World

TRADE_COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
FUND_COLUMNS = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)


async def a_day(world: World) -> date:
    """A day on which two things are sold and one goes back in part."""
    await open_till(world, "lin")
    await to_hour(world, 9)
    facts = Facts(description="Tea, green\nand black", attach="a,b", scene={"device_id": "T1"})
    await pay_asked(world, "lin", await ask(world, "B00001", 10_000, facts=facts))
    await pay_asked(world, "lin", await ask(world, "B00002", 1_234))
    await give_back(world, "B00001", 2_500, "R00001")
    return world.now.astimezone(CHINA).date()


async def fetch(shop: Shop, told: dict[str, Any]) -> bytes:
    """The file, held against its digest."""
    packed = await shop.call(shop.sdk.download_bill, told["download_url"])
    content = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
    assert told["hash_type"] == "SHA1"
    assert told["hash_value"] == hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return bytes(content)


@answers("download_bill", "trade_bill")
async def test_a_days_trade(town: Town, mode: KeyMode) -> None:
    shop = await town.shop(mode)
    on = await a_day(town.world)
    await to_hour(town.world, 11)
    told = await shop.call(shop.sdk.trade_bill, f"{on}")
    content = await fetch(shop, told)
    assert content.decode().split("\r\n")[0] == TRADE_COLUMNS
    rows, sums = parse_bill(content)
    assert [row["商户订单号"] for row in rows] == ["B00001", "B00002", "B00001"]
    first, second, back = rows
    assert first["商品名称"] == "Tea\\  green\\nand black"
    assert first["商户数据包"] == "a\\ b"
    assert (first["设备号"], first["交易类型"], first["交易状态"]) == ("T1", "NATIVE", "SUCCESS")
    assert (first["商户号"], first["特约商户号"]) == (shop.mchid, "0")
    assert (first["应结订单金额"], first["订单金额"]) == ("100.00", "100.00")
    assert (first["手续费"], first["费率"]) == ("0.60000", "0.60%")
    assert (first["微信退款单号"], first["退款金额"], first["退款状态"]) == ("0", "0.00", "")
    assert second["手续费"] == "0.07000"
    assert (back["交易状态"], back["退款状态"], back["退款类型"]) == (
        "REFUND", "SUCCESS", "ORIGINAL",
    )  # fmt: skip
    assert (back["应结订单金额"], back["订单金额"]) == ("0.00", "0.00")
    assert (back["退款金额"], back["申请退款金额"], back["手续费"]) == (
        "25.00", "25.00", "-0.15000",
    )  # fmt: skip
    assert back["商户退款单号"] == "R00001"
    assert back["微信订单号"] == first["微信订单号"]
    assert sums == {
        "总交易单数": "3",
        "应结订单总金额": "112.34",
        "退款总金额": "25.00",
        "充值券退款总金额": "0.00",
        "手续费总金额": "0.52000",
        "订单总金额": "112.34",
        "申请退款总金额": "25.00",
    }
    again = await shop.call(shop.sdk.trade_bill, f"{on}", tar_type="")
    assert await fetch(shop, again) == content


async def test_parts_of_a_days_trade(town: Town) -> None:
    shop = await town.shop()
    on = await a_day(town.world)
    await to_hour(town.world, 11)
    told = await shop.call(shop.sdk.trade_bill, f"{on}", bill_type="SUCCESS")
    rows, _ = parse_bill(await fetch(shop, told))
    assert [row["商户订单号"] for row in rows] == ["B00001", "B00002"]
    assert not {"微信退款单号", "退款状态", "申请退款金额"} & rows[0].keys()
    told = await shop.call(shop.sdk.trade_bill, f"{on}", bill_type="REFUND")
    (row,) = parse_bill(await fetch(shop, told))[0]
    assert row["退款成功时间"].startswith(f"{on} 09:00")
    assert list(row)[13:17] == ["代金券金额", "退款申请时间", "退款成功时间", "微信退款单号"]


def told(row: dict[str, str]) -> tuple[str, str, str]:
    """What a line of a fund flow bill says of money."""
    return row["业务类型"], row["收支类型"], row["收支金额(元)"]


@answers("fundflow_bill")
async def test_how_money_moved(town: Town, mode: KeyMode) -> None:
    shop, world = await town.shop(mode), town.world
    on = await a_day(world)
    await give_merchant_card(world)
    await to_hour(world, 11)
    answer = await shop.call(shop.sdk.fundflow_bill, f"{on}")
    content = await fetch(shop, answer)
    assert content.decode().split("\r\n")[0] == FUND_COLUMNS
    rows, sums = parse_bill(content)
    assert [(row["业务名称"], *told(row)) for row in rows] == [
        ("交易", "交易", "收入", "100.00"),
        ("交易", "扣除交易手续费", "支出", "0.60"),
        ("交易", "交易", "收入", "12.34"),
        ("交易", "扣除交易手续费", "支出", "0.07"),
        ("退款", "退还交易手续费", "收入", "0.15"),
        ("退款", "退款", "支出", "25.00"),
    ]
    assert sums == {
        "资金流水总笔数": "6",
        "收入笔数": "3",
        "收入金额": "112.49",
        "支出笔数": "3",
        "支出金额": "25.67",
    }
    balance = 0
    for row in rows:
        fen = round(float(row["收支金额(元)"]) * 100)
        balance += fen if row["收支类型"] == "收入" else -fen
        assert round(float(row["账户结余(元)"]) * 100) == balance
    # The next day it goes on where this one ended; the settlement in between changed nothing.
    command = WithdrawPurse(merchant_id=world.merchant_id, amount_fen=8_000, out_no="W00001")
    await world.office.run(withdraw_purse, command, world.owner)
    await open_teller(world).run_waiting()
    await to_hour(world, 11)
    next_day = on + timedelta(days=1)
    answer = await shop.call(shop.sdk.fundflow_bill, f"{next_day}", tar_type="")
    (row,) = parse_bill(await fetch(shop, answer))[0]
    assert (*told(row), row["业务凭证号"]) == ("提现", "支出", "80.00", "W00001")
    assert round(float(row["账户结余(元)"]) * 100) == balance - 8_000
    await world.check()


async def test_days_without_a_bill(town: Town) -> None:
    shop = await town.shop()
    on = await a_day(town.world)
    sdk = shop.sdk
    assert await shop.refused(sdk.trade_bill, f"{on}") == (400, "PARAM_ERROR"), (
        "the day is not over"
    )
    await to_hour(town.world, 9)
    assert await shop.refused(sdk.trade_bill, f"{on}") == (400, "STATEMENT_CREATING")
    await to_hour(town.world, 11, days=0)
    told = await shop.call(sdk.trade_bill, f"{on}")
    empty = on - timedelta(days=1)
    for ask_for in (sdk.trade_bill, sdk.fundflow_bill):
        assert await shop.refused(ask_for, f"{empty}") == (400, "NO_STATEMENT_EXIST")
    assert await shop.refused(sdk.fundflow_bill, f"{on}", "FEES") == (400, "NO_STATEMENT_EXIST")
    for wrong in (f"{on - timedelta(days=100)}", "2026-02-30", "yesterday"):
        assert await shop.refused(sdk.trade_bill, wrong) == (400, "PARAM_ERROR")
    assert await shop.refused(sdk.trade_bill, f"{on}", "ODD") == (400, "PARAM_ERROR")
    await fetch(shop, told)
    await town.world.advance(timedelta(minutes=6))
    assert await shop.refused(sdk.download_bill, told["download_url"]) == (400, "INVALID_REQUEST")


async def test_links_are_for_one_merchant(town: Town) -> None:
    shop = await town.shop()
    on = await a_day(town.world)
    await to_hour(town.world, 11)
    other = await town.world.merchant("别家", owner="wu")
    stranger = await town.shop(merchant_id=other)
    told = await shop.call(shop.sdk.trade_bill, f"{on}")
    url = told["download_url"]
    assert await stranger.refused(stranger.sdk.download_bill, url) == (403, "NO_AUTH")
    assert await shop.refused(shop.sdk.download_bill, url[:-16] + "0" * 16) == (
        400, "INVALID_REQUEST",
    )  # fmt: skip
    unsigned = await asyncio.to_thread(requests.get, url, timeout=60)
    assert (unsigned.status_code, unsigned.json()["code"]) == (401, "SIGN_ERROR")


@answers("submch_fundflow_bill")
async def test_a_provider_fetches_the_bills_of_those_it_serves(town: Town, mode: KeyMode) -> None:
    world = town.world
    sub = await town.shop()
    on = await a_day(world)
    other = await world.merchant("服务商", owner="wu")
    provider = await town.shop(mode, merchant_id=other, is_partner=True)
    sdk = provider.sdk
    binding = BindPayee(merchant_id=world.merchant_id, provider_mchid=provider.mchid)
    await to_hour(world, 11)
    assert await provider.refused(sdk.submch_fundflow_bill, sub.mchid, f"{on}", "BASIC") == (
        403,
        "NO_AUTH",
    )
    await world.office.run(bind_payee, binding, SYSTEM)
    told = await provider.call(
        sdk.submch_fundflow_bill, sub.mchid, f"{on}", "BASIC", tar_type="GZIP"
    )
    assert told["download_bill_count"] == 1
    (part,) = told["download_bill_list"]
    hidden = await provider.call(sdk.download_bill, part["download_url"])
    key = sdk.decrypt(part["encrypt_key"])
    content = gzip.decompress(AESGCM(key.encode()).decrypt(part["nonce"].encode(), hidden, None))
    assert part["hash_value"] == hashlib.sha1(content, usedforsecurity=False).hexdigest()
    assert len(parse_bill(content)[0]) == 6
    # What the merchant asked for by itself is none of the provider's trade.
    assert await provider.refused(sdk.trade_bill, f"{on}", sub_mchid=sub.mchid) == (
        400, "NO_STATEMENT_EXIST",
    )  # fmt: skip


@answers("profitsharing_bill")
async def test_a_days_shares(town: Town, mode: KeyMode) -> None:
    world = town.world
    await open_till(world, "lin")
    shop = await town.shop(mode)
    coop_id = await world.merchant("青茶合作社", owner="hao")
    coop = await town.shop(merchant_id=coop_id)
    sdk = shop.sdk
    await to_hour(world, 9)
    charge = await paid_charge(world, "T1", 10_000)
    named = ("MERCHANT_ID", coop.mchid, "PARTNER", "青茶合作社")
    await shop.call(sdk.profitsharing_add_receiver, *named)
    part = {
        "type": "MERCHANT_ID",
        "account": coop.mchid,
        "amount": 1_000,
        "description": "分成, 一",
    }
    made = await shop.call(sdk.profitsharing_order, charge.transaction_no, "S1", [part], False)  # noqa: FBT003
    giving = (sdk.profitsharing_return, "R1", coop.mchid, 400, "退款")
    back = await shop.call(*giving, order_id=made["order_id"])
    await shop.call(sdk.profitsharing_unfreeze, charge.transaction_no, "S2", "解冻")
    on = world.now.astimezone(CHINA).date()
    assert await shop.refused(sdk.profitsharing_bill, f"{on}") == (400, "PARAM_ERROR")
    await to_hour(world, 11)

    told = await shop.call(sdk.profitsharing_bill, f"{on}")
    rows, sums = parse_bill(await fetch(shop, told))
    given, returned, kept = rows
    assert [one["业务类型"] for one in rows] == ["分账", "分账回退", "解冻"]
    assert {one["微信订单号"] for one in rows} == {charge.transaction_no}
    assert {(one["分账发起方"], one["分账方"]) for one in rows} == {(shop.mchid, shop.mchid)}
    assert (given["商户分账/回退单号"], given["微信分账/回退单号"]) == ("S1", made["order_id"])
    assert given["分账明细单号"] == made["receivers"][0]["detail_id"]
    assert (given["分账接收方"], given["分账金额"], given["订单金额"]) == (
        coop.mchid, "10.00", "100.00",
    )  # fmt: skip
    assert (given["分账描述"], given["处理状态"]) == ("分成\\  一", "成功")
    assert (returned["微信分账/回退单号"], returned["分账金额"]) == (back["return_id"], "4.00")
    assert (kept["分账接收方"], kept["分账金额"]) == (shop.mchid, "93.40")
    assert sums == {
        "总笔数": "3",
        "分账成功总金额": "10.00",
        "分账回退总金额": "4.00",
        "解冻总金额": "93.40",
    }
    # Who only received has no such bill, and nobody has one of a day without.
    for one, day in ((coop, on), (shop, on - timedelta(days=1))):
        refused = await one.refused(one.sdk.profitsharing_bill, f"{day}")
        assert refused == (400, "NO_STATEMENT_EXIST")


async def test_a_provider_has_the_shares_that_it_ordered(town: Town) -> None:
    world = town.world
    await open_till(world, "lin")
    shop = await town.shop()
    provider_id = await world.merchant("云收银", owner="hao")
    provider = await town.shop(merchant_id=provider_id, is_partner=True)
    binding = BindPayee(
        merchant_id=world.merchant_id, provider_mchid=provider.mchid, scopes=list(Scope)
    )
    await world.office.run(bind_payee, binding, SYSTEM)
    await to_hour(world, 9)
    own = await paid_charge(world, "T1", 10_000)
    await shop.call(shop.sdk.profitsharing_unfreeze, own.transaction_no, "S1", "解冻")
    on = world.now.astimezone(CHINA).date()
    await to_hour(world, 11)
    # What the merchant shares by itself is no provider's matter.
    asked = (provider.sdk.profitsharing_bill, f"{on}")
    refused = await provider.refused(*asked, sub_mchid=shop.mchid)
    assert refused == (400, "NO_STATEMENT_EXIST")
    assert await provider.refused(*asked, sub_mchid="1999999999") == (400, "MCH_NOT_EXISTS")
    assert (await shop.call(shop.sdk.profitsharing_bill, f"{on}", tar_type=""))["download_url"]


async def test_what_was_shared_and_given_is_called_by_its_name(town: Town) -> None:
    shop, world = await town.shop(), town.world
    await open_till(world, "lin")
    coop = await partner(world)
    await pay_asked(world, "lin", await ask(world, "B00001", 10_000))
    await to_hour(world, 11)
    charge = await paid_charge(world, "B00002", 10_000)
    await share(world, charge, "S00001", part(coop, 1_000))
    await bring_back(world, "S00001", "X00001", coop, 400)
    command = SendMerchantPacket(
        merchant_id=world.merchant_id, total_fen=900, count=3, out_no="P00001"
    )
    await world.office.run(send_merchant_packet, command, world.owner)
    before = await funds_of(world)
    rows, _ = parse_bill(await yesterdays_funds(shop, world))
    assert [(*told(row), row["业务凭证号"]) for row in rows] == [
        ("交易", "收入", "100.00", "B00002"),
        ("扣除交易手续费", "支出", "0.60", "B00002"),
        ("分账", "支出", "10.00", "S00001"),
        ("分账回退", "收入", "4.00", "X00001"),
        ("现金红包", "支出", "9.00", "P00001"),
    ]
    held = before.unsettled_fen + before.purse_fen + before.shared_fen
    assert rows[-1]["账户结余(元)"] == f"{held / 100:.2f}"
    await world.advance(timedelta(minutes=10))
    (row,) = parse_bill(await yesterdays_funds(shop, world))[0]
    assert (*told(row), row["业务凭证号"]) == ("现金红包退款", "收入", "9.00", "P00001")
    await world.check()


async def yesterdays_funds(shop: Shop, world: World) -> bytes:
    """The fund flow bill of this day, on the next."""
    on = world.now.astimezone(CHINA).date()
    await to_hour(world, 11)
    answer = await shop.call(shop.sdk.fundflow_bill, f"{on}")
    return await fetch(shop, answer)

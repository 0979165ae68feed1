"""What merchants hold, now and at the end of a day, told to them and to their providers."""

from __future__ import annotations

from datetime import date
from typing import Any

from banyan.books.actor import SYSTEM
from banyan.pay.payees import BindPayee, bind_payee
from banyan.pay.payouts import SetBankAccount, set_bank_account
from banyan.pay.settle import CHINA
from tests.kit.charges import ask, open_till, pay_asked
from tests.kit.china import to_hour
from tests.kit.payouts import CARD, open_teller
from tests.kit.wechatpay import Shop, Town


async def read(shop: Shop, target: str) -> Any:  # noqa: ANN401 - what is answered
    answer = await shop.send("GET", target)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(shop: Shop, target: str) -> tuple[int, str]:
    answer = await shop.send("GET", target)
    return answer.status_code, answer.json()["code"]


def held(available_fen: int, pending_fen: int) -> dict[str, int]:
    return {"available_amount": available_fen, "pending_amount": pending_fen}


async def test_what_is_held_now_and_was_when_days_ended(town: Town) -> None:
    world = town.world
    await open_till(world, "lin")
    shop = await town.shop()
    provider_id = await world.merchant("云收银", owner="hao")
    provider = await town.shop(merchant_id=provider_id, is_partner=True)
    now, end = "/v3/merchant/fund/balance/BASIC", "/v3/merchant/fund/dayendbalance/BASIC?date="
    await to_hour(world, 9)
    first = world.now.astimezone(CHINA).date()
    assert await read(shop, now) == held(0, 0)
    await pay_asked(world, "lin", await ask(world, "B00001", 10_000))
    await pay_asked(world, "lin", await ask(world, "B00002", 5_000, is_shared=True))
    assert await read(shop, now) == held(0, 14_910)
    assert await refused(shop, f"{end}{first}") == (400, "PARAM_ERROR")
    await to_hour(world, 11)
    second = world.now.astimezone(CHINA).date()
    assert await read(shop, now) == held(9_940, 4_970)
    await pay_asked(world, "lin", await ask(world, "B00003", 1_000))
    await to_hour(world, 11)
    assert await read(shop, f"{end}{date(2020, 1, 1)}") == held(0, 0)
    assert await read(shop, f"{end}{first}") == held(0, 14_910)
    assert await read(shop, f"{end}{second}") == held(9_940, 5_964)
    assert await read(shop, now) == held(10_934, 4_970)
    assert await read(shop, now.replace("BASIC", "OPERATION")) == held(0, 0)
    assert await refused(shop, f"{end}2026-13-01") == (400, "PARAM_ERROR")
    assert await refused(shop, now.replace("BASIC", "OTHER")) == (400, "PARAM_ERROR")

    of_sub = f"/v3/ecommerce/fund/balance/{shop.mchid}"
    assert await refused(provider, of_sub) == (403, "NO_AUTH")
    binding = BindPayee(merchant_id=world.merchant_id, provider_mchid=provider.mchid)
    await world.office.run(bind_payee, binding, SYSTEM)
    named = {"sub_mchid": shop.mchid, "account_type": "BASIC"}
    assert await read(provider, of_sub) == named | held(10_934, 4_970)
    at_end = f"/v3/ecommerce/fund/enddaybalance/{shop.mchid}?date={second}"
    assert await read(provider, at_end) == named | held(9_940, 5_964)
    await world.check()


async def test_ones_own_money_goes_to_ones_bank(town: Town) -> None:
    world = town.world
    await open_till(world, "lin")
    shop = await town.shop()
    setting = SetBankAccount(merchant_id=world.merchant_id, name="榕树茶馆", number=CARD)
    await world.office.run(set_bank_account, setting, SYSTEM)
    await to_hour(world, 9)
    await pay_asked(world, "lin", await ask(world, "B00001", 10_000))
    await to_hour(world, 11)
    path = "/v3/merchant/fund/withdraw"
    wish = {"out_request_no": "W1", "amount": 3_000, "account_type": "BASIC", "remark": "提现"}
    made = await shop.send("POST", path, wish)
    assert made.status_code == 200, made.text
    again = await shop.send("POST", path, wish)
    assert again.json() == made.json()
    by_id = await read(shop, f"{path}/withdraw-id/{made.json()['withdraw_id']}")
    assert (by_id["status"], by_id["amount"]) == ("CREATE_SUCCESS", 3_000)
    assert await read(shop, f"{path}/out-request-no/W1") == by_id
    assert await read(shop, "/v3/merchant/fund/balance/BASIC") == held(6_940, 0)
    await open_teller(world).run_waiting()
    assert (await read(shop, f"{path}/out-request-no/W1"))["status"] == "SUCCESS"
    for more in ({"amount": 6_941}, {"amount": 1, "account_type": "OPERATION"}):
        short = await shop.send("POST", path, {**wish, "out_request_no": "W2", **more})
        assert (short.status_code, short.json()["code"]) == (403, "NOT_ENOUGH")
    assert await refused(shop, f"{path}/withdraw-id/17") == (404, "RESOURCE_NOT_EXISTS")
    await world.check()

"""Servers hear which limits the merchants they speak for were set, and that they are over."""

from __future__ import annotations

from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.pay.payees import BindPayee, KeyMode, bind_payee
from banyan.pay.risk import LimitMerchant, UnlimitMerchant, limit_merchant, unlimit_merchant
from tests.kit.answers import answers
from tests.kit.risk import operator
from tests.kit.told import read_told
from tests.kit.wechatpay import Shop, Town

TOLD_AT = "https://partner.example/violations"


async def limit(town: Town, merchant_id: MerchantId, **bounds: object) -> None:
    """An operator limits a merchant."""
    command = LimitMerchant(limited_id=merchant_id, reason="涉嫌套现", **bounds)  # type: ignore[arg-type]
    await town.world.office.run(limit_merchant, command, await operator(town.world))


@answers(
    "merchantrisk_callback_create",
    "merchantrisk_callback_delete",
    "merchantrisk_callback_query",
    "merchantrisk_callback_update",
)
async def test_an_address_is_named_changed_and_dropped(town: Town, mode: KeyMode) -> None:
    shop = await town.shop(mode)
    sdk = shop.sdk
    assert await shop.refused(sdk.merchantrisk_callback_query) == (404, "RESOURCE_NOT_EXISTS")
    missing = await shop.refused(sdk.merchantrisk_callback_update, TOLD_AT)
    assert missing == (404, "RESOURCE_NOT_EXISTS")
    assert await shop.call(sdk.merchantrisk_callback_create, TOLD_AT) == {"notify_url": TOLD_AT}
    twice = await shop.refused(sdk.merchantrisk_callback_create, TOLD_AT)
    assert twice == (409, "ALREADY_EXISTS")
    assert await shop.call(sdk.merchantrisk_callback_query) == {"notify_url": TOLD_AT}
    other = f"{TOLD_AT}/2"
    assert await shop.call(sdk.merchantrisk_callback_update, other) == {"notify_url": other}
    assert await shop.call(sdk.merchantrisk_callback_query) == {"notify_url": other}
    await shop.call(sdk.merchantrisk_callback_delete)
    gone = await shop.refused(sdk.merchantrisk_callback_delete)
    assert gone == (404, "RESOURCE_NOT_EXISTS")
    for wrong in ("ftp://partner.example", "https://partner.example/?a=b", ""):
        said = await shop.refused(sdk.merchantrisk_callback_create, wrong)
        assert said == (400, "PARAM_ERROR")


async def test_a_provider_hears_of_those_for_whom_it_acts(town: Town, mode: KeyMode) -> None:
    shop = await town.shop()
    provider_id = await town.world.merchant("云收银", owner="hao")
    provider: Shop = await town.shop(mode, merchant_id=provider_id)
    stranger_id = await town.world.merchant("路人", owner="wu")
    stranger = await town.shop(merchant_id=stranger_id)
    binding = BindPayee(merchant_id=shop.merchant_id, provider_mchid=provider.mchid)
    await town.world.office.run(bind_payee, binding, SYSTEM)
    for one in (provider, stranger):
        await one.call(one.sdk.merchantrisk_callback_create, TOLD_AT)

    await limit(town, shop.merchant_id, is_blocked=True)
    (punished,) = await read_told(town, provider)
    assert punished["event_type"] == "VIOLATION.PUNISH"
    told = punished["resource"]
    assert (told["sub_mchid"], told["company_name"]) == (shop.mchid, "榕树茶馆")
    assert (told["punish_plan"], told["risk_description"]) == ("关闭支付权限", "涉嫌套现")
    await limit(town, shop.merchant_id, payment_max_fen=5_000, day_max_fen=100_000)
    said = [one["resource"]["punish_plan"] for one in await read_told(town, provider)]
    assert said == ["限制收款额度：单笔不超过50.00元，单日不超过1000.00元"]

    unlimit = UnlimitMerchant(limited_id=shop.merchant_id)
    await town.world.office.run(unlimit_merchant, unlimit, await operator(town.world))
    (lifted,) = await read_told(town, provider)
    assert lifted["event_type"] == "VIOLATION.APPEAL"
    assert lifted["resource"]["record_id"] != told["record_id"]
    assert await read_told(town, stranger) == []
    assert await read_told(town, shop) == []
    await town.world.check()

"""The gold plan over the wire: a provider switches what people see after they paid a merchant."""

from __future__ import annotations

from banyan.books.actor import SYSTEM
from banyan.pay.afterpay import AfterPage, ReadAfterPage, Trade, read_after_page
from banyan.pay.payees import BindPayee, KeyMode, bind_payee
from tests.kit.answers import answers
from tests.kit.wechatpay import Shop, Town


async def read(town: Town) -> AfterPage:
    query = ReadAfterPage(merchant_id=town.world.merchant_id)
    return await town.world.office.run(read_after_page, query, town.world.owner)


async def provide(town: Town, mode: KeyMode) -> tuple[Shop, Shop]:
    """A merchant, and its provider's program."""
    shop = await town.shop(mode)
    provider_id = await town.world.merchant("服务商", owner="hao")
    provider = await town.shop(mode, merchant_id=provider_id, is_partner=True)
    binding = BindPayee(merchant_id=shop.merchant_id, provider_mchid=provider.mchid)
    await town.world.office.run(bind_payee, binding, SYSTEM)
    return shop, provider


@answers(
    "goldplan_advertising_close",
    "goldplan_advertising_filter",
    "goldplan_advertising_open",
    "goldplan_custompage_change",
    "goldplan_plan_change",
)
async def test_a_provider_switches_it_on_and_off(town: Town, mode: KeyMode) -> None:
    shop, provider = await provide(town, mode)
    sdk, mchid = provider.sdk, shop.mchid
    early = (sdk.goldplan_custompage_change, mchid, "OPEN")
    assert await provider.refused(*early) == (400, "INVALID_REQUEST")
    opened = await provider.call(sdk.goldplan_plan_change, mchid, "OPEN")
    assert opened == {"sub_mchid": mchid}
    assert await provider.call(*early) == {"sub_mchid": mchid, "operation_type": "OPEN"}
    page = await read(town)
    assert (page.is_open, page.has_receipt, page.provider_id) == (
        True,
        True,
        provider.merchant_id,
    )
    food = (sdk.goldplan_advertising_filter, mchid, ["FOOD"])
    assert await provider.refused(*food) == (400, "INVALID_REQUEST")
    await provider.call(sdk.goldplan_advertising_open, mchid, ["SOFTWARE", "SECURITY"])
    assert (await read(town)).unwanted == [Trade.SOFTWARE, Trade.SECURITY]
    await provider.call(*food)
    assert (await read(town)).unwanted == [Trade.FOOD]
    await provider.call(sdk.goldplan_advertising_close, mchid)
    assert not (await read(town)).has_adverts
    await provider.call(sdk.goldplan_plan_change, mchid, "CLOSE")
    page = await read(town)
    assert (page.is_open, page.has_receipt) == (False, False)


async def test_strangers_and_unknown_words_are_refused(town: Town) -> None:
    shop, provider = await provide(town, KeyMode.PUBLIC_KEY)
    sdk = provider.sdk
    absent = (sdk.goldplan_plan_change, "1", "OPEN")
    assert await provider.refused(*absent) == (400, "MCH_NOT_EXISTS")
    wrong = (sdk.goldplan_plan_change, shop.mchid, "MAYBE")
    assert await provider.refused(*wrong) == (400, "PARAM_ERROR")
    trade = (sdk.goldplan_advertising_open, shop.mchid, ["MAGIC"])
    assert await provider.refused(*trade) == (400, "PARAM_ERROR")
    other = await town.shop(merchant_id=await town.world.merchant("别人", owner="chen"))
    strange = (other.sdk.goldplan_plan_change, shop.mchid, "OPEN")
    assert await other.refused(*strange) == (403, "NO_AUTH")

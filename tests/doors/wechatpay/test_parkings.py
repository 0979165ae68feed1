"""Parking over the wire: a car comes in, pays in passing, or owes until its owner repays."""

from __future__ import annotations

from typing import Any

import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.pay.parkings import (
    AdmitPark,
    BindPlate,
    PausePlate,
    PayMyParking,
    ReadMyParking,
    admit_park,
    bind_plate,
    pause_plate,
    pay_my_parking,
    read_my_parking,
)
from banyan.pay.payees import BindPayee, KeyMode, bind_payee
from tests.kit.answers import answers
from tests.kit.lending import TOLD_AT, Lending, lend, openid_of
from tests.kit.sales import balance, fill_wallet
from tests.kit.wechatpay import Shop, Town
from tests.kit.wechatpay_told import read_told

CAR = "粤B888888"


class Park:
    """A car park and its program."""

    def __init__(self, lending: Lending, shop: Shop, sub: dict[str, Any]) -> None:
        self.lending = lending
        self.world = lending.world
        self.shop = shop
        self.sub = sub

    async def bind(self, name: str) -> None:
        """Somebody lets their car pay in passing."""
        await self.world.office.run(bind_plate, BindPlate(plate_no=CAR), self.world.as_person(name))

    async def enter(self, number: str = "in0001") -> Any:  # noqa: ANN401 - what the SDK gives
        """The car comes in."""
        return await self.shop.call(
            self.shop.sdk.parking_enter,
            number,
            CAR,
            "BLUE",
            "2026-11-22T10:00:00+08:00",
            "欢乐海岸停车场",
            900,
            notify_url=TOLD_AT,
            **self.sub,
        )

    def deduction(self, parking_id: str, number: str = "park0001") -> dict[str, Any]:
        """What is taken when it leaves."""
        return {
            "description": "停车场扣费",
            "out_trade_no": number,
            "total": 500,
            "parking_id": parking_id,
            "plate_number": CAR,
            "plate_color": "BLUE",
            "start_time": "2026-11-22T10:00:00+08:00",
            "end_time": "2026-11-22T12:00:00+08:00",
            "parking_name": "欢乐海岸停车场",
            "charging_duration": 7_200,
            "device_id": "12313",
            "attach": "深圳分店",
            "notify_url": TOLD_AT,
            **self.sub,
        }

    async def deduct(self, parking_id: str) -> Any:  # noqa: ANN401
        """Take what it costs."""
        sdk = self.shop.sdk
        taken = await self.shop.call(sdk.parking_order, **self.deduction(parking_id))
        await self.world.settle()
        return taken

    async def read(self) -> Any:  # noqa: ANN401
        """What came of it."""
        query = self.shop.sdk.parking_order_query
        return await self.shop.call(query, "park0001", **self.sub)


@pytest_asyncio.fixture
async def park(town: Town, mode: KeyMode) -> Park:
    lending = await lend(town.world)
    return Park(lending, await town.shop(mode, appid=lending.channel.appid), {})


@answers("parking_enter", "parking_order", "parking_order_query", "parking_service_find")
async def test_a_car_pays_in_passing(park: Park) -> None:
    shop, world = park.shop, park.world
    openid = await openid_of(world, park.lending.channel, "lin")
    find = (shop.sdk.parking_service_find, CAR, "BLUE", openid)
    assert (await shop.call(*find))["service_state"] == "OUT_SERVICE"
    await park.bind("lin")
    assert (await shop.call(*find))["service_state"] == "NORMAL"
    entry = await park.enter()
    assert (entry["state"], await park.enter()) == ("NORMAL", entry)
    accepted = await park.deduct(entry["id"])
    assert (accepted["trade_state"], accepted["amount"]["total"]) == ("ACCEPTED", 500)
    paid = await park.read()
    assert (paid["trade_state"], paid["user_repaid"]) == ("SUCCESS", "N")
    assert (paid["payer"]["openid"], paid["amount"]["payer_total"]) == (openid, 500)
    assert paid["parking_info"]["device_id"] == "12313"
    assert await balance(world, "lin") == 9_500
    (told,) = await read_told(world, shop)
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    assert told["resource"] == paid
    # The same once more is the same; something else under its number is not.
    again = await shop.call(shop.sdk.parking_order, **park.deduction(entry["id"]))
    assert again["out_trade_no"] == "park0001"
    other = {**park.deduction(entry["id"]), "total": 600}
    assert await shop.refused(shop.sdk.parking_order, **other) == (403, "OUT_TRADE_NO_USED")
    assert await balance(world, "lin") == 9_500
    dismissal = AdmitPark(merchant_id=world.merchant_id, is_admitted=False)
    await world.office.run(admit_park, dismissal, SYSTEM)
    entering = (shop.sdk.parking_enter, "in0002", CAR, "BLUE", "now", "停车场", 900)
    assert await shop.refused(*entering, notify_url=TOLD_AT) == (403, "NO_AUTH")
    await world.check()


async def test_whoever_owes_is_blocked_until_they_repay(park: Park) -> None:
    shop, world = park.shop, park.world
    await park.bind("wu")
    await park.deduct((await park.enter())["id"])
    assert (await park.read())["trade_state"] == "PAY_FAIL"
    second = await park.enter("in0002")
    assert (second["state"], second["block_reason"]) == ("BLOCKED", "OVERDUE")
    more = park.deduction(second["id"], "park0002")
    assert await shop.refused(shop.sdk.parking_order, **more) == (403, "USER_ACCOUNT_ABNORMAL")
    await fill_wallet(world, "wu", 700)
    wu = world.as_person("wu")
    mine = await world.office.run(read_my_parking, ReadMyParking(), wu)
    pay = PayMyParking(merchant_id=world.merchant_id, deduction_id=mine.deductions[0].deduction_id)
    await world.office.run(pay_my_parking, pay, wu)
    repaid = await park.read()
    assert (repaid["trade_state"], repaid["user_repaid"]) == ("SUCCESS", "Y")
    told = await read_told(world, shop)
    assert [one["event_type"] for one in told] == [
        "TRANSACTION.FAIL",
        "TRANSACTION.PAY_BACK",
        "VEHICLE.ENTRANCE_STATE_CHANGE",
    ]
    assert told[2]["resource"]["parking_state"] == "NORMAL"
    await world.check()


async def test_a_paused_car_is_told_of(park: Park) -> None:
    world, shop = park.world, park.shop
    await park.bind("lin")
    entry = await park.enter()
    pause = PausePlate(plate_no=CAR, is_paused=True)
    await world.office.run(pause_plate, pause, world.as_person("lin"))
    (told,) = await read_told(world, shop)
    assert told["resource"]["blocked_state_description"] == "PAUSE"
    refused = await shop.refused(shop.sdk.parking_order, **park.deduction(entry["id"]))
    assert refused == (403, "USER_ACCOUNT_ABNORMAL")
    absent = await shop.refused(shop.sdk.parking_order, **park.deduction("123"))
    assert absent == (404, "RESOURCE_NOT_EXISTS")
    unknown = (shop.sdk.parking_order_query, "park0009")
    assert await shop.refused(*unknown) == (404, "ORDER_NOT_EXIST")


async def test_a_provider_speaks_for_a_car_park(town: Town) -> None:
    world = town.world
    lending = await lend(world)
    owner = await town.shop(appid=lending.channel.appid)
    provider_id = await world.merchant("服务商", owner="hao")
    provider = await town.shop(
        merchant_id=provider_id,
        appid=lending.channel.appid,
        appids=[lending.channel.appid],
        is_partner=True,
    )
    stranger = Park(lending, provider, {"sub_mchid": owner.mchid})
    entering = (provider.sdk.parking_enter, "in0001", CAR, "BLUE", "now", "停车场", 900)
    assert await provider.refused(*entering, **stranger.sub) == (403, "NO_AUTH")
    binding = BindPayee(merchant_id=owner.merchant_id, provider_mchid=provider.mchid)
    await world.office.run(bind_payee, binding, SYSTEM)
    entry = await stranger.enter()
    await stranger.bind("lin")
    deduction = {**stranger.deduction(entry["id"]), "sub_appid": lending.channel.appid}
    await provider.call(provider.sdk.parking_order, **deduction)
    await world.settle()
    paid = await stranger.read()
    assert (paid["sp_mchid"], paid["sub_mchid"]) == (provider.mchid, owner.mchid)
    assert paid["trade_state"] == "SUCCESS"
    await world.check()

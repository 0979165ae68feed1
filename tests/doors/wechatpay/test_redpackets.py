"""Red packets of the second interface: given, opened on the phone, told of, and gone back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple

import pytest

from banyan.base.errors import NotFound
from banyan.base.money import CNY
from banyan.books.actor import Actor
from banyan.books.ledger import EMPTY, read_accounts
from banyan.pay.payees import KeyMode
from banyan.pay.wallets import purse_of
from banyan.reach.channels import Channel, ensure_openids
from banyan.reach.notices import ListNotices, list_notices
from banyan.reach.redpackets import (
    GrabPacket,
    ListMerchantPackets,
    ListReceivedPackets,
    Packet,
    ReadMerchantPacket,
    Share,
    grab_packets,
    list_merchant_packets,
    list_received_packets,
    read_merchant_packet,
)
from tests.kit import loyalty
from tests.kit.sales import buy, open_busy_shop
from tests.kit.wechatpay import Shop, Town, open_town
from tests.kit.world import World

_ONE = "/mmpaymkttransfers/sendredpack"
_GROUP = "/mmpaymkttransfers/sendgroupredpack"
_INFO = "/mmpaymkttransfers/gethbinfo"


class Stage(NamedTuple):
    """A merchant with money, its account, and somebody whom the account knows."""

    world: World
    town: Town
    shop: Shop
    channel: Channel
    openid: str

    async def give(self, number: int, path: str = _ONE, **fields: object) -> dict[str, str]:
        """Call with all that must be there."""
        given = {
            "mch_billno": self.billno(number),
            "wxappid": self.channel.appid,
            "send_name": "榕树茶馆",
            "re_openid": self.openid,
            "total_amount": 100,
            "total_num": 1,
            "wishing": "感谢您参加猜灯谜活动",
            "act_name": "猜灯谜抢红包活动",
            "remark": "猜越多得越多",
            "client_ip": "192.168.0.1",
            **fields,
        }
        return await self.shop.v2(path, "", "", **given)

    async def info(self, number: int, **fields: object) -> dict[str, str]:
        """What became of a packet; its list is read as text."""
        given = {
            "mch_billno": self.billno(number),
            "appid": self.channel.appid,
            "bill_type": "MCHT",
            **fields,
        }
        return await self.shop.v2(_INFO, "", "", **given)

    async def raw_info(self, number: int) -> str:
        """The XML of `info`, with its list of takers."""
        fields = {"mch_billno": self.billno(number), "appid": self.channel.appid}
        return (await self.shop.v2_raw(_INFO, **fields, bill_type="MCHT")).decode()

    def billno(self, number: int) -> str:
        """The merchant's own number."""
        return f"{self.shop.mchid}20261122{number:010}"

    async def purse(self) -> int:
        """What the merchant has."""
        account = purse_of(CNY, self.world.merchant_id).account_id
        async with self.world.building.pool.acquire() as db:
            return (await read_accounts(db, [account])).get(account, EMPTY).balance

    async def newest(self) -> Packet:
        """The packet sent last."""
        query = ListMerchantPackets(merchant_id=self.world.merchant_id)
        page = await self.world.office.run(list_merchant_packets, query, self.world.owner)
        return page.items[0]

    async def open(self, packet: Packet, actor: Actor) -> Share:
        """Somebody opens it. Raises Failure."""
        return await self.world.office.run(grab_packets, GrabPacket(token=packet.token), actor)


@asynccontextmanager
async def set_stage(world: World) -> AsyncIterator[Stage]:
    """A merchant earns something; lin is known to its account."""
    busy = await open_busy_shop(world, money_fen=1_000_000)
    for _ in range(3):
        await buy(world, "lin", busy, {busy.oolong: 5})
    channel = await loyalty.open_channel(world)
    lin = await world.person("lin")
    async with world.office.begin() as work:
        openids = await ensure_openids(work, channel.channel_id, [lin.person_id])
    async with open_town(world) as town:
        shop = await town.shop(KeyMode.PUBLIC_KEY)
        yield Stage(world, town, shop, channel, openids[lin.person_id])


async def test_a_packet_for_one_is_opened_by_that_one_only(world: World) -> None:
    async with set_stage(world) as stage:
        held = await stage.purse()
        told = await stage.give(1, total_amount=520)
        assert told["result_code"] == "SUCCESS", told
        assert "sign" not in told
        assert told["mch_billno"] == stage.billno(1)
        assert told["re_openid"] == stage.openid
        assert told["total_amount"] == "520"
        assert await stage.purse() == held - 520
        again = await stage.give(1, total_amount=520)
        assert again["send_listid"] == told["send_listid"]
        assert await stage.purse() == held - 520
        packet = await stage.newest()
        assert (await stage.info(1))["status"] == "SENT"
        lin, wu = world.as_person("lin"), await world.person("wu")
        notices = await world.office.run(list_notices, ListNotices(), lin)
        (notice,) = [one for one in notices.items if one.kind == "redpackets.arrived"]
        assert notice.link == f"/packets/{packet.token}"
        with pytest.raises(NotFound):
            await stage.open(packet, wu)
        assert (await stage.open(packet, lin)).amount_fen == 520
        info = await stage.raw_info(1)
        for told_of in ("RECEIVED", "NORMAL", "API", "猜灯谜抢红包活动", "猜越多得越多"):
            assert f"<![CDATA[{told_of}]]>" in info
        records = await world.office.run(list_received_packets, ListReceivedPackets(), lin)
        assert records.items[0].sender_name == "榕树茶馆"
    await world.check()


async def test_a_group_packet_is_shared_by_luck_and_told_of(world: World) -> None:
    async with set_stage(world) as stage:
        told = await stage.give(2, _GROUP, total_amount=500, total_num=4, amt_type="ALL_RAND")
        assert told["result_code"] == "SUCCESS", told
        packet = await stage.newest()
        people = [world.as_person("lin"), await world.person("wu"), await world.person("chen")]
        shares = [await stage.open(packet, one) for one in people]
        answer = await stage.raw_info(2)
        assert answer.count("<hbinfo>") == 3
        for share in shares:
            assert f"<amount>{share.amount_fen}</amount>" in answer
        assert stage.openid in answer
        await world.advance(timedelta(hours=24))
        answer = await stage.raw_info(2)
        left = 500 - sum(one.amount_fen for one in shares)
        assert "<status><![CDATA[REFUND]]></status>" in answer
        assert f"<refund_amount><![CDATA[{left}]]></refund_amount>" in answer
        seen = await world.office.run(
            read_merchant_packet,
            ReadMerchantPacket(merchant_id=world.merchant_id, packet_id=packet.packet_id),
            world.owner,
        )
        assert [one.amount_fen for one in seen.takings] == [one.amount_fen for one in shares]
    await world.check()


async def test_what_may_not_be_sent_is_refused_by_the_protocols_codes(world: World) -> None:
    async with set_stage(world) as stage:
        held = await stage.purse()
        cases: list[tuple[str, dict[str, object], str]] = [
            (_ONE, {"total_num": 2}, "PARAM_ERROR"),
            (_ONE, {"total_amount": 99}, "MONEY_LIMIT"),
            (_ONE, {"total_amount": 20_001}, "MONEY_LIMIT"),
            (_ONE, {"total_amount": "1.5"}, "PARAM_ERROR"),
            (_ONE, {"re_openid": "o" + "x" * 27}, "OPENID_ERROR"),
            (_ONE, {"wxappid": "wx0000000000000000"}, "APPID_MCHID_NOT_MATCH"),
            (_GROUP, {"total_num": 20, "total_amount": held + 1}, "NOTENOUGH"),
            (_ONE, {"mch_billno": "榕"}, "PARAM_ERROR"),
            (_ONE, {"send_name": ""}, "PARAM_ERROR"),
            (_GROUP, {"total_num": 2, "total_amount": 300}, "PARAM_ERROR"),
            (_GROUP, {"total_num": 21, "total_amount": 3_000}, "PARAM_ERROR"),
            (_GROUP, {"total_num": 3, "total_amount": 299}, "MONEY_LIMIT"),
            (_GROUP, {"total_num": 3, "total_amount": 100_001}, "MONEY_LIMIT"),
            (_GROUP, {"total_num": 3, "total_amount": 300, "amt_type": "X"}, "PARAM_ERROR"),
        ]
        for number, (path, fields, code) in enumerate(cases, 10):
            told = await stage.give(number, path, **fields)
            assert (told["return_code"], told["result_code"]) == ("SUCCESS", "FAIL"), fields
            assert told["err_code"] == code, (fields, told)
        assert await stage.purse() == held
        assert (await stage.info(99))["err_code"] == "NOT_FOUND"
        assert (await stage.info(99, bill_type="X"))["err_code"] == "PARAM_ERROR"
        forged = await stage.shop.v2(_INFO, key="x" * 32, mch_billno=stage.billno(1))
        assert forged["return_code"] == "FAIL"
    await world.check()


async def test_one_person_gets_one_a_minute_and_ten_a_day(world: World) -> None:
    async with set_stage(world) as stage:
        told = await stage.give(1, scene_id="PRODUCT_1", total_amount=30)
        assert told["result_code"] == "SUCCESS", told
        assert (await stage.give(1, total_amount=200))["err_code"] == "FATAL_ERROR"
        assert (await stage.give(2))["err_code"] == "FREQ_LIMIT"
        for number in range(2, 11):
            await world.advance(timedelta(minutes=1))
            told = await stage.give(number)
            assert told["result_code"] == "SUCCESS", told
        await world.advance(timedelta(minutes=1))
        assert (await stage.give(11))["err_code"] == "SENDNUM_LIMIT"
    await world.check()

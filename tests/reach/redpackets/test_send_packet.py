"""Sending packets: the money is set aside at once, within limits, by people and merchants."""

import asyncio

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.money import CNY
from banyan.books.actor import Actor
from banyan.books.ledger import EMPTY, read_accounts
from banyan.parties.staff import Role
from banyan.pay.risk import Kind, Measure
from banyan.pay.wallets import purse_of
from banyan.reach.redpackets import (
    LASTS,
    PERSON_DAY_MAX_FEN,
    ListMerchantPackets,
    Packet,
    PacketKind,
    ReadMerchantPacket,
    SendMerchantPacket,
    SendPacket,
    list_merchant_packets,
    read_merchant_packet,
    send_merchant_packet,
    send_packet,
)
from tests.kit.loyalty import add_crowd
from tests.kit.redpackets import balance, grab, happened, look, send, storm
from tests.kit.risk import decisions, hold, rule
from tests.kit.sales import buy, fill_wallet, open_bank, open_busy_shop
from tests.kit.world import World


async def test_who_has_too_little_sends_nothing(world: World) -> None:
    await world.person("wu")
    start = await world.mark()
    with pytest.raises(Refusal, match=r"redpackets\.wallet_too_low"):
        await world.office.run(
            send_packet, SendPacket(total_fen=100, count=2), world.as_person("wu")
        )
    assert await happened(world, start) == []
    await world.check()


async def test_rivals_of_one_person_keep_the_day_limit(world: World) -> None:
    person_id = (await world.person("lin")).person_id
    # Without a session, so that risk asks nobody for a password.
    lin = Actor(kind="person", actor_id=person_id, person_id=person_id)
    await open_bank(world)
    for _ in range(2):
        await fill_wallet(world, "lin", PERSON_DAY_MAX_FEN)
    each = SendPacket(total_fen=PERSON_DAY_MAX_FEN // 4, count=100)
    outcomes = await asyncio.gather(
        *(world.office.run(send_packet, each, lin) for _ in range(7)), return_exceptions=True
    )
    assert sum(isinstance(one, Packet) for one in outcomes) == 4
    refused = {one.code for one in outcomes if isinstance(one, Failure)}
    assert refused == {"redpackets.day_limit_reached"}
    assert await balance(world, lin) == PERSON_DAY_MAX_FEN
    await world.advance(LASTS)
    assert await balance(world, lin) == 2 * PERSON_DAY_MAX_FEN
    await world.office.run(send_packet, each, lin)
    await world.check()


async def test_a_packet_for_one_goes_to_the_first_who_opens_it(world: World) -> None:
    lin = await world.person("lin")
    await open_bank(world)
    await fill_wallet(world, "lin", 520)
    command = SendPacket(total_fen=520, kind=PacketKind.PERSONAL, wish="好运")
    packet = await world.office.run(send_packet, command, lin)
    assert (await grab(world, "wu", packet)).amount_fen == 520
    assert (await look(world, "wu", packet)).packet.wish == "好运"
    await world.check()


async def _purse(world: World) -> int:
    account = purse_of(CNY, world.merchant_id).account_id
    async with world.building.pool.acquire() as db:
        return (await read_accounts(db, [account])).get(account, EMPTY).balance


async def _earn(world: World, count: int) -> int:
    """Let the world's merchant be paid; return what its purse holds."""
    shop = await open_busy_shop(world, money_fen=1_000_000)
    for _ in range(count):
        await buy(world, "lin", shop, {shop.oolong: 5})
    return await _purse(world)


async def test_a_merchant_gives_six_hundred_shares_from_its_purse(world: World) -> None:
    held = await _earn(world, 2)
    command = SendMerchantPacket(
        merchant_id=world.merchant_id, total_fen=3_000, count=600, wish="新店开业", out_no="no-1"
    )
    packet, *others = await asyncio.gather(
        *(world.office.run(send_merchant_packet, command, world.owner) for _ in range(4))
    )
    assert others == [packet] * 3
    assert await _purse(world) == held - 3_000
    assert packet.sender_name == "榕树茶馆"
    assert await world.office.run(send_merchant_packet, command, world.owner) == packet
    other = SendMerchantPacket(merchant_id=world.merchant_id, total_fen=1, out_no="no-1")
    with pytest.raises(Refusal, match=r"redpackets\.out_no_used"):
        await world.office.run(send_merchant_packet, other, world.owner)
    won, failed = await storm(world, packet, await add_crowd(world, 650))
    assert (len(won), failed["redpackets.empty"]) == (600, 50)
    seen = await world.office.run(
        read_merchant_packet,
        ReadMerchantPacket(merchant_id=world.merchant_id, packet_id=packet.packet_id, after=590),
        world.owner,
    )
    assert len(seen.takings) == 10
    page = await world.office.run(
        list_merchant_packets, ListMerchantPackets(merchant_id=world.merchant_id), world.owner
    )
    assert [one.packet_id for one in page.items] == [packet.packet_id]
    await world.check()


async def test_a_merchants_packet_needs_its_permission_and_its_money(world: World) -> None:
    held = await _earn(world, 1)
    await world.staff("hao", Role.CASHIER)
    command = SendMerchantPacket(merchant_id=world.merchant_id, total_fen=held, count=10)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(send_merchant_packet, command, world.as_person("hao"))
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(send_merchant_packet, command, world.as_person("lin"))
    packet = await world.office.run(send_merchant_packet, command, world.owner)
    with pytest.raises(Refusal, match=r"redpackets\.purse_too_low"):
        await world.office.run(send_merchant_packet, command, world.owner)
    share = await grab(world, "wu", packet)
    await world.advance(LASTS)
    assert await _purse(world) == held - share.amount_fen
    await world.check()


async def test_a_stranger_sees_who_took_shares_only_when_it_is_over(world: World) -> None:
    packet = await send(world, "lin", 1_000, 2)
    await grab(world, "wu", packet)
    assert (await look(world, "chen", packet)).takings == []
    assert [one.nickname for one in (await look(world, "lin", packet)).takings]
    assert (await look(world, "wu", packet)).mine


async def test_what_risk_said_of_a_packet_stays(world: World) -> None:
    lin = await world.person("lin")
    await open_bank(world)
    await fill_wallet(world, "lin", 520)
    await hold(world, rule(Measure.AMOUNT, 500))
    command = SendPacket(total_fen=520, count=2)
    with pytest.raises(Refusal, match=r"risk\.refused") as caught:
        await world.office.run(send_packet, command, lin)
    (made,) = await decisions(world)
    assert caught.value.fields == {"decision_id": str(int(made.decision_id))}
    assert (made.kind, made.amount_fen, made.hits[0].code) == (Kind.GIFT, 520, "a_rule")
    assert await balance(world, lin) == 520
    await world.check()

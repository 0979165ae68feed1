"""Builders for red packets: somebody with money sends one, a crowd grabs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from banyan.base.errors import Failure
from banyan.base.money import CNY
from banyan.books.actor import Actor
from banyan.books.ledger import EMPTY, AccountId, read_accounts
from banyan.pay.wallets import wallet_of
from banyan.reach.redpackets import (
    GrabPacket,
    Packet,
    PacketKind,
    ReadPacket,
    SeenPacket,
    SendPacket,
    Share,
    Split,
    grab_packets,
    packet_of,
    read_packet,
    send_packet,
)
from tests.kit.loyalty import second_office
from tests.kit.sales import fill_wallet, open_bank

if TYPE_CHECKING:
    from tests.kit.world import Mark, World


async def send(
    world: World,
    name: str = "lin",
    total_fen: int = 1_000,
    count: int = 5,
    split: Split = Split.LUCKY,
) -> Packet:
    """Have somebody, who gets the money for it, send a group packet."""
    await world.person(name)
    await open_bank(world)
    await fill_wallet(world, name, total_fen)
    command = SendPacket(total_fen=total_fen, count=count, split=split, wish="恭喜发财")
    return await world.office.run(send_packet, command, world.as_person(name))


async def send_to_one(world: World, name: str = "lin", total_fen: int = 800) -> Packet:
    """Have somebody, who gets the money for it, send a packet for one."""
    await world.person(name)
    await open_bank(world)
    await fill_wallet(world, name, total_fen)
    command = SendPacket(total_fen=total_fen, kind=PacketKind.PERSONAL, split=Split.EQUAL)
    return await world.office.run(send_packet, command, world.as_person(name))


async def grab(world: World, name: str, packet: Packet) -> Share:
    """Have somebody grab. Raises Failure."""
    actor = await world.person(name)
    return await world.office.run(grab_packets, GrabPacket(token=packet.token), actor)


async def look(world: World, name: str, packet: Packet) -> SeenPacket:
    """What somebody sees of a packet."""
    actor = await world.person(name)
    return await world.office.run(read_packet, ReadPacket(token=packet.token), actor)


async def happened(world: World, since: Mark) -> list[str]:
    """What happened to red packets after a moment, in order."""
    return [kind for kind in await world.events(since) if kind.startswith("redpackets.")]


async def balance(world: World, actor: Actor) -> int:
    """What somebody has in their wallet."""
    return await _balance(world, wallet_of(CNY, actor.person_id).account_id)


async def left_in(world: World, packet: Packet) -> int:
    """What the ledger says is still in a packet."""
    return await _balance(world, packet_of(CNY, packet.packet_id).account_id)


async def storm(
    world: World, packet: Packet, crowd: Sequence[Actor]
) -> tuple[list[tuple[Actor, Share]], Counter[str]]:
    """Let everybody grab at the same moment, at two servers in turn: who got what, and why not."""
    won: list[tuple[Actor, Share]] = []
    failed: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        offices = (world.office, await stack.enter_async_context(second_office(world)))

        async def one(number: int, actor: Actor) -> None:
            try:
                share = await offices[number % 2].run(
                    grab_packets, GrabPacket(token=packet.token), actor
                )
            except Failure as failure:
                failed[failure.code] += 1
            else:
                won.append((actor, share))

        await asyncio.gather(*(one(number, actor) for number, actor in enumerate(crowd)))
    return won, failed


async def _balance(world: World, account: AccountId) -> int:
    async with world.building.pool.acquire() as db:
        sums = await read_accounts(db, [account])
    return sums.get(account, EMPTY).balance

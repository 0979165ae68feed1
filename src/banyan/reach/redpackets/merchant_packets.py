"""Lets merchants send red packets from their purse: to whoever has the link, or to one person."""

import hashlib
from datetime import datetime, time, timedelta
from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import NotFound, Refusal
from banyan.base.money import PositiveFen
from banyan.base.paging import Cursor, Limit, Page
from banyan.base.text import OptionalName
from banyan.base.time_cursor import decode_time_cursor
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.reach.redpackets import store
from banyan.reach.redpackets.fill_packet import count_day, fill_packet, lock_day, new_packet, today
from banyan.reach.redpackets.list_packets import page_of_packets
from banyan.reach.redpackets.notify import tell_arrived
from banyan.reach.redpackets.read_packet import After, list_takings
from banyan.reach.redpackets.rules import (
    CHINA,
    MERCHANT_COUNT_MAX,
    MERCHANT_DAY_MAX_FEN,
    RECEIVER_DAY_MAX,
    RECEIVER_MINUTE_MAX,
    check_packet,
)
from banyan.reach.redpackets.send_packet import Count
from banyan.reach.redpackets.types import Packet, PacketId, PacketKind, Split, Taking, Wish

OutNo = Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[0-9A-Za-z_-]*$(?!\n)")]


class SendMerchantPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a packet from the merchant's purse."""

    merchant_id: MerchantId
    total_fen: PositiveFen
    count: Count = 1
    kind: PacketKind = PacketKind.GROUP
    split: Split = Split.LUCKY
    wish: Wish = ""
    sender_name: OptionalName = ""
    """What takers read; empty for the merchant's own name."""
    out_no: OutNo = ""
    """The merchant's own number: asked for twice under one, it is sent once."""


class ListMerchantPackets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the packets that a merchant sent."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadMerchantPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: one packet of a merchant."""

    merchant_id: MerchantId
    packet_id: PacketId
    after: After = 0
    limit: Limit = 100


class MerchantPacket(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's packet with who took its shares."""

    packet: Packet
    takings: list[Taking]


@single(permission=Permission.CAMPAIGNS_WRITE)
async def send_merchant_packet(work: Work, command: SendMerchantPacket) -> Packet:
    """Move money from the merchant's purse into a new packet, and draw its shares.

    Raises what `send_packet` raises, but `redpackets.purse_too_low` for its purse, and Refusal
    `redpackets.out_no_used` for another packet under the same number.
    """
    return await send_for_merchant(work, command)


async def send_for_merchant(
    work: Work, command: SendMerchantPacket, *, told_id: int = 0, details: str = ""
) -> Packet:
    """Send a merchant's packet; let `told_id` know of it, whose alone it is if it is personal.

    Raises beside what `send_merchant_packet` raises Refusal `redpackets.too_often`,
    `redpackets.enough_for_today` for the person who is told.
    """
    given = json.encode([command, told_id, details])
    out_digest = hashlib.sha256(given).digest() if command.out_no else b""
    if command.out_no:
        await lock_day(work, command.merchant_id)
        known = await store.find_by_out_no(work.db, command.merchant_id, command.out_no)
        if known is not None:
            if known[1] != out_digest:
                raise Refusal("redpackets.out_no_used", out_no=command.out_no)
            return known[0]
    receiver_id = told_id if command.kind is PacketKind.PERSONAL else 0
    if receiver_id:
        await _check_receiver(work, command.merchant_id, receiver_id)
    check_packet(
        command.kind,
        command.split,
        command.total_fen,
        command.count,
        count_max=MERCHANT_COUNT_MAX,
    )
    await count_day(work, command.merchant_id, command.total_fen, MERCHANT_DAY_MAX_FEN)
    merchants = await find_merchants(work.db, [command.merchant_id])
    packet = new_packet(
        work,
        person_id=0,
        merchant_id=command.merchant_id,
        sender_name=command.sender_name or merchants[command.merchant_id].name,
        kind=command.kind,
        split=command.split,
        total_fen=command.total_fen,
        count=command.count,
        wish=command.wish,
        receiver_id=receiver_id,
        out_no=command.out_no,
        details=details,
    )
    filled = await fill_packet(work, packet, out_digest=out_digest)
    if told_id:
        await tell_arrived(work, filled, told_id)
    return filled


async def _check_receiver(work: Work, merchant_id: int, receiver_id: int) -> None:
    begins_at = datetime.combine(today(work), time(), CHINA)
    minute_ago = work.now - timedelta(minutes=1)
    just_now, in_the_day = await store.count_given(
        work.db, receiver_id, merchant_id, minute_ago, begins_at
    )
    if just_now >= RECEIVER_MINUTE_MAX:
        raise Refusal("redpackets.too_often")
    if in_the_day >= RECEIVER_DAY_MAX:
        raise Refusal("redpackets.enough_for_today", count_max=RECEIVER_DAY_MAX)


@reading(permission=Permission.CAMPAIGNS_READ)
async def list_merchant_packets(work: Work, query: ListMerchantPackets) -> Page[Packet]:
    """Return what a merchant sent, the newest first."""
    before = decode_time_cursor(query.cursor)
    found = await store.list_of_merchant(work.db, query.merchant_id, before, query.limit + 1)
    return page_of_packets(found, query.limit)


@reading(permission=Permission.CAMPAIGNS_READ)
async def read_merchant_packet(work: Work, query: ReadMerchantPacket) -> MerchantPacket:
    """Return a merchant's packet with who took its shares, behind a place.

    Raises NotFound `redpackets.not_found`.
    """
    packet = await store.find_of_merchant(work.db, query.merchant_id, query.packet_id)
    if packet is None:
        raise NotFound("redpackets.not_found")
    takings = await list_takings(work, packet, query.after, query.limit)
    return MerchantPacket(packet=packet, takings=takings)

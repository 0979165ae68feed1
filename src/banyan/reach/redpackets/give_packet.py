"""Lets merchants' programs give packets to people whom they know by openid, and look after them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.money import PositiveFen
from banyan.base.text import OptionalName
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, ensure_openids
from banyan.reach.redpackets import store
from banyan.reach.redpackets.merchant_packets import SendMerchantPacket, send_for_merchant
from banyan.reach.redpackets.rules import MERCHANT_COUNT_MAX
from banyan.reach.redpackets.send_packet import Count
from banyan.reach.redpackets.types import GivenPacket, Packet, PacketKind, Split, Taker, Wish

GivenNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z_-]+$(?!\n)")
]
Details = Annotated[str, msgspec.Meta(max_length=2_000)]


class GivePacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give somebody a packet from the merchant's purse: their own, or one to share."""

    merchant_id: MerchantId
    receiver_id: Id
    """Who is told of it; nobody else may open it, unless it is for a group."""
    out_no: GivenNo
    total_fen: PositiveFen
    count: Count = 1
    wish: Wish = ""
    sender_name: OptionalName = ""
    details: Details = ""
    """What else the program says about it."""


class ReadGivenPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's packet by the merchant's number, with who took its shares."""

    merchant_id: MerchantId
    channel_id: ChannelId
    """By whose openids the people are named."""
    out_no: GivenNo


@single(permission=Permission.CAMPAIGNS_WRITE)
async def give_packet(work: Work, command: GivePacket) -> Packet:
    """Fill a packet for somebody, and tell them; one share is theirs alone, more are by luck.

    Raises what `send_merchant_packet` raises; Refusal `redpackets.too_often`,
    `redpackets.enough_for_today` for packets of their own.
    """
    is_one = command.count == 1
    sending = SendMerchantPacket(
        merchant_id=command.merchant_id,
        total_fen=command.total_fen,
        count=command.count,
        kind=PacketKind.PERSONAL if is_one else PacketKind.GROUP,
        split=Split.EQUAL if is_one else Split.LUCKY,
        wish=command.wish,
        sender_name=command.sender_name,
        out_no=command.out_no,
    )
    return await send_for_merchant(
        work, sending, told_id=command.receiver_id, details=command.details
    )


@single(permission=Permission.SYSTEM)
async def read_given_packet(work: Work, query: ReadGivenPacket) -> GivenPacket:
    """Return a merchant's packet; whoever took a share is known to the account from now on.

    Raises NotFound `redpackets.not_found`.
    """
    found = await store.find_by_out_no(work.db, query.merchant_id, query.out_no)
    if found is None:
        raise NotFound("redpackets.not_found")
    packet, _ = found
    rows = await store.list_takings(work.db, packet.packet_id, 0, MERCHANT_COUNT_MAX)
    openids = await ensure_openids(work, query.channel_id, [row["person_id"] for row in rows])
    takers = [
        Taker(
            openid=openids[row["person_id"]],
            amount_fen=row["amount_fen"],
            taken_at=row["taken_at"],
        )
        for row in rows
    ]
    return GivenPacket(packet=packet, takers=takers)

"""Fills packets: the one way, whoever sends them."""

import random
from datetime import date

from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.base.money import CNY
from banyan.base.secret import new_token
from banyan.books.work import Work
from banyan.reach.redpackets import store
from banyan.reach.redpackets.accounts import note_sent
from banyan.reach.redpackets.rules import CHINA, LASTS, draw_shares, find_best
from banyan.reach.redpackets.types import Packet, PacketId, PacketKind, PacketSent, Split
from banyan.reach.redpackets.types import PacketState as State

EXPIRE = "redpackets.expire"
_draw = random.SystemRandom().randint


async def fill_packet(work: Work, packet: Packet, *, out_digest: bytes = b"") -> Packet:
    """Draw the shares of a packet that may be sent, move its money into it, and record it."""
    shares = draw_shares(packet.split, packet.total_fen, packet.count, _draw)
    best_place = find_best(packet.split, shares)
    await store.insert_packet(work.db, store.NewPacket(packet, shares, best_place, out_digest))
    note_sent(
        work,
        packet,
        "redpackets.wallet_too_low" if packet.person_id else "redpackets.purse_too_low",
    )
    work.later(EXPIRE, packet.packet_id, packet.expires_at)
    work.record(
        PacketSent(
            person_id=packet.person_id,
            merchant_id=packet.merchant_id,
            subject_id=packet.packet_id,
            kind_of_packet=packet.kind.value,
            split=packet.split.value,
            count=packet.count,
            total_fen=packet.total_fen,
            currency=packet.currency,
            token=packet.token,
            receiver_id=packet.receiver_id,
            sender_name=packet.sender_name,
        )
    )
    return packet


def new_packet(  # noqa: PLR0913 - what the two who send have in common, by keyword
    work: Work,
    *,
    person_id: int,
    merchant_id: int,
    sender_name: str,
    kind: PacketKind,
    split: Split,
    total_fen: int,
    count: int,
    wish: str,
    receiver_id: int = 0,
    out_no: str = "",
    details: str = "",
) -> Packet:
    """Return a packet as it is when it is sent."""
    return Packet(
        packet_id=PacketId(work.ids.next()),
        token=new_token("rp"),
        person_id=Id(person_id),
        merchant_id=Id(merchant_id),
        sender_name=sender_name,
        receiver_id=Id(receiver_id),
        kind=kind,
        # One share is all of it.
        split=Split.EQUAL if kind is PacketKind.PERSONAL else split,
        currency=CNY.code,
        total_fen=total_fen,
        count=count,
        wish=wish,
        state=State.OPEN,
        taken_count=0,
        taken_fen=0,
        refunded_fen=0,
        sent_at=work.now,
        expires_at=work.now + LASTS,
        ended_at=None,
        out_no=out_no,
        details=details,
    )


async def count_day(work: Work, sender_id: int, amount_fen: int, day_max_fen: int) -> None:
    """Count what a sender sends today. Raises Refusal `redpackets.day_limit_reached`."""
    if await store.add_to_day(work.db, sender_id, today(work), 1, amount_fen) > day_max_fen:
        raise Refusal("redpackets.day_limit_reached", day_max_yuan=day_max_fen // 100)


async def lock_day(work: Work, sender_id: int) -> None:
    """Let a sender send one after the other, so that each sees what the last one sent."""
    await store.add_to_day(work.db, sender_id, today(work), 0, 0)


def today(work: Work) -> date:
    """Return the day in China, by which limits go."""
    return work.now.astimezone(CHINA).date()

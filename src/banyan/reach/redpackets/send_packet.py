"""Lets a person send a red packet from their wallet."""

from typing import Annotated

import msgspec

from banyan.base.errors import Failure
from banyan.base.money import CNY, PositiveFen
from banyan.books.work import Permission, Work, single
from banyan.parties.people import PersonId, find_people
from banyan.parties.sessions import session_of
from banyan.pay.passwords import ProofToken
from banyan.pay.risk import Attempt, Kind, judge_payments
from banyan.reach.redpackets.fill_packet import count_day, fill_packet, new_packet
from banyan.reach.redpackets.rules import (
    MERCHANT_COUNT_MAX,
    PERSON_COUNT_MAX,
    PERSON_DAY_MAX_FEN,
    check_packet,
)
from banyan.reach.redpackets.types import Packet, PacketKind, Split, Wish

Count = Annotated[int, msgspec.Meta(ge=1, le=MERCHANT_COUNT_MAX)]
"""How many shares a packet has."""


class SendPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send money to whoever opens the link first."""

    total_fen: PositiveFen
    """All of it; what equal shares are made of must be a multiple of their count."""
    count: Count = 1
    kind: PacketKind = PacketKind.GROUP
    split: Split = Split.LUCKY
    wish: Wish = ""
    proof: ProofToken = ""
    """That the pay password was given for this, where it is asked for; see `subject_of`."""


def subject_of(command: SendPacket) -> str:
    """What a pay password is given for."""
    return f"redpackets.{command.split.value}.{command.count}.{command.total_fen}"


@single(permission=Permission.PERSON)
async def send_packet(work: Work, command: SendPacket) -> Packet | Failure:
    """Move money from the sender's wallet into a new packet, and draw its shares.

    Who knows its token may take one share until it is empty or 24 hours are over; the rest comes
    back by itself.

    Raises Invalid `redpackets.one_share`, `redpackets.too_little`, `redpackets.not_divisible`;
    Refusal `redpackets.too_many`, `redpackets.share_too_large`, `redpackets.day_limit_reached`,
    `redpackets.wallet_too_low`; what `judge_payments` refuses.
    """
    check_packet(
        command.kind,
        command.split,
        command.total_fen,
        command.count,
        count_max=PERSON_COUNT_MAX,
    )
    failure = await _judge(work, command)
    if failure is not None:
        # Returned, not raised: what was decided, and why, stays written.
        return failure
    sender_id = PersonId(work.actor.person_id)
    await count_day(work, sender_id, command.total_fen, PERSON_DAY_MAX_FEN)
    sender = (await find_people(work.db, [sender_id]))[sender_id]
    packet = new_packet(
        work,
        person_id=sender_id,
        merchant_id=0,
        sender_name=sender.nickname,
        kind=command.kind,
        split=command.split,
        total_fen=command.total_fen,
        count=command.count,
        wish=command.wish,
    )
    return await fill_packet(work, packet)


async def _judge(work: Work, command: SendPacket) -> Failure | None:
    session_id = session_of(work.actor)
    attempt = Attempt(
        person_id=work.actor.person_id,
        session_id=session_id,
        merchant_id=0,
        kind=Kind.GIFT,
        currency=CNY.code,
        amount_fen=command.total_fen,
        subject=subject_of(command),
        proof=command.proof,
        is_present=session_id > 0,
        at=work.now,
    )
    (failure,) = await judge_payments(work, [attempt])
    return failure

"""Lets people take shares of packets: the hottest of all, so it serves many in one transaction."""

from collections.abc import Sequence

import asyncpg
import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.work import Call, Permission, Work, plural
from banyan.reach.redpackets import store
from banyan.reach.redpackets.accounts import note_taken
from banyan.reach.redpackets.fill_packet import EXPIRE
from banyan.reach.redpackets.types import (
    PacketEmptied,
    PacketId,
    PacketKind,
    PacketState,
    PacketTaken,
    Share,
    Token,
)

Outcome = Share | Failure


class GrabPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a share of the packet that a link leads to."""

    token: Token


@plural(permission=Permission.PERSON, batch_max=256)
async def grab_packets(work: Work, calls: Sequence[Call[GrabPacket]]) -> Sequence[Share | Failure]:
    """Give each who asks the next share in line, as long as there are any; one to a person.

    Who has one already is told of it again. A packet's row is locked once for all who are here,
    and not at all once it is empty.

    Fails with NotFound `redpackets.not_found`; Refusal `redpackets.own`, `redpackets.empty`,
    `redpackets.expired`.
    """
    packets = await store.find_by_tokens(work.db, list({call.command.token for call in calls}))
    outcomes: list[Outcome | None] = [_find_obstacle(packets, call) for call in calls]
    asked: dict[int, dict[int, list[int]]] = {}
    for place, call in enumerate(calls):
        if outcomes[place] is None:
            people = asked.setdefault(packets[call.command.token]["packet_id"], {})
            people.setdefault(int(call.actor.person_id), []).append(place)
    if asked:
        await _serve(work, calls, packets, asked, outcomes)
    return [one for one in outcomes if one is not None]


def _find_obstacle(packets: dict[str, asyncpg.Record], call: Call[GrabPacket]) -> Failure | None:
    """Why somebody may take nothing, whatever is left."""
    packet = packets.get(call.command.token)
    person_id = call.actor.person_id
    if packet is None or packet["receiver_id"] not in {0, person_id}:
        return NotFound("redpackets.not_found")
    if packet["kind"] == PacketKind.PERSONAL and packet["person_id"] == person_id:
        return Refusal("redpackets.own")
    return None


async def _serve(
    work: Work,
    calls: Sequence[Call[GrabPacket]],
    packets: dict[str, asyncpg.Record],
    asked: dict[int, dict[int, list[int]]],
    outcomes: list[Outcome | None],
) -> None:
    """Lock the open packets, then see who has a share already: so no rival can give one between."""
    seen = {packet["packet_id"]: packet for packet in packets.values()}
    is_open = {key for key in asked if seen[key]["state"] == PacketState.OPEN}
    wanted = {key: len(asked[key]) for key in is_open}
    locked = await store.lock_packets(work.db, wanted) if wanted else {}
    pairs = [(packet_id, person_id) for packet_id, people in asked.items() for person_id in people]
    held = await store.find_shares(work.db, pairs)
    takers: dict[int, dict[int, list[int]]] = {}
    for packet_id, people in asked.items():
        state = locked[packet_id].state if packet_id in locked else seen[packet_id]["state"]
        for person_id, places in people.items():
            mine = held.get((packet_id, person_id))
            if mine is None and state == PacketState.OPEN:
                takers.setdefault(packet_id, {})[person_id] = places
                continue
            outcome = _share(mine, seen[packet_id]["currency"]) if mine else _closed(state)
            for place in places:
                outcomes[place] = outcome
    await _hand_out(work, calls, locked, takers, outcomes)


async def _hand_out(
    work: Work,
    calls: Sequence[Call[GrabPacket]],
    locked: dict[int, store.Locked],
    takers: dict[int, dict[int, list[int]]],
    outcomes: list[Outcome | None],
) -> None:
    """Give the next shares of packets under lock to those who want one, in order."""
    given: list[store.NewShare] = []
    sums: dict[int, tuple[int, int]] = {}
    for packet_id, people in takers.items():
        packet = locked[packet_id]
        shares = iter(packet.shares)
        place, taken_fen = packet.taken_count, packet.taken_fen
        for person_id, places in people.items():
            call = calls[places[0]]
            outcome: Outcome
            if call.at >= packet.expires_at:
                outcome = Refusal("redpackets.expired")
            elif (amount_fen := next(shares, 0)) == 0:
                outcome = Refusal("redpackets.empty")
            else:
                place += 1
                taken_fen += amount_fen
                given.append(store.NewShare(packet_id, place, person_id, amount_fen, call.at))
                outcome = _note_taken(work, packet, given[-1], call.index)
            for one in places:
                outcomes[one] = outcome
        if place > packet.taken_count:
            sums[packet_id] = (place, taken_fen)
            if place == packet.count:
                _note_emptied(work, packet, calls[next(reversed(people.values()))[0]].index)
    if given:
        await store.take_shares(work.db, sums, given, work.now)


def _note_taken(work: Work, packet: store.Locked, share: store.NewShare, index: int) -> Share:
    note_taken(work, packet.currency, share.packet_id, share.person_id, share.amount_fen, index)
    work.record(
        PacketTaken(
            person_id=share.person_id,
            merchant_id=packet.merchant_id,
            subject_id=share.packet_id,
            place=share.place,
            amount_fen=share.amount_fen,
        ),
        index=index,
    )
    return Share(
        packet_id=PacketId(share.packet_id),
        place=share.place,
        amount_fen=share.amount_fen,
        currency=packet.currency,
        taken_at=share.taken_at,
    )


def _note_emptied(work: Work, packet: store.Locked, index: int) -> None:
    work.cancel_later(EXPIRE, packet.packet_id)
    work.record(
        PacketEmptied(
            person_id=packet.person_id,
            merchant_id=packet.merchant_id,
            subject_id=packet.packet_id,
            count=packet.count,
            total_fen=packet.total_fen,
        ),
        index=index,
    )


def _closed(state: str) -> Refusal:
    return Refusal("redpackets.empty" if state == PacketState.TAKEN else "redpackets.expired")


def _share(row: asyncpg.Record, currency: str) -> Share:
    return Share(
        packet_id=PacketId(row["packet_id"]),
        place=row["place"],
        amount_fen=row["amount_fen"],
        currency=currency,
        taken_at=row["taken_at"],
    )

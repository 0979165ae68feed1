"""Lets people take shares of packets: the hottest of all, so it serves many in one transaction."""

from collections.abc import Iterable, Sequence

import asyncpg
import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.money import currency
from banyan.books.work import Call, Permission, Work, plural
from banyan.reach.redpackets import store
from banyan.reach.redpackets.accounts import note_taken
from banyan.reach.redpackets.emptied import EMPTIED
from banyan.reach.redpackets.fill_packet import EXPIRE
from banyan.reach.redpackets.types import (
    PacketEmptied,
    PacketId,
    PacketKind,
    PacketState,
    PacketTaken,
    Share,
    Token,
    packet_of,
)

Outcome = Share | Failure
_Wanted = dict[int, dict[int, list[int]]]
"""By packet and person, the places in the batch of those who may get a share."""


class GrabPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a share of the packet that a link leads to."""

    token: Token


@plural(permission=Permission.PERSON, batch_max=512, batches_at_once=1)
async def grab_packets(work: Work, calls: Sequence[Call[GrabPacket]]) -> Sequence[Share | Failure]:
    """Give each who asks the next share in line, as long as there are any; one to a person.

    Who has one already is told of it again. A packet's row is locked once for all who are here,
    and not at all once it is empty; then nobody who has no share of it is looked up either.

    Fails with NotFound `redpackets.not_found`; Refusal `redpackets.own`, `redpackets.empty`,
    `redpackets.expired`.
    """
    pairs = [(call.command.token, int(call.actor.person_id)) for call in calls]
    asking = {pair for pair in pairs if not EMPTIED.is_over(*pair)}
    seen = await store.look(work.db, asking) if asking else {}
    await _remember_emptied(work, seen.values())
    outcomes: list[Outcome | None] = [None] * len(calls)
    wanted: _Wanted = {}
    for place, (call, pair) in enumerate(zip(calls, pairs, strict=True)):
        row = seen.get(pair)
        is_over = pair not in asking
        outcomes[place] = Refusal("redpackets.empty") if is_over else _find_outcome(row, call)
        if row is not None and outcomes[place] is None:
            takers = wanted.setdefault(row["packet_id"], {})
            takers.setdefault(pair[1], []).append(place)
    if wanted:
        counts = {row["packet_id"]: row["taken_count"] for row in seen.values()}
        locked = await _lock(work, wanted, counts, outcomes)
        await _hand_out(work, calls, locked, wanted, outcomes)
    return [one for one in outcomes if one is not None]


async def _remember_emptied(work: Work, rows: Iterable[asyncpg.Record]) -> None:
    """Spare those who come too late, most of all in a storm, the way to the database."""
    emptied = {
        row["packet_id"]: row["token"]
        for row in rows
        if row["state"] == PacketState.TAKEN
        and row["kind"] == PacketKind.GROUP
        and not row["receiver_id"]
        and row["token"] not in EMPTIED
    }
    if emptied:
        for packet_id, takers in (await store.list_takers(work.db, list(emptied))).items():
            EMPTIED.remember(emptied[packet_id], takers)


def _find_outcome(row: asyncpg.Record | None, call: Call[GrabPacket]) -> Outcome | None:
    """What somebody hears without anything being handed out; None if they may get a share."""
    person_id = call.actor.person_id
    if row is None or row["receiver_id"] not in {0, person_id}:
        return NotFound("redpackets.not_found")
    if row["kind"] == PacketKind.PERSONAL and row["person_id"] == person_id:
        return Refusal("redpackets.own")
    if row["place"] is not None:
        return _share(row, row["currency"])
    return None if row["state"] == PacketState.OPEN else _closed(row["state"])


async def _lock(
    work: Work, wanted: _Wanted, counts: dict[int, int], outcomes: list[Outcome | None]
) -> dict[int, store.Locked]:
    """Lock the packets; where shares went while we waited, those who have one are served."""
    locked = await store.lock_packets(work.db, {key: len(one) for key, one in wanted.items()})
    changed = [
        (packet_id, person_id)
        for packet_id, people in wanted.items()
        if locked[packet_id].taken_count != counts[packet_id]
        for person_id in people
    ]
    held = await store.find_shares(work.db, changed) if changed else {}
    for (packet_id, person_id), row in held.items():
        outcome = _share(row, locked[packet_id].currency)
        for place in wanted[packet_id].pop(person_id):
            outcomes[place] = outcome
    return locked


async def _hand_out(
    work: Work,
    calls: Sequence[Call[GrabPacket]],
    locked: dict[int, store.Locked],
    wanted: _Wanted,
    outcomes: list[Outcome | None],
) -> None:
    """Give the next shares of packets under lock to those who want one, in order."""
    given: list[store.NewShare] = []
    sums: dict[int, tuple[int, int]] = {}
    for packet_id, people in wanted.items():
        packet = locked[packet_id]
        money = currency(packet.currency)
        source = packet_of(money, packet_id).account_id
        shares = iter(packet.shares)
        place, taken_fen, last = packet.taken_count, packet.taken_fen, 0
        for person_id, places in people.items():
            call = calls[places[0]]
            outcome: Outcome
            if packet.state != PacketState.OPEN:
                outcome = _closed(packet.state)
            elif call.at >= packet.expires_at:
                outcome = Refusal("redpackets.expired")
            elif (amount_fen := next(shares, 0)) == 0:
                outcome = Refusal("redpackets.empty")
            else:
                place += 1
                taken_fen += amount_fen
                given.append(store.NewShare(packet_id, place, person_id, amount_fen, call.at))
                last = call.index
                note_taken(work, money, source, given[-1], last)
                outcome = _record_taken(work, packet, given[-1], last)
            for one in places:
                outcomes[one] = outcome
        if place > packet.taken_count:
            sums[packet_id] = (place, taken_fen)
            if place == packet.count:
                _note_emptied(work, packet, last)
    if given:
        await store.take_shares(work.db, sums, given, work.now)


def _record_taken(work: Work, packet: store.Locked, share: store.NewShare, index: int) -> Share:
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

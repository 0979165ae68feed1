"""Lets people take shares of packets: the hottest of all, so it serves many in one transaction."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.work import Actor, Call, Permission, Work, plural
from banyan.reach.redpackets import store
from banyan.reach.redpackets.accounts import note_taken
from banyan.reach.redpackets.fill_packet import EXPIRE
from banyan.reach.redpackets.remembered import REMEMBERED, Known
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
_Pair = tuple[int, int]
"""A packet, and a person who wants a share of it."""


class GrabPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a share of the packet that a link leads to."""

    token: Token


def _recall(command: GrabPacket, actor: Actor) -> Failure | None:
    """What those hear who come too late, most in a storm: it spares them the database."""
    is_over = REMEMBERED.is_over(command.token, actor.person_id)
    return Refusal("redpackets.empty") if is_over else None


@plural(permission=Permission.PERSON, batch_max=512, batches_at_once=1, recall=_recall)
async def grab_packets(work: Work, calls: Sequence[Call[GrabPacket]]) -> Sequence[Outcome]:
    """Give each who asks the next share in line, as long as there are any; one to a person.

    Who has one already is told of it again. A packet's row is written once for all who are here,
    and not at all once it is empty.

    Fails with NotFound `redpackets.not_found`; Refusal `redpackets.own`, `redpackets.empty`,
    `redpackets.expired`.
    """
    known = await _find_known(work, {call.command.token for call in calls})
    outcomes: list[Outcome | None] = [
        _find_refusal(known.get(call.command.token), call) for call in calls
    ]
    lines: dict[_Pair, list[int]] = {}
    for place, call in enumerate(calls):
        if outcomes[place] is None:
            pair = known[call.command.token].packet_id, int(call.actor.person_id)
            lines.setdefault(pair, []).append(place)
    if lines:
        told = await _serve(work, {one.packet_id: one for one in known.values()}, calls, lines)
        for pair, places in lines.items():
            for place in places:
                outcomes[place] = told[pair]
    return [one for one in outcomes if one is not None]


async def _find_known(work: Work, tokens: set[str]) -> dict[str, Known]:
    """The packets of these links, from memory where it can be."""
    known = {token: packet for token in tokens if (packet := REMEMBERED.find(token))}
    if len(known) < len(tokens):
        found = await store.find_known(work.db, tokens - known.keys())
        REMEMBERED.keep(found)
        known |= {one.token: one for one in found}
    return known


def _find_refusal(packet: Known | None, call: Call[GrabPacket]) -> Failure | None:
    """What somebody hears who may never take a share of a packet; None if they may."""
    if packet is None or packet.receiver_id not in {0, call.actor.person_id}:
        return NotFound("redpackets.not_found")
    if packet.kind == PacketKind.PERSONAL and packet.person_id == call.actor.person_id:
        return Refusal("redpackets.own")
    return _recall(call.command, call.actor)


async def _serve(
    work: Work,
    packets: Mapping[int, Known],
    calls: Sequence[Call[GrabPacket]],
    lines: Mapping[_Pair, Sequence[int]],
) -> dict[_Pair, Outcome]:
    """What each hears who may take a share; `lines` are their places among the calls.

    Hardly anybody asks twice, so we look only for the shares of whom we remember to have served.
    Who has one in spite of that is in the way of our claim. Then we lock, and look for all.
    """
    if work.is_outrun:
        await store.lock_open(work.db, {packet_id for packet_id, _ in lines})
        held: Collection[_Pair] = lines.keys()
    else:
        held = [pair for pair in lines if REMEMBERED.is_served(*pair)]
    told: dict[_Pair, Outcome] = {**await _find_shares(work, packets, held)}
    asking = {
        pair: _find_first(calls, places) for pair, places in lines.items() if pair not in told
    }
    if asking:
        given = await _hand_out(work, packets, asking)
        told |= given
        unserved = asking.keys() - given.keys()
        if unserved:
            told |= await _tell_why(work, packets, unserved, {pair[0] for pair in given})
    return told


def _find_first(calls: Sequence[Call[GrabPacket]], places: Sequence[int]) -> Call[GrabPacket]:
    """The earliest of somebody's calls for the same share."""
    if len(places) == 1:
        return calls[places[0]]
    return min((calls[place] for place in places), key=lambda call: call.at)


async def _find_shares(
    work: Work, packets: Mapping[int, Known], pairs: Collection[_Pair]
) -> dict[_Pair, Share]:
    """The shares that people have already."""
    if not pairs:
        return {}
    rows = await store.find_shares(work.db, pairs)
    REMEMBERED.keep_served(rows)
    return {pair: store.read_share(row, packets[pair[0]].currency) for pair, row in rows.items()}


async def _hand_out(
    work: Work, packets: Mapping[int, Known], calls: Mapping[_Pair, Call[GrabPacket]]
) -> dict[_Pair, Share]:
    """Give the next shares to people who have none, in order, as long as there are any."""
    wanted: Counter[int] = Counter()
    turns: list[store.Turn] = []
    for (packet_id, person_id), call in calls.items():
        if call.at < packets[packet_id].expires_at:
            wanted[packet_id] += 1
            turns.append(store.Turn(packet_id, wanted[packet_id], person_id, call.at))
    claimed = await store.claim_shares(work.db, wanted, turns, work.now) if turns else {}
    given: dict[_Pair, Share] = {}
    for turn in turns:
        line = claimed.get(turn.packet_id)
        if line is None or turn.turn > len(line.shares):
            continue
        packet, pair = packets[turn.packet_id], (turn.packet_id, turn.person_id)
        given[pair] = share = Share(
            packet_id=PacketId(turn.packet_id),
            place=line.before + turn.turn,
            amount_fen=line.shares[turn.turn - 1],
            currency=packet.currency,
            taken_at=turn.taken_at,
        )
        _note_share(work, packet, share, turn.person_id, calls[pair].index)
    REMEMBERED.keep_served(given)
    return given


def _note_share(work: Work, packet: Known, share: Share, person_id: int, index: int) -> None:
    note_taken(work, packet, person_id, share.amount_fen, index)
    work.record(
        PacketTaken(
            person_id=person_id,
            merchant_id=packet.merchant_id,
            subject_id=packet.packet_id,
            place=share.place,
            amount_fen=share.amount_fen,
        ),
        index=index,
    )
    if share.place == packet.count:
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


async def _tell_why(
    work: Work, packets: Mapping[int, Known], pairs: Collection[_Pair], given: Collection[int]
) -> dict[_Pair, Outcome]:
    """What those hear who were given nothing. Packets that were empty before are remembered.

    A rival may have given them a share while we waited: then that is what they hear. Of packets
    that we have just `given` from nothing is remembered: this may be rolled back.
    """
    ends = await store.list_ends(work.db, {packet_id for packet_id, _ in pairs})
    for packet_id, end in ends.items():
        packet = packets[packet_id]
        if end.state == PacketState.TAKEN and packet_id not in given and _is_for_all(packet):
            REMEMBERED.keep_takers(packet.token, end.takers)
    shares = await _find_shares(work, packets, [pair for pair in pairs if _may_hold(ends, pair)])
    return {pair: shares.get(pair) or _closed(ends.get(pair[0])) for pair in pairs}


def _may_hold(ends: Mapping[int, store.End], pair: _Pair) -> bool:
    """Whether somebody may have a share of a packet that gave them nothing now."""
    packet_id, person_id = pair
    end = ends.get(packet_id)
    return end is not None and (end.state != PacketState.TAKEN or person_id in end.takers)


def _is_for_all(packet: Known) -> bool:
    """Whether everybody hears the same once it is empty."""
    return packet.kind == PacketKind.GROUP and not packet.receiver_id


def _closed(end: store.End | None) -> Failure:
    if end is None:
        return NotFound("redpackets.not_found")
    return Refusal("redpackets.empty" if end.state == PacketState.TAKEN else "redpackets.expired")

"""Shows a packet to whoever has its link."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.limits import PAGE_MAX
from banyan.books.work import Permission, Work, reading
from banyan.parties.people import PersonId, find_people
from banyan.reach.redpackets import store
from banyan.reach.redpackets.types import (
    Packet,
    PacketKind,
    PacketState,
    Share,
    Taking,
    Token,
)

After = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class ReadPacket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a link leads to."""

    token: Token
    after: After = 0
    """List the shares behind this place."""


class SeenPacket(msgspec.Struct, frozen=True, kw_only=True):
    """A packet as the one who asks may see it."""

    packet: Packet
    mine: Share | None
    """The share of the one who asks."""
    is_own: bool
    """They sent it."""
    may_take: bool
    """They can try their luck now."""
    takings: list[Taking]
    """Who took shares, in line: for the sender, for takers, and for all once it has ended."""
    has_more: bool


@reading(permission=Permission.PERSON)
async def read_packet(work: Work, query: ReadPacket) -> SeenPacket:
    """Return a packet, the share of the one who asks, and who took the others if they may know.

    Raises NotFound `redpackets.not_found`.
    """
    packet = await store.find_by_token(work.db, query.token)
    person_id = work.actor.person_id
    if packet is None or packet.receiver_id not in {Id(0), person_id, _sender(packet, person_id)}:
        raise NotFound("redpackets.not_found")
    row = (await store.find_shares(work.db, [(packet.packet_id, int(person_id))])).get(
        (packet.packet_id, person_id)
    )
    mine = store.read_share(row, packet.currency) if row else None
    is_own = packet.person_id == person_id
    is_open = packet.state is PacketState.OPEN and work.now < packet.expires_at
    takings: list[Taking] = []
    if mine or is_own or not is_open:
        takings = await list_takings(work, packet, query.after, PAGE_MAX + 1)
    return SeenPacket(
        packet=packet if is_own else msgspec.structs.replace(packet, out_no="", details=""),
        mine=mine,
        is_own=is_own,
        may_take=is_open and mine is None and not (is_own and packet.kind is PacketKind.PERSONAL),
        takings=takings[:PAGE_MAX],
        has_more=len(takings) > PAGE_MAX,
    )


async def list_takings(work: Work, packet: Packet, after: int, limit: int) -> list[Taking]:
    """Return who took shares of a packet behind a place, in line."""
    rows = await store.list_takings(work.db, packet.packet_id, after, limit)
    people = await find_people(work.db, [row["person_id"] for row in rows])
    return [
        Taking(
            place=row["place"],
            nickname=people[PersonId(row["person_id"])].nickname,
            amount_fen=row["amount_fen"],
            taken_at=row["taken_at"],
            thanks=row["thanks"],
            is_best=row["place"] == packet.best_place,
        )
        for row in rows
    ]


def _sender(packet: Packet, person_id: int) -> int:
    return person_id if packet.person_id == person_id else 0

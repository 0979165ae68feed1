"""What a person sent and took, and their year of red packets."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from banyan.base.paging import Cursor, Limit, Page
from banyan.base.time_cursor import decode_time_cursor, encode_time_cursor
from banyan.books.work import Permission, Work, reading
from banyan.reach.redpackets import store
from banyan.reach.redpackets.rules import CHINA, find_shown_best
from banyan.reach.redpackets.types import Packet, PacketId, PacketRecord, Split, Summary

Year = Annotated[int, msgspec.Meta(ge=2000, le=2999)]
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class ListSentPackets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: packets that the one who asks sent, in a year or ever."""

    year: Year | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ListReceivedPackets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: shares that the one who asks took, in a year or ever."""

    year: Year | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadPacketSummary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a year of red packets of the one who asks."""

    year: Year


@reading(permission=Permission.PERSON)
async def list_sent_packets(work: Work, query: ListSentPackets) -> Page[Packet]:
    """Return what the one who asks sent, the newest first."""
    since, before = _bounds(query.year, query.cursor)
    found = await store.list_of_person(
        work.db, work.actor.person_id, before, since, query.limit + 1
    )
    return page_of_packets(found, query.limit)


@reading(permission=Permission.PERSON)
async def list_received_packets(work: Work, query: ListReceivedPackets) -> Page[PacketRecord]:
    """Return the shares that the one who asks took, the newest first."""
    since, before = _bounds(query.year, query.cursor)
    rows = await store.list_received(work.db, work.actor.person_id, before, since, query.limit + 1)
    items = [
        PacketRecord(
            packet_id=PacketId(row["packet_id"]),
            token=row["token"],
            sender_name=row["sender_name"],
            split=Split(row["split"]),
            currency=row["currency"],
            amount_fen=row["amount_fen"],
            taken_at=row["taken_at"],
            is_best=row["place"] == find_shown_best(row["state"], row["best_place"]),
        )
        for row in rows[: query.limit]
    ]
    if len(rows) <= query.limit:
        return Page(items=items)
    last = items[-1]
    return Page(items=items, next_cursor=encode_time_cursor(last.taken_at, last.packet_id))


@reading(permission=Permission.PERSON)
async def read_packet_summary(work: Work, query: ReadPacketSummary) -> Summary:
    """Return counts and sums of a year in China."""
    sent, received = await store.sum_year(
        work.db, work.actor.person_id, begin_of(query.year), begin_of(query.year + 1)
    )
    return Summary(
        year=query.year,
        sent_count=sent["count"],
        sent_fen=sent["amount_fen"],
        received_count=received["count"],
        received_fen=received["amount_fen"],
        best_count=received["best"],
    )


def page_of_packets(found: list[Packet], limit: int) -> Page[Packet]:
    """Return a page of one packet more than asked for."""
    if len(found) <= limit:
        return Page(items=found)
    last = found[limit - 1]
    return Page(items=found[:limit], next_cursor=encode_time_cursor(last.sent_at, last.packet_id))


def begin_of(year: int) -> datetime:
    """Return the first instant of a year in China."""
    return datetime(year, 1, 1, tzinfo=CHINA)


def _bounds(year: int | None, cursor: str | None) -> tuple[datetime, tuple[datetime, int]]:
    if year is None:
        return _BEGINNING, decode_time_cursor(cursor)
    return begin_of(year), decode_time_cursor(cursor, (begin_of(year + 1), 0))

"""Every SQL statement on schema `redpackets`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import asyncpg
import msgspec

from banyan.base.db import write_array
from banyan.base.ids import Id
from banyan.base.money import currency
from banyan.books.work import Connection
from banyan.reach.redpackets.remembered import Known
from banyan.reach.redpackets.rules import find_shown_best
from banyan.reach.redpackets.types import (
    Packet,
    PacketId,
    PacketKind,
    PacketState,
    Share,
    Split,
    packet_of,
)

_insert_packet = """
insert into redpackets.packets (
    packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, shares, best_place, wish, state, out_no, out_digest, details, sent_at,
    expires_at
)
values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open', $15, $16, $17, $18, $19
)
"""

# The day's row is locked until the commit: rivals count one after the other.
_add_to_day = """
insert into redpackets.days as d (sender_id, sent_on, count, sent_fen)
values ($1, $2, $3, $4)
on conflict (sender_id, sent_on) do update
set count = d.count + excluded.count, sent_fen = d.sent_fen + excluded.sent_fen
returning d.sent_fen
"""

_find_known = """
select token, packet_id, person_id, merchant_id, receiver_id, kind, currency, total_fen, count,
    expires_at
from redpackets.packets
where token = any($1::text[])
"""

_list_ends = """
select
    p.packet_id,
    p.state,
    case when p.state = 'taken' then array(
        select t.person_id from redpackets.takings as t where t.packet_id = p.packet_id
    ) end as takers
from redpackets.packets as p where p.packet_id = any($1::bigint[])
"""

_find_shares = """
select t.packet_id, t.person_id, t.place, t.amount_fen, t.taken_at
from unnest($1::bigint[], $2::bigint[]) as u (packet_id, person_id)
inner join redpackets.takings as t on t.packet_id = u.packet_id and t.person_id = u.person_id
"""

# Locks by writing: rows of several shards can't be selected for update. Packets are locked in the
# order given: `= any(array[...])` can't be hashed, so the planner looks up one after another.
# With `=`, where it thinks that there are few, it goes through all packets in the order they lie.
_lock_open = """
update redpackets.packets as p set state = p.state
from unnest($1::bigint[]) as u (packet_id)
where p.packet_id = any(array[u.packet_id]) and p.state = 'open'
"""

# Packets are locked as above; one that was closed while we waited is left alone. Only the shares
# that are handed out are read, and each goes to whoever has that turn in the batch.
_claim_shares = """
with claimed as (
    update redpackets.packets as p
    set last_given = least(u.wanted, p.count - p.taken_count),
        taken_count = least(p.taken_count + u.wanted, p.count),
        taken_fen = p.taken_fen + (
            select sum(share)
            from unnest(p.shares[p.taken_count + 1:p.taken_count + u.wanted]) as share
        ),
        state = case when p.taken_count + u.wanted < p.count then p.state else 'taken' end,
        ended_at = case when p.taken_count + u.wanted >= p.count then $4::timestamptz end
    from unnest($1::text::bigint[], $2::text::integer[]) as u (packet_id, wanted)
    where p.packet_id = any(array[u.packet_id]) and p.state = 'open'
    returning p.packet_id, p.taken_count - p.last_given as before,
        p.shares[p.taken_count - p.last_given + 1:p.taken_count] as shares
), taken as (
    insert into redpackets.takings (packet_id, place, person_id, amount_fen, taken_at)
    select c.packet_id, c.before + t.turn, t.person_id, c.shares[t.turn], t.taken_at
    from json_to_recordset($3::text::json) as t (
        packet_id bigint, turn integer, person_id bigint, taken_at timestamptz
    )
    inner join claimed as c on c.packet_id = t.packet_id and cardinality(c.shares) >= t.turn
)
select packet_id, before, shares from claimed
"""

_lock_packet = """
select packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, best_place, wish, state, taken_count, taken_fen, refunded_fen, out_no,
    details, sent_at, expires_at, ended_at
from redpackets.packets where packet_id = $1 for update
"""

_set_expired = """
update redpackets.packets
set state = 'expired', refunded_fen = total_fen - taken_fen, ended_at = $2
where packet_id = $1
"""

_find_by_link = """
select packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, best_place, wish, state, taken_count, taken_fen, refunded_fen, out_no,
    details, sent_at, expires_at, ended_at
from redpackets.packets where token = $1
"""

_find_of_merchant = """
select packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, best_place, wish, state, taken_count, taken_fen, refunded_fen, out_no,
    details, sent_at, expires_at, ended_at
from redpackets.packets where merchant_id = $1 and packet_id = $2
"""

_find_by_out_no = """
select packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, best_place, wish, state, taken_count, taken_fen, refunded_fen, out_no,
    details, sent_at, expires_at, ended_at, out_digest
from redpackets.packets
where merchant_id = $1 and out_no = $2 and out_no <> ''
"""

_list_of_person = """
select packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, best_place, wish, state, taken_count, taken_fen, refunded_fen, out_no,
    details, sent_at, expires_at, ended_at
from redpackets.packets
where person_id = $1 and person_id <> 0 and (sent_at, packet_id) < ($2, $3) and sent_at >= $4
order by sent_at desc, packet_id desc limit $5
"""

_list_of_merchant = """
select packet_id, token, person_id, merchant_id, sender_name, receiver_id, kind, split, currency,
    total_fen, count, best_place, wish, state, taken_count, taken_fen, refunded_fen, out_no,
    details, sent_at, expires_at, ended_at
from redpackets.packets
where merchant_id = $1 and merchant_id <> 0 and (sent_at, packet_id) < ($2, $3)
order by sent_at desc, packet_id desc limit $4
"""

_list_takings = """
select place, person_id, amount_fen, taken_at, thanks
from redpackets.takings where packet_id = $1 and place > $2
order by place limit $3
"""

_list_received = """
select t.packet_id, t.place, t.amount_fen, t.taken_at, p.token, p.sender_name, p.split,
    p.currency, p.state, p.best_place
from redpackets.takings as t
inner join redpackets.packets as p on p.packet_id = t.packet_id
where t.person_id = $1 and (t.taken_at, t.packet_id) < ($2, $3) and t.taken_at >= $4
order by t.taken_at desc, t.packet_id desc limit $5
"""

_set_thanks = """
update redpackets.takings set thanks = $3
where packet_id = $1 and person_id = $2 and thanks = ''
returning place
"""

_sum_sent = """
select count(*) as count, coalesce(sum(total_fen - refunded_fen), 0)::bigint as amount_fen
from redpackets.packets
where person_id = $1 and person_id <> 0 and sent_at >= $2 and sent_at < $3
"""

_sum_received = """
select count(*) as count, coalesce(sum(t.amount_fen), 0)::bigint as amount_fen,
    count(*) filter (where p.state = 'taken' and p.best_place = t.place) as best
from redpackets.takings as t
inner join redpackets.packets as p on p.packet_id = t.packet_id
where t.person_id = $1 and t.taken_at >= $2 and t.taken_at < $3
"""

_count_given = """
select count(*) filter (where sent_at > $3) as minute, count(*) as day
from redpackets.packets
where receiver_id = $1 and receiver_id <> 0 and merchant_id = $2 and sent_at >= $4
"""


class Turn(msgspec.Struct, frozen=True, gc=False):
    """Somebody who may get a share of a packet: the first of a batch, the second, and so on."""

    packet_id: int
    turn: int
    person_id: int
    taken_at: datetime


class Claimed(NamedTuple):
    """The shares that a batch got of a packet, after so many that others have."""

    before: int
    shares: list[int]


class End(NamedTuple):
    """Whether a packet has ended, and if it is empty, who has taken its shares."""

    state: str
    takers: frozenset[int]


class NewPacket(msgspec.Struct, frozen=True):
    """What a packet's row holds beside the packet itself."""

    packet: Packet
    shares: Sequence[int]
    best_place: int
    out_digest: bytes = b""


async def insert_packet(db: Connection, new: NewPacket) -> None:
    """Insert a packet that is open."""
    one = new.packet
    await db.execute(
        _insert_packet,
        one.packet_id,
        one.token,
        one.person_id,
        one.merchant_id,
        one.sender_name,
        one.receiver_id,
        one.kind.value,
        one.split.value,
        one.currency,
        one.total_fen,
        one.count,
        new.shares,
        new.best_place,
        one.wish,
        one.out_no,
        new.out_digest,
        one.details,
        one.sent_at,
        one.expires_at,
    )


async def add_to_day(
    db: Connection, sender_id: int, sent_on: date, count: int, amount_fen: int
) -> int:
    """Count what a sender sends on a day; return the day's sum, locked to the commit."""
    summed: int = await db.fetchval(_add_to_day, sender_id, sent_on, count, amount_fen)
    return summed


async def find_known(db: Connection, tokens: Collection[str]) -> list[Known]:
    """Return what never changes of the packets of links."""
    return [_known(row) for row in await db.fetch(_find_known, tokens)]


async def list_ends(db: Connection, packet_ids: Collection[int]) -> dict[int, End]:
    """Return the states of packets, and of the empty ones who has taken their shares."""
    rows = await db.fetch(_list_ends, packet_ids)
    return {row["packet_id"]: End(row["state"], frozenset(row["takers"] or ())) for row in rows}


async def find_shares(
    db: Connection, pairs: Collection[tuple[int, int]]
) -> dict[tuple[int, int], asyncpg.Record]:
    """Return the shares that these (packet, person) pairs have taken already."""
    packets, people = zip(*pairs, strict=True)
    rows = await db.fetch(_find_shares, packets, people)
    return {(row["packet_id"], row["person_id"]): row for row in rows}


async def lock_open(db: Connection, packet_ids: Collection[int]) -> None:
    """Lock those of the packets that are open, ids ascending."""
    await db.execute(_lock_open, sorted(packet_ids))


async def claim_shares(
    db: Connection, wanted: Mapping[int, int], turns: Sequence[Turn], now: datetime
) -> dict[int, Claimed]:
    """Give the next shares of packets to people in their turns, as long as there are any.

    `wanted` is how many turns each packet has. Return by packet what was given; those that are
    closed are missing. Raises UniqueViolationError if a rival has served one of these people.
    """
    ids = sorted(wanted)
    rows = await db.fetch(
        _claim_shares,
        write_array(ids),
        write_array(wanted[one] for one in ids),
        msgspec.json.encode(turns).decode(),
        now,
    )
    return {row["packet_id"]: Claimed(row["before"], row["shares"]) for row in rows}


async def lock_packet(db: Connection, packet_id: int) -> Packet | None:
    """Lock one packet."""
    row = await db.fetchrow(_lock_packet, packet_id)
    return _packet(row) if row else None


async def set_expired(db: Connection, packet_id: int, ended_at: datetime) -> None:
    """End a packet under lock: the rest goes back."""
    await db.execute(_set_expired, packet_id, ended_at)


async def find_by_token(db: Connection, token: str) -> Packet | None:
    """Return the packet of a link, or None."""
    row = await db.fetchrow(_find_by_link, token)
    return _packet(row) if row else None


async def find_of_merchant(db: Connection, merchant_id: int, packet_id: int) -> Packet | None:
    """Return a merchant's packet, or None."""
    row = await db.fetchrow(_find_of_merchant, merchant_id, packet_id)
    return _packet(row) if row else None


async def find_by_out_no(
    db: Connection, merchant_id: int, out_no: str
) -> tuple[Packet, bytes] | None:
    """Return a merchant's packet by its own number, with the digest of what was asked for."""
    row = await db.fetchrow(_find_by_out_no, merchant_id, out_no)
    return (_packet(row), bytes(row["out_digest"])) if row else None


async def list_of_person(
    db: Connection, person_id: int, before: tuple[datetime, int], since: datetime, limit: int
) -> list[Packet]:
    """Return what a person sent since an instant, the newest first."""
    rows = await db.fetch(_list_of_person, person_id, *before, since, limit)
    return [_packet(row) for row in rows]


async def list_of_merchant(
    db: Connection, merchant_id: int, before: tuple[datetime, int], limit: int
) -> list[Packet]:
    """Return what a merchant sent, the newest first."""
    rows = await db.fetch(_list_of_merchant, merchant_id, *before, limit)
    return [_packet(row) for row in rows]


async def list_takings(
    db: Connection, packet_id: int, after: int, limit: int
) -> Sequence[asyncpg.Record]:
    """Return who took shares of a packet, in line, after a place."""
    return await db.fetch(_list_takings, packet_id, after, limit)


async def list_received(
    db: Connection, person_id: int, before: tuple[datetime, int], since: datetime, limit: int
) -> Sequence[asyncpg.Record]:
    """Return the shares that a person took since an instant, the newest first."""
    return await db.fetch(_list_received, person_id, *before, since, limit)


async def set_thanks(db: Connection, packet_id: int, person_id: int, thanks: str) -> bool:
    """Write somebody's thanks; False if they have thanked, or have no share."""
    return await db.fetchval(_set_thanks, packet_id, person_id, thanks) is not None


def read_share(row: asyncpg.Record, currency_code: str) -> Share:
    """Return the share of a row of `find_shares`."""
    return Share(
        packet_id=PacketId(row["packet_id"]),
        place=row["place"],
        amount_fen=row["amount_fen"],
        currency=currency_code,
        taken_at=row["taken_at"],
    )


async def sum_year(
    db: Connection, person_id: int, begins_at: datetime, ends_at: datetime
) -> tuple[asyncpg.Record, asyncpg.Record]:
    """Return counts and sums of what a person sent and took between two instants."""
    sent = await db.fetchrow(_sum_sent, person_id, begins_at, ends_at)
    received = await db.fetchrow(_sum_received, person_id, begins_at, ends_at)
    assert sent is not None
    assert received is not None
    return sent, received


async def count_given(
    db: Connection, receiver_id: int, merchant_id: int, minute: datetime, day: datetime
) -> tuple[int, int]:
    """Return how many packets a merchant gave one person since two instants."""
    row = await db.fetchrow(_count_given, receiver_id, merchant_id, minute, day)
    assert row is not None
    return row["minute"], row["day"]


def _known(row: asyncpg.Record) -> Known:
    packet = packet_of(currency(row["currency"]), row["packet_id"])
    return Known(**row, account_id=packet.account_id)


def _packet(row: asyncpg.Record) -> Packet:
    return Packet(
        packet_id=PacketId(row["packet_id"]),
        token=row["token"],
        person_id=Id(row["person_id"]),
        merchant_id=Id(row["merchant_id"]),
        sender_name=row["sender_name"],
        receiver_id=Id(row["receiver_id"]),
        kind=PacketKind(row["kind"]),
        split=Split(row["split"]),
        currency=row["currency"],
        total_fen=row["total_fen"],
        count=row["count"],
        wish=row["wish"],
        state=PacketState(row["state"]),
        taken_count=row["taken_count"],
        taken_fen=row["taken_fen"],
        refunded_fen=row["refunded_fen"],
        sent_at=row["sent_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        out_no=row["out_no"],
        details=row["details"],
        best_place=find_shown_best(row["state"], row["best_place"]),
    )

"""The same HTTP server with two other ways to grab: a transaction each, and a Redis script.

`python -m banyan.app.benches.red_packet_rivals` serves as `banyan serve` does, with two lines more.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Sequence
from typing import cast

from typing_extensions import override

from banyan.app import serve
from banyan.app.settings import read_settings
from banyan.base.clock import Clock
from banyan.base.errors import Refusal, Trouble
from banyan.books.work import Connection, Permission, Steps, Work, single, stepped
from banyan.doors import api
from banyan.doors.http import Route
from banyan.doors.http.visit import Asgi
from banyan.reach.redpackets import GrabPacket, PacketId, Share

SOCKET = "BENCH_REDIS_SOCKET"
"""The environment variable that says where Redis listens."""
ROW_PATH = "/v1/rivals/row/packets"
REDIS_PATH = "/v1/rivals/redis/packets"

TABLES = """
create schema bench;
create table bench.packets (
    packet_id bigint primary key,
    token text not null unique,
    count integer not null,
    taken_count integer not null default 0,
    shares bigint[] not null
) with (fillfactor = 50);
create table bench.takings (
    packet_id bigint not null,
    person_id bigint not null,
    place integer not null,
    amount_fen bigint not null,
    taken_at timestamptz not null,
    primary key (packet_id, person_id)
);
create table bench.wallets (person_id bigint primary key, balance_fen bigint not null);
"""
_look = """
select p.packet_id, p.taken_count < p.count as is_open, t.place, t.amount_fen, t.taken_at
from bench.packets as p
left join bench.takings as t on t.packet_id = p.packet_id and t.person_id = $2
where p.token = $1
"""
_take = """
with won as (
    update bench.packets set taken_count = taken_count + 1
    where packet_id = $1 and taken_count < count
    returning packet_id, taken_count as place, shares[taken_count] as amount_fen
), taken as (
    insert into bench.takings (packet_id, person_id, place, amount_fen, taken_at)
    select packet_id, $2, place, amount_fen, $3 from won
), paid as (
    insert into bench.wallets as w (person_id, balance_fen)
    select $2, amount_fen from won
    on conflict (person_id) do update set balance_fen = w.balance_fen + excluded.balance_fen
)
select place, amount_fen from won
"""
_SCRIPT = """
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then return held end
local share = redis.call('LPOP', KEYS[2])
if not share then return false end
held = (redis.call('HLEN', KEYS[1]) + 1) .. ':' .. share
redis.call('HSET', KEYS[1], ARGV[1], held)
redis.call('INCRBY', KEYS[3], share)
return held
"""


class Redis(asyncio.Protocol):
    """A client that sends what is asked for in one turn of the loop as one write."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._asked: deque[asyncio.Future[bytes | None]] = deque()
        self._unsent: list[bytes] = []
        self._got = b""
        self.script = b""

    @classmethod
    async def open(cls, path: str) -> Redis:
        """A connection to the socket, with the script loaded."""
        loop = asyncio.get_running_loop()
        _, redis = await loop.create_unix_connection(cls, path)
        redis.script = await redis.ask(b"SCRIPT", b"LOAD", _SCRIPT.encode()) or b""
        return redis

    def ask(self, *words: bytes) -> asyncio.Future[bytes | None]:
        """The answer to a command, when it comes. Raises Trouble `bench.redis_refused`."""
        loop = asyncio.get_running_loop()
        if not self._unsent:
            loop.call_soon(self._flush)
        parts = [b"*%d\r\n" % len(words)]
        parts += [b"$%d\r\n%b\r\n" % (len(word), word) for word in words]
        self._unsent.append(b"".join(parts))
        answer: asyncio.Future[bytes | None] = loop.create_future()
        self._asked.append(answer)
        return answer

    async def grab(self, token: str, person_id: int) -> bytes | None:
        """The place and share of somebody as `place:share`, or None when all are gone."""
        takers, shares = f"takers:{token}".encode(), f"shares:{token}".encode()
        wallet = b"wallet:%d" % person_id
        keys = (takers, shares, wallet)
        return await self.ask(b"EVALSHA", self.script, b"3", *keys, b"%d" % person_id)

    async def fill(self, token: str, shares: Sequence[int]) -> None:
        """Set a packet's shares."""
        texts = [b"%d" % share for share in shares]
        await self.ask(b"RPUSH", f"shares:{token}".encode(), *texts)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    @override
    def data_received(self, data: bytes) -> None:
        """Answer in the order of the questions."""
        self._got += data
        start = 0
        while (end := self._got.find(b"\r\n", start)) >= 0:
            kind, rest = self._got[start : start + 1], self._got[start + 1 : end]
            after = end + 2
            value: bytes | None = rest
            if kind == b"$" and rest == b"-1":
                value = None
            elif kind == b"$":
                after += int(rest) + 2
                if len(self._got) < after:
                    break
                value = self._got[end + 2 : after - 2]
            answer = self._asked.popleft()
            if kind == b"-":
                answer.set_exception(Trouble("bench.redis_refused", why=rest.decode()))
            else:
                answer.set_result(value)
            start = after
        self._got = self._got[start:]

    @override
    def connection_lost(self, error: Exception | None) -> None:
        """Let nobody wait."""
        for answer in self._asked:
            answer.set_exception(error or ConnectionError("Redis hung up"))

    def close(self) -> None:
        """End."""
        if self._transport is not None:
            self._transport.close()

    def _flush(self) -> None:
        assert self._transport is not None
        self._transport.write(b"".join(self._unsent))
        self._unsent.clear()


async def fill_row(db: Connection, packet_id: int, token: str, shares: Sequence[int]) -> None:
    """Set a packet's shares in the tables."""
    await db.execute(
        "insert into bench.packets (packet_id, token, count, shares) values ($1, $2, $3, $4)",
        packet_id,
        token,
        len(shares),
        shares,
    )


@single(permission=Permission.PERSON)
async def grab_by_row(work: Work, command: GrabPacket) -> Share:
    """Take a share in a transaction of its own; an empty packet is seen without its lock."""
    person_id = work.actor.person_id
    seen = await work.db.fetchrow(_look, command.token, person_id)
    if seen is None or (not seen["is_open"] and seen["place"] is None):
        raise Refusal("redpackets.empty")
    place, amount_fen, taken_at = seen["place"], seen["amount_fen"], seen["taken_at"]
    if place is None:
        won = await work.db.fetchrow(_take, seen["packet_id"], person_id, work.now)
        if won is None:
            raise Refusal("redpackets.empty")
        place, amount_fen, taken_at = won["place"], won["amount_fen"], work.now
    return Share(
        packet_id=PacketId(seen["packet_id"]),
        place=place,
        amount_fen=amount_fen,
        currency="CNY",
        taken_at=taken_at,
    )


@stepped(permission=Permission.PERSON)
async def grab_by_redis(steps: Steps, command: GrabPacket) -> Share:
    """Take a share by a script."""
    redis = await _find_redis()
    held = await redis.grab(command.token, steps.actor.person_id)
    if held is None:
        raise Refusal("redpackets.empty")
    place, _, amount_fen = held.partition(b":")
    return Share(
        packet_id=PacketId(1),
        place=int(place),
        amount_fen=int(amount_fen),
        currency="CNY",
        taken_at=_clock.now(),
    )


_clock = Clock()
_opening = asyncio.Lock()
_opened: list[Redis] = []


async def _find_redis() -> Redis:
    """The process's one connection."""
    if not _opened:
        async with _opening:
            if not _opened:
                _opened.append(await Redis.open(os.environ[SOCKET]))
    return _opened[0]


_ROUTES = (
    Route("POST", f"{ROW_PATH}/{{token}}/grab", grab_by_row, summary="Grab by a transaction"),
    Route("POST", f"{REDIS_PATH}/{{token}}/grab", grab_by_redis, summary="Grab by a script"),
)


def create_app() -> Asgi:
    """The application of a worker."""
    _add_routes()
    from banyan.app import worker

    return worker.create_app()


def _add_routes() -> None:
    """Before anything builds a door from them, wherever the worker's process comes from."""
    if _ROUTES[0] not in api.ROUTES:
        api.ROUTES = (*api.ROUTES, *_ROUTES)


def main() -> None:
    """Serve with the rivals."""
    _add_routes()
    serve.WORKER = "banyan.app.benches.red_packet_rivals:create_app"
    serve.serve(read_settings())


if __name__ == "__main__":
    main()

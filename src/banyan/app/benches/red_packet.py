"""How many people a second can grab at red packets, each share durable when it is told of?"""

import asyncio
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from banyan.app.benches.bench import Bench, Figures, prepare
from banyan.app.benches.cpu import find_parent, read_cpu_s
from banyan.app.benches.http_load import Load, Plan, render_request, run_load
from banyan.app.benches.red_packet_rivals import (
    REDIS_PATH,
    ROW_PATH,
    SOCKET,
    TABLES,
    Redis,
    fill_row,
)
from banyan.app.benches.sales import Market, as_person, open_market, place_for_all
from banyan.app.benches.serving import Served, serving
from banyan.app.build import Building, open_building
from banyan.app.invariants import check_invariants
from banyan.app.settings import Settings
from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.books.office import Office
from banyan.commerce.members import MemberId
from banyan.commerce.orders import PayOrder, pay_orders
from banyan.parties.merchants import MerchantId
from banyan.parties.people import EnrolPerson, enrol_person
from banyan.parties.sessions import OpenSession, open_session
from banyan.reach.redpackets import (
    Packet,
    SendMerchantPacket,
    SendPacket,
    send_merchant_packet,
    send_packet,
)

_OUR_PATH = "/v1/packets"
_CONNECTIONS = 256
_SECONDS_MAX = 300.0
_POOL = 8
_ENROLLED_AT_ONCE = 250
_SHARE_FEN = 10
_SENDERS = 4
_PER_PACKET = 60
"""How many grab at each packet of fifty."""
_GROUPS_AT_ONCE = 50
"""In so many groups people grab at the same time."""
_TRIES = 200
_POLL_S = 0.05
_SEED = 20_261_122

_shares_of = "select shares from redpackets.packets where packet_id = $1"
_broken = """
select p.packet_id
from redpackets.packets as p
left join redpackets.takings as t on t.packet_id = p.packet_id
group by p.packet_id
having count(t.person_id) <> p.count or count(distinct t.person_id) <> p.count
    or sum(t.amount_fen) <> p.total_fen
"""
_broken_row = """
select packet_id from bench.packets as p
where (select sum(amount_fen) from bench.takings as t where t.packet_id = p.packet_id)
    <> (select sum(share) from unnest(p.shares) as share)
"""


class _Round(NamedTuple):
    """What is grabbed at in one round: one packet by everybody, then packets by their groups."""

    storm: list[bytes]
    groups: list[bytes]


class _Loads(NamedTuple):
    """What came of a way to grab, and the processor time of whoever answered."""

    storms: list[Load]
    groups: list[Load]
    used_s: list[float]

    @property
    def answered(self) -> int:
        """All that were answered, with a share or that there is none left."""
        return sum(one.answered for one in self.storms + self.groups)

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return _rate(self.storms + self.groups)

    @property
    def cpu_us(self) -> float:
        """What an answer costs all processes together, the client included, in microseconds."""
        loads = self.storms + self.groups
        client_s = sum(one.cpu_us * one.sent for one in loads) / 1e6
        return round((sum(self.used_s) + client_s) / self.answered * 1e6, 1)


async def run(bench: Bench) -> Figures:
    """Five thousand people grab one packet of 500, then in groups of sixty 1,000 packets of 50.

    In five rounds, each with packets of its own, by three ways in turn: ours; a transaction of its
    own for each, on the packet's row, without ledger and journal; a Redis script, where Redis is
    installed. Afterwards each packet must be empty, nobody have two shares, and no fen be lost.
    """
    rounds = bench.size(small=1, large=5)
    people = bench.size(small=120, large=5_000)
    big = bench.size(small=30, large=500)
    packets = bench.size(small=4, large=200)
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(bench.database("red-packet"))
        await prepare(dsn)
        redis = await stack.enter_async_context(_redis(bench))
        paths = [_OUR_PATH, ROW_PATH, *([REDIS_PATH] if redis else [])]
        building = await stack.enter_async_context(
            open_building(Settings(database_url=Secret(dsn), pool=_POOL))
        )
        tokens = await _enrol(building.office, people)
        market = await open_market(building.office, _SENDERS)
        await _earn(building.office, market, rounds * big * _SHARE_FEN)
        bench.report(f"{people:,} people; now {rounds} rounds")
        async with building.pool.acquire() as db:
            await db.execute(TABLES)
        loads = {path: _Loads([], [], []) for path in paths}
        served = await stack.enter_async_context(
            serving(
                dsn,
                program=("-m", "banyan.app.benches.red_packet_rivals"),
                environment={SOCKET: redis.path if redis else ""},
            )
        )
        await _load(
            served, [render_request("POST", "/v1/echo", token=one, body=b"{}") for one in tokens]
        )
        processes = [served.pid, await _find_postgres(building), *([redis.pid] if redis else [])]
        for number in range(rounds):
            sent = await _send(building, market, big, packets)
            if redis:
                await _fill_redis(building, redis.client, sent)
            for path in paths[number % len(paths) :] + paths[: number % len(paths)]:
                plan = _plan(path, sent, tokens, number)
                before = sum(map(read_cpu_s, processes))
                loads[path].storms.append(await _load(served, plan.storm))
                loads[path].groups.append(await _load(served, plan.groups))
                loads[path].used_s.append(sum(map(read_cpu_s, processes)) - before)
                bench.report(f"{path}: {loads[path].per_s:,.0f}/s so far")
        await _prove(building)
    return _figures(loads)


class _Running(NamedTuple):
    """A Redis that writes everything down before it answers."""

    path: str
    client: Redis
    pid: int


@asynccontextmanager
async def _redis(bench: Bench) -> AsyncIterator[_Running | None]:
    """Redis at `appendfsync always`, or None with a message where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        bench.report("no redis-server here: ratio_redis is skipped")
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        path = str(Path(folder) / "redis.sock")
        durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        process = await asyncio.create_subprocess_exec(
            program,
            *("--port", "0", "--unixsocket", path, "--dir", folder, *durable),
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            client = await _open(path)
            yield _Running(path, client, process.pid)
            client.close()
        finally:
            process.terminate()
            await process.wait()


async def _open(path: str) -> Redis:
    """A connection to a server that is just starting."""
    for _ in range(_TRIES):
        try:
            return await Redis.open(path)
        except OSError:
            await asyncio.sleep(_POLL_S)
    raise Trouble("bench.server_failed", log="Redis did not come up")


async def _enrol(office: Office, count: int) -> list[str]:
    """The session tokens of so many people."""
    tokens = []
    for begin in range(0, count, _ENROLLED_AT_ONCE):
        async with office.begin() as work:
            for number in range(begin, min(begin + _ENROLLED_AT_ONCE, count)):
                person = await enrol_person(
                    work, EnrolPerson(nickname=f"Person {number}", phone="")
                )
                opening = OpenSession(person_id=person.person_id, device="bench")
                tokens.append((await open_session(work, opening)).token)
    return tokens


async def _earn(office: Office, market: Market, amount_fen: int) -> None:
    """Fill the merchant's purse: people buy something."""
    people = {one.member_id: one.person_id for one in market.buyers}
    for order in await place_for_all(office, market, amount_fen // 1_800 + 1):
        command = PayOrder(merchant_id=MerchantId(order.merchant_id), order_id=order.order_id)
        await office.run(pay_orders, command, as_person(people[MemberId(order.member_id)]))


async def _send(building: Building, market: Market, big: int, packets: int) -> list[Packet]:
    """A packet of the merchant's for everybody, and packets of people's for groups of fifty."""
    office = building.office
    shop = SendMerchantPacket(
        merchant_id=market.merchant_id, total_fen=big * _SHARE_FEN, count=big, wish="Storm"
    )
    sent = [await office.run(send_merchant_packet, shop, SYSTEM)]
    group = SendPacket(total_fen=50 * _SHARE_FEN, count=50)
    for number in range(packets):
        buyer = market.buyers[number % len(market.buyers)]
        sent.append(await office.run(send_packet, group, as_person(buyer.person_id)))
    async with building.pool.acquire() as db:
        for packet in sent:
            shares = await db.fetchval(_shares_of, packet.packet_id)
            await fill_row(db, packet.packet_id, packet.token, shares)
        await db.execute("vacuum analyze")
        await db.execute("checkpoint")
    return sent


async def _fill_redis(building: Building, redis: Redis, sent: Sequence[Packet]) -> None:
    async with building.pool.acquire() as db:
        for packet in sent:
            await redis.fill(packet.token, await db.fetchval(_shares_of, packet.packet_id))


def _plan(path: str, sent: Sequence[Packet], tokens: Sequence[str], number: int) -> _Round:
    """Who grabs at what, in which order: the same for each way."""
    chance = random.Random(_SEED + number)  # noqa: S311 - the same order in every run

    def grab(packet: Packet, token: str) -> bytes:
        return render_request("POST", f"{path}/{packet.token}/grab", token=token, body=b"{}")

    storm, *groups = sent
    late = [grab(storm, token) for token in chance.sample(tokens, len(tokens))]
    rest: list[bytes] = []
    for begin in range(0, len(groups), _GROUPS_AT_ONCE):
        pairs = [
            (packet, token)
            for packet in groups[begin : begin + _GROUPS_AT_ONCE]
            for token in chance.sample(tokens, _PER_PACKET)
        ]
        chance.shuffle(pairs)
        rest += [grab(packet, token) for packet, token in pairs]
    return _Round(late, rest)


async def _load(served: Served, requests: list[bytes]) -> Load:
    plan = Plan(
        host=served.host,
        port=served.port,
        connections=min(_CONNECTIONS, len(requests)),
        seconds=_SECONDS_MAX,
        requests=requests,
        warm_share=0.0,
    )
    load = await run_load(plan)
    if load.answered < len(requests) or set(load.statuses) - {"200", "409"}:
        raise Trouble("bench.grab_refused", statuses=str(load.statuses), odd=load.odd[:1])
    return load


async def _find_postgres(building: Building) -> int:
    """The process that all of PostgreSQL's others came of."""
    async with building.pool.acquire() as db:
        return find_parent(await db.fetchval("select pg_backend_pid()"))


async def _prove(building: Building) -> None:
    """Raise Trouble unless every fen was taken, and nobody has two shares of a packet."""
    async with building.pool.acquire() as db:
        broken = [*await db.fetch(_broken), *await db.fetch(_broken_row)]
    if broken:
        raise Trouble("bench.shares_lost", packets=len(broken))
    unkept = await check_invariants(building.pool, building.rooms)
    if unkept:
        raise Trouble("bench.invariants_broken", names=[one.name for one in unkept])


def _figures(loads: dict[str, _Loads]) -> Figures:
    ours, row, redis = loads[_OUR_PATH], loads[ROW_PATH], loads.get(REDIS_PATH)
    details: dict[str, float | int | str] = {
        "grabs": ours.answered,
        "connections": _CONNECTIONS,
        "ratio_cpu": round(row.cpu_us / ours.cpu_us, 3),
        "ratio_redis": round(ours.per_s / redis.per_s, 3) if redis else "skipped: no redis-server",
    }
    names = (("ours", ours), ("row", row), *((("redis", redis),) if redis else ()))
    for name, one in names:
        details |= {
            f"{name}_cpu_us": one.cpu_us,
            f"{name}_storm_per_s": _rate(one.storms),
            f"{name}_storm_p99_ms": _middle(one.storms, lambda load: load.p99_ms),
            f"{name}_groups_per_s": _rate(one.groups),
            f"{name}_groups_p99_ms": _middle(one.groups, lambda load: load.p99_ms),
        }
    if redis:
        details["redis_per_s"] = redis.per_s
        details["ratio_redis_cpu"] = round(redis.cpu_us / ours.cpu_us, 3)
    return Figures(
        name="red-packet",
        ours=ours.per_s,
        yardstick=row.per_s,
        unit="grabs answered/s over those with a transaction each on the packet's row",
        target=2.0,
        details=details,
    )


def _rate(loads: Sequence[Load]) -> float:
    return round(sum(one.answered for one in loads) / sum(one.elapsed_s for one in loads), 1)


def _middle(loads: Sequence[Load], figure: Callable[[Load], float]) -> float:
    return sorted(figure(one) for one in loads)[len(loads) // 2]

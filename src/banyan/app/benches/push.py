"""How many messages a second go to an account's own server and come back as its replies?"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from banyan.app.benches.bench import Bench, Figures, prepare
from banyan.app.benches.http_load import Plan, render_request, run_load
from banyan.app.benches.sales import Market, as_person, open_market
from banyan.app.benches.serving import SECRET_KEY, Served, serving
from banyan.app.build import Building, open_building
from banyan.app.settings import Settings
from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelKind,
    CreateChannel,
    Follow,
    create_channel,
    follow,
)
from banyan.reach.pushes import PORTS, PushMode, ReadServer, SetServer, read_server, set_server

_CONNECTIONS = 64
_AT_ONCE = 16
_WAIT_S = 120.0
_POLL_S = 0.05
_TOKEN = "bench"  # noqa: S105 - of a server that lives as long as the benchmark
_count_replies = "select count(*) from talks.messages where channel_id = $1 and origin = 'reply'"
_read_spans = """
select count(*) as replies,
    extract(epoch from max(r.sent_at) - min(s.sent_at))::float8 as elapsed_s,
    percentile_cont(0.5) within group (
        order by extract(epoch from r.sent_at - s.sent_at)
    )::float8 as p50_s,
    percentile_cont(0.99) within group (
        order by extract(epoch from r.sent_at - s.sent_at)
    )::float8 as p99_s
from talks.messages s
inner join talks.messages r
    on r.channel_id = s.channel_id and r.person_id = s.person_id and r.answers_id = s.message_id
where s.channel_id = $1 and s.origin = 'said' and r.origin = 'reply' and s.message_id > $2
"""
_last_message = "select coalesce(max(message_id), 0) from talks.messages where channel_id = $1"


class _Spans(msgspec.Struct, frozen=True):
    """What became of messages: how many were replied to, in which time, and how soon."""

    replies: int
    elapsed_s: float
    p50_s: float
    p99_s: float


async def run(bench: Bench) -> Figures:
    """Have followers speak at once to an account whose server answers; beside it, ask it directly.

    Each message is written, pushed, and its reply written and laid before the person; then a few
    at a time, to see how soon a reply is there when nothing waits. The server stands apart.
    """
    people = bench.size(small=20, large=500)
    each = bench.size(small=2, large=8)
    seconds = bench.size(small=1, large=5)
    async with bench.database("push") as dsn, _receiving() as port:
        await prepare(dsn)
        settings = Settings(database_url=Secret(dsn), pool=4)
        PORTS.connect(key=SECRET_KEY)
        async with open_building(settings) as building:
            market = await open_market(building.office, people)
            channel = await _open_account(building, market)
            direct = await run_load(_direct_plan(port, seconds))
            bench.report(f"asked directly: {direct.per_s:,.0f}/s; now {people * each:,} messages")
            async with serving(dsn, callbacks_private=True) as served:
                await _connect(building, channel, port)
                said = _say(market, channel)
                burst = await _measure(building, channel, served, said * each)
                bench.report(f"replied: {burst.replies / burst.elapsed_s:,.0f}/s")
                calm = await _measure_calmly(bench, building, channel, served, said)
    return _figures(burst, calm, direct.per_s)


@asynccontextmanager
async def _receiving() -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "banyan.app.benches.push_receiver",
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


async def _open_account(building: Building, market: Market) -> Channel:
    """Make an account that everybody follows."""
    office = building.office
    command = CreateChannel(merchant_id=market.merchant_id, kind=ChannelKind.SERVICE, name="Bench")
    channel = (await office.run(create_channel, command, SYSTEM)).channel
    for buyer in market.buyers:
        following = Follow(channel_id=channel.channel_id)
        await office.run(follow, following, as_person(buyer.person_id))
    return channel


async def _connect(building: Building, channel: Channel, port: int) -> None:
    """Name the account's server, and wait until it has proved itself."""
    merchant_id, channel_id = MerchantId(channel.merchant_id), channel.channel_id
    command = SetServer(
        merchant_id=merchant_id,
        channel_id=channel_id,
        url=f"http://127.0.0.1:{port}/wechat",
        token=_TOKEN,
        aes_key="k" * 43,
        mode=PushMode.PLAIN,
    )
    await building.office.run(set_server, command, SYSTEM)
    query = ReadServer(merchant_id=merchant_id, channel_id=channel_id)
    async with asyncio.timeout(_WAIT_S):
        # Another process asks it.
        while (await building.office.run(read_server, query, SYSTEM)).server is None:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_S)


def _say(market: Market, channel: Channel) -> list[bytes]:
    body = b'{"content":{"kind":"text","text":"When do you open?"}}'
    path = f"/v1/channels/{int(channel.channel_id)}/talk"
    return [render_request("POST", path, token=one.token, body=body) for one in market.buyers]


def _direct_plan(port: int, seconds: float) -> Plan:
    body = (
        b"<xml><ToUserName><![CDATA[gh_0]]></ToUserName><FromUserName><![CDATA[o]]></FromUserName>"
        b"<CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        b"<Content><![CDATA[When do you open?]]></Content><MsgId>1</MsgId></xml>"
    )
    return Plan(
        host="127.0.0.1",
        port=port,
        connections=_CONNECTIONS,
        seconds=seconds,
        requests=[render_request("POST", "/wechat", body=body)] * _CONNECTIONS,
        is_repeated=True,
    )


async def _measure(
    building: Building, channel: Channel, served: Served, requests: Sequence[bytes]
) -> _Spans:
    """Let everybody speak, and wait until all are replied to. Raises Trouble if they are not."""
    channel_id = int(channel.channel_id)
    async with building.pool.acquire() as db:
        before = await db.fetchval(_count_replies, channel_id)
        last = await db.fetchval(_last_message, channel_id)
        plan = Plan(
            host=served.host,
            port=served.port,
            connections=_CONNECTIONS,
            seconds=_WAIT_S,
            requests=list(requests),
        )
        load = await run_load(plan)
        if load.sent != len(requests) or load.odd:
            raise Trouble("bench.say_refused", odd=load.odd[:1], sent=load.sent)
        async with asyncio.timeout(_WAIT_S):
            wanted = before + len(requests)
            # Another process does it.
            while await db.fetchval(_count_replies, channel_id) < wanted:  # noqa: ASYNC110
                await asyncio.sleep(_POLL_S)
        row = await db.fetchrow(_read_spans, channel_id, last)
    assert row is not None
    return _Spans(*row)


async def _measure_calmly(
    bench: Bench, building: Building, channel: Channel, served: Served, said: Sequence[bytes]
) -> list[_Spans]:
    rounds = bench.size(small=1, large=20)
    return [await _measure(building, channel, served, said[:_AT_ONCE]) for _ in range(rounds)]


def _figures(burst: _Spans, calm: Sequence[_Spans], direct_per_s: float) -> Figures:
    middle = sorted(calm, key=lambda one: one.p99_s)[len(calm) // 2]
    return Figures(
        name="push",
        ours=round(burst.replies / burst.elapsed_s, 1),
        yardstick=direct_per_s,
        unit="messages replied to/s over direct calls/s",
        target=0.0,
        details={
            "messages": burst.replies,
            "burst_p99_ms": round(burst.p99_s * 1_000, 1),
            "calm_p50_ms": round(middle.p50_s * 1_000, 1),
            "calm_p99_ms": round(middle.p99_s * 1_000, 1),
            "connections": _CONNECTIONS,
        },
    )

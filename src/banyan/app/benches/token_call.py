"""How many cheap calls of WeChat's interface can be answered a second?"""

import secrets

from banyan.app.benches.bench import Bench, Figures, prepare
from banyan.app.benches.http_load import Load, Plan, render_request, run_load
from banyan.app.benches.sales import Market, open_market
from banyan.app.benches.serving import Served, serving
from banyan.app.build import open_building
from banyan.app.settings import Settings
from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.books.office import Office
from banyan.reach.channels import ChannelKind, CreateChannel, create_channel
from banyan.reach.tokens import IssueToken, issue_token

_CONNECTIONS = 64
_PATH = "/cgi-bin/get_api_domain_ip"


async def run(bench: Bench) -> Figures:
    """Call with the tokens of many accounts by 64 connections; beside it an authenticated echo.

    Both are asked in turn by the same client of the same server, several times, so that a rival for
    the machine troubles both. Every call is counted against its account's daily quota.
    """
    rounds = bench.size(small=1, large=5)
    seconds = bench.size(small=1, large=3)
    people = bench.size(small=20, large=200)
    count = bench.size(small=2, large=20)
    async with bench.database("token-call") as dsn:
        await prepare(dsn)
        settings = Settings(database_url=Secret(dsn), pool=8)
        async with open_building(settings) as building:
            market = await open_market(building.office, people)
            tokens = [await _open_account(building.office, market) for _ in range(count)]
        bench.report(f"{count:,} accounts with tokens; now {rounds} rounds")
        empty, calls = [], []
        async with serving(dsn) as served:
            for _ in range(rounds):
                empty.append(await _load(served, _echoes(market), seconds))
                calls.append(await _load(served, _calls(tokens), seconds))
                bench.report(f"echo {empty[-1].per_s:,.0f}/s, calls {calls[-1].per_s:,.0f}/s")
    return _figures(empty, calls)


async def _open_account(office: Office, market: Market) -> str:
    command = CreateChannel(
        merchant_id=market.merchant_id, kind=ChannelKind.SERVICE, name=secrets.token_hex(4)
    )
    made = await office.run(create_channel, command, SYSTEM)
    asked = IssueToken(appid=made.channel.appid, secret=made.secret)
    return (await office.run(issue_token, asked, SYSTEM)).access_token


def _echoes(market: Market) -> list[bytes]:
    return [
        render_request("POST", "/v1/echo", token=buyer.token, body=b"{}") for buyer in market.buyers
    ]


def _calls(tokens: list[str]) -> list[bytes]:
    return [render_request("GET", f"{_PATH}?access_token={one}") for one in tokens]


async def _load(served: Served, requests: list[bytes], seconds: float) -> Load:
    plan = Plan(
        host=served.host,
        port=served.port,
        connections=_CONNECTIONS,
        seconds=seconds,
        requests=requests,
        is_repeated=True,
    )
    load = await run_load(plan)
    if set(load.statuses) != {"200"}:
        raise Trouble("bench.call_refused", statuses=str(load.statuses), odd=load.odd[:1])
    return load


def _figures(empty: list[Load], calls: list[Load]) -> Figures:
    def mean(loads: list[Load]) -> float:
        return round(sum(one.answered for one in loads) / sum(one.elapsed_s for one in loads), 1)

    middle = sorted(calls, key=lambda one: one.p99_ms)[len(calls) // 2]
    return Figures(
        name="token-call",
        ours=mean(calls),
        yardstick=mean(empty),
        unit="calls/s over empty authenticated POST/s",
        target=0.6,
        details={
            "calls": sum(one.answered for one in calls),
            "p50_ms": middle.p50_ms,
            "p99_ms": middle.p99_ms,
            "connections": _CONNECTIONS,
            "worst_round": min(
                round(ours.per_s / theirs.per_s, 3)
                for ours, theirs in zip(calls, empty, strict=True)
            ),
        },
    )

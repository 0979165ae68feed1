"""How many signed orders a second are asked for, paid and told of over WeChat Pay's protocol?"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from banyan.app.benches.bench import Bench, Figures, prepare
from banyan.app.benches.cpu import read_cpu_s
from banyan.app.benches.http_load import Load, Plan, render_request, run_load
from banyan.app.benches.sales import Market, open_market
from banyan.app.benches.serving import SECRET_KEY, Served, serving
from banyan.app.build import Building, open_building
from banyan.app.settings import Settings
from banyan.base.clock import Clock
from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM
from banyan.pay.payees import (
    PORTS,
    AddCertificate,
    ChangePayee,
    OpenPayee,
    Payee,
    add_certificate,
    change_payee,
    open_payee,
)
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.wire.wechatpay import (
    Authorization,
    Pair,
    is_signed,
    make_pair,
    request_text,
    sign,
    write_authorization,
)

_CONNECTIONS = 32
_WAIT_S = 120.0
_POLL_S = 0.02
_PATH = "/v3/pay/transactions/native"
_TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"
_US = 1_000_000
_list_tokens = "select token from charges.charges where state = 'unpaid' order by charge_id"
_count_told = "select count(*) from notifications.notifications where state = 'told'"


async def run(bench: Bench) -> Figures:
    """Ask for native orders, pay them, and wait until the merchant's server took each notification.

    The three follow each other, so that each is measured alone; ours is the rate of all three in
    a row. Beside it an authenticated echo, and what one signature and one verification cost.
    """
    orders = bench.size(small=40, large=2_000)
    people = bench.size(small=10, large=100)
    seconds = bench.size(small=1, large=4)
    async with bench.database("pay-v3") as dsn, _receiving() as port:
        await prepare(dsn)
        PORTS.connect(key=SECRET_KEY)
        async with open_building(Settings(database_url=Secret(dsn), pool=4)) as building:
            market = await open_market(building.office, people)
            payee, channel, pair = await _open_payee(building, market)
            rsa = await asyncio.to_thread(_measure_rsa, pair)
            async with serving(dsn, callbacks_private=True) as served:
                echo = await run_load(_plan(served, _echoes(market), seconds, is_repeated=True))
                bodies = [_ask(payee, channel, port, number) for number in range(orders)]
                asks = await asyncio.to_thread(_sign_all, payee, pair, bodies)
                asked, asked_us = await _run_all(served, asks)
                bench.report(f"asked for: {asked.per_s:,.0f}/s")
                payments = await _list_payments(building, market)
                began_s = time.perf_counter()
                paid, paid_us = await _run_all(served, payments)
                bench.report(f"paid: {paid.per_s:,.0f}/s")
                told_s = await _wait_for_told(building, orders) - began_s
    return _figures(orders, (echo, asked, paid), (asked_us, paid_us, told_s), rsa)


@asynccontextmanager
async def _receiving() -> AsyncIterator[int]:
    """A merchant's server that takes whatever it is told."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                await reader.readexactly(int(length or b"0"))
                writer.write(_TAKEN)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _open_payee(building: Building, market: Market) -> tuple[Payee, Channel, Pair]:
    run_ = building.office.run
    merchant_id = market.merchant_id
    payee = await run_(open_payee, OpenPayee(merchant_id=merchant_id), SYSTEM)
    pair = await asyncio.to_thread(make_pair, payee.mchid, "Bench", Clock().now())
    adding = AddCertificate(merchant_id=merchant_id, certificate_pem=pair.certificate_pem)
    await run_(add_certificate, adding, SYSTEM)
    changing = ChangePayee(merchant_id=merchant_id, apiv3_key=secrets.token_hex(16))
    await run_(change_payee, changing, SYSTEM)
    command = CreateChannel(merchant_id=merchant_id, kind=ChannelKind.SERVICE, name="Bench")
    return payee, (await run_(create_channel, command, SYSTEM)).channel, pair


def _measure_rsa(pair: Pair) -> tuple[float, float]:
    """What a signature and a verification cost, in microseconds."""
    text, rounds = b"x" * 500, 50
    signature = sign(pair.private_key_pem, text)
    began_s = time.perf_counter()
    for _ in range(rounds):
        sign(pair.private_key_pem, text)
    signed_s = time.perf_counter()
    for _ in range(rounds):
        is_signed(pair.public_key_pem, text, signature)
    ended_s = time.perf_counter()
    return (signed_s - began_s) / rounds * _US, (ended_s - signed_s) / rounds * _US


def _ask(payee: Payee, channel: Channel, port: int, number: int) -> bytes:
    asked = {
        "appid": channel.appid,
        "mchid": payee.mchid,
        "description": "Tea",
        "out_trade_no": f"bench-{number:08d}",
        "notify_url": f"http://127.0.0.1:{port}/notify",
        "amount": {"total": 1},
    }
    return json.dumps(asked).encode()


def _sign_all(payee: Payee, pair: Pair, bodies: Sequence[bytes]) -> list[bytes]:
    at = str(int(Clock().now().timestamp()))
    found = []
    for body in bodies:
        one = Authorization(payee.mchid, pair.serial_no, at, secrets.token_hex(8), "")
        text = request_text("POST", _PATH, at, one.nonce, body)
        header = write_authorization(pair.private_key_pem, one, text)
        found.append(render_request("POST", _PATH, authorization=header, body=body))
    return found


def _echoes(market: Market) -> list[bytes]:
    return [
        render_request("POST", "/v1/echo", token=buyer.token, body=b"{}") for buyer in market.buyers
    ]


async def _list_payments(building: Building, market: Market) -> list[bytes]:
    async with building.pool.acquire() as db:
        tokens = [row["token"] for row in await db.fetch(_list_tokens)]
    buyers = market.buyers
    return [
        render_request(
            "POST",
            f"/v1/payables/{token}/pay",
            token=buyers[place % len(buyers)].token,
            body=b"{}",
            key=token,
        )
        for place, token in enumerate(tokens)
    ]


def _plan(
    served: Served, requests: list[bytes], seconds: float, *, is_repeated: bool = False
) -> Plan:
    return Plan(
        host=served.host,
        port=served.port,
        connections=_CONNECTIONS,
        seconds=seconds,
        requests=requests,
        is_repeated=is_repeated,
        warm_share=0.1 if is_repeated else 0.0,
    )


async def _run_all(served: Served, requests: list[bytes]) -> tuple[Load, float]:
    """Send each once; with it what the server used for one, in microseconds of processor time.

    Raises Trouble `bench.pay_refused` if anything is refused.
    """
    before_s = read_cpu_s(served.pid)
    load = await run_load(_plan(served, requests, _WAIT_S))
    if load.odd or load.sent != len(requests):
        raise Trouble("bench.pay_refused", statuses=str(load.statuses))
    return load, (read_cpu_s(served.pid) - before_s) / len(requests) * _US


async def _wait_for_told(building: Building, orders: int) -> float:
    async with building.pool.acquire() as db, asyncio.timeout(_WAIT_S):
        # Another process does it.
        while await db.fetchval(_count_told) < orders:  # noqa: ASYNC110
            await asyncio.sleep(_POLL_S)
    return time.perf_counter()


def _figures(
    orders: int,
    loads: tuple[Load, Load, Load],
    costs: tuple[float, float, float],
    rsa: tuple[float, float],
) -> Figures:
    echo, asked, paid = loads
    asked_us, paid_us, told_s = costs
    whole_s = asked.elapsed_s + max(told_s, paid.elapsed_s)
    return Figures(
        name="pay-v3",
        ours=round(orders / whole_s, 1),
        yardstick=echo.per_s,
        unit="orders asked for, paid and told of/s over empty authenticated POST/s",
        target=0.0,
        details={
            "orders": orders,
            "asked_per_s": asked.per_s,
            "asked_p99_ms": asked.p99_ms,
            "paid_per_s": paid.per_s,
            "paid_p99_ms": paid.p99_ms,
            "told_per_s": round(orders / told_s, 1),
            "rsa_sign_us": round(rsa[0]),
            "rsa_verify_us": round(rsa[1]),
            "server_us_to_ask": round(asked_us),
            "server_us_to_pay": round(paid_us),
            "connections": _CONNECTIONS,
        },
    )

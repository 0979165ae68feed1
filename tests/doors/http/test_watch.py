"""What is written down and counted of each request."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from banyan.doors.http import Metrics, Watch
from banyan.doors.http.access_log import AccessLine, AccessLog
from banyan.doors.http.visit import Receive, Scope, Send, Visit
from tests.doors.http.conftest import Lines


async def test_a_request_is_one_line_without_query_and_body() -> None:
    lines = Lines()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    log = AccessLog(lines.write)
    watch = Watch(app, log=lines, metrics=Metrics(), access_log=log)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watch)) as client:
        await client.get("http://x/a?phone=13800138000", headers={"x-request-id": "from-our-proxy"})
    log.flush()
    line = msgspec.json.decode(lines.written, type=AccessLine)
    assert (line.method, line.path, line.status, line.route) == ("GET", "/a", 204, "none")
    assert line.request_id == "from-our-proxy"
    assert b"1380" not in lines.written


@pytest.mark.parametrize("given", ["short", "x" * 65, "has space", 'quote"quote', ""])
async def test_a_request_id_that_could_spoil_the_log_is_replaced(
    client: httpx.AsyncClient, given: str
) -> None:
    answer = await client.get("/v1/teas", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given


async def test_request_ids_differ(client: httpx.AsyncClient) -> None:
    ids = {(await client.get("/v1/teas")).headers["x-request-id"] for _ in range(10)}
    assert len(ids) == 10


async def test_a_door_that_breaks_down_is_answered_for() -> None:
    lines = Lines()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise RuntimeError("the secret is 42")

    watch = Watch(app, log=lines, metrics=Metrics())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(watch)) as client:
        answer = await client.get("http://x/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "server.bug"
    assert "42" not in answer.text
    assert len(lines.bugs) == 1


async def test_figures_are_kept_by_route_and_not_by_path(
    client: httpx.AsyncClient, metrics: Metrics
) -> None:
    for number in range(3):
        await client.post(f"/v1/teas/{number}/brews", json={})
    await client.get("/v1/nowhere/at/all")
    await client.request("MADEUP", "/v1/teas")
    text = (await metrics.render())[0].decode()
    assert (
        'banyan_http_requests_total{method="POST",route="/v1/teas/{tea_id}/brews",status="201"} 3.0'
        in text
    )
    assert 'route="none",status="404"' in text
    assert "MADEUP" not in text
    assert "nowhere" not in text
    assert 'banyan_http_request_seconds_bucket{le="+Inf"' in text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.9", "1.2.3.4"),
        (2, "1.2.3.4", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies: int, forwarded: str, address: str) -> None:
    scope: Scope = {
        "headers": [(b"x-forwarded-for", forwarded.encode())],
        "client": ("10.0.0.1", 999),
    }
    assert Visit(scope, proxies=proxies).address == address


async def test_lines_are_written_together() -> None:
    written: list[bytes] = []
    log = AccessLog(written.append)
    line = AccessLine(
        timestamp=log.now(),
        request_id="a",
        method="GET",
        route="/",
        path="/",
        status=200,
        ms=1.0,
        actor="",
        actor_id=0,
        address="",
        code="",
    )
    for _ in range(5):
        log.note(line)
    assert not written
    log.flush()
    assert len(written) == 1
    assert written[0].count(b"\n") == 5
    assert msgspec.json.decode(written[0].splitlines()[0])["event"] == "request"

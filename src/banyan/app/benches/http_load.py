"""A client process that keeps connections busy: HTTP/1.1, as little work as a client can do.

It runs apart from the server and from what prepares the data, so that neither's time is counted
with ours: `python -m banyan.app.benches.http_load`, with a plan on standard input.
"""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import cast

import msgspec
import uvloop
from typing_extensions import override

from banyan.base.errors import Trouble

_ODD_MAX = 5


class Plan(msgspec.Struct, kw_only=True):
    """What to send: each request once, or round and round until the time is up."""

    host: str
    port: int
    connections: int
    seconds: float
    requests: list[bytes]
    is_repeated: bool = False
    warm_share: float = 0.1
    """The beginning of the run that is not counted: caches fill, batches find their size."""


class Load(msgspec.Struct, kw_only=True):
    """What came of it, without the warming up."""

    sent: int
    """With the warming up."""
    answered: int
    elapsed_s: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]
    odd: list[str]
    """The first few answers that were not 2xx."""
    cpu_us: float
    """What an answer cost the client, in microseconds of processor time."""

    @property
    def per_s(self) -> float:
        """Good answers a second."""
        good = sum(count for status, count in self.statuses.items() if status.startswith("2"))
        return round(good / self.elapsed_s, 1)


async def run_load(plan: Plan) -> Load:
    """Carry out a plan in a process of its own. Raises Trouble `bench.load_failed`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "banyan.app.benches.http_load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(msgspec.msgpack.encode(plan))
    if process.returncode != 0:
        raise Trouble("bench.load_failed", why=errors.decode()[-2_000:])
    return msgspec.msgpack.decode(output, type=Load)


def render_request(
    method: str,
    path: str,
    *,
    token: str = "",
    authorization: str = "",
    body: bytes = b"",
    key: str = "",
) -> bytes:
    """One request as it goes over the wire; `authorization` for what is not a bearer's token."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
    ]
    if token:
        authorization = f"Bearer {token}"
    if authorization:
        lines.append(f"Authorization: {authorization}")
    if method != "GET":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    if key:
        lines.append(f"Idempotency-Key: {key}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class _Tally:
    """What all connections share: requests to come, and answers counted from `counted_from` on."""

    def __init__(self, plan: Plan) -> None:
        self.started = time.perf_counter()
        self.counted_from = self.started + plan.seconds * plan.warm_share
        self.ends = self.started + plan.seconds
        self.finished = self.started
        self.latencies: list[float] = []
        self.statuses: dict[str, int] = {}
        self.odd: list[str] = []
        self.sent = 0
        self._left = deque(plan.requests)
        self._is_repeated = plan.is_repeated

    def take(self, now: float) -> bytes:
        """The next request; none when the time is up or all are sent."""
        if now >= self.ends or not self._left:
            return b""
        request = self._left.popleft()
        self.sent += 1
        if self._is_repeated:
            self._left.append(request)
        return request

    def count(self, sent: float, now: float, answer: bytes) -> None:
        """Note one answer."""
        status = answer[9:12].decode()
        if sent >= self.counted_from:
            self.latencies.append(now - sent)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            self.finished = now
        if status[0] != "2" and len(self.odd) < _ODD_MAX:
            self.odd.append(answer[:2_000].decode(errors="replace"))


class _Caller(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends the next."""

    def __init__(self, tally: _Tally, done: asyncio.Future[None]) -> None:
        self._tally = tally
        self._done = done
        self._transport: asyncio.Transport | None = None
        self._sent = 0.0
        self._got = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's transports are such by behaviour, not by birth.
        self._transport = cast("asyncio.Transport", transport)
        self._send(time.perf_counter())

    @override
    def data_received(self, data: bytes) -> None:
        """Go on when the answer is complete."""
        self._got += data
        head, gap, body = self._got.partition(b"\r\n\r\n")
        if not gap or len(body) < _content_length(head):
            return
        now = time.perf_counter()
        self._tally.count(self._sent, now, self._got)
        self._got = b""
        self._send(now)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        """End, in peace or not."""
        if not self._done.done():
            self._done.set_exception(error or ConnectionError("the server hung up"))

    def _send(self, now: float) -> None:
        assert self._transport is not None
        request = self._tally.take(now)
        if request:
            self._sent = now
            self._transport.write(request)
        elif not self._done.done():
            self._done.set_result(None)
            self._transport.close()


def _content_length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    if at < 0:
        return 0
    return int(head[at + 15 :].split(b"\r\n", 1)[0])


async def _carry_out(plan: Plan) -> Load:
    loop = asyncio.get_running_loop()
    tally = _Tally(plan)
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(plan.connections)]
    for end in ends:
        await loop.create_connection(partial(_Caller, tally, end), plan.host, plan.port)
    await asyncio.gather(*ends)
    return _sum_up(tally, time.process_time())


def _sum_up(tally: _Tally, cpu_s: float) -> Load:
    ordered: Sequence[float] = sorted(tally.latencies) or [0.0]
    return Load(
        sent=tally.sent,
        answered=len(tally.latencies),
        elapsed_s=max(tally.finished - tally.counted_from, 1e-9),
        p50_ms=round(ordered[len(ordered) // 2] * 1_000, 2),
        p99_ms=round(ordered[len(ordered) * 99 // 100] * 1_000, 2),
        statuses=tally.statuses,
        odd=tally.odd,
        cpu_us=round(cpu_s / max(tally.sent, 1) * 1e6, 1),
    )


def main() -> None:
    """Read a plan, carry it out, and write what came of it."""
    plan = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Plan)
    load = uvloop.run(_carry_out(plan))
    sys.stdout.buffer.write(msgspec.msgpack.encode(load))


if __name__ == "__main__":
    main()

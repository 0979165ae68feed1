"""Serving as an operator does it: start, several workers, killed ones, and an orderly end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from banyan.base.db import EmbeddedServer
from tests.kit.command import begin_banyan, serving, start_banyan
from tests.kit.postgres import fresh_database


@pytest.fixture
async def dsn(server: EmbeddedServer) -> AsyncIterator[str]:
    async with fresh_database(server) as dsn:
        yield dsn


def add_person(url: str) -> str:
    answer = httpx.post(f"{url}/sandbox/people", json={"nickname": "lin"}, timeout=30)
    token: str = answer.raise_for_status().json()["token"]
    return token


def check_no_code_is_shown(url: str) -> None:
    """A server of people who are not made up shows their codes on its console only."""
    page = {"accept": "text/html", "accept-language": "en", "sec-fetch-site": "same-origin"}
    phone = {"phone": "13800138000"}
    sheet = httpx.post(f"{url}/sign-in/code", data=phone, headers=page, timeout=30)
    assert sheet.status_code == 200
    assert "shown on the server&#39;s console" in sheet.text
    assert "shown-code" not in sheet.text
    for _ in range(4):  # of several workers, one has the code
        shown = httpx.get(f"{url}/sign-in/shown-code", params=phone, headers=page)
        assert "data-shown-code" not in shown.text


def test_from_nothing_to_serving_and_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(tmp_path, "--data", str(data), "--sandbox") as served:
        bearer = {"authorization": f"Bearer {add_person(served.url)}"}
        who = httpx.get(f"{served.url}/v1/whoami", headers=bearer).json()
        assert who["kind"] == "person"
        echoed = httpx.post(f"{served.url}/v1/echo", json={}, headers=bearer)
        assert (echoed.status_code, echoed.json()) == (200, {})
        figures = httpx.get(f"{served.url}/metrics").text
        assert (
            'banyan_http_requests_total{method="POST",route="/v1/echo",status="200"} 1.0' in figures
        )
        assert "banyan_office_batch_size_bucket" in figures
        assert "banyan_follower_lag" in figures
        assert served.stop() == 0
    assert f"{served.url}/v1/docs" in served.said
    lines = [json.loads(line) for line in served.complained.splitlines()]
    assert {"request"} == {one["event"] for one in lines}
    assert who["person_id"] in {str(one["actor_id"]) for one in lines}
    assert not (data / "postgresql" / "cluster" / "postmaster.pid").exists()
    # What was done is there again.
    with serving(tmp_path, "--data", str(data), "--sandbox") as served:
        assert httpx.get(f"{served.url}/v1/whoami", headers=bearer).json() == who


def test_several_workers_serve_and_one_that_is_killed_is_replaced(tmp_path: Path, dsn: str) -> None:
    environment = {"BANYAN_DATABASE_URL": dsn, "BANYAN_POOL": "4", "BANYAN_DATA": str(tmp_path)}
    with serving(tmp_path, "--workers", "2", environment=environment) as served:
        first = served.workers()
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        deadline = time.monotonic() + 90
        while len(served.workers()) < 2 or first[0] in served.workers():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        served.wait_until_ready()
        with ThreadPoolExecutor(4) as pool:
            found = list(
                pool.map(lambda _: httpx.get(f"{served.url}/v1/whoami").status_code, range(40))
            )
        assert found == [200] * 40
        figures = httpx.get(f"{served.url}/metrics").text
        (line,) = [
            one for one in figures.splitlines() if 'route="/v1/whoami"' in one and "total" in one
        ]
        assert float(line.rpartition(" ")[2]) >= 40
        check_no_code_is_shown(served.url)
        assert served.stop() == 0


def test_calls_under_way_are_finished(tmp_path: Path, dsn: str) -> None:
    environment = {"BANYAN_DATABASE_URL": dsn, "BANYAN_POOL": "4", "BANYAN_DATA": str(tmp_path)}
    with serving(tmp_path, "--sandbox", environment=environment) as served:
        late = {
            "where": "response",
            "kind": "delay",
            "delay_s": 1.5,
            "match": {"path": "/v1/whoami"},
        }
        httpx.post(f"{served.url}/sandbox/faults", json=late).raise_for_status()
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(httpx.get, f"{served.url}/v1/whoami", timeout=20)
            time.sleep(0.5)
            assert served.stop() == 0
            assert answer.result().status_code == 200


def test_what_it_says_of_its_start_counts_from_the_command(tmp_path: Path, dsn: str) -> None:
    environment = {"BANYAN_DATABASE_URL": dsn, "BANYAN_POOL": "4", "BANYAN_DATA": str(tmp_path)}
    began = time.monotonic()
    with serving(tmp_path, environment=environment) as served:
        until_ready = time.monotonic() - began
        wait_for(lambda: "Banyan is serving" in served.said)
        told = re.search(r"after (\d+\.\d) s", served.said)
    assert told is not None
    # When it was seen to be ready is later than when it was, on a busy machine by far.
    assert until_ready / 4 < float(told[1]) < time.monotonic() - began + 0.1


async def test_a_process_knows_how_long_it_has_lived() -> None:
    late = "import time; time.sleep(0.4); from banyan.app.welcome import read_age_s; "
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-c", late + "print(read_age_s())", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await done.communicate()
    assert 0.4 <= float(said) < 20


@pytest.mark.slow
def test_half_a_request_holds_up_no_stop(tmp_path: Path, dsn: str) -> None:
    environment = {"BANYAN_DATABASE_URL": dsn, "BANYAN_POOL": "4", "BANYAN_DATA": str(tmp_path)}
    head = b"POST /v1/echo HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    with serving(tmp_path, environment=environment) as served:
        address = ("127.0.0.1", served.port)
        with socket.create_connection(address) as one, socket.create_connection(address) as other:
            one.sendall(head)
            other.sendall(head + b"Content-Length: 9\r\n\r\n{")
            time.sleep(0.3)
            assert served.stop() == 0
    assert "refused to gracefully stop" not in served.complained


def test_a_port_that_is_taken_is_told(tmp_path: Path, dsn: str) -> None:
    environment = {"BANYAN_DATABASE_URL": dsn, "BANYAN_POOL": "4", "BANYAN_DATA": str(tmp_path)}
    with serving(tmp_path, environment=environment) as served:
        done = start_banyan("serve", "--port", str(served.port), environment=environment)
        assert done.returncode == 3
        assert "serve.port_taken" in done.stderr
        assert served.is_ready()


def test_production_without_a_sender_refuses_before_anything_starts(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = {"BANYAN_PRODUCTION": "true", "BANYAN_PORT": "0", "BANYAN_DATA": str(data)}
    done = start_banyan("serve", environment=environment)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("sms.not_connected ")
    assert len(done.stderr.splitlines()) == 1
    assert not data.exists()


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_workers_and_database_end_with_a_parent_that_is_killed(
    tmp_path: Path, workers: int
) -> None:
    data = tmp_path / "data"
    arguments = ("--data", str(data), "--workers", str(workers))
    with serving(tmp_path, *arguments, environment={"BANYAN_POOL": "4"}) as served:
        orphans = served.workers()
        assert len(orphans) == workers
        served.process.kill()
        served.process.wait()
        wait_for(lambda: not [one for one in orphans if Path(f"/proc/{one}").exists()])
        wait_for(lambda: not (data / "postgresql" / "cluster" / "postmaster.pid").exists())
        assert "Traceback" not in served.complained
    port = served.port
    with serving(tmp_path, *arguments, environment={"BANYAN_POOL": "4"}, port=port) as served:
        # The next one need not wait until they are gone.
        served.process.kill()
        served.process.wait()
    with serving(tmp_path, *arguments, environment={"BANYAN_POOL": "4"}, port=port) as served:
        wait_for(lambda: "Banyan is serving" in served.said)
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(120) == 0
        assert "Traceback" not in served.complained


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_start_that_is_called_off_leaves_no_database_behind(
    tmp_path: Path, asked: signal.Signals
) -> None:
    running = tmp_path / "data" / "postgresql" / "cluster" / "postmaster.pid"
    with begin_banyan(
        tmp_path, "serve", "--port", "0", "--data", str(tmp_path / "data")
    ) as process:
        wait_for(running.exists)
        process.send_signal(asked)
        assert process.wait(120) == 130
    assert not running.exists()
    assert "Traceback" not in (tmp_path / "err").read_text()

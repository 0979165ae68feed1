"""The sandbox connects accounts' servers, shows what they were told, and breaks it on purpose."""

# ruff: noqa: ANN401 - the SDK's messages and replies have no types

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from banyan.doors.sandbox import Faults, FaultyCourier
from banyan.outside.callbacks import open_courier
from banyan.reach.pushes import PushMode
from tests.kit.receiver import AES_KEY, TOKEN, Receiver, serve_receiver
from tests.kit.web import open_client
from tests.kit.world import World

WAIT_S = 1.0


@dataclass
class Box:
    """A sandbox with one person, and an account whose server a test wrote."""

    client: httpx.AsyncClient
    receiver: Receiver
    person: str = ""
    appid: str = ""
    made: dict[str, Any] = field(default_factory=dict)

    async def post(self, path: str, **body: object) -> Any:
        answer = await self.client.post(f"/sandbox{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def callbacks(self, **query: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/sandbox/callbacks", params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["callbacks"]
        return found

    async def connect(self, mode: PushMode = PushMode.PLAIN) -> None:
        """An account comes into being with the receiver as its server."""
        self.receiver.mode = mode
        self.made = await self.post(
            "/channels",
            kind="service",
            name="榕树茶馆",
            callback_url=self.receiver.url,
            token=TOKEN,
            aes_key=AES_KEY,
            mode=mode.value,
        )
        self.appid = self.receiver.appid = self.made["appid"]

    async def follow(self) -> None:
        await self.post(f"/people/{self.person}/follow", appid=self.appid)

    async def inbox(self) -> list[str]:
        answer = await self.client.get(
            f"/sandbox/people/{self.person}/inbox", params={"appid": self.appid}
        )
        return [str(one) for one in answer.json()["messages"]]


@pytest.fixture
async def box(world: World) -> AsyncIterator[Box]:
    faults = Faults()
    async with AsyncExitStack() as stack:
        receiver = await stack.enter_async_context(serve_receiver())
        opening = open_courier(wait_s=WAIT_S, may_call_private=True)
        courier = FaultyCourier(await stack.enter_async_context(opening), faults, wait_s=WAIT_S)
        client = await stack.enter_async_context(open_client(world, faults=faults, courier=courier))
        box = Box(client, receiver)
        box.person = (await box.post("/people", nickname="lin"))["person"]
        yield box
        await world.settle()


@pytest.mark.parametrize("mode", list(PushMode))
async def test_who_follows_is_told_of_and_greeted(box: Box, mode: PushMode) -> None:
    async def greet(message: Any) -> Any:
        return f"欢迎 {message.event}"

    box.receiver.answer = greet
    await box.connect(mode)
    await box.follow()
    (message,) = box.receiver.messages
    assert message.event == "subscribe"
    (told,) = await box.callbacks(appid=box.appid)
    assert told["url"] == box.receiver.url
    assert [one["status"] for one in told["attempts"]] == [200]
    assert set(told["attempts"][0]) == {"at", "status", "ms"}
    assert told["next_at"] is None
    assert told["plain"]["Event"] == "subscribe"
    assert told["plain"]["FromUserName"] == message.source
    assert told["plain"]["ToUserName"] == box.made["original_id"]
    assert any("欢迎 subscribe" in one for one in await box.inbox())


async def test_callbacks_are_found_by_account_and_address(box: Box) -> None:
    await box.connect()
    await box.follow()
    first = box.appid
    await box.connect()
    await box.follow()
    assert len(await box.callbacks()) == 2
    assert len(await box.callbacks(appid=first)) == 1
    assert len(await box.callbacks(url=box.receiver.url)) == 2
    assert await box.callbacks(url="http://elsewhere.example/") == []
    assert await box.callbacks(mchid="1600000000") == []
    answer = await box.client.get("/sandbox/callbacks", params={"appid": "wx0"})
    assert answer.status_code == 404


async def test_a_callback_is_told_again_with_the_same_content(box: Box) -> None:
    await box.connect()
    await box.follow()
    (told,) = await box.callbacks()
    assert await box.post(f"/callbacks/{told['id']}/replay") == {"status": 200}
    first, second = box.receiver.messages
    assert first.time == second.time
    assert box.receiver.bodies[0] == box.receiver.bodies[1]
    (told,) = await box.callbacks()
    assert len(told["attempts"]) == 2
    for wrong, status in (("1-1", 404), ("x", 422)):
        answer = await box.client.post(f"/sandbox/callbacks/{wrong}/replay", json={})
        assert answer.status_code == status


async def test_a_server_that_does_not_echo_is_refused_and_the_one_before_serves_on(
    box: Box,
) -> None:
    await box.connect()
    asked = {
        "callback_url": box.receiver.url,
        "token": TOKEN,
        "aes_key": AES_KEY,
        "mode": "plain",
    }
    path = f"/sandbox/channels/{box.appid}/callback"
    box.receiver.echo = "something else"
    refused = await box.client.post(path, json=asked)
    box.receiver.echo = None
    gone = await box.client.post(path, json=asked | {"callback_url": "http://127.0.0.1:9/"})
    wrong_token = await box.client.post(path, json=asked | {"token": "another"})
    assert [one.json()["code"] for one in (refused, gone, wrong_token)] == ["pushes.not_echoed"] * 3
    assert [one.json()["fields"]["outcome"] for one in (refused, gone, wrong_token)] == [
        "garbage",
        "unreachable",
        "bad_status",
    ]
    await box.follow()
    assert len(box.receiver.messages) == 1


async def test_a_server_may_be_changed_and_the_old_key_still_opens_replies(box: Box) -> None:
    async def greet(message: Any) -> Any:
        del message
        return "hello"

    box.receiver.answer = greet
    await box.connect(PushMode.SAFE)
    new_key = "n" * 42 + "A"
    changed = await box.post(
        f"/channels/{box.appid}/callback",
        callback_url=box.receiver.url,
        token=TOKEN,
        aes_key=new_key,
        mode="safe",
    )
    assert changed == {}
    old = box.receiver.crypto
    box.receiver.aes_key = new_key
    replying = type(old).encrypt_message
    # The program reads by the new key and has not yet learnt to write by it.
    type(old).encrypt_message = lambda _, *rest: replying(old, *rest)
    try:
        await box.follow()
    finally:
        type(old).encrypt_message = replying
    assert any("hello" in one for one in await box.inbox())


async def test_a_callback_that_is_lost_or_refused_comes_again(box: Box) -> None:
    await box.connect()
    await box.post("/faults", where="callback", kind="drop", match={"appid": box.appid})
    await box.post("/faults", where="callback", kind="error", status=502)
    await box.follow()
    (told,) = await box.callbacks()
    assert [one["status"] for one in told["attempts"]] == [0, 502, 200]
    assert len(box.receiver.messages) == 1


async def test_a_callback_may_come_twice_or_late_or_forged(box: Box) -> None:
    await box.connect()
    await box.post("/faults", where="callback", kind="duplicate", match={"kind": "subscribe"})
    await box.follow()
    assert len(box.receiver.messages) == 2
    assert len({one.time for one in box.receiver.messages}) == 1
    await box.post("/faults", where="callback", kind="delay", delay_s=0.3)
    await box.post(f"/people/{box.person}/unfollow", appid=box.appid)
    assert len(box.receiver.messages) == 3
    await box.post("/faults", where="callback", kind="forge")
    await box.follow()
    forged = (await box.callbacks())[0]
    # The SDK found the signature false and the test's server fell over it; the next try is true.
    assert [one["status"] for one in forged["attempts"]] == [500, 200]


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        ({"kind": "drop"}, [0, 200]),
        ({"kind": "error", "status": 503}, [503, 200]),
        ({"kind": "delay", "delay_s": 1.2}, [0, 200]),
        ({"kind": "delay", "delay_s": 0.1}, [200]),
        ({"kind": "duplicate"}, [200]),
        ({"kind": "forge"}, [200]),
    ],
)
async def test_a_reply_may_be_lost_late_twice_or_forged(
    box: Box, fault: dict[str, Any], statuses: list[int]
) -> None:
    async def greet(message: Any) -> Any:
        del message
        return "hello"

    box.receiver.answer = greet
    await box.connect(PushMode.SAFE)
    await box.post("/faults", where="reply", **fault)
    await box.follow()
    (told,) = await box.callbacks()
    assert [one["status"] for one in told["attempts"]] == statuses
    said = [one for one in await box.inbox() if "hello" in one]
    assert len(said) == (0 if fault["kind"] == "forge" else 1)

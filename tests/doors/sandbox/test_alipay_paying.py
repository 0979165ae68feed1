"""A program's test against the sandbox alone: people pay, its server is told, the clock moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from alipay import AliPay

from banyan.doors.sandbox import Faults
from banyan.outside.callbacks import open_courier
from tests.kit.alipay import Listener, serve_listener
from tests.kit.web import ADDRESS, open_client
from tests.kit.world import World


class Shop:
    """A merchant's program, its server, and the sandbox."""

    def __init__(self, client: httpx.AsyncClient, made: dict[str, str]) -> None:
        self.client = client
        self.sdk = AliPay(
            appid=made["app_id"],
            app_private_key_string=made["app_private_key_pem"],
            alipay_public_key_string=made["alipay_public_key_pem"],
        )

    async def ask(self, method: str, **content: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """What the SDK signs and verifies."""
        more = {"notify_url": content.pop("notify_url")} if "notify_url" in content else {}
        signed = self.sdk.client_api(method, content, **more)
        answer = await self.client.get(f"{ADDRESS}/gateway.do?{signed}")
        name = method.replace(".", "_") + "_response"
        told: dict[str, Any] = self.sdk._verify_and_return_sync_response(answer.text, name)
        return told

    async def play(self, path: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        """A call of the sandbox."""
        answer = await self.client.post(f"/sandbox{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest_asyncio.fixture
async def shop(world: World) -> AsyncIterator[Shop]:
    async with (
        open_courier(wait_s=5.0, may_call_private=True) as courier,
        open_client(world, faults=Faults(), courier=courier) as client,
    ):
        made = (await client.post("/sandbox/alipay-apps", json={"name": "茶馆"})).json()
        yield Shop(client, made)


@pytest_asyncio.fixture
async def listener(shop: Shop) -> AsyncIterator[Listener]:
    async with serve_listener(shop.sdk) as served:
        yield served


async def test_people_pay_and_the_server_is_told(shop: Shop, listener: Listener) -> None:
    lin = (await shop.play("/people", nickname="林", balance_fen=5_000))["person"]
    made = await shop.ask(
        "alipay.trade.precreate",
        out_trade_no="1",
        total_amount="12.00",
        subject="茶",
        notify_url=listener.url,
    )
    paid = await shop.play(f"/people/{lin}/pay", code_url=made["qr_code"])
    assert paid["trade_state"] == "TRADE_SUCCESS"
    await shop.play("/clock", advance_s=1)
    assert [one["trade_status"] for one in listener.told] == ["TRADE_SUCCESS"]
    listed = (await shop.client.get("/sandbox/callbacks", params={"url": listener.url})).json()
    (callback,) = listed["callbacks"]
    assert callback["plain"]["out_trade_no"] == "1"
    assert [one["status"] for one in callback["attempts"]] == [200]
    replayed = await shop.play(f"/callbacks/{callback['id']}/replay")
    assert replayed["status"] == 200
    assert len(listener.told) == 2
    assert len({one["notify_id"] for one in listener.told}) == 1


async def test_a_code_is_shown_and_taken(shop: Shop, listener: Listener) -> None:
    lin = (await shop.play("/people", nickname="林", balance_fen=5_000))["person"]
    code = (await shop.client.get(f"/sandbox/people/{lin}/payment-code")).json()["auth_code"]
    told = await shop.ask(
        "alipay.trade.pay",
        out_trade_no="2",
        scene="bar_code",
        auth_code=code,
        total_amount="8.00",
        subject="茶",
        notify_url=listener.url,
    )
    assert told["code"] == "10000"
    wallet = (await shop.client.get(f"/sandbox/people/{lin}/wallet")).json()
    assert wallet["balance_fen"] == 4_200
    made = await shop.ask(
        "alipay.trade.create", out_trade_no="3", total_amount="50.00", subject="茶"
    )
    short = await shop.play(f"/people/{lin}/pay", trade_no=made["trade_no"])
    assert short["trade_state"] == "WAIT_BUYER_PAY"
    done = (await shop.client.get("/sandbox/invariants")).json()
    assert done["broken"] == []

"""What holds for every call of the API, tried on real ones: keys, sign-in, language, health."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest

from banyan.base.secret import Secret
from banyan.doors.http import SESSION_COOKIE, Visit, signin
from banyan.doors.http.metrics import may_read_figures
from banyan.doors.http.signin import TTL_MAX_S
from banyan.parties.staff import Role
from tests.kit.web import open_client
from tests.kit.world import World

TOP_UP = "/v1/wallet/top-ups"


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    await world.person("lin")
    async with open_client(world, token=world.tokens["lin"]) as client:
        yield client
    await world.settle()


async def balance(client: httpx.AsyncClient) -> int:
    found: int = (await client.get("/v1/wallet")).json()["balance_fen"]
    return found


async def test_the_same_key_is_one_effect_and_one_answer(client: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "k-1"}
    answers = await asyncio.gather(
        *(client.post(TOP_UP, json={"amount_fen": 5}, headers=key) for _ in range(50))
    )
    assert {one.status_code for one in answers} == {201}
    assert len({one.text for one in answers}) == 1
    assert await balance(client) == 5


async def test_a_key_for_something_else_is_refused(client: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "k-1"}
    await client.post(TOP_UP, json={"amount_fen": 5}, headers=key)
    other = await client.post(TOP_UP, json={"amount_fen": 6}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "answers.key_reused")
    assert await balance(client) == 5


async def test_a_key_belongs_to_whoever_sent_it(client: httpx.AsyncClient, world: World) -> None:
    await world.person("wu")
    key = {"idempotency-key": "k-1"}
    await client.post(TOP_UP, json={"amount_fen": 5}, headers=key)
    as_wu = key | {"authorization": f"Bearer {world.tokens['wu']}"}
    mine = await client.post(TOP_UP, json={"amount_fen": 6}, headers=as_wu)
    assert mine.json()["balance_fen"] == 6


async def test_strangers_share_no_key(client: httpx.AsyncClient) -> None:
    client.headers.pop("authorization")
    key = {"idempotency-key": "k-1"}
    for phone in ("13800138001", "13800138002"):
        asked = await client.post("/v1/sessions/codes", json={"phone": phone}, headers=key)
        assert asked.status_code == 202, asked.text


async def test_the_cookie_of_the_pages_signs_in_too(client: httpx.AsyncClient) -> None:
    token = client.headers.pop("authorization").removeprefix("Bearer ")
    cookie = {"cookie": f"{SESSION_COOKIE}={token}"}
    assert (await client.get("/v1/wallet", headers=cookie)).status_code == 200
    foreign = await client.post(TOP_UP, json={"amount_fen": 5}, headers=cookie)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "request.cross_site")
    ours = await client.post(TOP_UP, json={"amount_fen": 5}, headers={**cookie, "x-banyan": "1"})
    assert ours.status_code == 201


async def test_signing_out_ends_the_token_within_five_seconds(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.delete("/v1/sessions/current")).status_code < 300
    later = time.monotonic() + TTL_MAX_S
    monkeypatch.setattr(signin, "time", SimpleNamespace(monotonic=lambda: later))
    assert (await client.get("/v1/wallet")).status_code == 401


async def test_an_api_key_acts_for_its_merchant_only(world: World) -> None:
    merchant_id = await world.merchant()
    other_id = await world.merchant("Other", owner="chen")
    async with open_client(world, token=world.tokens["mei"]) as owner:
        made = await owner.post(
            f"/v1/merchants/{merchant_id}/keys", json={"name": "till", "scopes": ["orders.read"]}
        )
        assert made.status_code == 201, made.text
    async with open_client(world, token=made.json()["secret"]) as program:
        assert (await program.get("/v1/whoami")).json()["kind"] == "key"
        orders = await program.get(f"/v1/merchants/{merchant_id}/orders")
        assert orders.status_code == 200
        denied = await program.get(f"/v1/merchants/{merchant_id}/staff")
        assert (denied.status_code, denied.json()["code"]) == (403, "access.forbidden")
        foreign = await program.get(f"/v1/merchants/{other_id}/orders")
        assert (foreign.status_code, foreign.json()["code"]) == (404, "merchants.not_found")
        wallet = await program.get("/v1/wallet")
        assert (wallet.status_code, wallet.json()["code"]) == (403, "sessions.person_required")


async def test_whoever_opens_a_merchant_may_act_for_it_at_once(client: httpx.AsyncClient) -> None:
    opened = await client.post("/v1/merchants", json={"name": "Banyan Tea"})
    home = f"/v1/merchants/{opened.json()['merchant_id']}"
    assert (await client.get(home)).status_code == 200
    stranger = await client.get("/v1/merchants/1")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "merchants.not_found")


async def test_staff_get_their_grants_by_signing_in(world: World) -> None:
    merchant_id = await world.merchant()
    await world.staff("hao", Role.CASHIER)
    async with open_client(world, token=world.tokens["hao"]) as client:
        caller = (await client.get("/v1/whoami")).json()
    assert caller["kind"] == "staff"
    (grant,) = caller["grants"]
    assert grant["merchant_id"] == str(merchant_id)
    assert "orders.take" in grant["permissions"]
    assert "staff.write" not in grant["permissions"]


async def test_a_refusal_is_told_in_the_persons_language(client: httpx.AsyncClient) -> None:
    chinese = await client.get("/v1/orders/12345")
    assert chinese.json()["detail"] == "没有这个订单。"
    await client.patch("/v1/profile", json={"language": "en"})
    english = await client.get("/v1/orders/12345", headers={"accept-language": "en"})
    assert english.json()["detail"] == "There is no such order."


async def test_problems_are_described_where_their_type_leads(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/v1/orders/12345")).json()
    described = await client.get(problem["type"])
    assert described.json()["code"] == "orders.not_found"
    assert (await client.get("/problems/no.such")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/docs", "/v1/docs/page.css", "/v1/openapi.json", "/problems/orders.not_found"),
        *("/health/live", "/health/ready", "/metrics", "/v1/whoami", "/"),
    ],
)
async def test_what_can_only_be_read_says_so(client: httpx.AsyncClient, path: str) -> None:
    head = await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    refused = await client.delete(path)
    assert refused.status_code == 405
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "request.method_not_allowed"
    for answer in (refused, await client.options(path)):
        assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))
    assert answer.status_code == 204


async def test_the_figures_are_for_this_machine_or_for_a_token(
    client: httpx.AsyncClient, world: World
) -> None:
    assert (await client.get("/metrics")).status_code == 200
    for passed_on in ({"x-forwarded-for": "127.0.0.1"}, {"forwarded": "for=127.0.0.1"}):
        refused = await client.get("/metrics", headers=passed_on)
        assert (refused.status_code, refused.json()["code"]) == (404, "request.not_found")
    async with open_client(world, address="203.0.113.7") as stranger:
        assert (await stranger.get("/metrics")).status_code == 404
        assert (await stranger.get("/health/live")).status_code == 200


@pytest.mark.parametrize(
    ("bearing", "may"), [("", False), ("Bearer t0", False), ("t", False), ("Bearer t", True)]
)
def test_with_a_token_whoever_bears_it_reads_the_figures(bearing: str, *, may: bool) -> None:
    headers = [(b"authorization", bearing.encode())]
    for address in ("127.0.0.1", "203.0.113.7"):
        visit = Visit({"headers": headers, "client": (address, 1)})
        for is_behind_proxy in (False, True):
            told = may_read_figures(visit, Secret("t"), is_behind_proxy=is_behind_proxy)
            assert told is may


def test_where_a_proxy_is_to_be_expected_nobody_reads_the_figures_without_a_token() -> None:
    """Some proxies add no header at all: what they pass on looks like a program of this machine."""
    visit = Visit({"headers": [], "client": ("127.0.0.1", 1)})
    assert may_read_figures(visit, Secret(""), is_behind_proxy=False)
    assert not may_read_figures(visit, Secret(""), is_behind_proxy=True)


async def test_health_is_open_to_all_and_figures_name_nobody(client: httpx.AsyncClient) -> None:
    client.headers.pop("authorization")
    assert (await client.get("/health/live")).json() == {"status": "live"}
    assert (await client.get("/health/ready")).json() == {"status": "ready"}
    figures = await client.get("/metrics")
    assert "banyan_invariants_broken 0.0" in figures.text
    assert "lin" not in figures.text


async def test_the_reference_page_runs_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/v1/docs")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "https://" not in page.text
    for part in ("page.css", "page.js"):
        assert (await client.get(f"/v1/docs/{part}")).status_code == 200
    document = (await client.get("/v1/openapi.json")).json()
    assert document["openapi"] == "3.1.0"

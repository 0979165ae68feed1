"""What is asked to go wrong goes wrong, as often as asked, and nothing else does."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from banyan.base.errors import Trouble
from banyan.base.secret import Secret
from banyan.doors.sandbox import Faults, FaultySender
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.parties.people import Language
from tests.kit.web import open_client
from tests.kit.world import World

TOP_UP = "/v1/wallet/top-ups"


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    await world.person("lin")
    async with open_client(world, token=world.tokens["lin"], faults=Faults()) as client:
        yield client
    await world.settle()


async def break_(client: httpx.AsyncClient, **body: object) -> None:
    answer = await client.post("/sandbox/faults", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["fault"].isdigit()


async def balance(client: httpx.AsyncClient) -> int:
    found: int = (await client.get("/v1/wallet")).json()["balance_fen"]
    return found


async def top_up(client: httpx.AsyncClient, key: str = "") -> int:
    headers = {"idempotency-key": key} if key else {}
    return (await client.post(TOP_UP, json={"amount_fen": 5}, headers=headers)).status_code


async def test_a_bank_that_fails_takes_no_money(client: httpx.AsyncClient) -> None:
    await break_(client, where="bank", kind="error", count=2)
    assert [await top_up(client) for _ in range(3)] == [503, 503, 201]
    assert await balance(client) == 5


async def test_a_bank_whose_answer_is_lost_is_asked_again_with_the_key(
    client: httpx.AsyncClient,
) -> None:
    await break_(client, where="bank", kind="drop")
    assert await top_up(client, "k1") == 503
    assert await balance(client) == 5
    assert await top_up(client, "k1") == 201
    assert await balance(client) == 5


async def test_a_bank_that_repeats_itself_is_heard_once(client: httpx.AsyncClient) -> None:
    await break_(client, where="bank", kind="duplicate")
    assert await top_up(client, "k1") == 201
    assert await balance(client) == 5


async def test_a_fault_of_another_person_leaves_us_alone(client: httpx.AsyncClient) -> None:
    await break_(client, where="bank", kind="error", match={"person": "1"})
    assert await top_up(client) == 201


async def test_the_sandbox_s_own_top_up_meets_the_same_bank(client: httpx.AsyncClient) -> None:
    person = (await client.post("/sandbox/people", json={"nickname": "Wu"})).json()["person"]

    async def put_in() -> tuple[int, int]:
        answer = await client.post(f"/sandbox/people/{person}/topup", json={"amount_fen": 5})
        wallet = await client.get(f"/sandbox/people/{person}/wallet")
        return answer.status_code, wallet.json()["balance_fen"]

    await break_(client, where="bank", kind="error", match={"person": person})
    assert await put_in() == (503, 0)
    await break_(client, where="bank", kind="drop")
    assert await put_in() == (503, 5)
    await break_(client, where="bank", kind="duplicate")
    assert await put_in() == (200, 10)
    await break_(client, where="bank", kind="delay", delay_s=0.2)
    began = time.perf_counter()
    assert await put_in() == (200, 15)
    assert time.perf_counter() - began >= 0.2


async def test_a_person_comes_with_money_whatever_the_bank_does(client: httpx.AsyncClient) -> None:
    await break_(client, where="bank", kind="error")
    rich = {"nickname": "Wu", "balance_fen": 5}
    assert (await client.post("/sandbox/people", json=rich)).status_code == 200
    assert [await top_up(client) for _ in range(2)] == [503, 201]


async def test_answers_fail_where_they_are_asked_to(client: httpx.AsyncClient) -> None:
    await break_(
        client, where="response", kind="error", status=502, count=2, match={"path": "/v1/wallet"}
    )
    assert (await client.get("/v1/whoami")).status_code == 200
    found = [(await client.get("/v1/wallet")).status_code for _ in range(3)]
    assert found == [502, 502, 200]


async def test_an_answer_that_is_lost_was_done(client: httpx.AsyncClient) -> None:
    await break_(client, where="response", kind="drop", match={"method": "POST"})
    assert await top_up(client) == 504
    assert await balance(client) == 5


async def test_a_request_that_arrives_twice_is_done_once_with_a_key(
    client: httpx.AsyncClient,
) -> None:
    await break_(client, where="response", kind="duplicate", match={"path": TOP_UP}, count=2)
    assert await top_up(client, "k1") == 201
    assert await balance(client) == 5
    assert await top_up(client) == 201
    assert await balance(client) == 15


async def test_an_answer_is_late(client: httpx.AsyncClient) -> None:
    await break_(client, where="response", kind="delay", delay_s=0.2)
    began = time.perf_counter()
    assert (await client.get("/v1/whoami")).status_code == 200
    assert time.perf_counter() - began >= 0.2


async def test_what_is_emptied_breaks_nothing_any_more(client: httpx.AsyncClient) -> None:
    await break_(client, where="response", kind="error", count=100)
    assert (await client.post("/sandbox/reset")).status_code == 200
    assert (await client.get("/health/ready")).status_code == 200
    client.headers.pop("authorization")
    assert (await client.get("/v1/whoami")).status_code == 200


class Heard:
    def __init__(self) -> None:
        self.codes: list[str] = []

    async def send(self, phone: str, code: Secret, language: Language) -> None:
        del phone, language
        self.codes.append(code.reveal())


@pytest.mark.parametrize(
    ("kind", "heard"),
    [(FaultKind.DROP, 0), (FaultKind.DUPLICATE, 2), (FaultKind.DELAY, 1), (FaultKind.ERROR, 0)],
)
async def test_codes_are_lost_doubled_late_or_refused(kind: FaultKind, heard: int) -> None:
    faults, sender = Faults(), Heard()
    faults.add(
        Fault(
            fault=FaultId(1),
            where=Where.SMS,
            kind=kind,
            match={"phone": "+8613800138000"},
            count=1,
            delay_s=0.01,
            status=500,
        )
    )
    faulty = FaultySender(sender, faults)
    await faulty.send("+8613900139000", Secret("000000"), Language.ZH)
    sender.codes.clear()
    if kind is FaultKind.ERROR:
        with pytest.raises(Trouble):
            await faulty.send("+8613800138000", Secret("123456"), Language.ZH)
    else:
        await faulty.send("+8613800138000", Secret("123456"), Language.ZH)
    assert len(sender.codes) == heard
    sender.codes.clear()
    await faulty.send("+8613800138000", Secret("123456"), Language.ZH)
    assert sender.codes == ["123456"]

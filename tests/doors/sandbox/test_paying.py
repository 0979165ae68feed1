"""People of the sandbox pay what is asked over the wire, as its interface promises."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from banyan.doors.sandbox import Faults
from banyan.parties.people import PersonId
from banyan.pay.charges import CreateCharges, Protocol, TakeCharge, Way, create_charges, take_charge
from banyan.pay.payees import ReadPayee, read_payee
from tests.kit.charges import ask, build_ask, open_till
from tests.kit.web import open_client
from tests.kit.world import World


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with open_client(world, faults=Faults()) as client:
        yield client


async def test_each_way_to_name_it_pays(client: httpx.AsyncClient, world: World) -> None:
    merchant_id = await open_till(world, "lin")
    lin = world.as_person("lin").person_id
    known = await world.office.run(read_payee, ReadPayee(merchant_id=merchant_id), world.owner)
    tokens = [(await ask(world, f"T{number}", 100)).token for number in range(5)]
    asked = await ask(world, "T5", 100)
    names: list[dict[str, str]] = [
        {"prepay_id": f"wx20260501120000{tokens[0]}"},
        {"code_url": f"weixin://wxpay/bizpayurl?pr={tokens[1]}"},
        {"h5_url": f"http://127.0.0.1:8000/pay/h5?token={tokens[2]}&package=1"},
        {"h5_url": f"http://127.0.0.1:8000/pay/{tokens[3]}"},
        {"mchid": known.payee.mchid, "out_trade_no": "T4"},
        {"trade_no": asked.charges[0].transaction_no},
    ]
    for name in names:
        answer = await client.post(f"/sandbox/people/{lin}/pay", json=name)
        assert answer.status_code == 200, answer.text
        assert answer.json()["trade_state"] == "SUCCESS"
        assert len(answer.json()["transaction_id"]) == 28
        answer = await client.post(f"/sandbox/people/{lin}/pay", json=name)
        assert (answer.status_code, answer.json()["code"]) == (409, "charges.already_paid")
    wallet = (await client.get(f"/sandbox/people/{lin}/wallet")).json()
    assert wallet["balance_fen"] == 100_000 - 600


async def test_people_do_not_always_pay(client: httpx.AsyncClient, world: World) -> None:
    merchant_id = await open_till(world, "lin", money_fen=300)
    lin = world.as_person("lin").person_id

    async def play(token: str, outcome: str) -> str:
        body = {"prepay_id": f"wx20260501120000{token}", "outcome": outcome}
        answer = await client.post(f"/sandbox/people/{lin}/pay", json=body)
        assert answer.status_code == 200, answer.text
        state: str = answer.json()["trade_state"]
        return state

    dear = await ask(world, "T1", 301)
    for outcome in ("success", "insufficient", "cancel", "need_password"):
        assert await play(dear.token, outcome) == "NOTPAY"
    for number, outcome, state in (
        (2, "need_password", "USERPAYING"),
        (2, "cancel", "PAYERROR"),
        (3, "insufficient", "PAYERROR"),
        (4, "success", "SUCCESS"),
    ):
        take = TakeCharge(
            merchant_id=merchant_id,
            protocol=Protocol.WECHAT,
            way=Way.CODE,
            asks=[build_ask(world, f"T{number}", 100)],
            shown_at=world.now,
            payer_id=PersonId(lin),
            needs_password=True,
        )
        token = (await world.office.run(take_charge, take, world.owner)).token
        assert await play(token, outcome) == state


async def test_alipay_is_told_in_its_words(client: httpx.AsyncClient, world: World) -> None:
    merchant_id = await open_till(world, "lin")
    lin = world.as_person("lin").person_id
    command = CreateCharges(
        merchant_id=merchant_id,
        protocol=Protocol.ALIPAY,
        way=Way.NATIVE,
        asks=[build_ask(world, "T1", 100)],
    )
    (charge,) = (await world.office.run(create_charges, command, world.owner)).charges
    body = {"trade_no": charge.transaction_no, "outcome": "cancel"}
    answer = await client.post(f"/sandbox/people/{lin}/pay", json=body)
    assert answer.json() == {"trade_state": "WAIT_BUYER_PAY"}
    answer = await client.post(f"/sandbox/people/{lin}/pay", json={**body, "outcome": "success"})
    assert answer.json()["trade_state"] == "TRADE_SUCCESS"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "sandbox.nothing_to_pay"),
        ({"mchid": "1600000000"}, 422, "sandbox.nothing_to_pay"),
        ({"mchid": "1600000000", "out_trade_no": "T1"}, 404, "payees.not_found"),
        ({"prepay_id": "wx1"}, 404, "charges.not_found"),
        ({"code_url": "weixin://wxpay/bizpayurl?pr=abc"}, 404, "charges.not_found"),
        ({"trade_no": "4200" + "1" * 24}, 404, "charges.not_found"),
        ({"prepay_id": "x" * 1000}, 422, "request.invalid"),
        ({"prepay_id": "x", "outcome": "maybe"}, 422, "request.invalid"),
    ],
)
async def test_what_nobody_asked_for_is_not_paid(
    client: httpx.AsyncClient, world: World, body: dict[str, str], status: int, code: str
) -> None:
    lin = (await world.person("lin")).person_id
    answer = await client.post(f"/sandbox/people/{lin}/pay", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)

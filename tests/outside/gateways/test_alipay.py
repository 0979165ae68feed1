"""Alipay as Banyan asks it, against Banyan's own Alipay door over loopback."""

# ruff: noqa: ANN401 - what stands around the provider passes on whatever it is asked

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import httpx
import msgspec
import pytest
import pytest_asyncio
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from banyan.app.tellers import build_tellers
from banyan.base.secret import Secret
from banyan.outside.callbacks import open_courier
from banyan.outside.gateways.alipay import AlipayProvider
from banyan.outside.notifications import Notifier
from banyan.pay.gateways import (
    AlipayKeys,
    Asked,
    AskedRefund,
    Created,
    Forged,
    KeyTrouble,
    Learned,
    LearnedRefund,
    Outcome,
    RefundOutcome,
    Refused,
    StatementKind,
    Unreachable,
    Way,
)
from banyan.pay.settle import CHINA
from tests.doors.alipay.test_trades import pay, token_of
from tests.kit.alipay import Program, open_program, program_key
from tests.kit.charges import open_till
from tests.kit.world import World

T = TypeVar("T")


@dataclass
class House:
    """A merchant's account at another Banyan, and Alipay as it is asked there."""

    program: Program
    provider: AlipayProvider
    keys: AlipayKeys
    bodies: list[bytes] = field(default_factory=list)
    notify_url: str = ""

    @property
    def world(self) -> World:
        """The other Banyan."""
        return self.program.world

    async def ask(self, method: Callable[..., T], *arguments: Any) -> T:
        """Ask the provider off the loop that serves it."""
        return await asyncio.to_thread(method, self.keys, *arguments)

    async def create(self, out_no: str, fen: int = 1000, **more: Any) -> Created | Learned:
        """Ask to be paid."""
        asked = Asked(
            out_no=out_no,
            currency="CNY",
            amount_fen=fen,
            description="龙井 & {茶}",
            notify_url=self.notify_url,
            return_url="http://shop.example/back",
            # The same however often it is asked: a second later would be something else.
            expires_at=(self.world.now + timedelta(days=2)).replace(hour=0, minute=0, second=0),
            **{"way": Way.CODE, **more},
        )
        return await self.ask(self.provider.create, asked)

    async def pay(self, out_no: str, fen: int = 1000) -> None:
        """Have somebody scan a code and pay."""
        made = await self.create(out_no, fen)
        assert isinstance(made, Created)
        await pay(self.world, "lin", token_of(made.link))

    async def refund(self, out_no: str, number: str, fen: int) -> LearnedRefund:
        """Ask to give back."""
        asked = AskedRefund(
            out_no=out_no,
            out_refund_no=number,
            provider_no="",
            currency="CNY",
            amount_fen=fen,
            total_fen=1000,
            reason="冷了",
            notify_url="",
        )
        return await self.ask(self.provider.refund, asked)


@asynccontextmanager
async def _listen(house: House) -> AsyncIterator[None]:
    async def take(request: web.Request) -> web.Response:
        house.bodies.append(await request.read())
        return web.Response(text="success")

    app = web.Application()
    app.router.add_post("/notify", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    house.notify_url = f"http://127.0.0.1:{runner.addresses[0][1]}/notify"
    try:
        yield
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture
async def house(world: World) -> AsyncIterator[House]:
    """A merchant's account, somebody with money, and a server that hears notices."""
    await open_till(world, "lin")
    async with open_program(world) as program:
        keys = AlipayKeys(
            app_id=str(int(program.app.app_id)),
            private_key=Secret(program_key()[0]),
            alipay_public_key=program.app.public_key,
        )
        opened = House(program, AlipayProvider(program.url), keys)
        async with _listen(opened):
            yield opened


async def test_a_code_is_paid_and_known(house: House) -> None:
    made = await house.create("A0000001")
    assert isinstance(made, Created)
    # Asked twice it is the same payment.
    assert await house.create("A0000001") == made
    provider = house.provider
    assert await house.ask(provider.query, "A0000001") == Learned(outcome=Outcome.UNKNOWN_NUMBER)
    await pay(house.world, "lin", token_of(made.link))
    told = await house.ask(provider.query, "A0000001")
    assert (told.outcome, told.amount_fen, told.currency) == (Outcome.PAID, 1000, "CNY")
    assert told.provider_no
    assert told.paid_at is not None
    assert abs(told.paid_at - house.world.now) < timedelta(minutes=1)
    # Whoever asks again is told that it is paid, and closing it is too late.
    assert await house.create("A0000001") == told
    assert await house.ask(provider.close, "A0000001") == told


async def test_pages_are_addresses_that_lead_to_the_cashier(house: House) -> None:
    for way, number in ((Way.WEB, "W0000001"), (Way.PAGE, "W0000002")):
        made = await house.create(number, way=way)
        assert isinstance(made, Created)
        async with httpx.AsyncClient() as client:
            answer = await client.get(made.link)
        assert answer.status_code == 302, answer.text
        waiting = await house.ask(house.provider.query, number)
        assert (waiting.outcome, waiting.amount_fen) == (Outcome.UNPAID, 1000)
        await pay(house.world, "lin", token_of(answer.headers["location"]))
        paid = await house.ask(house.provider.query, number)
        assert paid.outcome is Outcome.PAID
    with pytest.raises(Refused):
        await house.create("W0000003", way=Way.JSAPI)


async def test_what_is_closed_can_be_paid_by_nobody(house: House) -> None:
    provider = house.provider
    made = await house.create("C0000001", way=Way.WEB)
    assert isinstance(made, Created)
    async with httpx.AsyncClient() as client:
        await client.get(made.link)
    assert (await house.ask(provider.close, "C0000001")).outcome is Outcome.CLOSED
    assert (await house.ask(provider.close, "C0000001")).outcome is Outcome.CLOSED
    assert (await house.ask(provider.query, "C0000001")).outcome is Outcome.CLOSED
    again = await house.create("C0000001")
    assert isinstance(again, Learned)
    assert again.outcome is Outcome.CLOSED
    unknown = await house.ask(provider.close, "C0000009")
    assert unknown.outcome is Outcome.UNKNOWN_NUMBER
    await house.create("C0000002")
    with pytest.raises(Refused, match="CONTEXT_INCONSISTENT"):
        await house.create("C0000002", 999)


async def test_money_goes_back_once_under_one_number(house: House) -> None:
    await house.pay("R0000001")
    unknown = await house.ask(house.provider.query_refund, "R0000001", "r1")
    assert unknown.outcome is RefundOutcome.UNKNOWN_NUMBER
    for _ in range(2):
        done = await house.refund("R0000001", "r1", 400)
        assert (done.outcome, done.amount_fen, done.out_refund_no) == (
            RefundOutcome.DONE,
            400,
            "r1",
        )
        assert done.done_at is not None
    assert (await house.refund("R0000001", "r2", 700)).outcome is RefundOutcome.REFUSED
    # The number of the first, for another amount: what went back under it stands.
    assert (await house.refund("R0000001", "r1", 500)).amount_fen == 400
    assert (await house.refund("R0000009", "r1", 400)).outcome is RefundOutcome.REFUSED
    assert (await house.refund("R0000001", "r3", 600)).outcome is RefundOutcome.DONE
    whole = await house.ask(house.provider.query, "R0000001")
    assert (whole.outcome, whole.amount_fen, whole.refunded_fen) == (Outcome.PAID, 1000, 1000)
    await house.world.check()


async def test_notices_are_read_and_forged_ones_refused(house: House) -> None:
    world, provider = house.world, house.provider
    await house.pay("N0000001")
    await house.refund("N0000001", "n1", 400)
    async with open_courier(wait_s=5.0, may_call_private=True) as courier:
        notifier = Notifier(world.office, courier, build_tellers(world.building))
        assert await notifier.tell_waiting() == 2
    bodies = sorted(house.bodies, key=lambda body: b"refund_fee" in body)
    paid, back = [await house.ask(provider.read_notice, {}, body) for body in bodies]
    assert (paid.out_no, back.out_no) == ("N0000001", "N0000001")
    assert paid.payment == msgspec.structs.replace(
        await house.ask(provider.query, "N0000001"), refunded_fen=None
    )
    assert paid.refund is None
    assert back.payment is not None
    assert (back.payment.outcome, back.payment.refunded_fen) == (Outcome.PAID, 400)
    assert back.refund is not None
    assert (back.refund.outcome, back.refund.out_refund_no) == (RefundOutcome.DONE, "n1")
    form = dict(parse_qsl(bodies[0].decode()))
    for name, wrong in (
        ("total_amount", "0.01"),
        ("out_trade_no", "N0000002"),
        ("app_id", "2021000000000001"),
        ("sign", "AAAA"),
        ("sign", "***"),
        ("sign", ""),
        ("sign_type", "RSA"),
        ("trade_status", "TRADE_FINISHED"),
    ):
        with pytest.raises(Forged):
            await house.ask(provider.read_notice, {}, urlencode({**form, name: wrong}).encode())
    for body in (b"", b"{}", b"\xff", b"out_trade_no=1", bodies[0] + b"&out_trade_no=N0000001"):
        with pytest.raises(Forged):
            await house.ask(provider.read_notice, {}, body)
    stranger = msgspec.structs.replace(house.keys, app_id="2021000000000001")
    with pytest.raises(Forged):
        await asyncio.to_thread(provider.read_notice, stranger, {}, bodies[0])


async def test_a_days_statement_is_read_once_it_is_there(house: House) -> None:
    await house.pay("S0000001")
    await house.pay("S0000002", 250)
    await house.refund("S0000001", "s1", 400)
    day = house.world.now.astimezone(CHINA).date()
    assert await house.ask(house.provider.fetch_statement, day) is None
    await house.world.advance(timedelta(days=1))
    lines = await house.ask(house.provider.fetch_statement, day)
    assert lines is not None
    assert [(one.kind, one.out_no, one.out_refund_no, one.amount_fen) for one in lines] == [
        (StatementKind.PAYMENT, "S0000001", "", 1000),
        (StatementKind.PAYMENT, "S0000002", "", 250),
        (StatementKind.REFUND, "S0000001", "s1", 400),
    ]
    assert [one.fee_fen > 0 for one in lines] == [True, True, False]
    assert isinstance(lines[0].at, datetime)
    assert await house.ask(house.provider.fetch_statement, day - timedelta(days=1)) == []


async def test_keys_are_checked(house: House) -> None:
    keys, provider = house.keys, house.provider

    async def check(**other: Any) -> str:
        return await asyncio.to_thread(provider.check, msgspec.structs.replace(keys, **other))

    assert await check() == ""
    other_pair = program_key()
    bare_public = _bare(keys.alipay_public_key)
    assert await check(alipay_public_key=bare_public) == ""
    assert (
        await check(private_key=Secret(_bare(other_pair[0])), alipay_public_key=bare_public) == ""
    )
    assert await check(alipay_public_key=other_pair[1]) == KeyTrouble.PUBLIC_KEY
    assert await check(private_key=Secret("no key")) == KeyTrouble.OWN_KEY
    assert await check(alipay_public_key="") == KeyTrouble.OWN_KEY
    assert "isv.invalid-app-id" in await check(app_id="2021000000000001")
    # Somebody else's key: the door does not know its signatures.
    assert "isv.invalid-signature" in await check(private_key=Secret(_other_key()))
    with pytest.raises(Unreachable):
        await asyncio.to_thread(AlipayProvider("http://127.0.0.1:9").check, keys)


async def test_what_is_neither_yes_nor_no_is_said_to_be(house: House) -> None:
    answers: list[tuple[int, str]] = [
        (500, "down"),
        (200, "<html>"),
        (200, "{}"),
        (200, '{"alipay_trade_query_response":{"code":"10000"}}'),
        (200, '{"error_response":{"code":"20000","sub_code":"isp.unknow-error"}}'),
        (200, '{"alipay_trade_query_response":{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}}'),
        (200, '{"alipay_trade_query_response":{"code":"10000"},"sign":"AAAA"}'),
    ]

    async def answer(_: web.Request) -> web.Response:
        status, text = answers[0]
        return web.Response(status=status, text=text)

    app = web.Application()
    app.router.add_get("/gateway.do", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider = AlipayProvider(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        while answers:
            for method, arguments in (
                (provider.query, ("X0000001",)),
                (provider.close, ("X0000001",)),
                (provider.query_refund, ("X0000001", "x1")),
                (provider.fetch_statement, (house.world.now.date(),)),
            ):
                with pytest.raises(Unreachable) as caught:
                    await house.ask(method, *arguments)
                assert caught.value.is_doubtful, answers[0]
            answers.pop(0)
    finally:
        await runner.cleanup()
    nobody = AlipayProvider("http://127.0.0.1:9")
    with pytest.raises(Unreachable) as caught:
        await house.ask(nobody.query, "X0000001")
    assert not caught.value.is_doubtful


def _bare(pem: str) -> str:
    """A key as Alipay's key tool writes it."""
    return "".join(line for line in pem.splitlines() if "-----" not in line)


def _other_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

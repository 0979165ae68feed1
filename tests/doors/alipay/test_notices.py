"""What merchants' servers are told: verified by the SDK, until they say success."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest_asyncio

from banyan.app.tellers import build_tellers
from banyan.books.actor import SYSTEM
from banyan.doors.sandbox import Faults
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.doors.sandbox.faulty_courier import FaultyCourier
from banyan.outside.callbacks import open_courier
from banyan.outside.notifications import Notifier
from banyan.pay.notifications import (
    LADDERS,
    ListNotifications,
    Notification,
    NotificationState,
    list_notifications,
)
from tests.doors.alipay.test_trades import pay, show_code, token_of
from tests.kit.alipay import Listener, Program, serve_listener
from tests.kit.charges import open_till
from tests.kit.world import World


@dataclass
class Line:
    """A program, its server, and who tells it."""

    program: Program
    listener: Listener
    notifier: Notifier
    faults: Faults

    async def notes(self) -> list[Notification]:
        """What was to be told, the latest first."""
        query = ListNotifications(merchant_id=self.program.world.merchant_id)
        return (await self.program.world.office.run(list_notifications, query, SYSTEM)).items


@pytest_asyncio.fixture
async def line(world: World, program: Program) -> AsyncIterator[Line]:
    await open_till(world, "lin")
    faults = Faults()
    async with (
        serve_listener(program.sdk()) as listener,
        open_courier(wait_s=5.0, may_call_private=True) as courier,
    ):
        notifier = Notifier(
            world.office, FaultyCourier(courier, faults, wait_s=5.0), build_tellers(world.building)
        )
        yield Line(program, listener, notifier, faults)


async def test_a_server_reads_what_it_is_told(world: World, line: Line) -> None:
    program, sdk = line.program, line.program.sdk()
    made = await program.done(
        sdk.api_alipay_trade_precreate,
        "龙井 & {茶}",
        "N1",
        "10.00",
        notify_url=line.listener.url,
        body="一杯=好茶",
        passback_params="a%3Db",
    )
    await pay(world, "lin", token_of(made["qr_code"]))
    assert await line.notifier.tell_waiting() == 1
    (told,) = line.listener.told
    assert not line.listener.forged
    shown = await program.done(sdk.api_alipay_trade_query, out_trade_no="N1")
    for name in ("trade_no", "out_trade_no", "total_amount", "receipt_amount", "trade_status"):
        assert told[name] == shown[name], name
    assert told["buyer_id"] == shown["buyer_user_id"]
    assert (told["subject"], told["body"]) == ("龙井 & {茶}", "一杯=好茶")
    assert told["passback_params"] == "a%3Db"
    assert told["notify_type"] == "trade_status_sync"
    assert told["app_id"] == str(int(program.app.app_id))
    assert told["seller_id"].startswith("2088")
    assert "refund_fee" not in told
    await program.done(sdk.api_alipay_trade_refund, "4.00", out_trade_no="N1", out_request_no="r1")
    assert await line.notifier.tell_waiting() == 1
    back = line.listener.told[-1]
    assert (back["trade_status"], back["refund_fee"]) == ("TRADE_SUCCESS", "4.00")
    assert (back["out_biz_no"], bool(back["gmt_refund"])) == ("r1", True)
    await program.done(sdk.api_alipay_trade_refund, "6.00", out_trade_no="N1", out_request_no="r2")
    await line.notifier.tell_waiting()
    assert line.listener.told[-1]["trade_status"] == "TRADE_CLOSED"
    assert len({one["notify_id"] for one in line.listener.told}) == 3


async def test_it_is_told_until_it_says_success(world: World, line: Line) -> None:
    program, sdk = line.program, line.program.sdk()
    code = await show_code(world, "lin")
    await program.done(
        sdk.api_alipay_trade_pay,
        "L1",
        "bar_code",
        code,
        "茶",
        notify_url=line.listener.url,
        total_amount="1.00",
    )
    line.listener.answer = "SUCCESS!"
    assert await line.notifier.tell_waiting() == 1
    gaps = LADDERS["alipay"]
    for tries, gap in enumerate(gaps[:-1], start=2):
        await world.advance(timedelta(seconds=gap - 1))
        assert await line.notifier.tell_waiting() == 0
        await world.advance(timedelta(seconds=2))
        assert await line.notifier.tell_waiting() == 1
        assert len(line.listener.told) == tries
    line.listener.answer = "success"
    await world.advance(timedelta(seconds=gaps[-1] + 1))
    assert await line.notifier.tell_waiting() == 1
    await world.advance(timedelta(days=2))
    assert await line.notifier.tell_waiting() == 0
    assert len(line.listener.told) == 1 + len(gaps)
    assert len({one["notify_id"] for one in line.listener.told}) == 1
    (note,) = await line.notes()
    assert note.state is NotificationState.TOLD
    assert note.ladder == "alipay"


async def test_forged_and_lost_notices_are_told_again(world: World, line: Line) -> None:
    program, sdk = line.program, line.program.sdk()
    for kind in (FaultKind.FORGE, FaultKind.DROP):
        fault = Fault(
            fault=FaultId(1),
            where=Where.CALLBACK,
            kind=kind,
            match={"app_id": str(int(program.app.app_id))},
            count=1,
            delay_s=0,
            status=500,
        )
        line.faults.add(fault)
    made = await program.done(
        sdk.api_alipay_trade_precreate, "茶", "F1", "1.00", notify_url=line.listener.url
    )
    await pay(world, "lin", token_of(made["qr_code"]))
    for _ in range(3):
        await line.notifier.tell_waiting()
        await world.advance(timedelta(minutes=11))
    assert len(line.listener.forged) == 1
    assert len(line.listener.told) == 1


async def test_a_program_of_the_older_digest_is_told_by_it(world: World, line: Line) -> None:
    program = line.program
    line.listener.sdk = sdk = program.sdk("RSA")
    made = await program.done(
        sdk.api_alipay_trade_precreate, "茶", "O1", "1.00", notify_url=line.listener.url
    )
    await pay(world, "lin", token_of(made["qr_code"]))
    assert await line.notifier.tell_waiting() == 1
    (told,) = line.listener.told
    assert told["sign_type"] == "RSA"


async def test_the_app_itself_may_name_where(world: World, line: Line) -> None:
    program = line.program
    sdk = program.sdk(app_notify_url=line.listener.url)
    made = await program.done(sdk.api_alipay_trade_precreate, "茶", "D1", "1.00")
    await pay(world, "lin", token_of(made["qr_code"]))
    assert await line.notifier.tell_waiting() == 1
    await program.done(program.sdk().api_alipay_trade_precreate, "茶", "D2", "1.00")
    assert (
        await program.refused(
            sdk.api_alipay_trade_precreate, "茶", "D3", "1.00", notify_url="ftp://x"
        )
        == "ACQ.INVALID_PARAMETER"
    )
    assert len(line.listener.told) == 1


async def test_what_nobody_pays_in_time_is_closed_and_told(world: World, line: Line) -> None:
    program, sdk = line.program, line.program.sdk()
    for number, more in (("E1", {"timeout_express": "5m"}), ("E2", {})):
        signed = sdk.api_alipay_trade_wap_pay(
            "茶", number, "1.00", notify_url=line.listener.url, **more
        )
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{program.gateway}?{signed}")).status_code == 302
    await world.advance(timedelta(minutes=6))
    assert await line.notifier.tell_waiting() == 1
    (told,) = line.listener.told
    assert (told["out_trade_no"], told["trade_status"]) == ("E1", "TRADE_CLOSED")
    assert told["gmt_close"]
    shown = await program.done(sdk.api_alipay_trade_query, out_trade_no="E1")
    assert shown["trade_status"] == "TRADE_CLOSED"
    await program.done(sdk.api_alipay_trade_close, out_trade_no="E2")
    assert await line.notifier.tell_waiting() == 1
    assert line.listener.told[-1]["out_trade_no"] == "E2"
    await world.advance(timedelta(days=16))
    assert len(line.listener.told) == 2
    await world.check()


async def test_when_nothing_goes_back_any_more_it_is_told(world: World, line: Line) -> None:
    program, sdk = line.program, line.program.sdk()
    for number in ("W1", "W2"):
        signed = sdk.api_alipay_trade_wap_pay("茶", number, "1.00", notify_url=line.listener.url)
        async with httpx.AsyncClient() as client:
            found = await client.get(f"{program.gateway}?{signed}")
        await pay(world, "lin", token_of(found.headers["location"]))
    made = await program.done(
        sdk.api_alipay_trade_precreate, "茶", "N1", "1.00", notify_url=line.listener.url
    )
    await pay(world, "lin", token_of(made["qr_code"]))
    await program.done(sdk.api_alipay_trade_refund, "1.00", out_trade_no="W2")
    await program.done(sdk.api_alipay_trade_refund, "0.40", out_trade_no="W1", out_request_no="r")
    assert await line.notifier.tell_waiting() == 5
    await world.advance(timedelta(days=365, seconds=2))
    # W2 is given back whole, and of what is shown as a code Alipay tells no more.
    assert await line.notifier.tell_waiting() == 1
    told = line.listener.told[-1]
    assert (told["out_trade_no"], told["trade_status"]) == ("W1", "TRADE_FINISHED")
    assert told["refund_fee"] == "0.40"
    shown = await program.done(sdk.api_alipay_trade_query, out_trade_no="W1")
    assert shown["trade_status"] == "TRADE_FINISHED"
    assert await program.refused(
        sdk.api_alipay_trade_refund, "0.10", out_trade_no="W1", out_request_no="s"
    )

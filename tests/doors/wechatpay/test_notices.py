"""What merchants' servers are told: read by the SDK in both key modes, until they take it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio
from aiohttp import web

from banyan.books.actor import SYSTEM
from banyan.doors.sandbox import Faults
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.pay.notifications import (
    LADDERS,
    ListNotifications,
    Notification,
    NotificationState,
    ReplayNotification,
    TryOutcome,
    list_notifications,
    replay_notification,
)
from banyan.pay.payees import KeyMode, PlatformKind
from tests.kit.wechatpay import PayServer, Shop, Town, open_town, serve_pay_server
from tests.kit.world import World

ECHO = "/v3/security/echo"


@dataclass
class Line:
    """A merchant, its server, and what goes wrong between us and them."""

    town: Town
    shop: Shop
    server: PayServer
    faults: Faults

    async def echo(self, message: str = "你好", serial: str = "") -> None:
        """Have the server told something."""
        answer = await self.shop.send(
            "POST",
            ECHO,
            {"echo_message": message, "notify_url": self.server.url},
            headers={"Wechatpay-Serial": serial} if serial else None,
        )
        assert answer.status_code == 200, answer.text

    def break_next(self, kind: FaultKind) -> None:
        """Let the next telling go wrong."""
        fault = Fault(
            fault=FaultId(1),
            where=Where.CALLBACK,
            kind=kind,
            match={"mchid": self.shop.mchid},
            count=1,
            delay_s=0,
            status=500,
        )
        self.faults.add(fault)

    async def notes(self) -> list[Notification]:
        """What the server was told, the latest first."""
        query = ListNotifications(merchant_id=self.shop.merchant_id)
        return (await self.town.world.office.run(list_notifications, query, SYSTEM)).items


@pytest_asyncio.fixture
async def line(world: World) -> AsyncIterator[Line]:
    faults = Faults()
    async with open_town(world, faults) as town, serve_pay_server() as server:
        shop = await town.shop()
        server.sdk = shop.sdk
        yield Line(town, shop, server, faults)


async def test_a_server_reads_what_it_is_told(town: Town, mode: KeyMode) -> None:
    shop = await town.shop(mode)
    async with serve_pay_server(PayServer(sdk=shop.sdk)) as server:
        said = {"echo_message": "你好", "notify_url": server.url}
        assert (await shop.send("POST", ECHO, said)).status_code == 200
        assert await town.tell() == 1
    (told,) = server.told
    assert told["event_type"] == "SECURITY_ECHO.SUCCESS"
    resource = told["resource"]
    assert resource["echo_message"] == "你好"
    assert shop.sdk.decrypt(resource["encrypt_echo_message"]) == "你好"


async def test_who_changes_over_is_told_by_the_pair_that_its_program_knows(line: Line) -> None:
    town = line.town
    shop = await town.shop(KeyMode.MIGRATING)
    line.shop = shop
    serials: list[str] = []

    class Sdk:
        def callback(self, headers: dict[str, str], body: bytes) -> dict[str, object]:
            del body
            serials.append(headers["Wechatpay-Serial"])
            return {"x": 1}

    line.server.sdk = Sdk()
    wanted = []
    for kind in (PlatformKind.PUBLIC_KEY, PlatformKind.CERTIFICATE, PlatformKind.PUBLIC_KEY):
        serial = town.platform[kind].serial
        await line.echo(serial=serial)
        await town.tell()
        wanted.append(serial)
    # Who names none is answered by a certificate, and told by it.
    await line.echo()
    await town.tell()
    wanted.append(town.platform[PlatformKind.CERTIFICATE].serial)
    assert serials == wanted


async def test_a_server_is_told_until_it_takes_it(line: Line) -> None:
    statuses = [500, 404, 302, 200]
    line.server.answer = lambda _told: web.Response(status=statuses.pop(0))
    await line.echo()
    for gap in (0, *LADDERS["payment"][:3]):
        await line.town.world.advance(timedelta(seconds=gap))
        assert await line.town.tell() == 1
        assert await line.town.tell() == 0
    (note,) = await line.notes()
    assert [one.status for one in note.attempts] == [500, 404, 302, 200]
    assert note.state is NotificationState.TOLD
    assert len(line.server.told) == 1


async def test_a_server_that_never_answers_is_given_up_after_a_day(line: Line) -> None:
    line.server.answer = lambda _told: web.Response(status=500)
    await line.echo()
    await line.town.tell()
    for gap in LADDERS["payment"]:
        await line.town.world.advance(timedelta(seconds=gap))
        assert await line.town.tell() == 1
    await line.town.world.advance(timedelta(days=1))
    assert await line.town.tell() == 0
    (note,) = await line.notes()
    assert note.state is NotificationState.FAILED
    assert len(note.attempts) == 16
    line.server.answer = None
    command = ReplayNotification(
        merchant_id=line.shop.merchant_id, notification_id=note.notification_id
    )
    await line.town.world.office.run(replay_notification, command, SYSTEM)
    assert await line.town.tell() == 1
    (told,) = line.server.told
    (note,) = await line.notes()
    assert note.state is NotificationState.TOLD
    assert told["id"]


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.FORGE, FaultKind.ERROR])
async def test_what_is_lost_or_forged_comes_again(line: Line, kind: FaultKind) -> None:
    line.break_next(kind)
    await line.echo()
    await line.town.tell()
    assert line.server.told == []
    assert len(line.server.forged) == (1 if kind is FaultKind.FORGE else 0)
    await line.town.world.advance(timedelta(seconds=15))
    await line.town.tell()
    assert len(line.server.told) == 1


async def test_what_comes_twice_has_one_number(line: Line) -> None:
    line.break_next(FaultKind.DUPLICATE)
    await line.echo()
    await line.town.tell()
    first, second = line.server.told
    assert first["id"] == second["id"]


async def test_a_server_that_is_not_there(line: Line) -> None:
    line.server.url = "http://127.0.0.1:9/notify"
    await line.echo()
    await line.town.tell()
    (note,) = await line.notes()
    assert [one.outcome for one in note.attempts] == [TryOutcome.UNREACHABLE]
    assert note.due_at is not None

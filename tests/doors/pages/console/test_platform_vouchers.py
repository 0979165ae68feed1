"""Operators write, start and stop what the platform pays for; nobody else sees it."""

from __future__ import annotations

import pytest

from banyan.doors.pages.shell.format import read_zone
from banyan.parties.sessions import PORTS
from tests.kit.charges import ask, open_till, pay_asked
from tests.kit.pages import open_browser
from tests.kit.parties import phone_of
from tests.kit.world import World

HOME = "/console/platform-vouchers"


async def test_fees_pay_for_vouchers_from_their_start_to_their_stop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PORTS, "operators", frozenset({phone_of("wu")}))
    await open_till(world, "lin", "wu")
    await pay_asked(world, "lin", await ask(world, "T1", 100_000))
    today = world.now.astimezone(read_zone("Asia/Shanghai")).date().isoformat()
    form = {
        "name": "平台满十减一",
        "amount": "1",
        "minimum": "10",
        "max_count": "5",
        "max_by_person": "1",
        "begins_on": today,
        "ends_on": "2020-01-01",
    }
    async with open_browser(world, "wu") as wu:
        await wu.open(HOME)
        assert "还没有代金券" in wu.words
        await wu.send(HOME, {"idempotency_key": wu.key, **form}, status=422)
        assert "结束时间必须晚于开始时间" in wu.words
        await wu.send(HOME, {"idempotency_key": wu.key, **form, "ends_on": today})
        assert "未激活" in wu.words
        one = wu.page.text.split(f'formaction="{HOME}/')[1].split('"')[0]
        await wu.send(f"{HOME}/{one}", to="start")
        assert "¥5.00" in wu.words
        await wu.send(f"{HOME}/{one}", to="stop")
        assert "已停止" in wu.words
    async with open_browser(world, "mei") as mei:
        await mei.open(HOME, status=404)
        await mei.send(f"{HOME}/{one}", to="start", status=404)
    await world.check()

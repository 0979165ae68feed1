"""Of rivals one wins: one audit, one decision, one release, and quotas to the last piece."""

from __future__ import annotations

import asyncio

import pytest

from banyan.base.errors import Failure, NotFound
from banyan.reach.channels import ChannelKind
from banyan.reach.miniapps import (
    Change,
    Decision,
    OpenApp,
    Purpose,
    ShareApp,
    change_domains,
    commit_code,
    hurry_audit,
    open_app,
    read_app,
    read_audit,
    release_code,
    share_app,
    submit_audit,
)
from banyan.reach.pushes import PushKind
from tests.kit.miniapps import add_miniapp, add_template, bring_out, decide, of_app
from tests.kit.receiver import open_line
from tests.kit.world import World


async def codes(*rivals: object) -> list[str]:
    """How rivals fared: the code of each one's failure, or nothing."""
    outcomes = await asyncio.gather(*rivals, return_exceptions=True)  # type: ignore[call-overload]
    for one in outcomes:
        if isinstance(one, BaseException) and not isinstance(one, Failure):
            raise one
    return sorted(one.code if isinstance(one, Failure) else "" for one in outcomes)


async def test_one_audit_one_decision_and_one_release(world: World) -> None:
    channel = await add_miniapp(world)
    number = await add_template(world)
    await of_app(world, commit_code, channel, template_id=number, version_name="1.0")
    told = await codes(*(of_app(world, submit_audit, channel) for _ in range(5)))
    assert told == ["", *["miniapps.audit_under_way"] * 4]
    decisions = (Decision.APPROVE, Decision.REFUSE, Decision.APPROVE, Decision.REFUSE)
    told = await codes(*(decide(world, channel, 1, one) for one in decisions))
    assert told == ["", *["miniapps.not_waiting"] * 3]
    state = (await of_app(world, read_audit, channel)).state
    told = await codes(*(of_app(world, release_code, channel) for _ in range(5)))
    assert told.count("") == (1 if state == "approved" else 0)
    events = await world.events()
    assert events.count("miniapps.audit_submitted") == 1
    assert events.count("miniapps.audit_decided") == 1
    await world.check()


async def test_the_quota_holds_for_all_of_a_merchants_mini_programs(world: World) -> None:
    channels = [await add_miniapp(world, f"小程序{number}") for number in range(12)]
    number = await add_template(world)
    for channel in channels:
        await of_app(world, commit_code, channel, template_id=number, version_name="1.0")
        await of_app(world, submit_audit, channel)
    told = await codes(*(of_app(world, hurry_audit, one, audit_id=1) for one in channels))
    assert told == [*[""] * 10, *["miniapps.hurries_used_up"] * 2]


async def test_opening_and_sharing_are_facts(world: World) -> None:
    channel = await add_miniapp(world)
    lin = await world.person("lin")
    command = OpenApp(appid=channel.appid, page="pages/tea/tea", scene="table-3", entry=1047)
    (told,) = await codes(world.office.run(open_app, command, lin))
    assert told == "miniapps.not_released"
    await bring_out(world, channel)
    opened = await world.office.run(open_app, command, lin)
    assert (opened.title, opened.pages["pages/tea/tea"]) == ("茶单", "茶单")
    missing = OpenApp(appid=channel.appid, page="pages/none/none")
    (told,) = await codes(world.office.run(open_app, missing, lin))
    assert told == "miniapps.no_such_page"
    await world.office.run(share_app, ShareApp(appid=channel.appid, page="pages/tea/tea"), lin)
    events = await world.events()
    assert events[-2:] == ["miniapps.opened", "miniapps.shared"]
    found = await of_app(world, read_app, channel, world.owner)
    assert found.release.version.version_name == "1.0"


async def test_a_page_of_the_web_needs_its_domain(world: World) -> None:
    channel = await add_miniapp(world)
    ext = '{"ext": {"web": {"pages/tea/tea": "https://www.example.com/tea"}}}'
    await bring_out(world, channel, ext_json=ext)
    lin = await world.person("lin")
    command = OpenApp(appid=channel.appid, page="pages/tea/tea")
    assert not (await world.office.run(open_app, command, lin)).web
    domains = {Purpose.WEB: ["https://www.example.com"]}
    await of_app(world, change_domains, channel, change=Change.ADD, domains=domains)
    opened = await world.office.run(open_app, command, lin)
    assert opened.web == "https://www.example.com/tea"


async def test_the_server_hears_what_the_audit_says(world: World) -> None:
    async with open_line(world, kind=ChannelKind.MINIAPP) as line:
        await bring_out(world, line.channel)
        await line.deliver()
        (push,) = await line.pushes()
        assert push.kind is PushKind.WEAPP_AUDIT_PASSED
        (body,) = line.receiver.bodies  # the SDK has no name for this event
        assert "weapp_audit_success" in body
        assert "SuccTime" in body


async def test_a_stranger_finds_no_mini_program(world: World) -> None:
    channel = await add_miniapp(world)
    await world.merchant("别家", owner="wu")
    other = world.as_person("wu")
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await of_app(world, read_app, channel, other)

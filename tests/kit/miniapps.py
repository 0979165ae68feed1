"""Builders for mini programs: a template in the library, code that everybody has."""

# ruff: noqa: ANN401 - any field of a command

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from banyan.books.actor import SYSTEM, Actor
from banyan.books.work import Operation
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.miniapps import (
    AuditId,
    DecideAudit,
    Decision,
    KeepTemplate,
    OpenApp,
    Release,
    UploadCode,
    commit_code,
    decide_audit,
    keep_template,
    open_app,
    release_code,
    submit_audit,
    upload_code,
)

if TYPE_CHECKING:
    from tests.kit.world import World

APP_JSON = json.dumps(
    {
        "pages": ["pages/index/index", "pages/tea/tea"],
        "window": {"navigationBarTitleText": "榕树小程序"},
        "extPages": {"pages/tea/tea": {"navigationBarTitleText": "茶单"}},
    },
    ensure_ascii=False,
)


async def add_miniapp(world: World, name: str = "榕树小程序") -> Channel:
    """A mini program of the world's merchant, without any code."""
    if not world.merchant_id:
        await world.merchant()
    command = CreateChannel(merchant_id=world.merchant_id, kind=ChannelKind.MINIAPP, name=name)
    return (await world.office.run(create_channel, command, SYSTEM)).channel


async def add_template(world: World, app_json: str = APP_JSON) -> int:
    """A template in the merchant's library; its number."""
    upload = UploadCode(
        merchant_id=world.merchant_id, app_json=app_json, version_name="1.0", version_note="初版"
    )
    draft = await world.office.run(upload_code, upload, SYSTEM)
    keep = KeepTemplate(merchant_id=world.merchant_id, draft_id=draft.package_id)
    return (await world.office.run(keep_template, keep, SYSTEM)).package_id


async def of_app(
    world: World,
    operation: Operation[Any, Any],
    channel: Channel,
    actor: Actor = SYSTEM,
    **facts: Any,
) -> Any:
    """Run an operation about a mini program of the world's merchant."""
    command = operation.command_type(
        merchant_id=world.merchant_id, channel_id=channel.channel_id, **facts
    )
    return await world.office.run(operation, command, actor)


async def decide(
    world: World, channel: Channel, audit_id: int, decision: Decision = Decision.APPROVE
) -> Any:
    """Have an audit come to something."""
    reason = "" if decision is Decision.APPROVE else "页面打不开"
    command = DecideAudit(
        channel_id=channel.channel_id, audit_id=AuditId(audit_id), decision=decision, reason=reason
    )
    return await world.office.run(decide_audit, command, SYSTEM)


async def bring_out(
    world: World,
    channel: Channel,
    version: str = "1.0",
    *,
    ext_json: str = "",
    is_released: bool = True,
) -> Release | None:
    """Code committed, approved and, unless it is not to be, released."""
    number = await add_template(world)
    await of_app(
        world,
        commit_code,
        channel,
        template_id=number,
        ext_json=ext_json,
        version_name=version,
        version_note=f"版本 {version}",
    )
    audit = await of_app(world, submit_audit, channel)
    await decide(world, channel, audit.audit_id)
    if not is_released:
        return None
    release: Release = await of_app(world, release_code, channel)
    return release


async def user_of(world: World, channel: Channel, name: str = "lin") -> tuple[Actor, str]:
    """Somebody who has opened a released mini program, and what it knows them by."""
    actor = await world.person(name)
    opened = await world.office.run(open_app, OpenApp(appid=channel.appid), actor)
    return actor, opened.openid

"""The code of a mini program: what is tried, audited and released, and the templates of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.papers.app_links import AppPlace, render_app_path
from banyan.reach.channels import ChannelId
from banyan.reach.miniapps import (
    Env,
    change_visits,
    commit_code,
    delete_code,
    hurry_audit,
    keep_template,
    list_code,
    read_app,
    read_quota,
    release_code,
    release_in_part,
    revert_release,
    stop_gray,
    submit_audit,
    undo_audit,
    upload_code,
)
from banyan.wire.qr import render_dots

WIDE = "/console/channel/{channel_id}/app"
_picture_width = 430
_example = """{
  "pages": ["pages/index/index"],
  "window": {"navigationBarTitleText": ""}
}"""


@at_desk(Permission.CHANNELS_READ)
async def show_versions(desk: Desk) -> Answer:
    """What everybody has, what testers have, and the audits."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def commit(desk: Desk) -> Answer:
    """Have other code to try."""
    form = desk.ask.form
    try:
        await desk.run(
            commit_code,
            channel_id=_channel_id(desk),
            template_id=form.text("template"),
            version_name=form.text("version"),
            version_note=form.text("note"),
            ext_json=form.text("ext"),
        )
    except Failure as failure:
        places = {
            "miniapps.no_such_template": "template",
            "miniapps.config_malformed": "ext",
            "miniapps.no_such_page": "ext",
            "miniapps.pages_missing": "ext",
            "miniapps.tab_without_page": "ext",
            "miniapps.other_appid": "ext",
        }
        told = desk.mistakes(failure, places)
        named = {"template_id": "template", "version_name": "version", "version_note": "note"}
        return await _show(desk, {named.get(one, one): text for one, text in told.items()}, 422)
    return desk.ask.go(_home(desk), mark("Testers have this code now."))


@at_desk(Permission.CHANNELS_WRITE)
async def submit(desk: Desk) -> Answer:
    """Put the code to the audit."""
    return await desk.act(
        submit_audit,
        _home(desk),
        mark("The audit has begun."),
        channel_id=_channel_id(desk),
        note=desk.ask.form.text("note"),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def undo(desk: Desk) -> Answer:
    """Call the code back."""
    said = mark("The code was called back.")
    return await desk.act(undo_audit, _home(desk), said, channel_id=_channel_id(desk))


@at_desk(Permission.CHANNELS_WRITE)
async def hurry(desk: Desk) -> Answer:
    """Have the audit end sooner."""
    return await desk.act(
        hurry_audit,
        _home(desk),
        mark("It is looked at next."),
        channel_id=_channel_id(desk),
        audit_id=desk.ask.form.text("audit"),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def release(desk: Desk) -> Answer:
    """Let everybody have the approved code."""
    said = mark("Everybody has this version now.")
    return await desk.act(release_code, _home(desk), said, channel_id=_channel_id(desk))


@at_desk(Permission.CHANNELS_WRITE)
async def release_part(desk: Desk) -> Answer:
    """Let a part of the people have it."""
    return await desk.act(
        release_in_part,
        _home(desk),
        mark("So many people have this version now."),
        channel_id=_channel_id(desk),
        percentage=desk.ask.form.text("percentage"),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def stop(desk: Desk) -> Answer:
    """End the release to a part of the people."""
    said = mark("Everybody has the version before.")
    return await desk.act(stop_gray, _home(desk), said, channel_id=_channel_id(desk))


@at_desk(Permission.CHANNELS_WRITE)
async def revert(desk: Desk) -> Answer:
    """Go back to the release before."""
    said = mark("Everybody has the version before.")
    return await desk.act(revert_release, _home(desk), said, channel_id=_channel_id(desk))


@at_desk(Permission.CHANNELS_WRITE)
async def change_state(desk: Desk) -> Answer:
    """Open or close the mini program."""
    is_open = desk.ask.form.text("open") == "yes"
    said = mark("People may open it.") if is_open else mark("Nobody can open it now.")
    return await desk.act(
        change_visits, _home(desk), said, channel_id=_channel_id(desk), is_open=is_open
    )


@at_desk(Permission.CHANNELS_READ)
async def show_picture(desk: Desk) -> Answer:
    """A code that opens a page with a parameter; of what testers have with `?env=trial`."""
    found = await desk.run(read_app, channel_id=_channel_id(desk))
    query = desk.ask.query
    is_trial = query.text("env") == Env.TRIAL
    released = found.release.version if found.release else None
    version = found.trial if is_trial else released
    page = query.text("page")
    if version is None or (page and page not in version.config.pages):
        raise NotFound("request.not_found")
    place = AppPlace(
        page=page,
        scene=query.text("scene")[:32],
        env=Env.TRIAL if is_trial else Env.RELEASE,
        entry=1047,
    )
    path = render_app_path(found.channel.appid, place)
    text = f"{desk.ask.house.facts.public_url}{path}"
    picture = await asyncio.to_thread(render_dots, text, _picture_width)
    name = "" if query.flag("show") else "miniapp.jpg"
    return desk.ask.file(picture, "image/jpeg", name=name)


@at_desk(Permission.CHANNELS_READ)
async def show_library(desk: Desk) -> Answer:
    """Drafts and templates of the merchant."""
    return await _show_library(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def upload(desk: Desk) -> Answer:
    """Take in code as a draft."""
    form = desk.ask.form
    try:
        await desk.run(
            upload_code,
            app_json=form.text("app_json"),
            version_name=form.text("version"),
            version_note=form.text("note"),
        )
    except Failure as failure:
        told = desk.mistakes(failure)
        named = {"": "app_json", "version_name": "version", "version_note": "note"}
        errors = {named.get(one, one): text for one, text in told.items()}
        return await _show_library(desk, errors, 422)
    return desk.ask.go(f"{_home(desk)}/library", mark("The draft is there."))


@at_desk(Permission.CHANNELS_WRITE)
async def keep(desk: Desk) -> Answer:
    """Make a template of a draft."""
    back, said = f"{_home(desk)}/library", mark("It is a template now.")
    return await desk.act(keep_template, back, said, draft_id=desk.ask.form.text("draft"))


@at_desk(Permission.CHANNELS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Have a template no more."""
    back, said = f"{_home(desk)}/library", mark("The template is gone.")
    return await desk.act(delete_code, back, said, template_id=desk.ask.form.text("template"))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = _channel_id(desk)
    found = await desk.run(read_app, channel_id=channel_id)
    return await desk.page(
        "app/page.html",
        status=status,
        errors=errors,
        channel=found.channel,
        found=found,
        quota=await desk.run(read_quota, channel_id=channel_id),
        templates=(await desk.run(list_code, is_template=True)).items,
    )


async def _show_library(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    found = await desk.run(read_app, channel_id=_channel_id(desk))
    return await desk.page(
        "app/library.html",
        status=status,
        errors=errors,
        channel=found.channel,
        drafts=(await desk.run(list_code, is_template=False)).items,
        templates=(await desk.run(list_code, is_template=True)).items,
        example=_example,
    )


def _channel_id(desk: Desk) -> ChannelId:
    return desk.ask.id("channel_id", ChannelId)


def _home(desk: Desk) -> str:
    return f"/console/channel/{_channel_id(desk):d}/app"


ROUTES = (
    PageRoute("GET", WIDE, show_versions),
    PageRoute("POST", f"{WIDE}/commit", commit),
    PageRoute("POST", f"{WIDE}/submit", submit),
    PageRoute("POST", f"{WIDE}/undo", undo),
    PageRoute("POST", f"{WIDE}/hurry", hurry),
    PageRoute("POST", f"{WIDE}/release", release),
    PageRoute("POST", f"{WIDE}/release-part", release_part),
    PageRoute("POST", f"{WIDE}/stop", stop),
    PageRoute("POST", f"{WIDE}/revert", revert),
    PageRoute("POST", f"{WIDE}/state", change_state),
    PageRoute("GET", f"{WIDE}/picture", show_picture),
    PageRoute("GET", f"{WIDE}/library", show_library),
    PageRoute("POST", f"{WIDE}/library", upload),
    PageRoute("POST", f"{WIDE}/library/keep", keep),
    PageRoute("POST", f"{WIDE}/library/delete", delete),
)

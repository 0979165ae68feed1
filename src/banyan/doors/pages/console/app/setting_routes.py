"""To which domains a mini program speaks, who tries it, and, for operators, what is audited."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.app.routes import WIDE
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.miniapps import (
    DecideAudit,
    ListWaitingAudits,
    Purpose,
    bind_tester,
    change_domains,
    decide_audit,
    list_testers,
    list_waiting_audits,
    read_domains,
    unbind_tester,
)

_audits = "/console/app-audits"


@at_desk(Permission.CHANNELS_READ)
async def show_domains(desk: Desk) -> Answer:
    """All domains, and a form for one more."""
    return await _show_domains(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def add_domain(desk: Desk) -> Answer:
    """Add a domain."""
    return await _change_domain(desk, "add", mark("Added."))


@at_desk(Permission.CHANNELS_WRITE)
async def drop_domain(desk: Desk) -> Answer:
    """Take a domain away that was named here."""
    return await _change_domain(desk, "delete", mark("Taken away."))


async def _change_domain(desk: Desk, change: str, said: str) -> Answer:
    form, channel_id = desk.ask.form, desk.ask.id("channel_id", ChannelId)
    purpose, _, name = form.text("chosen").partition(" ")
    purpose, name = form.text("purpose", purpose), form.text("domain", name)
    domains = {purpose: [name]} if purpose in set(Purpose) else {}
    try:
        await desk.run(change_domains, channel_id=channel_id, change=change, domains=domains)
    except Failure as failure:
        told = desk.mistakes(failure)
        return await _show_domains(desk, {"domain": " ".join(told.values())}, 422)
    return desk.ask.go(f"/console/channel/{channel_id:d}/app/domains", said)


async def _show_domains(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    lists = await desk.run(read_domains, channel_id=channel_id)
    rows = [
        (origin.value, purpose.value, name)
        for origin, named in lists.items.items()
        for purpose, names in named.items()
        for name in names
    ]
    found = await desk.run(read_channel, channel_id=channel_id)
    return await desk.page(
        "app/domains.html", status=status, errors=errors, channel=found.channel, rows=rows
    )


@at_desk(Permission.CHANNELS_READ)
async def show_testers(desk: Desk) -> Answer:
    """Who may open what is not released."""
    return await _show_testers(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def add_tester(desk: Desk) -> Answer:
    """Let somebody try it."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    try:
        await desk.run(bind_tester, channel_id=channel_id, wechat_id=desk.ask.form.text("phone"))
    except Failure as failure:
        told = desk.mistakes(failure)
        return await _show_testers(desk, {"phone": " ".join(told.values())}, 422)
    back = f"/console/channel/{channel_id:d}/app/testers"
    return desk.ask.go(back, mark("They may try it."))


@at_desk(Permission.CHANNELS_WRITE)
async def drop_tester(desk: Desk) -> Answer:
    """Let somebody try it no more."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        unbind_tester,
        f"/console/channel/{channel_id:d}/app/testers",
        mark("They try it no more."),
        channel_id=channel_id,
        userstr=desk.ask.form.text("tester"),
    )


async def _show_testers(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    testers = (await desk.run(list_testers, channel_id=channel_id)).items
    return await desk.page(
        "app/testers.html", status=status, errors=errors, channel=found.channel, testers=testers
    )


@at_desk()
async def show_audits(desk: Desk) -> Answer:
    """What waits, for those who look after the platform."""
    if not desk.ask.actor.is_operator:
        raise NotFound("request.not_found")
    waiting = (await desk.ask.run(list_waiting_audits, ListWaitingAudits())).items
    return await desk.page("app/audits.html", waiting=waiting)


@at_desk()
async def decide(desk: Desk) -> Answer:
    """Let code pass, refuse it, or say that it takes longer."""
    form = desk.ask.form
    try:
        command = fill(
            DecideAudit,
            channel_id=form.text("channel"),
            audit_id=form.text("audit"),
            decision=form.text("decision"),
            reason=form.text("reason"),
        )
        await desk.ask.run(decide_audit, command, key=form.key)
    except Failure as failure:
        told = desk.mistakes(failure)
        return desk.ask.go(_audits, " ".join(told.values()), kind="danger")
    return desk.ask.go(_audits, mark("Decided."))


ROUTES = (
    PageRoute("GET", f"{WIDE}/domains", show_domains),
    PageRoute("POST", f"{WIDE}/domains", add_domain),
    PageRoute("POST", f"{WIDE}/domains/drop", drop_domain),
    PageRoute("GET", f"{WIDE}/testers", show_testers),
    PageRoute("POST", f"{WIDE}/testers", add_tester),
    PageRoute("POST", f"{WIDE}/testers/drop", drop_tester),
    PageRoute("GET", _audits, show_audits),
    PageRoute("POST", _audits, decide),
)

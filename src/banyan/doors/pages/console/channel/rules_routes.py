"""Writes the rules by which an official account without a server answers by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.ask import parse_id
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.talks import (
    Content,
    ContentKind,
    Keyword,
    RuleId,
    RuleKind,
    add_rule,
    change_rule,
    delete_rule,
    list_rules,
)

REPLIES = 3
"""Replies that the page offers for a rule."""
_wide = "/console/channel/{channel_id}/rules"
_commas = re.compile(r"[,，、;；\n]+")
_places = {
    "talks.keywords_missing": "keywords",
    "talks.replies_missing": "reply-0",
    "talks.text_missing": "reply-0",
    "talks.text_length": "reply-0",
}


@at_desk(Permission.CHANNELS_READ)
async def show_rules(desk: Desk) -> Answer:
    """All rules, and a form for one more."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def add(desk: Desk) -> Answer:
    """Add a rule for keywords, or the default answer."""
    is_default = desk.ask.form.text("kind") == RuleKind.DEFAULT.value
    kind = RuleKind.DEFAULT if is_default else RuleKind.KEYWORD
    try:
        await desk.run(add_rule, **_typed(desk), kind=kind)
    except Failure as failure:
        part = "default" if is_default else "new"
        return await _show(desk, desk.mistakes(failure, _places), status=422, part=part)
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def change(desk: Desk) -> Answer:
    """Rewrite a rule."""
    rule_id = parse_id(desk.ask.values["rule_id"], RuleId)
    try:
        await desk.run(change_rule, **_typed(desk), rule_id=rule_id)
    except Failure as failure:
        told = desk.mistakes(failure, _places)
        return await _show(desk, told, status=422, part=str(int(rule_id)))
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Delete a rule."""
    rule_id = parse_id(desk.ask.values["rule_id"], RuleId)
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        delete_rule, _home(desk), mark("Deleted."), channel_id=channel_id, rule_id=rule_id
    )


def _typed(desk: Desk) -> dict[str, Any]:
    form = desk.ask.form
    is_exact = form.flag("is_exact")
    texts = [form.text(f"reply-{number}") for number in range(REPLIES)]
    return {
        "channel_id": desk.ask.id("channel_id", ChannelId),
        "name": form.text("name") or desk.ask.words(mark("Default answer")),
        "keywords": [
            fill(Keyword, text=one.strip(), is_exact=is_exact)
            for one in _commas.split(form.text("keywords"))
            if one.strip()
        ],
        "mode": form.text("mode") or "all",
        "replies": [Content(kind=ContentKind.TEXT, text=one) for one in texts if one],
    }


async def _show(
    desk: Desk, errors: Mapping[str, str], *, status: int = 200, part: str = ""
) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    rules = (await desk.run(list_rules, channel_id=channel_id)).items
    return await desk.page(
        "channel/rules.html",
        status=status,
        errors=errors,
        part=part,
        channel=found.channel,
        default=next((one for one in rules if one.kind is RuleKind.DEFAULT), None),
        rules=[one for one in rules if one.kind is RuleKind.KEYWORD],
        replies=REPLIES,
    )


def _home(desk: Desk) -> str:
    return f"/console/channel/{desk.ask.id('channel_id', ChannelId):d}/rules"


ROUTES = (
    PageRoute("GET", _wide, show_rules),
    PageRoute("POST", _wide, add),
    PageRoute("POST", f"{_wide}/{{rule_id}}", change),
    PageRoute("POST", f"{_wide}/{{rule_id}}/delete", delete),
)

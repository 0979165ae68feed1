"""What of an account waits or was refused, its penalties, its originals, and its words."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.moderation import show
from banyan.doors.pages.console.moderation.show import show_check
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.moderation import (
    CheckId,
    appeal_check,
    delete_word,
    list_checks,
    list_words,
    set_word,
)
from banyan.reach.originals import (
    complain,
    declare_original,
    list_complaints,
    list_works,
)
from banyan.reach.penalties import list_penalties

_wide = "/console/channel/{channel_id}/checks"
_pages = ("part",)


@at_desk(Permission.CHANNELS_READ)
async def show_checks(desk: Desk) -> Answer:
    """All that was held back, and why."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def appeal(desk: Desk) -> Answer:
    """Have a refusal looked at once more."""
    return await desk.act(
        appeal_check,
        _home(desk),
        mark("Somebody will look at it once more."),
        channel_id=desk.ask.id("channel_id", ChannelId),
        check_id=desk.ask.id("check_id", CheckId),
        appeal=desk.ask.form.text("appeal"),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def declare(desk: Desk) -> Answer:
    """Say that an article is original."""
    form = desk.ask.form
    return await desk.act(
        declare_original,
        _home(desk),
        mark("Saved."),
        channel_id=desk.ask.id("channel_id", ChannelId),
        article_id=form.text("article_id"),
        place=_number(form.text("place")),
        may_reprint=form.flag("may_reprint"),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def report_copy(desk: Desk) -> Answer:
    """Complain about a copy, named by its address."""
    form = desk.ask.form
    article_id, _, place = form.text("original").partition("/")
    named = form.text("address").rstrip("/").split("/")[-3:]
    if len(named) != 3 or not named[0].isdigit():  # noqa: PLR2004 - account, article, place
        told = {"address": desk.ask.words(mark("Give the address of the copy."))}
        return await _show(desk, told, status=422)
    try:
        await desk.run(
            complain,
            channel_id=desk.ask.id("channel_id", ChannelId),
            article_id=article_id,
            place=_number(place),
            against_channel_id=named[0],
            against_article_id=named[1],
            against_place=_number(named[2]),
            why=form.text("why"),
        )
    except Failure as failure:
        places = {"originals.not_found": "address", "channels.not_found": "address"}
        return await _show(desk, desk.mistakes(failure, places), status=422)
    return desk.ask.go(_home(desk), mark("Somebody will look at it."))


@at_desk(Permission.CHANNELS_WRITE)
async def add_word(desk: Desk) -> Answer:
    """Look for a word in what we send."""
    form = desk.ask.form
    word = {name: form.text(name) for name in ("word", "reason", "opinion")}
    return await desk.act(set_word, _home(desk), mark("Saved."), word=word)


@at_desk(Permission.CHANNELS_WRITE)
async def remove_word(desk: Desk) -> Answer:
    """Look for a word no more."""
    word = desk.ask.form.text("word")
    return await desk.act(delete_word, _home(desk), mark("Deleted."), word=word)


async def _show(desk: Desk, errors: Mapping[str, str], *, status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    cursor = desk.ask.query.text("cursor") or None
    checks = await desk.run(list_checks, channel_id=channel_id, cursor=cursor)
    return await desk.page(
        "moderation/account.html",
        status=status,
        errors=errors,
        show=show,
        channel=found.channel,
        checks=[show_check(one) for one in checks.items],
        pager=desk.pager(_pages, checks.next_cursor),
        penalties=(await desk.run(list_penalties, channel_id=channel_id)).items,
        works=(await desk.run(list_works, channel_id=channel_id)).items,
        complaints=(await desk.run(list_complaints)).items,
        own_words=(await desk.run(list_words)).items,
    )


def _home(desk: Desk) -> str:
    return f"/console/channel/{desk.ask.id('channel_id', ChannelId):d}/checks"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else 0


ROUTES = (
    PageRoute("GET", _wide, show_checks),
    PageRoute("POST", f"{_wide}/originals", declare),
    PageRoute("POST", f"{_wide}/copies", report_copy),
    PageRoute("POST", f"{_wide}/words", add_word),
    PageRoute("POST", f"{_wide}/words/delete", remove_word),
    PageRoute("POST", f"{_wide}/{{check_id}}/appeal", appeal),
)

"""The operator's queue: what waits for people, copies, suspicions, and words for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.console.desk import shared_values
from banyan.doors.pages.console.moderation import show
from banyan.doors.pages.console.moderation.show import show_check
from banyan.doors.pages.console.operator import operator_frame
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId
from banyan.reach.moderation import (
    CheckId,
    ListPlatformWords,
    ListWaiting,
    decide_check,
    delete_platform_word,
    list_platform_words,
    list_waiting,
    set_platform_word,
)
from banyan.reach.originals import (
    ComplaintId,
    ListWaitingComplaints,
    decide_complaint,
    list_waiting_complaints,
)
from banyan.reach.penalties import (
    ListSuspicions,
    SuspicionId,
    list_suspicions,
    settle_suspicion,
)

_home = "/console/moderation"


async def show_queue(ask: Ask) -> Answer:
    """What waits, the oldest first."""
    return await _show(ask, {})


async def decide(ask: Ask) -> Answer:
    """Let something through, or refuse it."""
    form = ask.form
    return await _act(
        ask,
        decide_check,
        channel_id=ask.id("channel_id", ChannelId),
        check_id=ask.id("check_id", CheckId),
        passes=form.text("passes") == "1",
        reason=form.text("reason") or None,
        note=form.text("note"),
    )


async def decide_copy(ask: Ask) -> Answer:
    """Take a copy back, or say that it is none."""
    complaint_id = ask.id("complaint_id", ComplaintId)
    is_copy = ask.form.text("is_copy") == "1"
    note = ask.form.text("note")
    return await _act(ask, decide_complaint, complaint_id=complaint_id, is_copy=is_copy, note=note)


async def settle(ask: Ask) -> Answer:
    """Punish an account for what it is suspected of, or let it be."""
    days = ask.form.text("days")
    penalty = ask.form.text("penalty")
    return await _act(
        ask,
        settle_suspicion,
        channel_id=ask.id("channel_id", ChannelId),
        suspicion_id=ask.id("suspicion_id", SuspicionId),
        penalty=penalty or None,
        days=int(days) if penalty and days.isascii() and days.isdigit() else None,
    )


async def add_word(ask: Ask) -> Answer:
    """Look for a word in what everybody sends."""
    form = ask.form
    word = {name: form.text(name) for name in ("word", "reason", "opinion")}
    return await _act(ask, set_platform_word, word=word)


async def delete_word(ask: Ask) -> Answer:
    """Look for a word no more."""
    return await _act(ask, delete_platform_word, word=ask.form.text("word"))


async def _act(ask: Ask, operation: Operation[Any, Any], **values: object) -> Answer:
    try:
        command = fill(operation.command_type, **values)
        await ask.run(operation, command, key=ask.form.key)
    except Failure as failure:
        return ask.go(_home, " ".join(ask.mistakes(failure).values()), kind="danger")
    return ask.go(_home, mark("Done."))


async def _show(ask: Ask, errors: Mapping[str, str]) -> Answer:
    waiting = await ask.run(list_waiting, ListWaiting(cursor=ask.query.text("cursor") or None))
    complaints = await ask.run(list_waiting_complaints, ListWaitingComplaints())
    suspicions = await ask.run(list_suspicions, ListSuspicions())
    platform_words = await ask.run(list_platform_words, ListPlatformWords())
    values = shared_values(
        ask,
        errors,
        show=show,
        checks=[show_check(one) for one in waiting.items],
        next_cursor=waiting.next_cursor,
        complaints=complaints.items,
        suspicions=suspicions.items,
        platform_words=platform_words.items,
    )
    return ask.page("console/moderation/queue.html", await operator_frame(ask), **values)


ROUTES = (
    PageRoute("GET", _home, show_queue),
    PageRoute("POST", f"{_home}/checks/{{channel_id}}/{{check_id}}", decide),
    PageRoute("POST", f"{_home}/copies/{{complaint_id}}", decide_copy),
    PageRoute("POST", f"{_home}/suspicions/{{channel_id}}/{{suspicion_id}}", settle),
    PageRoute("POST", f"{_home}/words", add_word),
    PageRoute("POST", f"{_home}/words/delete", delete_word),
)

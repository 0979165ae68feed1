"""Messages to many: written, shown to one, sent now or later, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.console import words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.doors.pages.shell.format import read_zone
from banyan.reach.articles import PackState, list_packs
from banyan.reach.broadcasts import (
    SPEEDS,
    ContentKind,
    MessageId,
    answer_consent,
    cancel_message,
    change_outbox,
    count_audience,
    delete_message,
    list_deliveries,
    list_messages,
    preview_message,
    read_message,
    read_outbox,
    send_message,
)
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.labels import STARRED, list_tags
from banyan.reach.media import MediaKind, add_media, list_kept

_wide = "/console/channel/{channel_id}/messages"
_kinds: Mapping[str, MediaKind | None] = {
    ContentKind.NOTE.value: None,
    ContentKind.TEXT.value: None,
    ContentKind.NEWS.value: None,
    ContentKind.IMAGE.value: MediaKind.IMAGE,
    ContentKind.VOICE.value: MediaKind.VOICE,
    ContentKind.VIDEO.value: MediaKind.VIDEO,
}
"""What can be written here, and of which kind its file is."""
_places = {
    "channels.link_malformed": "link",
    "broadcasts.title_missing": "title",
    "broadcasts.text_missing": "body",
    "broadcasts.media_missing": "media_id",
    "broadcasts.wrong_media": "media_id",
    "broadcasts.time_too_far": "send_at",
    "broadcasts.unknown_name": "phone",
    "labels.no_such_tag": "tag_id",
    "media.not_found": "media_id",
    "articles.not_found": "media_id",
    "media.wrong_type": "file",
    "media.too_large": "file",
    "media.empty": "file",
}
_kept_max = 20


@at_desk(Permission.CHANNELS_READ)
async def show_messages(desk: Desk) -> Answer:
    """What the account sent, and what became of it."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    cursor = desk.ask.query.text("cursor") or None
    page = await desk.run(list_messages, channel_id=channel_id, cursor=cursor)
    return await desk.page(
        "channel/messages.html",
        channel=found.channel,
        reports=page.items,
        outbox=await desk.run(read_outbox, channel_id=channel_id),
        speeds=[(str(step), _speed_name(desk, step)) for step in range(len(SPEEDS))],
        pager=desk.pager((), page.next_cursor),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty message."""
    return await _show_new(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def send(desk: Desk) -> Answer:
    """Send it now or later, or show it to one person first."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    form = desk.ask.form
    try:
        content = await _read_content(desk, channel_id)
        if form.text("act") == "preview":
            await desk.run(
                preview_message, channel_id=channel_id, phone=form.text("phone"), **content
            )
            said = desk.ask.words(mark("It was sent to them, to look at."))
            return await _show_new(desk, {}, said=said)
        sent = await desk.run(
            send_message,
            channel_id=channel_id,
            tag_id=form.text("tag_id") or None,
            send_at=_read_time(desk),
            **content,
        )
    except Failure as failure:
        return await _show_new(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(
        f"{_home(channel_id)}/{sent.message_id:d}", mark("The message was taken in.")
    )


@at_desk(Permission.CHANNELS_WRITE)
async def count(desk: Desk) -> Answer:
    """How many the message would go to, as a part of the page."""
    chosen = desk.ask.query.text("tag_id")
    size = await desk.run(
        count_audience,
        channel_id=desk.ask.id("channel_id", ChannelId),
        tag_id=chosen if chosen.isascii() and chosen.isdigit() else None,
    )
    return await desk.part("channel/message_new.html", "count", count=size.count)


@at_desk(Permission.CHANNELS_READ)
async def show_message(desk: Desk) -> Answer:
    """One message, its results by reason, and each recipient's."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    message_id = desk.ask.id("message_id", MessageId)
    found = await desk.run(read_channel, channel_id=channel_id)
    report = await desk.run(read_message, message_id=message_id)
    result = desk.ask.query.text("result")
    page = await desk.run(
        list_deliveries,
        message_id=message_id,
        result=result if result in words.RESULTS else None,
        cursor=desk.ask.query.text("cursor") or None,
    )
    results = {name: count for name, count in report.results.items() if count}
    total = sum(results.values())
    chart = Chart(
        kind="pie",
        labels=tuple(desk.ask.words(words.RESULTS[name]) for name in results),
        series=(Series(name=desk.ask.words(mark("Recipients")), values=tuple(results.values())),),
    )
    return await desk.page(
        "channel/message.html",
        channel=found.channel,
        message=report.message,
        results=results,
        total=total,
        chart=chart,
        rows=page.items,
        result=result if result in words.RESULTS else "",
        path=desk.ask.path,
        pager=desk.pager(("result",), page.next_cursor),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def cancel(desk: Desk) -> Answer:
    """Do not send it after all."""
    return await _act(desk, cancel_message, mark("It will not be sent."))


@at_desk(Permission.CHANNELS_WRITE)
async def take_back(desk: Desk) -> Answer:
    """Take it back, or an article of it."""
    place = desk.ask.form.text("place") or "0"
    return await _act(desk, delete_message, mark("Taken back."), place=place)


@at_desk(Permission.CHANNELS_WRITE)
async def consent(desk: Desk) -> Answer:
    """Let what the account's program wants to send go, or not."""
    is_granted = desk.ask.form.text("answer") == "yes"
    said = mark("It may go.") if is_granted else mark("It will not be sent.")
    return await _act(desk, answer_consent, said, is_granted=is_granted)


@at_desk(Permission.CHANNELS_WRITE)
async def change(desk: Desk) -> Answer:
    """Send faster or slower, and ask or not before a program sends to all."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        change_outbox,
        _home(channel_id),
        mark("Saved."),
        channel_id=channel_id,
        speed=desk.ask.form.text("speed"),
        asks_before_all=desk.ask.form.flag("asks_before_all"),
    )


async def _act(desk: Desk, operation: Operation[Any, Any], said: str, **values: object) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    message_id = desk.ask.id("message_id", MessageId)
    back = f"{_home(channel_id)}/{message_id:d}"
    return await desk.act(operation, back, said, message_id=message_id, **values)


async def _show_new(
    desk: Desk, errors: Mapping[str, str], *, status: int = 200, said: str = ""
) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    tags = (await desk.run(list_tags, channel_id=channel_id)).items
    starred = desk.ask.words(mark("Starred"))
    names = {int(one.tag_id): one.name for one in tags} | {int(STARRED): starred}
    kind = _chosen_kind(desk)
    return await desk.page(
        "channel/message_new.html",
        status=status,
        errors=errors,
        said=said,
        channel=found.channel,
        followers_count=found.followers_count,
        kind=kind,
        kinds=list(_kinds),
        tags=[(str(int(one.tag_id)), f"{names[int(one.tag_id)]}") for one in tags],
        kept=await _list_kept(desk, channel_id, kind),
    )


async def _list_kept(desk: Desk, channel_id: ChannelId, kind: str) -> list[tuple[str, str]]:
    """What can be chosen for a message of this kind, by what it is called."""
    if kind == ContentKind.NEWS:
        packs = []
        for state in (PackState.DRAFT, PackState.MATERIAL):
            found = await desk.run(
                list_packs, channel_id=channel_id, state=state.value, limit=_kept_max
            )
            packs += found.items
        return [(one.media_id, one.articles[0].title) for one in packs]
    media_kind = _kinds[kind]
    if media_kind is None:
        return []
    kept = await desk.run(list_kept, channel_id=channel_id, kind=media_kind.value, limit=_kept_max)
    return [(one.media_id, one.title or one.name or one.media_id[:12]) for one in kept.items]


async def _read_content(desk: Desk, channel_id: ChannelId) -> dict[str, object]:
    form, kind = desk.ask.form, _chosen_kind(desk)
    media_ids = [form.text("media_id")] if form.text("media_id") else []
    file = form.file("file")
    media_kind = _kinds[kind]
    if file is not None and media_kind is not None:
        item = await desk.run(
            add_media,
            channel_id=channel_id,
            kind=media_kind.value,
            content=file.content,
            name="",
        )
        media_ids = [item.media_id]
    return {
        "kind": kind,
        "title": form.text("title"),
        "body": form.text("body"),
        "link": form.text("link"),
        "media_ids": media_ids,
    }


def _chosen_kind(desk: Desk) -> str:
    chosen = desk.ask.form.text("kind") or desk.ask.query.text("kind")
    return chosen if chosen in _kinds else ContentKind.NOTE.value


def _read_time(desk: Desk) -> datetime | None:
    """The instant typed, on the clocks of the shop; None for now. Raises Wrong."""
    text = desk.ask.form.text("send_at")
    if not text:
        return None
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        raise Wrong({"send_at": Mistake(mark("Enter a day and a time"))}) from None
    return typed.replace(tzinfo=read_zone(desk.zone)).astimezone(UTC)


def _speed_name(desk: Desk, step: int) -> str:
    if step == 0:
        return desk.ask.words(mark("As fast as possible"))
    return desk.ask.words(mark("{count} a minute"), count=f"{SPEEDS[step]:,}")


def _home(channel_id: ChannelId) -> str:
    return _wide.format(channel_id=f"{channel_id:d}")


ROUTES = (
    PageRoute("GET", _wide, show_messages),
    PageRoute("POST", _wide, send),
    PageRoute("GET", f"{_wide}/new", show_new),
    PageRoute("GET", f"{_wide}/count", count),
    PageRoute("POST", f"{_wide}/outbox", change),
    PageRoute("GET", f"{_wide}/{{message_id}}", show_message),
    PageRoute("POST", f"{_wide}/{{message_id}}/cancel", cancel),
    PageRoute("POST", f"{_wide}/{{message_id}}/delete", take_back),
    PageRoute("POST", f"{_wide}/{{message_id}}/consent", consent),
)

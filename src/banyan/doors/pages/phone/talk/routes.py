"""The conversation with one account: both sides, the menu, and something to say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.base.limits import PAGE_MAX
from banyan.commerce.coupons import Coupon, ListMyCoupons, Origin, list_my_coupons
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, fixed_headers
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, shop_of, show, show_block
from banyan.doors.pages.router import PageRoute
from banyan.parties.merchants import MerchantId
from banyan.reach.broadcasts import NOTICE as BROADCAST
from banyan.reach.broadcasts import FindMyBroadcasts, MyBroadcast, find_my_broadcasts
from banyan.reach.channels import ChannelId, ChannelPage, ReadChannelPage, read_channel_page
from banyan.reach.notices import ListNotices, MarkRead, list_notices, mark_read
from banyan.reach.talks import (
    Content,
    ContentKind,
    MyTalk,
    ReadMyTalk,
    Say,
    TalkEntry,
    read_my_talk,
)
from banyan.reach.talks import say as say_to

_pause = timedelta(minutes=5)
"""After a pause as long as this the time is shown again."""
_marked_max = 100


class Line(msgspec.Struct, frozen=True):
    """One thing in the conversation, and whether the time is shown above it."""

    entry: TalkEntry
    is_timed: bool


async def show_talk(ask: Ask) -> Answer:
    """What the account and the person said; opening it reads it."""
    channel = await _read_channel(ask)
    talk = await _read_talk(ask, channel, cursor_of(ask))
    return show(
        ask,
        "talk/page.html",
        await frame_of(ask, has_unread=False),
        **await _values(ask, channel, talk),
        next_cursor=talk.next_cursor,
        is_live=cursor_of(ask) is None,
        is_writing=ask.query.flag("write") or not channel.menu,
    )


async def show_latest(ask: Ask) -> Answer:
    """The end of the conversation again, if anything about it is new."""
    channel = await _read_channel(ask)
    talk = await _read_talk(ask, channel, None)
    if ask.query.text("state") == _state(talk):
        return Answer(204, b"", headers=fixed_headers)
    return show_block(
        ask,
        "talk/page.html",
        "talk",
        await frame_of(ask, has_unread=False),
        **await _values(ask, channel, talk),
        next_cursor=talk.next_cursor,
        is_live=True,
    )


async def say(ask: Ask) -> Answer:
    """Say a text, or one of the answers that a menu of answers offers."""
    channel_id = ask.id("channel_id", ChannelId)
    back = f"/inbox/{channel_id:d}"
    choice = ask.form.text("choice")
    try:
        content = fill(Content, kind=ContentKind.TEXT, text=ask.form.text("text"), choice_id=choice)
        command = Say(channel_id=channel_id, content=content)
        await ask.run(say_to, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return ask.go(back, "; ".join(ask.mistakes(failure).values()), kind="warning")
    return ask.go(back if choice else f"{back}?write=1")


async def _read_channel(ask: Ask) -> ChannelPage:
    query = ReadChannelPage(channel_id=ask.id("channel_id", ChannelId))
    return await ask.run(read_channel_page, query)


async def _read_talk(ask: Ask, channel: ChannelPage, cursor: str | None) -> MyTalk:
    talk = await ask.run(read_my_talk, ReadMyTalk(channel_id=channel.channel_id, cursor=cursor))
    query = ListNotices(channel_id=Id(channel.channel_id), is_unread=True, limit=_marked_max)
    unread = [one.notice_id for one in (await ask.run(list_notices, query)).items]
    if unread:
        await ask.run(mark_read, MarkRead(notice_ids=unread))
    return talk


async def _values(ask: Ask, channel: ChannelPage, talk: MyTalk) -> dict[str, Any]:
    return {
        "channel": channel,
        "lines": _lines(talk),
        "talk": talk,
        "state": _state(talk),
        "broadcasts": await _find_broadcasts(ask, talk),
        "coupons": await _list_coupons(ask, channel),
        "shop": await shop_of(ask, channel.merchant_id),
        "now": ask.house.now(),
        "path": f"/inbox/{channel.channel_id:d}",
    }


async def _find_broadcasts(ask: Ask, talk: MyTalk) -> Mapping[str, MyBroadcast]:
    """What the account said to many, in full, by the id that its notices name."""
    ids = [
        Id(int(one.notice.fields["message_id"]))
        for one in talk.items
        if one.notice is not None and one.notice.kind == BROADCAST
    ]
    if not ids:
        return {}
    found = (await ask.run(find_my_broadcasts, FindMyBroadcasts(message_ids=ids))).items
    return {str(int(one.message_id)): one for one in found}


async def _list_coupons(ask: Ask, channel: ChannelPage) -> Mapping[datetime, Coupon]:
    """The coupons that came with messages of the account, by the instant at which both came."""
    query = ListMyCoupons(merchant_id=MerchantId(channel.merchant_id), limit=PAGE_MAX)
    held = (await ask.run(list_my_coupons, query)).items
    return {one.claimed_at: one for one in held if one.origin is Origin.CAMPAIGN}


def _lines(talk: MyTalk) -> list[Line]:
    lines: list[Line] = []
    for entry in reversed(talk.items):
        is_timed = not lines or entry.at - lines[-1].entry.at >= _pause
        lines.append(Line(entry, is_timed))
    return lines


def _state(talk: MyTalk) -> str:
    """What changes when anything does that the page shows."""
    last = int(talk.items[0].entry_id) if talk.items else 0
    return f"{last}-{talk.is_typing:d}{talk.is_waiting:d}{bool(talk.attended_by):d}"


ROUTES = (
    PageRoute("GET", "/inbox/{channel_id}", show_talk),
    PageRoute("GET", "/inbox/{channel_id}/latest", show_latest),
    PageRoute("POST", "/inbox/{channel_id}/words", say),
)

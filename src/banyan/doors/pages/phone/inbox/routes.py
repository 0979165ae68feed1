"""Conversations with the accounts of shops: what they said, their menu, following and leaving."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import NONE
from banyan.base.limits import PAGE_MAX
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, own_path
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, names_of, show
from banyan.doors.pages.phone.send.routes import find_way
from banyan.doors.pages.phone.words import Words
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.articles import ListPast, list_past
from banyan.reach.channels import (
    ButtonKind,
    ChannelId,
    ChannelKind,
    ChannelPage,
    Follow,
    FollowScene,
    ListMyChannels,
    ReadChannelPage,
    TapMenu,
    Unfollow,
    follow,
    list_my_channels,
    read_channel_page,
    tap_menu,
    unfollow,
)
from banyan.reach.notices import ListNotices, MarkRead, Notice, list_notices, mark_read
from banyan.reach.templates import ListOffers, Subscribe, list_offers, subscribe

BANYAN = "banyan"
"""The conversation of what no account says: receipts and coupons."""
_channels_max = 50
_past_max = 10_000


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the inbox."""

    key: str
    """The account's id, or `banyan`."""
    name: str
    last: Notice | None
    unread_count: int


async def show_inbox(ask: Ask) -> Answer:
    """Everybody who wrote, the latest first, and accounts that have not said anything yet."""
    notices = (await ask.run(list_notices, ListNotices(limit=PAGE_MAX))).items
    channels = (await ask.run(list_my_channels, ListMyChannels(limit=_channels_max))).items
    names = {int(one.channel_id): one.name for one in channels}
    by_channel: dict[int, list[Notice]] = {}
    for one in notices:
        by_channel.setdefault(int(one.channel_id), []).append(one)
    for left in by_channel.keys() - names.keys() - {NONE}:
        names[left] = (await _read(ask, ChannelId(left))).name
    conversations = [
        Conversation(
            key=str(channel_id) if channel_id else BANYAN,
            name=names.get(channel_id, ""),
            last=found[0],
            unread_count=sum(not one.is_read for one in found),
        )
        for channel_id, found in by_channel.items()
    ]
    conversations += [
        Conversation(key=str(channel_id), name=name, last=None, unread_count=0)
        for channel_id, name in names.items()
        if channel_id not in by_channel
    ]
    return show(
        ask,
        "inbox/page.html",
        await frame_of(ask),
        conversations=conversations,
        now=ask.house.now(),
    )


async def show_banyan(ask: Ask) -> Answer:
    """Receipts, and coupons that came; opening them reads them."""
    page = await ask.run(list_notices, ListNotices(channel_id=NONE, cursor=cursor_of(ask)))
    unread = [one.notice_id for one in page.items if not one.is_read]
    if unread:
        await ask.run(mark_read, MarkRead(notice_ids=unread))
    return show(
        ask,
        "inbox/conversation.html",
        await frame_of(ask, has_unread=False),
        notices=list(reversed(page.items)),
        next_cursor=page.next_cursor,
        path=ask.path,
    )


async def show_account(ask: Ask) -> Answer:
    """The account's own page: whose it is, and whether to follow it."""
    channel = await _read(ask, ask.id("channel_id", ChannelId))
    if channel.kind is ChannelKind.MINIAPP:
        return ask.go(f"/m/{channel.appid}")
    shops = await names_of(ask, [channel.merchant_id])
    offers = []
    if ask.is_signed_in:
        query = ListOffers(channel_id=channel.channel_id)
        offers = (await ask.run(list_offers, query)).items
    offset = min(max(ask.query.number("offset"), 0), _past_max)
    past = await ask.run(list_past, ListPast(channel_id=channel.channel_id, offset=offset))
    return show(
        ask,
        "inbox/account.html",
        await frame_of(ask, has_unread=False),
        channel=channel,
        offers=offers,
        past=past,
        offset=offset,
        scene=ask.query.text("from"),
        shop=shops[int(channel.merchant_id)],
    )


async def start_following(ask: Ask) -> Answer:
    """Follow an account."""
    channel_id = ask.id("channel_id", ChannelId)
    told = ask.form.text("scene")
    scene = FollowScene(told) if told in set(FollowScene) else FollowScene.OTHER
    await ask.run(follow, Follow(channel_id=channel_id, scene=scene), key=ask.form.key)
    return ask.go(f"/inbox/{channel_id:d}", mark("You follow this account now."))


async def stop_following(ask: Ask) -> Answer:
    """Leave an account; what it said stays."""
    channel_id = ask.id("channel_id", ChannelId)
    await ask.run(unfollow, Unfollow(channel_id=channel_id), key=ask.form.key)
    text = mark("You get no more messages from this account.")
    return ask.go(f"/accounts/{channel_id:d}", text)


async def say_wanted(ask: Ask) -> Answer:
    """Want the next message of a form, or none."""
    channel_id = ask.id("channel_id", ChannelId)
    is_wanted = ask.form.text("answer") == "yes"
    command = fill(
        Subscribe,
        channel_id=channel_id,
        template_id=ask.values["template_id"],
        is_wanted=is_wanted,
    )
    await ask.run(subscribe, command, key=ask.form.key)
    said = mark("It may send you this once.") if is_wanted else mark("It will not send you this.")
    return ask.go(f"/accounts/{channel_id:d}", said)


async def tap(ask: Ask) -> Answer:
    """Tap a button of an account's menu, and go where it leads."""
    channel_id = ask.id("channel_id", ChannelId)
    back = f"/inbox/{channel_id:d}"
    try:
        command = fill(TapMenu, channel_id=channel_id, key=ask.form.text("key"))
        tapped = await ask.run(tap_menu, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return ask.go(back, "; ".join(ask.mistakes(failure).values()), kind="warning")
    way = find_way(tapped.kind)
    if way:
        key = quote(command.key, safe="")
        return ask.go(f"{back}/send/{way}?key={key}&by={tapped.kind.value}")
    if tapped.kind is ButtonKind.MINIPROGRAM:
        return ask.go(Words.app_href(tapped.appid, tapped.pagepath))
    if tapped.kind is not ButtonKind.VIEW:
        return ask.go(back, mark("The shop has been told."), kind="info")
    if own_path(tapped.url, ""):
        return ask.go(tapped.url)
    # A form may not lead elsewhere, and nobody should leave without knowing.
    frame = await frame_of(ask, has_unread=False)
    return show(ask, "inbox/leaving.html", frame, url=tapped.url, back=back)


async def _read(ask: Ask, channel_id: ChannelId) -> ChannelPage:
    return await ask.run(read_channel_page, ReadChannelPage(channel_id=channel_id))


ROUTES = (
    PageRoute("GET", "/inbox", show_inbox),
    PageRoute("GET", f"/inbox/{BANYAN}", show_banyan),
    PageRoute("POST", "/inbox/{channel_id}/taps", tap),
    PageRoute("GET", "/accounts/{channel_id}", show_account),
    PageRoute("POST", "/accounts/{channel_id}/follow", start_following),
    PageRoute("POST", "/accounts/{channel_id}/unfollow", stop_following),
    PageRoute("POST", "/accounts/{channel_id}/subscriptions/{template_id}", say_wanted),
)

"""Cards of an account: the list, a new one with its preview, and one with its codes and figures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.commerce.cards import (
    COLORS,
    CardFace,
    CardKind,
    CardReport,
    CardStatus,
    CardTerms,
    HolderStatus,
    Source,
    change_card,
    change_stock,
    consume_code,
    create_card,
    delete_card,
    list_cards,
    list_codes,
    read_card,
    read_code,
    void_code,
)
from banyan.commerce.handouts import (
    CardDays,
    Happened,
    ShelfItem,
    ShelfKind,
    make_shelf,
    read_days,
)
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import end_of, find_day, parse_percent
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.doors.pages.shell.format import format_day
from banyan.reach.channels import ChannelId, read_channel
from banyan.wire.qr import render_png

_home = "/console/channel/{channel_id}/cards"
_one = _home + "/{ref}"
_days = 30
_list_max = 50
KINDS = {
    CardKind.CASH.value: mark("Amount off"),
    CardKind.DISCOUNT.value: mark("Percentage off"),
    CardKind.GIFT.value: mark("A gift to collect"),
    CardKind.GROUPON.value: mark("Bought together"),
    CardKind.GENERAL_COUPON.value: mark("Voucher"),
    CardKind.MEMBER_CARD.value: mark("Member card"),
    CardKind.MEETING_TICKET.value: mark("Ticket of a meeting"),
    CardKind.SCENIC_TICKET.value: mark("Ticket of a place"),
    CardKind.MOVIE_TICKET.value: mark("Film ticket"),
    CardKind.BOARDING_PASS.value: mark("Boarding pass"),
}
_made_here = (
    CardKind.CASH,
    CardKind.DISCOUNT,
    CardKind.GIFT,
    CardKind.GROUPON,
    CardKind.GENERAL_COUPON,
    CardKind.MEMBER_CARD,
)
STATUSES = {
    CardStatus.CHECKING: (mark("Being looked through"), "warning"),
    CardStatus.REFUSED: (mark("Refused"), "danger"),
    CardStatus.VERIFIED: (mark("Given out"), "success"),
    CardStatus.DELETED: (mark("Deleted"), "neutral"),
}
HELD = {
    HolderStatus.NORMAL: (mark("To use"), "success"),
    HolderStatus.CONSUMED: (mark("Used"), "neutral"),
    HolderStatus.EXPIRED: (mark("Expired"), "neutral"),
    HolderStatus.GIFTING: (mark("On its way to a friend"), "warning"),
    HolderStatus.GIVEN: (mark("Given to a friend"), "neutral"),
    HolderStatus.DISCARDED: (mark("Thrown away"), "neutral"),
    HolderStatus.UNAVAILABLE: (mark("Not valid any more"), "danger"),
}
_places = {
    "coupons.window_empty": "valid_until",
    "coupons.window_past": "valid_until",
    "coupons.window_too_far": "valid_until",
    "coupons.terms_worthless": "amount_off_fen",
    "coupons.fewer_left": "added",
    "cards.stock_negative": "added",
    "cards.too_few_codes": "added",
}
_face_fields = ("title", "brand_name", "color", "notice", "description", "detail")


@at_desk(Permission.COUPONS_READ)
async def show_cards(desk: Desk) -> Answer:
    """All cards of the account, the newest first."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    offset = desk.ask.query.number("from")
    cards = await desk.run(list_cards, channel_id=channel_id, offset=max(offset, 0))
    return await desk.page(
        "card/page.html",
        channel=found.channel,
        rows=cards.items,
        kinds=KINDS,
        statuses=STATUSES,
        next_from=offset + _list_max if cards.total > offset + _list_max else 0,
    )


@at_desk(Permission.COUPONS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty card."""
    return await _show_new(desk, {})


@at_desk(Permission.COUPONS_WRITE)
async def create(desk: Desk) -> Answer:
    """Make it; it is looked through at once."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    form = desk.ask.form
    kind = form.text("kind")
    is_member = kind == CardKind.MEMBER_CARD.value
    last = find_day(form.text("valid_until"))
    try:
        made = await desk.run(
            create_card,
            channel_id=channel_id,
            kind=kind,
            face=_face(desk),
            terms=CardTerms(
                may_give=form.flag("may_give"),
                has_bonus=is_member,
                is_auto_active=is_member,
            ),
            quantity=form.text("quantity"),
            get_limit=form.text("get_limit") or 1,
            valid_until=end_of(last, desk.zone) if last else None,
            threshold_fen=desk.money("threshold_fen"),
            amount_off_fen=desk.money("amount_off_fen") if kind == CardKind.CASH.value else 0,
            percent_bp=(
                parse_percent(form.text("percent_bp")) if kind == CardKind.DISCOUNT.value else 0
            ),
            is_claimable=form.flag("is_claimable") and not is_member,
        )
    except Failure as failure:
        return await _show_new(desk, desk.mistakes(failure, _places), status=422)
    said = mark("The card is made.")
    return desk.ask.go(f"/console/channel/{channel_id:d}/cards/{made.ref}", said)


@at_desk(Permission.COUPONS_READ)
async def show_card(desk: Desk) -> Answer:
    """One card: how it looks, what became of it, and those in hands."""
    return await _show_card(desk, {})


@at_desk(Permission.COUPONS_WRITE)
async def change(desk: Desk) -> Answer:
    """Change how it looks; other words are looked through again."""
    report = await _read(desk)
    face = msgspec.structs.replace(_face(desk), **_kept(report))
    try:
        await desk.run(change_card, face=face, **_named(desk))
    except Failure as failure:
        return await _show_card(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_href(desk), mark("The card is changed."))


@at_desk(Permission.COUPONS_WRITE)
async def add_stock(desk: Desk) -> Answer:
    """Have more of it, or fewer."""
    try:
        await desk.run(change_stock, added=desk.ask.form.text("added"), **_named(desk))
    except Failure as failure:
        return await _show_card(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_href(desk), mark("The stock is changed."))


@at_desk(Permission.COUPONS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Give it out no more."""
    await desk.run(delete_card, **_named(desk))
    channel_id = desk.ask.id("channel_id", ChannelId)
    said = mark("The card is given out no more.")
    return desk.ask.go(f"/console/channel/{channel_id:d}/cards", said)


@at_desk(Permission.COUPONS_WRITE)
async def act_on_code(desk: Desk) -> Answer:
    """Check one off, or make it invalid."""
    form = desk.ask.form
    try:
        if form.text("do") == "void":
            await desk.run(void_code, code=form.text("code"), **_named(desk))
            said = mark("The card is not valid any more.")
        else:
            await desk.run(
                consume_code, code=form.text("code"), source=Source.CONSOLE, **_named(desk)
            )
            said = mark("The card is checked off.")
    except Failure as failure:
        told = " ".join(desk.mistakes(failure).values())
        return desk.ask.go(_href(desk), told, kind="warning")
    return desk.ask.go(_href(desk), said)


@at_desk(Permission.COUPONS_WRITE)
async def download(desk: Desk) -> Answer:
    """A code to print that hands the card out, made afresh."""
    report = await _read(desk)
    shelf = await desk.run(
        make_shelf,
        channel_id=desk.ask.id("channel_id", ChannelId),
        kind=ShelfKind.CODE,
        items=[ShelfItem(ref=report.ref, outer_str="console")],
    )
    link = f"{desk.ask.house.facts.public_url}/k/{shelf.token}"
    picture = await asyncio.to_thread(render_png, link, 16)
    return desk.ask.file(picture, "image/png", name=f"card-{report.card.card_id:d}.png")


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    found = await desk.run(read_channel, channel_id=desk.ask.id("channel_id", ChannelId))
    return await desk.page(
        "card/new.html",
        status=status,
        errors=errors,
        channel=found.channel,
        kinds={one.value: KINDS[one.value] for one in _made_here},
        colors=list(COLORS),
        blank=dict.fromkeys(_face_fields, ""),
        last=desk.today + timedelta(days=_days),
    )


async def _show_card(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    report = await _read(desk)
    first_on, last_on = desk.today - timedelta(days=_days - 1), desk.today
    days = await desk.run(
        read_days, channel_id=channel_id, ref=report.ref, first_on=first_on, last_on=last_on
    )
    codes = await _list_codes(desk)
    return await desk.page(
        "card/card.html",
        status=status,
        errors=errors,
        channel=found.channel,
        report=report,
        kinds=KINDS,
        statuses=STATUSES,
        held_states=HELD,
        colors=list(COLORS),
        codes=codes.items,
        sums=_sums(days),
        chart=_chart(desk, days),
        pager=desk.pager(("code",), codes.next_cursor),
    )


async def _list_codes(desk: Desk) -> Any:  # noqa: ANN401 - a page of codes
    wanted = desk.ask.query.text("code")
    if not wanted:
        cursor = desk.ask.query.text("cursor") or None
        return await desk.run(list_codes, cursor=cursor, **_named(desk))
    try:
        items = [await desk.run(read_code, code=wanted, **_named(desk))]
    except Failure:
        items = []
    return _Codes(items=items)


class _Codes(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Any]
    next_cursor: str | None = None


def _sums(days: CardDays) -> dict[str, int]:
    sums = {one.value: 0 for one in Happened}
    for one in days.items:
        if one.card_id is None:
            sums[one.what.value] += one.times
    return sums


def _chart(desk: Desk, days: CardDays) -> Chart:
    """The last days, also those on which nothing happened."""
    times = {(one.day_on, one.what): one.times for one in days.items if one.card_id is None}
    shown = [desk.today - timedelta(days=back) for back in range(_days - 1, -1, -1)]
    locale = desk.ask.language.locale
    lines = (
        (mark("Looked at"), Happened.VIEWED),
        (mark("Picked up"), Happened.TAKEN),
        (mark("Used"), Happened.CONSUMED),
    )
    return Chart(
        kind="line",
        labels=tuple(format_day(locale, day, "day") for day in shown),
        series=tuple(
            Series(
                name=desk.ask.words(text),
                values=tuple(times.get((day, what), 0) for day in shown),
            )
            for text, what in lines
        ),
    )


def _face(desk: Desk) -> CardFace:
    """What was typed. Raises Wrong."""
    form = desk.ask.form
    return fill(CardFace, **{name: form.text(name) for name in _face_fields})


def _kept(report: CardReport) -> dict[str, Any]:
    """What of a card's face is not edited here."""
    face = report.card.face
    names = set(CardFace.__struct_fields__) - set(_face_fields)
    return {name: getattr(face, name) for name in names}


async def _read(desk: Desk) -> CardReport:
    try:
        return await desk.run(read_card, **_named(desk))
    except NotFound:
        raise
    except Failure as failure:
        raise NotFound("cards.not_found") from failure


def _named(desk: Desk) -> dict[str, Any]:
    return {"channel_id": desk.ask.id("channel_id", ChannelId), "ref": desk.ask.values["ref"]}


def _href(desk: Desk) -> str:
    return f"/console/channel/{desk.ask.values['channel_id']}/cards/{desk.ask.values['ref']}"


ROUTES = (
    PageRoute("GET", _home, show_cards),
    PageRoute("POST", _home, create),
    PageRoute("GET", _home + "/new", show_new),
    PageRoute("GET", _one, show_card),
    PageRoute("POST", _one, change),
    PageRoute("POST", _one + "/stock", add_stock),
    PageRoute("POST", _one + "/delete", delete),
    PageRoute("POST", _one + "/codes", act_on_code),
    PageRoute("POST", _one + "/code.png", download),
)

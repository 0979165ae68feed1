"""Lists a merchant's red packets, sends them from its purse, shows who took their shares."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console import words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import Pager
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.reach.redpackets import (
    PacketId,
    PacketKind,
    PacketState,
    SendMerchantPacket,
    Split,
    list_merchant_packets,
    read_merchant_packet,
    send_merchant_packet,
)
from banyan.wire.qr import render_svg

_HOME = "/console/packets"
_shown = 50
_places = {
    "redpackets.too_little": "amount",
    "redpackets.not_divisible": "amount",
    "redpackets.share_too_large": "amount",
    "redpackets.day_limit_reached": "amount",
    "redpackets.purse_too_low": "amount",
    "redpackets.too_many": "count",
}


@at_desk(Permission.CAMPAIGNS_READ)
async def show_packets(desk: Desk) -> Answer:
    """What was sent, the latest first."""
    page = await desk.run(list_merchant_packets, cursor=desk.ask.query.text("cursor") or None)
    return await desk.page(
        "packets/page.html", packets=page.items, pager=desk.pager((), page.next_cursor)
    )


@at_desk(Permission.CAMPAIGNS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty packet."""
    return await _show_new(desk, {})


@at_desk(Permission.CAMPAIGNS_WRITE)
async def send(desk: Desk) -> Answer:
    """Fill a packet from the purse."""
    form = desk.ask.form
    is_lucky = form.text("split") == Split.LUCKY
    try:
        checked = fill(
            SendMerchantPacket,
            merchant_id=desk.merchant_id,
            total_fen=desk.money("amount"),
            count=form.text("count"),
        )
        packet = await desk.run(
            send_merchant_packet,
            total_fen=checked.total_fen * (1 if is_lucky else checked.count),
            count=checked.count,
            kind=PacketKind.GROUP,
            split=Split.LUCKY if is_lucky else Split.EQUAL,
            wish=form.text("wish"),
            sender_name=form.text("sender_name"),
        )
    except Failure as failure:
        errors = desk.mistakes(failure, _places)
        if "total_fen" in errors:
            errors["amount"] = errors.pop("total_fen")
        return await _show_new(desk, errors, status=422)
    return desk.ask.go(f"{_HOME}/{packet.packet_id:d}", mark("The red packet is filled."))


@at_desk(Permission.CAMPAIGNS_READ)
async def show_packet(desk: Desk) -> Answer:
    """One packet: its link, and what came of it."""
    after = desk.ask.query.number("after")
    found = await desk.run(
        read_merchant_packet,
        packet_id=desk.ask.id("packet_id", PacketId),
        after=str(after),
        limit=str(_shown),
    )
    packet, takings = found.packet, found.takings
    link = f"{desk.ask.house.facts.public_url.rstrip('/')}/packets/{packet.token}"
    left_fen = packet.total_fen - packet.taken_fen - packet.refunded_fen
    chart = Chart(
        kind="pie",
        labels=tuple(
            desk.ask.words(one) for one in (mark("Taken"), mark("Went back"), mark("Still inside"))
        ),
        series=(
            Series(
                name=desk.ask.words(mark("Money")),
                values=(packet.taken_fen, packet.refunded_fen, left_fen),
            ),
        ),
        unit="fen",
    )
    path = desk.ask.path
    has_more = len(takings) == _shown and takings[-1].place < packet.taken_count
    pager = Pager(
        f"{path}?after={max(after - _shown, 0)}" if after else "",
        f"{path}?after={takings[-1].place}" if has_more else "",
    )
    return await desk.page(
        "packets/packet.html",
        packet=packet,
        takings=takings,
        chart=chart,
        link=link,
        code="data:image/svg+xml," + quote(render_svg(link)),
        is_open=packet.state is PacketState.OPEN,
        pager=pager,
    )


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    return await desk.page(
        "packets/new.html",
        status=status,
        errors=errors,
        splits=[(one, desk.ask.words(words.PACKET_SPLITS[one])) for one in words.PACKET_SPLITS],
    )


ROUTES = (
    PageRoute("GET", _HOME, show_packets),
    PageRoute("POST", _HOME, send),
    PageRoute("GET", f"{_HOME}/new", show_new),
    PageRoute("GET", f"{_HOME}/{{packet_id}}", show_packet),
)

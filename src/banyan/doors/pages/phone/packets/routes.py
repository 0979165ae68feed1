"""Red packets: send one, open what a link leads to, and look back at a year of them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from banyan.base.errors import Failure, Refusal
from banyan.base.money import CNY
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Mistake, Wrong, fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, show
from banyan.doors.pages.phone.proving import Asking, find_asking, run_proved
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import parse_money
from banyan.pay.wallets import ReadWallet, read_wallet
from banyan.reach.redpackets import (
    CHINA,
    PERSON_COUNT_MAX,
    SHARE_MAX_FEN,
    GrabPacket,
    ListReceivedPackets,
    ListSentPackets,
    PacketKind,
    ReadPacket,
    ReadPacketSummary,
    SendPacket,
    Split,
    ThankSender,
    grab_packets,
    list_received_packets,
    list_sent_packets,
    read_packet,
    read_packet_summary,
    send_packet,
    subject_of,
    thank_sender,
)
from banyan.wire.qr import render_svg

_HOME = "/packets"
_kinds = {
    "lucky": (mark("By luck"), PacketKind.GROUP, Split.LUCKY),
    "equal": (mark("Equal shares"), PacketKind.GROUP, Split.EQUAL),
    "personal": (mark("For one"), PacketKind.PERSONAL, Split.EQUAL),
}
_short = "redpackets.wallet_too_low"
_places = {
    _short: "amount",
    "redpackets.too_little": "amount",
    "redpackets.share_too_large": "amount",
    "redpackets.day_limit_reached": "amount",
    "redpackets.too_many": "count",
}
_first_year = 2020


async def show_records(ask: Ask) -> Answer:
    """My year: what I took or sent, summed up and one by one."""
    this_year = ask.house.now().astimezone(CHINA).year
    year = min(max(ask.query.number("year", this_year), _first_year), this_year)
    is_sent = ask.query.text("show") == "sent"
    summary = await ask.run(read_packet_summary, ReadPacketSummary(year=year))
    cursor = cursor_of(ask)
    sent = received = None
    if is_sent:
        sent = await ask.run(list_sent_packets, ListSentPackets(year=year, cursor=cursor))
    else:
        query = ListReceivedPackets(year=year, cursor=cursor)
        received = await ask.run(list_received_packets, query)
    return show(
        ask,
        "packets/page.html",
        await frame_of(ask),
        summary=summary,
        year=year,
        this_year=this_year,
        first_year=_first_year,
        sent=sent,
        received=received,
    )


async def show_new(ask: Ask) -> Answer:
    """What to send, and how it is divided."""
    return await _show_new(ask, {})


async def send(ask: Ask) -> Answer:
    """Fill a packet from my wallet, and show its link."""
    form = ask.form
    _, kind, split = _kinds[_kind(form.text("kind"))]
    total_fen = 0
    try:
        each_fen = _amount(ask)
        count = form.text("count") if kind is PacketKind.GROUP else "1"
        checked = fill(SendPacket, total_fen=each_fen, count=count)
        total_fen = each_fen * checked.count if split is Split.EQUAL else each_fen
        wish = form.text("wish")
        command = fill(
            SendPacket, total_fen=total_fen, count=checked.count, kind=kind, split=split, wish=wish
        )
        packet = await run_proved(ask, send_packet, command, subject_of(command))
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        if failure.code == "answers.key_reused":
            return ask.go(f"{_HOME}?show=sent")
        asking = await find_asking(ask, failure)
        if asking is not None:
            # Nobody gives the password for what can't be sent anyway.
            if total_fen <= (await ask.run(read_wallet, ReadWallet())).available_fen:
                return await _show_new(ask, {}, asking, total_fen)
            failure = Refusal(_short)
        return await _show_new(ask, ask.mistakes(failure, _places))
    return ask.go(f"{_HOME}/{packet.token}?new=1")


async def show_packet(ask: Ask) -> Answer:
    """What a link leads to: an envelope to open, or what became of it."""
    token = ask.values["token"]
    query = fill(ReadPacket, token=token, after=ask.query.number("after"))
    seen = await ask.run(read_packet, query)
    link = f"{ask.house.facts.public_url.rstrip('/')}{_HOME}/{token}"
    has_code = seen.is_own and seen.packet.state == "open"
    return show(
        ask,
        "packets/packet.html",
        await frame_of(ask, has_unread=False),
        seen=seen,
        packet=seen.packet,
        link=link,
        code="data:image/svg+xml," + quote(render_svg(link)) if has_code else "",
        is_opened=ask.query.flag("opened"),
        is_new=ask.query.flag("new"),
        is_closed=seen.may_take and not ask.query.flag("list"),
    )


async def grab(ask: Ask) -> Answer:
    """Take my share; whoever comes too late sees who came before."""
    href = f"{_HOME}/{ask.values['token']}"
    try:
        await ask.run(grab_packets, fill(GrabPacket, token=ask.values["token"]))
    except Failure as failure:
        if failure.code not in {"redpackets.empty", "redpackets.expired", "redpackets.own"}:
            raise
        return ask.go(href, ask.explain(failure), kind="warning")
    return ask.go(f"{href}?opened=1")


async def thank(ask: Ask) -> Answer:
    """Say a word to whoever sent it."""
    href = f"{_HOME}/{ask.values['token']}"
    try:
        command = fill(ThankSender, token=ask.values["token"], thanks=ask.form.text("thanks"))
        await ask.run(thank_sender, command)
    except Failure as failure:
        if failure.code in {"sessions.required", "redpackets.not_found"}:
            raise
        return ask.go(href, " ".join(ask.mistakes(failure).values()), kind="warning")
    return ask.go(href, mark("Your thanks stand beside your share."))


def _kind(given: str) -> str:
    return given if given in _kinds else "lucky"


def _amount(ask: Ask) -> int:
    """What was typed, more than nothing. Raises Wrong."""
    text = mark("Enter an amount such as 50 or 12.80")
    try:
        amount_fen = parse_money(ask.form.text("amount"))
    except ValueError:
        raise Wrong({"amount": Mistake(text)}) from None
    if not amount_fen:
        raise Wrong({"amount": Mistake(text)})
    return amount_fen


async def _show_new(
    ask: Ask, errors: Mapping[str, str], asking: Asking | None = None, asked_fen: int = 0
) -> Answer:
    wallet = await ask.run(read_wallet, ReadWallet(currency=CNY.code))
    return show(
        ask,
        "packets/new.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors or asking else 200,
        asking=asking,
        asked_fen=asked_fen,
        kind=_kind(ask.form.text("kind") or ask.query.text("kind")),
        kinds={name: label for name, (label, _, _) in _kinds.items()},
        wallet=wallet,
        count_max=PERSON_COUNT_MAX,
        share_max_fen=SHARE_MAX_FEN,
        form=ask.form,
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", _HOME, show_records),
    PageRoute("GET", f"{_HOME}/new", show_new),
    PageRoute("POST", f"{_HOME}/new", send),
    PageRoute("GET", f"{_HOME}/{{token}}", show_packet),
    PageRoute("POST", f"{_HOME}/{{token}}/grab", grab),
    PageRoute("POST", f"{_HOME}/{{token}}/thanks", thank),
)

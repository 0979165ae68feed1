"""The page of a thing: what an account says about it, and where it leads."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from banyan.commerce.barcodes import ScanGoods, scan_goods
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute


async def show_goods(ask: Ask) -> Answer:
    """What is said about the thing with this code."""
    command = fill(ScanGoods, standard=ask.values["standard"], code=ask.values["code"])
    seen = await ask.run(scan_goods, command)
    facts = seen.goods.facts
    return show(
        ask,
        "goods/page.html",
        await frame_of(ask, has_unread=False),
        seen=seen,
        facts=facts,
        actions=[(one, _with_ticket(one.link, seen.ticket)) for one in facts.actions],
    )


def _with_ticket(link: str, ticket: str) -> str:
    """The address, by which the account's program can ask who came."""
    if not link:
        return ""
    parts = urlsplit(link)
    told = urlencode({"scanticket": ticket})
    query = f"{parts.query}&{told}" if parts.query else told
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, parts.fragment))


ROUTES = (PageRoute("GET", "/goods/{standard}/{code}", show_goods),)

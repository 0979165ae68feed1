"""Points that a mall gives me."""

from __future__ import annotations

from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import frame_of, shop_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId
from banyan.pay.circles import JoinCircle, ReadMyCircle, join_circle, read_my_circle

_PATH = "/circles/{merchant_id}"


async def show_circle(ask: Ask) -> Answer:
    """Whether I get points, and which I got."""
    merchant_id = ask.id("merchant_id", MerchantId)
    shop = await shop_of(ask, merchant_id)
    mine = await ask.run(read_my_circle, ReadMyCircle(merchant_id=merchant_id))
    is_in = mine.member is not None and mine.member.is_in
    return show(
        ask,
        "circle/page.html",
        await frame_of(ask, has_unread=False),
        shop=shop,
        is_in=is_in,
        points=mine.points,
    )


async def join(ask: Ask) -> Answer:
    """Want points, or no more."""
    merchant_id = ask.id("merchant_id", MerchantId)
    await shop_of(ask, merchant_id)
    is_in = ask.form.flag("is_in")
    await ask.run(join_circle, JoinCircle(merchant_id=merchant_id, is_in=is_in))
    said = mark("You get points for what you pay.") if is_in else mark("You get points no more.")
    return ask.go(f"/circles/{merchant_id:d}", said)


ROUTES = (PageRoute("GET", _PATH, show_circle), PageRoute("POST", _PATH, join))

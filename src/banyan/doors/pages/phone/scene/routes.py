"""An account's own code was scanned: who follows reads its messages, the rest may follow."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from banyan.base.errors import Failure, Refusal, Trouble
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ReadChannelPage, read_channel_page
from banyan.reach.scenes import (
    FollowByScene,
    ScanScene,
    SceneScan,
    follow_by_scene,
    scan_scene,
)

C = TypeVar("C", bound=msgspec.Struct)


async def open_scene(ask: Ask) -> Answer:
    """Count the scan; lead to the messages, or show the account with a button to follow it."""
    if ask.method == "HEAD":
        return ask.go("/scan")  # whoever only asks whether there is a page has scanned nothing
    scan = await _run(ask, scan_scene, ScanScene)
    if scan is None:
        return _nowhere(ask)
    if scan.is_following:
        return ask.go(f"/inbox/{scan.channel_id:d}")
    channel = await ask.run(read_channel_page, ReadChannelPage(channel_id=scan.channel_id))
    shops = await names_of(ask, [channel.merchant_id])
    return show(
        ask,
        "scene/page.html",
        await frame_of(ask, has_unread=False),
        channel=channel,
        shop=shops[int(channel.merchant_id)],
        href=f"/q/{ask.values['token']}/follow",
    )


async def follow(ask: Ask) -> Answer:
    """Follow the account, brought by its code."""
    scan = await _run(ask, follow_by_scene, FollowByScene)
    if scan is None:
        return _nowhere(ask)
    return ask.go(f"/inbox/{scan.channel_id:d}", mark("You follow this account now."))


async def _run(ask: Ask, operation: Operation[C, SceneScan], kind: type[C]) -> SceneScan | None:
    """What the code leads to; None when it is malformed, unknown or past its end.

    Raises Refusal `sessions.required`.
    """
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    try:
        return await ask.run(operation, fill(kind, token=ask.values["token"]), key=ask.form.key)
    except Trouble:
        raise
    except Failure:
        return None


def _nowhere(ask: Ask) -> Answer:
    return ask.go("/scan", mark("This code leads nowhere. Try another."), kind="warning")


ROUTES = (
    PageRoute("GET", "/q/{token}", open_scene),
    PageRoute("POST", "/q/{token}/follow", follow),
)

"""Shows what was shared of charges and with whom, and where one's server is told of shares."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.transfer_words import RECEIVER_RELATIONS, SHARE_FAIL_REASONS
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.charges import transaction_no_of
from banyan.pay.split import (
    list_receivers,
    list_sharings,
    read_share_terms,
    set_share_url,
)

_HOME = "/console/shares"
_listed = 100
_per_cent = 100


@at_desk(Permission.FINANCE_READ)
async def show_shares(desk: Desk) -> Answer:
    """What was shared, the latest first, and with whom one may."""
    return await _show(desk, {})


@at_desk(Permission.FINANCE_WRITE)
async def set_url(desk: Desk) -> Answer:
    """Say where one's server is told."""
    try:
        await desk.run(set_share_url, notify_url=desk.ask.form.text("notify_url"))
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, {"split.bad_url": "notify_url"}), 422)
    return desk.ask.go(_HOME, mark("Saved."))


async def _show(desk: Desk, errors: dict[str, str], status: int = 200) -> Answer:
    page = await desk.run(list_sharings, cursor=desk.ask.query.text("cursor") or None)
    receivers = await desk.run(list_receivers, limit=str(_listed))
    terms = await desk.run(read_share_terms)
    return await desk.page(
        "shares/page.html",
        status=status,
        sharings=page.items,
        receivers=receivers.items,
        relations=RECEIVER_RELATIONS,
        reasons=SHARE_FAIL_REASONS,
        number_of=transaction_no_of,
        terms=terms,
        ratio=f"{terms.ratio_bp / _per_cent:g} %",
        errors=errors,
        form=desk.ask.form,
        pager=desk.pager((), page.next_cursor),
    )


ROUTES = (
    PageRoute("GET", _HOME, show_shares),
    PageRoute("POST", _HOME, set_url),
)

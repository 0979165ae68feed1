"""Lists what a merchant sends people, one by one and in batches, and takes back what waits."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.transfer_words import REMITTANCE_STATES
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.remit import (
    BatchId,
    cancel_remittance,
    list_batches,
    list_remittances,
    read_batch,
)

_HOME = "/console/transfers"


@at_desk(Permission.FINANCE_READ)
async def show_transfers(desk: Desk) -> Answer:
    """What was sent, the latest first, and the latest batches."""
    page = await desk.run(list_remittances, cursor=desk.ask.query.text("cursor") or None)
    batches = await desk.run(list_batches)
    return await desk.page(
        "transfers/page.html",
        transfers=page.items,
        batches=batches.items,
        states=REMITTANCE_STATES,
        pager=desk.pager((), page.next_cursor),
    )


@at_desk(Permission.FINANCE_READ)
async def show_batch(desk: Desk) -> Answer:
    """A batch, and who got what of it."""
    batch_id = desk.ask.id("batch_id", BatchId)
    batch = await desk.run(read_batch, batch_id=batch_id)
    page = await desk.run(
        list_remittances, batch_id=batch_id, cursor=desk.ask.query.text("cursor") or None
    )
    return await desk.page(
        "transfers/batch.html",
        batch=batch,
        transfers=page.items,
        states=REMITTANCE_STATES,
        pager=desk.pager((), page.next_cursor),
    )


@at_desk(Permission.FINANCE_WRITE)
async def cancel(desk: Desk) -> Answer:
    """Take back what nobody has confirmed."""
    try:
        await desk.run(cancel_remittance, out_no=desk.ask.form.text("out_no"))
    except Failure as failure:
        if failure.code != "remit.ended":
            raise
        return desk.ask.go(_HOME, mark("It has ended already."))
    return desk.ask.go(_HOME, mark("The money stays in the purse."))


ROUTES = (
    PageRoute("GET", _HOME, show_transfers),
    PageRoute("POST", f"{_HOME}/cancel", cancel),
    PageRoute("GET", f"{_HOME}/batches/{{batch_id}}", show_batch),
)

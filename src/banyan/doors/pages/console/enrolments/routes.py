"""Lists whom a provider brings; an operator reads what was said, and decides."""

from __future__ import annotations

import json

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.console.desk import Desk, at_desk, shared_values
from banyan.doors.pages.console.operator import operator_frame
from banyan.doors.pages.console.transfer_words import ENROLMENT_STATES
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId
from banyan.pay.enrolments import (
    AuditEnrolment,
    DecideEnrolment,
    EnrolmentId,
    ListWaitingEnrolments,
    Reason,
    audit_enrolment,
    decide_enrolment,
    list_enrolments,
    list_waiting_enrolments,
)

_MINE = "/console/enrolments"
_QUEUE = "/console/enrolment-queue"


@at_desk(Permission.FINANCE_READ)
async def show_mine(desk: Desk) -> Answer:
    """Whom one brings, the latest first."""
    page = await desk.run(list_enrolments, cursor=desk.ask.query.text("cursor") or None)
    return await desk.page(
        "enrolments/page.html",
        enrolments=page.items,
        states=ENROLMENT_STATES,
        base=desk.ask.house.facts.public_url.rstrip("/"),
        pager=desk.pager((), page.next_cursor),
    )


async def show_queue(ask: Ask) -> Answer:
    """What waits to be decided, the oldest first, with all that was said."""
    query = ListWaitingEnrolments(limit=10, cursor=ask.query.text("cursor") or None)
    waiting = await ask.run(list_waiting_enrolments, query)
    told = []
    for one in waiting.items:
        auditing = AuditEnrolment(provider_id=one.merchant_id, enrolment_id=one.enrolment_id)
        found = await ask.run(audit_enrolment, auditing)
        told.append((one, _spread(found.details)))
    values = shared_values(ask, {}, waiting=told, next_cursor=waiting.next_cursor)
    return ask.page("console/enrolments/queue.html", await operator_frame(ask), **values)


async def decide(ask: Ask) -> Answer:
    """Let a merchant in, or say what must be mended."""
    text = ask.form.text("reason")
    try:
        command = fill(
            DecideEnrolment,
            provider_id=ask.id("provider_id", MerchantId),
            enrolment_id=ask.id("enrolment_id", EnrolmentId),
            reasons=[Reason(text=text)] if text else [],
        )
        await ask.run(decide_enrolment, command, key=ask.form.key)
    except Failure as failure:
        return ask.go(_QUEUE, " ".join(ask.mistakes(failure).values()), kind="danger")
    return ask.go(_QUEUE, mark("Done."))


def _spread(details: str) -> str:
    return json.dumps(json.loads(details), ensure_ascii=False, indent=2) if details else ""


ROUTES = (
    PageRoute("GET", _MINE, show_mine),
    PageRoute("GET", _QUEUE, show_queue),
    PageRoute("POST", f"{_QUEUE}/{{provider_id}}/{{enrolment_id}}", decide),
)

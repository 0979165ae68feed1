"""What is being paid at a cash desk through an outside provider."""

from __future__ import annotations

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.commerce.desks import (
    ListDeskWays,
    PayDeskOutside,
    list_desk_ways,
    pay_desk_outside,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.consent.routes import check_signed_in
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.phone.next_steps import advise
from banyan.doors.pages.phone.outside.routes import choose_way, show_outside
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell.format import default_zone
from banyan.pay.charges import Charge, ChargeState, ReadByToken, read_payable
from banyan.pay.gateways import AttemptState, WaysToPay

_HREF = "/pay/{token}/outside"


async def begin(ask: Ask) -> Answer:
    """Have the provider take the payment on, and go where that is shown."""
    check_signed_in(ask)
    token = ask.values["token"]
    try:
        command = fill(
            PayDeskOutside,
            token=token,
            kind=ask.form.text("kind"),
            way=ask.form.text("way") or await choose_way(ask, lambda: _list_ways(ask)),
            expected_total_fen=ask.form.text("expected_total_fen") or None,
            payer_ip=ask.visit.address,
        )
        await ask.run(pay_desk_outside, command, key=ask.form.key)
    except NotFound:
        raise
    except Failure as failure:
        return ask.go(f"/pay/{token}", advise(ask, failure), kind="warning")
    return ask.go(ask.path)


async def show_attempt(ask: Ask) -> Answer:
    """How far it is; once it is paid, that it is."""
    check_signed_in(ask)
    token = ask.values["token"]
    attempt = (await _list_ways(ask)).attempt
    charge: Charge = (await ask.run(read_payable, ReadByToken(token=token))).charges[0]
    shops = await names_of(ask, [int(charge.merchant_id)])
    shop = shops[int(charge.merchant_id)].name
    is_unpaid = charge.state is ChargeState.UNPAID
    if attempt is not None and attempt.state is AttemptState.PAID:
        if ask.is_htmx:
            return ask.go(ask.path)
        frame = await frame_of(ask, has_unread=False)
        return show(ask, "outside/paid.html", frame, attempt=attempt, charge=charge, shop=shop)
    if attempt is None or (not is_unpaid and attempt.state is not AttemptState.STRAY):
        return ask.go(f"/pay/{token}")
    return await show_outside(
        ask,
        attempt,
        zone=default_zone,
        shop=f"{shop} · {charge.facts.description}",
        pay_href=f"/pay/{token}",
        over_href="/home",
        is_unpaid=is_unpaid,
    )


async def _list_ways(ask: Ask) -> WaysToPay:
    """Raises NotFound `charges.not_found`."""
    try:
        query = fill(ListDeskWays, token=ask.values["token"])
    except Invalid:
        raise NotFound("charges.not_found") from None
    return await ask.run(list_desk_ways, query)


ROUTES = (
    PageRoute("GET", _HREF, show_attempt),
    PageRoute("POST", _HREF, begin),
)

"""Opens a shop for somebody who signed in: the merchant, then its first store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure, Refusal, Trouble
from banyan.commerce.stores import OpenStore, open_store
from banyan.doors.http import Answer
from banyan.doors.pages.ask import YEAR_S, Ask
from banyan.doors.pages.console.desk import MERCHANT_COOKIE, STORE_COOKIE, shared_values
from banyan.doors.pages.forms import Wrong, fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import ConsoleFrame, mark
from banyan.parties.merchants import OpenMerchant, open_merchant
from banyan.parties.people import ReadProfile, read_profile

_places = {"merchants.unknown_time_zone": "time_zone", "money.unknown_currency": "currency"}


async def show_opening(ask: Ask) -> Answer:
    """The form. Raises Refusal `sessions.required`."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    return await _show(ask, {})


async def open_shop(ask: Ask) -> Answer:
    """Open merchant and store, and go on to the console of it."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    form = ask.form
    zone = form.text("time_zone")
    try:
        command = fill(
            OpenMerchant, name=form.text("name"), currency=form.text("currency"), time_zone=zone
        )
        # Checked before the merchant exists: a shop is not to be left without its store.
        facts = _check_store(form.text("store_name"), form.text("address"), zone)
        merchant = await ask.run(open_merchant, command, key=form.key)
        await ask.renew_actor()
        store = OpenStore(merchant_id=merchant.merchant_id, **facts)
        await ask.run(open_store, store, key=form.key)
    except Trouble:
        raise
    except Failure as failure:
        return await _show(ask, ask.mistakes(failure, _places), status=422)
    ask.set_cookie(MERCHANT_COOKIE, str(int(merchant.merchant_id)), YEAR_S)
    ask.set_cookie(STORE_COOKIE, "", 0)
    return ask.go("/console", mark("Your shop is open. Here is what to do next."))


def _check_store(name: str, address: str, zone: str) -> dict[str, Any]:
    try:
        fill(OpenStore, merchant_id="1", name=name, address=address, time_zone=zone)
    except Wrong as wrong:
        named = {"name": "store_name"}
        raise Wrong({named.get(one, one): told for one, told in wrong.errors.items()}) from None
    return {"name": name, "address": address, "time_zone": zone}


async def _show(ask: Ask, errors: Mapping[str, str], status: int = 200) -> Answer:
    profile = await ask.run(read_profile, ReadProfile())
    frame = ConsoleFrame(
        language=ask.language,
        path=ask.path,
        person_name=profile.nickname,
        flashes=ask.take_flashes(),
    )
    return ask.page(
        "console/opening/page.html",
        frame,
        status=status,
        **shared_values(ask, errors=errors),
    )


ROUTES = (
    PageRoute("GET", "/console/open", show_opening),
    PageRoute("POST", "/console/open", open_shop),
)

"""Money that merchants send me: what waits for my word, and what came."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.remit import (
    ConfirmRemittance,
    ListOffers,
    ReadOffer,
    RemittanceState,
    confirm_remittance,
    list_offers,
    read_offer,
)

_HOME = "/transfers"
_states: Mapping[RemittanceState, tuple[str, str]] = {
    RemittanceState.WAITING: (mark("Yours to take"), "warning"),
    RemittanceState.PROCESSING: (mark("On its way"), "info"),
    RemittanceState.DONE: (mark("Arrived"), "success"),
    RemittanceState.FAILED: (mark("Went back"), "neutral"),
    RemittanceState.CANCELLED: (mark("Taken back"), "neutral"),
}


async def show_transfers(ask: Ask) -> Answer:
    """What merchants sent me, the latest first."""
    page = await ask.run(list_offers, ListOffers(cursor=cursor_of(ask)))
    return show(
        ask,
        "transfers/page.html",
        await frame_of(ask),
        transfers=page.items,
        next_cursor=page.next_cursor,
        states=_words(ask),
    )


async def show_transfer(ask: Ask) -> Answer:
    """One of them."""
    return await _show(ask, "")


async def confirm(ask: Ask) -> Answer:
    """Take what waits."""
    command = fill(ConfirmRemittance, token=ask.values["token"])
    try:
        await ask.run(confirm_remittance, command, key=ask.form.key)
    except Failure as failure:
        if failure.code != "remit.ended":
            raise
        return await _show(ask, failure.code, status=409)
    return ask.go(f"{_HOME}/{command.token}", mark("The money is in your wallet."))


async def _show(ask: Ask, refused: str, status: int = 200) -> Answer:
    found = await ask.run(read_offer, fill(ReadOffer, token=ask.values["token"]))
    return show(
        ask,
        "transfers/transfer.html",
        await frame_of(ask),
        status=status,
        transfer=found,
        is_waiting=found.state is RemittanceState.WAITING,
        is_refused=bool(refused),
        states=_words(ask),
    )


def _words(ask: Ask) -> dict[RemittanceState, tuple[str, str]]:
    return {state: (ask.words(text), tint) for state, (text, tint) in _states.items()}


ROUTES = (
    PageRoute("GET", _HOME, show_transfers),
    PageRoute("GET", _HOME + "/{token}", show_transfer),
    PageRoute("POST", _HOME + "/{token}/confirm", confirm),
)

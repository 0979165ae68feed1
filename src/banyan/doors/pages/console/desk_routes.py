"""Choosing a merchant and a store at the top of the console."""

from __future__ import annotations

from banyan.doors.http import Answer
from banyan.doors.pages.ask import YEAR_S, Ask, own_path
from banyan.doors.pages.console.desk import MERCHANT_COOKIE, STORE_COOKIE
from banyan.doors.pages.router import PageRoute


async def choose_merchant(ask: Ask) -> Answer:
    """Work for another merchant from now on, in all its stores; what it may not be is ignored."""
    chosen = ask.form.text("merchant")
    if chosen.isdigit() and int(chosen) in ask.actor.grants:
        ask.set_cookie(MERCHANT_COOKIE, chosen, YEAR_S)
        ask.set_cookie(STORE_COOKIE, "", 0)
    return ask.go("/console")


async def choose_store(ask: Ask) -> Answer:
    """See one store from now on, or all."""
    chosen = ask.form.text("store")
    if not chosen or (chosen.isascii() and chosen.isdigit()):
        ask.set_cookie(STORE_COOKIE, chosen, YEAR_S if chosen else 0)
    return ask.go(own_path(ask.form.text("back"), "/console"))


ROUTES = (
    PageRoute("POST", "/console/merchant", choose_merchant),
    PageRoute("POST", "/console/store", choose_store),
)

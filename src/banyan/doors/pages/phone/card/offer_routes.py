"""Cards that one can take: by a code or a page, by a message, or as a page of an account asks."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.commerce.cards import (
    CardReport,
    FindOnOffer,
    TakeCard,
    Taken,
    ViewOffer,
    find_on_offer,
    take_cards,
    view_offer,
)
from banyan.commerce.handouts import (
    OpenShelf,
    TakeOffered,
    TakeSigned,
    open_shelf,
    take_offered,
    take_signed,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, shop_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

_fields = ("code", "openid", "timestamp", "signature", "outer_str")


class CardExt(msgspec.Struct, frozen=True, kw_only=True):
    """What a page of an account says with a card that it has somebody take."""

    code: str = ""
    openid: str = ""
    timestamp: str | int = ""
    nonce_str: str = ""
    signature: str = ""
    outer_str: str = ""


async def show_shelf(ask: Ask) -> Answer:
    """What a code or a page offers."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    try:
        opened = await ask.run(open_shelf, OpenShelf(token=ask.values["token"]))
    except NotFound:
        return ask.go("/scan", mark("This code leads nowhere. Try another."), kind="warning")
    if ask.method != "HEAD":
        for item in opened.items:
            await ask.run(view_offer, ViewOffer(ref=item.ref, outer_str=item.outer_str))
    return show(
        ask,
        "card/offer.html",
        await frame_of(ask, has_unread=False),
        title=opened.shelf.title,
        shop=await shop_of(ask, int(opened.shelf.merchant_id)),
        offers=[(one, f"/k/{ask.values['token']}/{one.ref}") for one in opened.cards],
        fields={},
    )


async def take_from_shelf(ask: Ask) -> Answer:
    """Take one of them."""
    command = fill(TakeOffered, token=ask.values["token"], ref=ask.values["ref"])
    try:
        taken = await ask.run(take_offered, command, key=ask.form.key)
    except Failure as failure:
        return _refuse(ask, failure, f"/k/{ask.values['token']}")
    return _go(ask, taken)


async def show_card(ask: Ask) -> Answer:
    """A card that a message or an article hands out."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    report = await ask.run(find_on_offer, fill(FindOnOffer, ref=ask.values["ref"]))
    if ask.method != "HEAD":
        await ask.run(view_offer, ViewOffer(ref=report.ref))
    return await _show(ask, report, f"/take-card/{report.ref}", {})


async def take(ask: Ask) -> Answer:
    """Take it."""
    try:
        command = fill(TakeCard, ref=ask.values["ref"])
        taken = await ask.run(take_cards, command, key=ask.form.key)
    except Failure as failure:
        return _refuse(ask, failure, "/cards")
    return _go(ask, taken)


async def show_asked(ask: Ask) -> Answer:
    """A card that a page of an account asks the phone to take, as it signed it."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    ext = read_ext(ask.query.text("card_ext"))
    report = await ask.run(find_on_offer, fill(FindOnOffer, ref=ask.query.text("card_id")))
    fields = {name: str(value) for name, value in msgspec.to_builtins(ext).items()}
    fields |= {"appid": ask.query.text("appid"), "card_id": report.ref}
    return await _show(ask, report, "/add-card", fields)


async def take_asked(ask: Ask) -> Answer:
    """Take it, if the signature is the account's."""
    form = ask.form
    try:
        command = fill(
            TakeSigned,
            appid=form.text("appid"),
            ref=form.text("card_id"),
            nonce=form.text("nonce_str"),
            **{name: form.text(name) for name in _fields},
        )
        taken = await ask.run(take_signed, command, key=form.key)
    except Failure as failure:
        return _refuse(ask, failure, "/cards")
    return _go(ask, taken)


def read_ext(text: str) -> CardExt:
    """What goes with a card; nothing for what is none."""
    try:
        return msgspec.json.decode(text[:2_000], type=CardExt, strict=False)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return CardExt()


async def _show(ask: Ask, report: CardReport, href: str, fields: dict[str, Any]) -> Answer:
    return show(
        ask,
        "card/offer.html",
        await frame_of(ask, has_unread=False),
        title="",
        shop=await shop_of(ask, int(report.card.merchant_id)),
        offers=[(report, href)],
        fields=fields,
    )


def _go(ask: Ask, taken: Taken) -> Answer:
    return ask.go(f"/my-cards/{taken.ref}/{taken.code}", mark("The card is yours."))


def _refuse(ask: Ask, failure: Failure, href: str) -> Answer:
    if failure.code == "sessions.required":
        raise failure
    return ask.go(href, ask.explain(failure), kind="warning")


ROUTES = (
    PageRoute("GET", "/k/{token}", show_shelf),
    PageRoute("POST", "/k/{token}/{ref}", take_from_shelf),
    PageRoute("GET", "/take-card/{ref}", show_card),
    PageRoute("POST", "/take-card/{ref}", take),
    PageRoute("GET", "/add-card", show_asked),
    PageRoute("POST", "/add-card", take_asked),
)

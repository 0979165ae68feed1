"""A card of mine: its code, what can be done with it, its form, and gifts to friends."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from banyan.base.errors import Failure, Refusal
from banyan.commerce.cards import (
    AcceptGift,
    Answer,
    CodeReport,
    HolderStatus,
    LinkCell,
    MineCommand,
    MyCard,
    ReadGift,
    SubmitForm,
    UseMyCard,
    accept_gift,
    discard_card,
    enter_session,
    give_card,
    is_active,
    read_gift,
    submit_form,
    take_back,
    use_my_card,
    view_my_card,
)
from banyan.doors.http import Answer as HttpAnswer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, shop_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.wire.qr import render_svg

mine = "/my-cards/{ref}/{code}"
STATES = {
    HolderStatus.NORMAL: (mark("To use"), "success"),
    HolderStatus.CONSUMED: (mark("Used"), "neutral"),
    HolderStatus.EXPIRED: (mark("Expired"), "neutral"),
    HolderStatus.GIFTING: (mark("On its way to a friend"), "warning"),
    HolderStatus.GIVEN: (mark("Given to a friend"), "neutral"),
    HolderStatus.DISCARDED: (mark("Thrown away"), "neutral"),
    HolderStatus.UNAVAILABLE: (mark("Not valid any more"), "danger"),
}
QUESTIONS = {
    "USER_FORM_INFO_FLAG_MOBILE": mark("Phone number"),
    "USER_FORM_INFO_FLAG_SEX": mark("Gender"),
    "USER_FORM_INFO_FLAG_NAME": mark("Your name"),
    "USER_FORM_INFO_FLAG_BIRTHDAY": mark("Birthday"),
    "USER_FORM_INFO_FLAG_IDCARD": mark("Identity card"),
    "USER_FORM_INFO_FLAG_EMAIL": mark("E-mail"),
    "USER_FORM_INFO_FLAG_LOCATION": mark("Your address"),
    "USER_FORM_INFO_FLAG_EDUCATION_BACKGRO": mark("Education"),
    "USER_FORM_INFO_FLAG_INDUSTRY": mark("Industry"),
    "USER_FORM_INFO_FLAG_INCOME": mark("Income"),
    "USER_FORM_INFO_FLAG_HABIT": mark("Interests"),
}
TICKET_WORDS = {
    "ticket_class": mark("Class"),
    "screening_room": mark("Hall"),
    "show_time": mark("Begins"),
    "begin_time": mark("Begins"),
    "end_time": mark("Ends"),
    "duration": mark("Minutes"),
    "seat_number": mark("Seat"),
    "seat": mark("Seat"),
    "gate": mark("Gate"),
    "boarding_time": mark("Boarding"),
    "passenger_name": mark("Passenger"),
    "class": mark("Class"),
    "etkt_bnr": mark("Ticket number"),
    "zone": mark("Zone"),
    "entrance": mark("Entrance"),
    "is_cancel": mark("Cancelled"),
}


async def show_mine(ask: Ask) -> HttpAnswer:
    """One card of mine."""
    card = await ask.run(view_my_card, _named(ask), key=ask.form.key)
    report = card.report
    shop = await shop_of(ask, report.held.merchant_id)
    can_show = report.status in {HolderStatus.NORMAL, HolderStatus.GIFTING}
    picture = "data:image/svg+xml," + quote(render_svg(report.held.code))
    return show(
        ask,
        "card/mine.html",
        await frame_of(ask, has_unread=False),
        card=card,
        report=report,
        face=report.card.face,
        shop=shop,
        href=_href(ask),
        picture=picture if can_show and has_code(report) else "",
        state=STATES[report.status],
        is_active=not report.card.kind.is_member or is_active(report.held, ask.house.now()),
        links=list_links(card),
        ticket=describe_ticket(report),
        questions=QUESTIONS,
        pairs=lambda choices: [(one, one) for one in choices],
    )


async def discard(ask: Ask) -> HttpAnswer:
    """Throw it away."""
    return await _do(ask, "/cards", mark("The card is thrown away."), discard_card)


async def back(ask: Ask) -> HttpAnswer:
    """Take it back from its way to a friend."""
    return await _do(ask, _href(ask), mark("The card is yours again."), take_back)


async def use(ask: Ask) -> HttpAnswer:
    """Check it off in front of the staff."""
    command = fill(
        UseMyCard,
        ref=ask.values["ref"],
        code=ask.values["code"],
        verify_code=ask.form.text("verify_code"),
        remark_amount=ask.form.text("remark_amount"),
    )
    try:
        await ask.run(use_my_card, command, key=ask.form.key)
    except Failure as failure:
        return _refuse(ask, failure)
    return ask.go(_href(ask), mark("Checked off: show this to the staff."))


async def give(ask: Ask) -> HttpAnswer:
    """Send it to a friend: show the link that they open."""
    try:
        gift = await ask.run(give_card, _named(ask), key=ask.form.key)
    except Failure as failure:
        return _refuse(ask, failure)
    link = f"{ask.house.facts.public_url}/gift/{gift.token}"
    return show(
        ask,
        "card/give.html",
        await frame_of(ask, has_unread=False),
        link=link,
        picture="data:image/svg+xml," + quote(render_svg(link)),
        href=_href(ask),
    )


async def answer_form(ask: Ask) -> HttpAnswer:
    """Answer what is asked before a member card is active."""
    form = ask.form
    common = [
        Answer(name=name, value=form.text(name)[:300]) for name in QUESTIONS if form.text(name)
    ]
    own = [
        Answer(name=name, value=value[:300])
        for number, name in enumerate(form.texts("own_name"))
        if (value := "，".join(form.texts(f"own_{number}")))
    ]
    command = SubmitForm(
        ref=ask.values["ref"], code=ask.values["code"], common=common[:40], own=own[:40]
    )
    try:
        sent = await ask.run(submit_form, command, key=form.key)
    except Failure as failure:
        return _refuse(ask, failure)
    if sent.is_active:
        return ask.go(_href(ask), mark("Your member card is active."))
    card = await ask.run(view_my_card, _named(ask))
    url = card.report.card.terms.after_submit_url
    return show(
        ask,
        "card/sent.html",
        await frame_of(ask, has_unread=False),
        href=_href(ask),
        link=_leave(url, {"activate_ticket": sent.ticket, "card_id": ask.values["ref"]}),
    )


async def talk(ask: Ask) -> HttpAnswer:
    """Go to the conversation with the card's account."""
    await ask.run(enter_session, _named(ask), key=ask.form.key)
    card = await ask.run(view_my_card, _named(ask))
    return ask.go(f"/inbox/{card.report.card.channel_id:d}")


async def show_gift(ask: Ask) -> HttpAnswer:
    """What a friend sent."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    report = await ask.run(read_gift, fill(ReadGift, token=ask.values["token"]))
    return show(
        ask,
        "card/gift.html",
        await frame_of(ask, has_unread=False),
        report=report,
        shop=await shop_of(ask, report.held.merchant_id),
        href=f"/gift/{ask.values['token']}",
    )


async def accept(ask: Ask) -> HttpAnswer:
    """Take it."""
    try:
        command = fill(AcceptGift, token=ask.values["token"])
        report: CodeReport = await ask.run(accept_gift, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return ask.go("/cards", ask.explain(failure), kind="warning")
    return ask.go(f"/my-cards/{report.ref}/{report.held.code}", mark("The card is yours."))


def has_code(report: CodeReport) -> bool:
    """Whether the card shows a code at all."""
    return report.card.face.code_type != "CODE_TYPE_NONE"


def list_links(card: MyCard) -> list[tuple[LinkCell, str]]:
    """The lines that lead to the merchant's own pages, told which card the visitor comes with."""
    held, face = card.report.held, card.report.card.face
    told = {
        "encrypt_code": card.sealed_code,
        "card_id": card.report.ref,
        "openid": held.openid,
        "outer_str": held.outer_str,
    }
    cells = (face.center, face.custom, face.promotion)
    return [(cell, link) for cell in cells if (link := _leave(cell.url, told))]


def describe_ticket(report: CodeReport) -> list[tuple[str, str]]:
    """What is written on a ticket, in words to translate and as it is shown."""
    told = []
    for name, value in report.held.facts.ticket.items():
        if name not in TICKET_WORDS or value in ("", 0, False, []):
            continue
        text = "，".join(value) if isinstance(value, list) else str(value)
        told.append((TICKET_WORDS[name], "✓" if value is True else text))
    return told


def _leave(url: str, told: dict[str, str]) -> str:
    if not url.startswith(("https://", "http://")):
        return ""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(told)}"


def _named(ask: Ask) -> MineCommand:
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    return fill(MineCommand, ref=ask.values["ref"], code=ask.values["code"])


def _href(ask: Ask) -> str:
    return f"/my-cards/{ask.values['ref']}/{ask.values['code']}"


async def _do(ask: Ask, href: str, said: str, operation: object) -> HttpAnswer:
    try:
        await ask.run(operation, _named(ask), key=ask.form.key)  # type: ignore[arg-type] # of this command
    except Failure as failure:
        return _refuse(ask, failure)
    return ask.go(href, said)


def _refuse(ask: Ask, failure: Failure) -> HttpAnswer:
    if failure.code == "sessions.required":
        raise failure
    return ask.go(_href(ask), ask.explain(failure), kind="warning")


ROUTES = (
    PageRoute("GET", mine, show_mine),
    PageRoute("POST", mine + "/discard", discard),
    PageRoute("POST", mine + "/back", back),
    PageRoute("POST", mine + "/use", use),
    PageRoute("POST", mine + "/give", give),
    PageRoute("POST", mine + "/form", answer_form),
    PageRoute("POST", mine + "/talk", talk),
    PageRoute("GET", "/gift/{token}", show_gift),
    PageRoute("POST", "/gift/{token}", accept),
)

"""Opens mini programs, by a code or a link, and lets their users ask for messages."""

from __future__ import annotations

from banyan.base.errors import Failure, Invalid, NotFound, Refusal, Trouble
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.papers.app_links import LINK_ENTRY, AppPlace, parse_app_place, render_app_path
from banyan.reach.applinks import FollowLink, follow_link
from banyan.reach.miniapps import OpenApp, ShareApp, open_app, share_app
from banyan.reach.talks import EnterTalk, enter_talk
from banyan.reach.templates import ListOffers, Subscribe, list_offers, subscribe

_reasons = {
    "miniapps.closed": mark("This mini program is closed for now."),
    "miniapps.not_released": mark("This mini program is not open yet."),
    "miniapps.not_tester": mark("Only people who test this mini program may open this version."),
    "miniapps.no_such_page": mark("This mini program has no such page."),
}


async def show_app(ask: Ask) -> Answer:
    """Open a page; it counts as a visit."""
    if ask.method == "HEAD":
        return ask.go("/scan")  # whoever only asks whether there is a page has opened nothing
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    place = parse_app_place({name: texts[0] for name, texts in ask.query.values.items()})
    if place is None:
        raise NotFound("request.not_found")
    appid = ask.values["appid"]
    try:
        opening = fill(
            OpenApp,
            appid=appid,
            page=place.page,
            query=place.query,
            scene=place.scene,
            env=place.env.value,
            entry=place.entry,
        )
        opened = await ask.run(open_app, opening)
    except (Refusal, NotFound, Invalid) as failure:
        reason = _reasons.get(failure.code)
        if reason is None:
            raise
        frame = await frame_of(ask, has_unread=False)
        return show(ask, "app/closed.html", frame, status=404, reason=ask.words(reason))
    shops = await names_of(ask, [opened.merchant_id])
    offers = (await ask.run(list_offers, ListOffers(channel_id=opened.channel_id))).items
    return show(
        ask,
        "app/page.html",
        await frame_of(ask, has_unread=False),
        app=opened,
        place=place,
        offers=offers,
        shop=shops[int(opened.merchant_id)],
        path=f"/m/{appid}",
        here=render_app_path(appid, place),
        links={
            page: render_app_path(appid, AppPlace(page=page, env=place.env, entry=place.entry))
            for page in opened.pages
        },
    )


async def show_link(ask: Ask) -> Answer:
    """Follow a link to the page that it leads to."""
    if ask.method == "HEAD":
        return ask.go("/scan")
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    try:
        found = await ask.run(follow_link, fill(FollowLink, token=ask.values["token"]))
    except Trouble:
        raise
    except Failure:
        return ask.go("/scan", mark("This link leads nowhere any more."), kind="warning")
    link = found.link
    place = AppPlace(page=link.page, query=link.query, env=link.env, entry=LINK_ENTRY)
    return ask.go(render_app_path(found.appid, place))


async def say_wanted(ask: Ask) -> Answer:
    """Allow the mini program one more message of a form, or none."""
    is_wanted = ask.form.text("answer") == "yes"
    command = fill(
        Subscribe,
        channel_id=ask.form.text("channel"),
        template_id=ask.values["template_id"],
        is_wanted=is_wanted,
    )
    await ask.run(subscribe, command, key=ask.form.key)
    said = mark("It may send you this once.") if is_wanted else mark("It will not send you this.")
    return ask.go(f"/m/{ask.values['appid']}", said)


async def contact(ask: Ask) -> Answer:
    """Come to the mini program's conversation."""
    channel_id = ask.form.text("channel")
    command = fill(EnterTalk, channel_id=channel_id, session_from=ask.form.text("from"))
    await ask.run(enter_talk, command, key=ask.form.key)
    return ask.go(f"/inbox/{command.channel_id:d}")


async def share(ask: Ask) -> Answer:
    """Note that a page was shared, and show its address to copy."""
    command = fill(ShareApp, appid=ask.values["appid"], page=ask.form.text("page"))
    await ask.run(share_app, command, key=ask.form.key)
    place = AppPlace(page=command.page)
    return ask.go(render_app_path(command.appid, place), mark("Copy the address to share it."))


ROUTES = (
    PageRoute("GET", "/m/{appid}", show_app),
    PageRoute("POST", "/m/{appid}/contact", contact),
    PageRoute("POST", "/m/{appid}/share", share),
    PageRoute("POST", "/m/{appid}/subscriptions/{template_id}", say_wanted),
    PageRoute("GET", "/l/{token}", show_link),
)

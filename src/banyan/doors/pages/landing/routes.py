"""The first page, the choice of language, and the page that is kept for times without network."""

from __future__ import annotations

from banyan.doors.http import Answer
from banyan.doors.pages.ask import LANGUAGE_COOKIE, YEAR_S, Ask, own_path
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Language, PhoneFrame
from banyan.parties.people import ChangeProfile, change_profile
from banyan.parties.people import Language as PersonLanguage


async def show_landing(ask: Ask) -> Answer:
    """What Banyan is, and the way to its apps."""
    facts = ask.house.facts
    frame = PhoneFrame(language=ask.language, path=ask.path, flashes=ask.take_flashes())
    return ask.page(
        "landing/page.html",
        frame,
        is_production=facts.is_production,
        samples=facts.samples,
        has_shown_codes=facts.find_code is not None,
    )


async def choose(ask: Ask) -> Answer:
    """Take a language for this browser, and for the person who is signed in."""
    wanted = ask.form.text("language")
    back = own_path(ask.form.text("back"))
    if wanted not in tuple(Language):
        return ask.go(back)
    ask.set_cookie(LANGUAGE_COOKIE, wanted, YEAR_S)
    if ask.is_signed_in:
        await ask.run(change_profile, ChangeProfile(language=PersonLanguage(wanted)))
        await ask.renew_actor()
    return ask.go(back)


async def show_offline(ask: Ask) -> Answer:
    """What an installed app shows when nothing can be reached."""
    return ask.page("shell/offline.html", PhoneFrame(language=ask.language, path="/"))


ROUTES = (
    PageRoute("GET", "/", show_landing),
    PageRoute("POST", "/language", choose),
    PageRoute("GET", "/offline", show_offline),
)

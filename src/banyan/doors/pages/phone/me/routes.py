"""Me, my profile, and the devices on which I am signed in."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.base.text import mask_phone
from banyan.commerce.coupons import CouponFilter, ListMyCoupons, list_my_coupons
from banyan.commerce.members import ListMyCards, list_my_cards
from banyan.doors.http import Answer
from banyan.doors.pages.ask import LANGUAGE_COOKIE, YEAR_S, Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.people import (
    Avatar,
    ChangeProfile,
    ReadProfile,
    change_profile,
    read_profile,
)
from banyan.parties.sessions import (
    ListSessions,
    RevokeSession,
    SessionId,
    SignOut,
    SignOutEverywhere,
    list_sessions,
    revoke_session,
    sign_out,
    sign_out_everywhere,
)
from banyan.pay.wallets import ListWallets, list_wallets

_counted_max = 100


async def show_me(ask: Ask) -> Answer:
    """Who I am here, and what is mine; for strangers the way in."""
    frame = await frame_of(ask)
    if not ask.is_signed_in:
        return show(ask, "me/stranger.html", frame)
    profile = await ask.run(read_profile, ReadProfile())
    wallets = (await ask.run(list_wallets, ListWallets())).items
    coupons = ListMyCoupons(show=CouponFilter.USABLE, limit=_counted_max)
    return show(
        ask,
        "me/page.html",
        frame,
        profile=profile,
        masked_phone=mask_phone(profile.phone) if profile.phone else "",
        wallet=wallets[0],
        coupons=len((await ask.run(list_my_coupons, coupons)).items),
        cards=len((await ask.run(list_my_cards, ListMyCards(limit=_counted_max))).items),
        devices=len((await ask.run(list_sessions, ListSessions())).items),
        is_staff=bool(ask.actor.grants),
    )


async def show_profile(ask: Ask) -> Answer:
    """What I can change about myself."""
    return await _show_profile(ask, {})


async def save_profile(ask: Ask) -> Answer:
    """Change it."""
    given = {name: ask.form.text(name) for name in ("nickname", "language", "avatar")}
    try:
        command = fill(ChangeProfile, **{name: text for name, text in given.items() if text})
        profile = await ask.run(change_profile, command)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show_profile(ask, ask.mistakes(failure))
    ask.set_cookie(LANGUAGE_COOKIE, profile.language.value, YEAR_S)
    await ask.renew_actor()
    return ask.go("/me", mark("Saved."))


async def show_devices(ask: Ask) -> Answer:
    """Where I am signed in."""
    sessions = (await ask.run(list_sessions, ListSessions())).items
    return show(ask, "me/devices.html", await frame_of(ask, has_unread=False), sessions=sessions)


async def end_session(ask: Ask) -> Answer:
    """Sign out on another device."""
    session_id = ask.id("session_id", SessionId)
    try:
        await ask.run(revoke_session, RevokeSession(session_id=session_id))
    except Failure as failure:
        if failure.code != "sessions.not_found":
            raise
    return ask.go("/me/devices", mark("That device is signed out."))


async def leave(ask: Ask) -> Answer:
    """Sign out here."""
    if ask.is_signed_in:
        await ask.run(sign_out, SignOut())
    return await _gone(ask)


async def leave_everywhere(ask: Ask) -> Answer:
    """Sign out on all devices."""
    await ask.run(sign_out_everywhere, SignOutEverywhere())
    return await _gone(ask)


async def _gone(ask: Ask) -> Answer:
    ask.forget_session()
    return ask.go("/home", mark("You are signed out."), kind="info")


async def _show_profile(ask: Ask, errors: dict[str, str]) -> Answer:
    profile = await ask.run(read_profile, ReadProfile())
    return show(
        ask,
        "me/profile.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors else 200,
        profile=profile,
        nickname=ask.form.text("nickname") or profile.nickname,
        avatars=list(Avatar),
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", "/me", show_me),
    PageRoute("GET", "/me/profile", show_profile),
    PageRoute("POST", "/me/profile", save_profile),
    PageRoute("GET", "/me/devices", show_devices),
    PageRoute("POST", "/me/devices/{session_id}/sign-out", end_session),
    PageRoute("POST", "/sign-out", leave),
    PageRoute("POST", "/sign-out/everywhere", leave_everywhere),
)

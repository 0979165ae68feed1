"""Shows and changes one's own name, and signs other devices out."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.people import ChangeProfile, ReadProfile, change_profile, read_profile
from banyan.parties.sessions import (
    ListSessions,
    RevokeSession,
    SessionId,
    list_sessions,
    revoke_session,
)

_home = "/console/me"


@at_desk()
async def show_me(desk: Desk) -> Answer:
    """Name, role, devices."""
    return await _show(desk, {})


@at_desk()
async def change(desk: Desk) -> Answer:
    """Have another name."""
    try:
        wanted = fill(ChangeProfile, nickname=desk.ask.form.text("nickname"))
        await desk.ask.run(change_profile, wanted)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    return desk.ask.go(_home, mark("Saved."))


@at_desk()
async def sign_device_out(desk: Desk) -> Answer:
    """Sign another device out."""
    session_id = desk.ask.id("session_id", SessionId)
    await desk.ask.run(revoke_session, RevokeSession(session_id=session_id))
    return desk.ask.go(_home, mark("That device is signed out."))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    profile = await desk.ask.run(read_profile, ReadProfile())
    sessions = (await desk.ask.run(list_sessions, ListSessions())).items
    return await desk.page(
        "me/page.html", status=status, errors=errors, profile=profile, sessions=sessions
    )


ROUTES = (
    PageRoute("GET", _home, show_me),
    PageRoute("POST", _home, change),
    PageRoute("POST", f"{_home}/devices/{{session_id}}/sign-out", sign_device_out),
)

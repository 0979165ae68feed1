"""Sends the browser to WeChat, which says who it is, and signs that person in."""

from __future__ import annotations

import base64
import secrets
from hmac import compare_digest
from urllib.parse import urlencode

from banyan.base.errors import Invalid, NotFound, Refusal, Trouble
from banyan.books.work import SYSTEM
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, own_path
from banyan.doors.pages.phone.frame import HOME
from banyan.doors.pages.router import PageRoute
from banyan.parties.people import Language, PersonId
from banyan.parties.sessions import OpenSession, open_session
from banyan.reach.channels import ChannelId
from banyan.reach.remotes import MeetRemote, ReadRemoteKeys, meet_remote, read_remote_keys

_COOKIE = "enter"
_wait_s = 600


async def enter(ask: Ask) -> Answer:
    """Whoever is signed in goes on; anybody else is asked for at WeChat, silently."""
    onward = own_path(ask.query.text("next"), HOME)
    if ask.is_signed_in:
        return ask.go(onward)
    channel_id = ask.id("channel_id", ChannelId)
    reading = ReadRemoteKeys(channel_id=int(channel_id))
    try:
        keys = await ask.house.office.run(read_remote_keys, reading, SYSTEM)
    except NotFound:
        return ask.go(onward)
    state = secrets.token_urlsafe(16)
    told = base64.urlsafe_b64encode(onward.encode()).decode().rstrip("=")
    ask.set_cookie(_COOKIE, f"{state}.{told}", _wait_s)
    facts = ask.house.facts
    query = {
        "appid": keys.appid,
        "redirect_uri": f"{facts.public_url}/enter/{channel_id:d}/back",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    address = f"{facts.wechat_pages_url}/connect/oauth2/authorize?{urlencode(query)}"
    return ask.go(f"{address}#wechat_redirect")


async def come_back(ask: Ask) -> Answer:
    """Sign in the person of the code that WeChat sent along, and go on to where they wanted."""
    channel_id = ask.id("channel_id", ChannelId)
    state, _, told = ask.cookie(_COOKIE).partition(".")
    ask.set_cookie(_COOKIE, "", 0)
    onward = own_path(_read(told), HOME)
    code, given = ask.query.text("code"), ask.query.text("state")
    # Without this somebody could be made to go on as another, who then sees what they do.
    if not state or not compare_digest(state.encode(), given.encode()) or not code:
        raise Invalid("remotes.not_entered")
    openid = await _read_openid(ask, channel_id, code)
    office = ask.house.office
    met = MeetRemote(channel_id=int(channel_id), openid=openid)
    person_id = (await office.run(meet_remote, met, SYSTEM)).person_id
    opening = OpenSession(
        person_id=PersonId(person_id), language=Language(ask.language.value), device="WeChat"
    )
    session = await office.run(open_session, opening, SYSTEM)
    life_s = int((session.expires_at - ask.house.now()).total_seconds())
    await ask.become(session.token, max(life_s, 1))
    return ask.go(onward)


async def _read_openid(ask: Ask, channel_id: ChannelId, code: str) -> str:
    reading = ReadRemoteKeys(channel_id=int(channel_id))
    keys = await ask.house.office.run(read_remote_keys, reading, SYSTEM)
    read_openid = ask.house.facts.read_openid
    if read_openid is None:
        raise Trouble("remotes.unreachable", why="this process asks nobody")
    openid = await read_openid(keys, code)
    if openid is None:
        raise Refusal("remotes.not_entered")
    return openid


def _read(told: str) -> str:
    try:
        return base64.urlsafe_b64decode(told + "===").decode()
    except ValueError:
        return ""


ROUTES = (
    PageRoute("GET", "/enter/{channel_id}", enter),
    PageRoute("GET", "/enter/{channel_id}/back", come_back),
)

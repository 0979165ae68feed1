"""Subscription messages: forms of the library, and sending one to who wants it."""

from __future__ import annotations

import re

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.papers.app_links import AppPlace, render_app_link
from banyan.doors.wechat.endpoint import APPS, SPEAKERS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.templates import PagePart, ValuePart
from banyan.reach.miniapps import Env, HasPage, has_page
from banyan.reach.templates import (
    CATEGORIES,
    SCENE_MAX,
    TITLE_MAX,
    DeleteSubscription,
    ListSubscriptions,
    SendOnce,
    SendSubscription,
    SendUniform,
    Subscribable,
    TakeSubscription,
    Value,
    delete_subscription,
    list_subscriptions,
    read_subscribables,
    send_once,
    send_subscription,
    send_uniform,
    take_subscription,
)

_once = 2
"""The type of forms of which each message is wanted by itself."""
_page_max = 30
_message_entry = 1014
"""The way in by a message that one subscribed to."""
_scene = re.compile("[0-9]{1,5}")
_envs = {"formal": Env.RELEASE, "trial": Env.TRIAL, "developer": Env.DEVELOP}


class TitlesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/wxaapi/newtmpl/getpubtemplatetitles`."""

    ids: str = ""
    start: int = 0
    limit: int = _page_max


class NumberQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A form of the library."""

    tid: int = 0


class TakeBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxaapi/newtmpl/addtemplate`."""

    tid: int = 0
    kidList: list[int] = []  # noqa: N815 - the protocol's name
    sceneDesc: str = ""  # noqa: N815


class DeleteBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxaapi/newtmpl/deltemplate`."""

    priTmplId: str = ""  # noqa: N815


class SendAppBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/subscribe/send`."""

    touser: str = ""
    template_id: str = ""
    page: str | None = None
    miniprogram_state: str = "formal"
    data: dict[str, ValuePart] = {}


class UniformPart(msgspec.Struct, frozen=True, kw_only=True):
    """A template message of an official account."""

    appid: str = ""
    template_id: str = ""
    url: str | None = None
    miniprogram: PagePart | None = None
    data: dict[str, ValuePart] = {}


class UniformBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/wxopen/template/uniform_send`."""

    touser: str = ""
    mp_template_msg: UniformPart | None = None


class SendBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/subscribe/bizsend`."""

    touser: str = ""
    template_id: str = ""
    page: str | None = None
    miniprogram: PagePart | None = None
    data: dict[str, ValuePart] = {}


class SendOnceBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/template/subscribe`."""

    touser: str = ""
    template_id: str = ""
    url: str | None = None
    miniprogram: PagePart | None = None
    scene: int | str = 0
    title: str = ""
    data: dict[str, ValuePart] = {}


@endpoint("GET", "/wxaapi/newtmpl/getcategory", kinds=SPEAKERS, is_said_ok=True)
async def getcategory(wire: Wire) -> dict[str, object]:
    """What forms are about."""
    del wire
    return {"data": [{"id": number, "name": name} for number, name in CATEGORIES.items()]}


@endpoint("GET", "/wxaapi/newtmpl/getpubtemplatetitles", kinds=SPEAKERS, is_said_ok=True)
async def getpubtemplatetitles(wire: Wire, query: TitlesQuery) -> dict[str, object]:
    """The library's forms of some categories."""
    del wire
    if not 1 <= query.limit <= _page_max or query.start < 0:
        raise WireError(40097, "invalid args: start or limit")
    wanted = set(query.ids.split(","))
    found = [one for one in read_subscribables().values() if str(one.category) in wanted]
    titles = [
        {
            "tid": one.number,
            "title": one.title,
            "type": _once,
            "categoryId": str(one.category),
        }
        for one in found[query.start : query.start + query.limit]
    ]
    return {"count": len(found), "data": titles}


@endpoint("GET", "/wxaapi/newtmpl/getpubtemplatekeywords", kinds=SPEAKERS, is_said_ok=True)
async def getpubtemplatekeywords(wire: Wire, query: NumberQuery) -> dict[str, object]:
    """The keywords of a form."""
    del wire
    keywords = [
        {"kid": one.kid, "name": one.name, "example": one.example, "rule": one.kind}
        for one in _form(query.tid).keywords
    ]
    return {"count": len(keywords), "data": keywords}


@endpoint("POST", "/wxaapi/newtmpl/addtemplate", kinds=SPEAKERS)
async def addtemplate(wire: Wire, body: TakeBody) -> dict[str, str]:
    """Take a form of the library."""
    command = wire.command(
        TakeSubscription, number=body.tid, kids=body.kidList, scene=body.sceneDesc
    )
    return {"priTmplId": (await wire.run(take_subscription, command)).template_id}


@endpoint("POST", "/wxaapi/newtmpl/deltemplate", kinds=SPEAKERS)
async def deltemplate(wire: Wire, body: DeleteBody) -> None:
    """Delete a form."""
    command = DeleteSubscription(**wire.own, template_id=body.priTmplId)
    await wire.run(delete_subscription, command)


@endpoint("GET", "/wxaapi/newtmpl/gettemplate", kinds=SPEAKERS, is_said_ok=True)
async def gettemplate(wire: Wire) -> dict[str, object]:
    """The account's forms."""
    found = await wire.run(list_subscriptions, ListSubscriptions(**wire.own))
    return {
        "data": [
            {
                "priTmplId": one.template_id,
                "title": one.title,
                "content": one.content,
                "example": one.example,
                "type": _once,
            }
            for one in found.items
        ]
    }


@endpoint("POST", "/cgi-bin/message/subscribe/bizsend")
async def bizsend(wire: Wire, body: SendBody) -> None:
    """Send a message to somebody who subscribed to it."""
    page = body.miniprogram or PagePart()
    command = SendSubscription(
        **wire.own,
        openid=body.touser,
        template_id=body.template_id,
        values={name: Value(value=str(one.value)) for name, one in body.data.items()},
        link=body.page or "",
        appid=page.appid,
        pagepath=page.pagepath or "",
    )
    await wire.run(send_subscription, command)


@endpoint("POST", "/cgi-bin/message/subscribe/send", kinds=APPS)
async def send(wire: Wire, body: SendAppBody) -> dict[str, int]:
    """Send a message to a user of the mini program who subscribed to it; it opens a page of it."""
    env = _envs.get(body.miniprogram_state)
    if env is None:
        raise WireError(40097, "invalid args: miniprogram_state")
    link, given = "", body.page or ""
    if given:
        page, _, query = given.removeprefix("/").partition("?")
        if env is Env.RELEASE and not await wire.run(has_page, HasPage(**wire.own, page=page)):
            raise WireError(41030, "invalid page")
        place = AppPlace(page=page, query=query, env=env, entry=_message_entry)
        link = render_app_link(wire.channel.appid, place)
    command = SendSubscription(
        **wire.own,
        openid=body.touser,
        template_id=body.template_id,
        values={name: Value(value=str(one.value)) for name, one in body.data.items()},
        link=link,
        appid=wire.channel.appid,
        pagepath=given,
    )
    return {"msgid": int((await wire.run(send_subscription, command)).send_id)}


@endpoint("POST", "/cgi-bin/message/template/subscribe")
async def subscribe_once(wire: Wire, body: SendOnceBody) -> None:
    """Send the one message that somebody allowed for a scene."""
    scene = str(body.scene)
    if _scene.fullmatch(scene) is None or int(scene) > SCENE_MAX:
        raise WireError(47003, "argument invalid! scene")
    if not 1 <= len(body.title.strip()) <= TITLE_MAX:
        raise WireError(47003, "argument invalid! title")
    page = body.miniprogram or PagePart()
    command = wire.command(
        SendOnce,
        openid=body.touser,
        template_id=body.template_id,
        scene=int(scene),
        title=body.title.strip(),
        values={
            name: Value(value=str(one.value), color=one.color or "")
            for name, one in body.data.items()
        },
        link=body.url or "",
        appid=page.appid,
        pagepath=page.pagepath or "",
    )
    await wire.run(send_once, command)


@endpoint("POST", "/cgi-bin/message/wxopen/template/uniform_send", kinds=APPS)
async def uniform_send(wire: Wire, body: UniformBody) -> None:
    """Write to a user of the mini program through an account of the same merchant."""
    told = body.mp_template_msg
    if told is None:
        raise WireError(46101, "template message is offline, use subscribe message")
    page = told.miniprogram or PagePart()
    command = wire.command(
        SendUniform,
        openid=body.touser,
        account_appid=told.appid,
        template_id=told.template_id,
        values={
            name: {"value": str(one.value), "color": one.color or ""}
            for name, one in told.data.items()
        },
        link=told.url or "",
        appid=page.appid,
        pagepath=page.pagepath or "",
    )
    await wire.run(send_uniform, command)


def _form(number: int) -> Subscribable:
    form = read_subscribables().get(number)
    if form is None:
        raise NotFound("templates.not_in_library", short_id=str(number))
    return form

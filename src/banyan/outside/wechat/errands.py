"""How each errand is done: which calls WeChat's SDK makes for it, and what their answers mean."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wechatpy.exceptions import WeChatException

from banyan.outside.wechat.client import Client
from banyan.outside.wechat.letters import render_content, render_menu
from banyan.reach.remotes import ErrandKind, Found, Name, NameKind, RemoteFollower

MEDIA_KEPT = timedelta(days=2)
"""WeChat keeps what is uploaded for three days."""
_no_menu = 46003
_no_such_message = 40008
_endings = {"image": "jpg", "thumb": "jpg", "voice": "amr", "video": "mp4"}
_too_few = 40130
_sent_before = 45065
_named_min = 2
_part_max = 50
"""Most followers whom WeChat lets be tagged at once."""


class Refused(Exception):
    """An errand cannot be done, whatever WeChat would say."""

    def __init__(self, errcode: int, why: str) -> None:
        super().__init__(why)
        self.errcode, self.why = errcode, why


class TryAgain(Exception):
    """An errand was not done, and may be later.

    Unless `is_doubtful`: then WeChat may have done what was asked, and would do it twice.
    """

    def __init__(self, why: str, *, is_doubtful: bool = False) -> None:
        super().__init__(why)
        self.is_doubtful = is_doubtful


@dataclass(frozen=True)
class Trip:
    """One try of an errand."""

    client: Client
    errand_id: int
    fields: Mapping[str, Any]
    names: Mapping[tuple[NameKind, str], Name]
    """What WeChat calls what the errand is about."""
    files: Mapping[str, bytes]
    """The media that it needs, by the names they have here."""
    link: Callable[[str], str]
    """Makes a path of ours an address."""
    now: datetime


def _connect(trip: Trip) -> Found:
    trip.client.forget_token()
    trip.client.get("getcallbackip")
    return Found()


def _read_tags(trip: Trip) -> Found:
    return Found(tags={str(one["id"]): one["name"] for one in trip.client.tag.get()})


def _list_followers(trip: Trip) -> Found:
    told = trip.client.user.get_followers(trip.fields["after"] or None)
    openids = (told.get("data") or {}).get("openid") or []
    return Found(openids=openids, next_openid=told.get("next_openid") or "")


def _read_followers(trip: Trip) -> Found:
    told = trip.client.user.get_batch(list(trip.fields["openids"]))
    return Found(
        followers=[
            RemoteFollower(
                openid=one["openid"],
                is_following=bool(one.get("subscribe")),
                nickname=str(one.get("nickname") or "")[:32],
                remark=str(one.get("remark") or "")[:29],
                scene=str(one.get("subscribe_scene") or "")[:64],
            )
            for one in told
        ]
    )


def _create_tag(trip: Trip) -> Found:
    fields = trip.fields
    # One that is there under the name is the same, also when our first try got no answer.
    known = {one["name"]: one["id"] for one in trip.client.tag.get()}
    number = known.get(fields["name"])
    if number is None:
        number = trip.client.tag.create(fields["name"])["id"]
    name = Name(kind=NameKind.TAG, here=str(fields["tag_id"]), there=str(number))
    return Found(names=[name])


def _rename_tag(trip: Trip) -> Found:
    trip.client.tag.update(_tag_there(trip), trip.fields["name"])
    return Found()


def _delete_tag(trip: Trip) -> Found:
    trip.client.tag.delete(_tag_there(trip))
    return Found()


def _tag(trip: Trip) -> Found:
    for part in _parts(trip.fields["openids"]):
        trip.client.tag.tag_user(_tag_there(trip), part)
    return Found()


def _untag(trip: Trip) -> Found:
    for part in _parts(trip.fields["openids"]):
        trip.client.tag.untag_user(_tag_there(trip), part)
    return Found()


def _create_code(trip: Trip) -> Found:
    fields = trip.fields
    life_s, text = fields["life_s"], fields["text"]
    action = "QR_STR_SCENE" if text else "QR_SCENE"
    if life_s is None:
        action = action.replace("QR_", "QR_LIMIT_")
    scene = {"scene_str": text} if text else {"scene_id": fields["number"]}
    wanted: dict[str, Any] = {"action_name": action, "action_info": {"scene": scene}}
    if life_s is not None:
        wanted["expire_seconds"] = life_s
    told = trip.client.qrcode.create(wanted)
    until = None if life_s is None else trip.now + timedelta(seconds=life_s)
    name = Name(
        kind=NameKind.CODE,
        here=str(fields["code_id"]),
        there=told["ticket"],
        url=told.get("url") or "",
        until=until,
    )
    return Found(names=[name])


def _set_menu(trip: Trip) -> Found:
    buttons = trip.fields["buttons"]
    if buttons:
        trip.client.menu.create(render_menu(buttons, trip.link))
        return Found()
    try:
        trip.client.menu.delete()
    except WeChatException as error:
        if error.errcode != _no_menu:
            raise
    return Found()


def _add_template(trip: Trip) -> Found:
    fields = trip.fields
    there = trip.client.template.add(fields["short_id"])
    return Found(names=[Name(kind=NameKind.TEMPLATE, here=fields["template_id"], there=there)])


def _delete_template(trip: Trip) -> Found:
    trip.client.template.del_private_template(_template_there(trip))
    return Found()


def _send_template(trip: Trip) -> Found:
    fields = trip.fields
    body = {
        "touser": fields["openid"],
        "template_id": _template_there(trip),
        "url": trip.link(fields["link"]),
        "data": fields["values"],
        # Sent again within ten minutes it is the same message.
        "client_msg_id": f"banyan-{trip.errand_id}",
    }
    if fields["appid"]:
        body["miniprogram"] = {"appid": fields["appid"], "pagepath": fields["pagepath"]}
    told = trip.client.post("message/template/send", data=body)
    name = Name(
        kind=NameKind.SEND,
        here=str(int(trip.errand_id)),
        there=str(told["msgid"]),
        until=trip.now + MEDIA_KEPT,
    )
    return Found(names=[name])


def _write(trip: Trip) -> Found:
    fields = trip.fields
    names = _upload(trip)
    there = {here: name.there for (kind, here), name in trip.names.items()}
    there |= {one.here: one.there for one in names}
    body = render_content(fields["content"], there, trip.link)
    if body is None:
        raise Refused(_no_such_message, "this kind of message has no counterpart at WeChat")
    trip.client.post("message/custom/send", data={"touser": fields["openid"], **body})
    return Found(names=names)


def _send_many(trip: Trip) -> Found:
    fields, content = trip.fields, trip.fields["content"]
    if 0 < len(fields["openids"]) < _named_min:
        raise Refused(_too_few, "WeChat sends to two people at least")
    names = _upload(trip)
    there = {here: name.there for (_, here), name in trip.names.items()}
    there |= {one.here: one.there for one in names}
    body = _render_many(trip, content, there)
    body["clientmsgid"] = f"banyan-{trip.errand_id}"
    if fields["openids"]:
        path, body["touser"] = "message/mass/send", fields["openids"]
    else:
        path, tag_id = "message/mass/sendall", fields["tag_id"]
        body["filter"] = {"is_to_all": not tag_id}
        if tag_id:
            body["filter"]["tag_id"] = _tag_there(trip)
    try:
        msg_id = trip.client.post(path, data=body)["msg_id"]
    except WeChatException as error:
        if error.errcode != _sent_before:
            raise
        # Our first try got no answer, and yet was heard.
        return Found(names=names)
    sent = Name(
        kind=NameKind.MASS,
        here=str(trip.errand_id),
        there=str(msg_id),
        until=trip.now + MEDIA_KEPT,
    )
    return Found(names=[*names, sent])


def _render_many(
    trip: Trip, content: Mapping[str, Any], there: Mapping[str, str]
) -> dict[str, Any]:
    media_id = there.get(content["media_id"], "")
    match content["kind"]:
        case "text":
            return {"msgtype": "text", "text": {"content": content["text"]}}
        case "image" if media_id:
            return {"msgtype": "image", "image": {"media_id": media_id}}
        case "voice" if media_id:
            return {"msgtype": "voice", "voice": {"media_id": media_id}}
        case "video" if media_id:
            told = {"media_id": media_id}
            told |= {name: content[name] for name in ("title", "description")}
            film = trip.client.post("media/uploadvideo", data=told)
            return {"msgtype": "mpvideo", "mpvideo": {"media_id": film["media_id"]}}
        case _:
            raise Refused(_no_such_message, "this kind of message has no counterpart at WeChat")


def _upload(trip: Trip) -> list[Name]:
    """Upload the media that WeChat does not have, or has no more."""
    names = []
    content = trip.fields["content"]
    for field, kind in (("media_id", content["kind"]), ("thumb_media_id", "thumb")):
        here = content.get(field, "")
        if not here or (NameKind.MEDIA, here) in trip.names or here not in trip.files:
            continue
        file = io.BytesIO(trip.files[here])
        file.name = f"file.{_endings.get(kind, 'bin')}"
        told = trip.client.media.upload(kind, file)
        there = told.get("media_id") or told["thumb_media_id"]
        until = trip.now + MEDIA_KEPT
        names.append(Name(kind=NameKind.MEDIA, here=here, there=there, until=until))
    return names


def _tag_there(trip: Trip) -> int:
    name = trip.names.get((NameKind.TAG, str(trip.fields["tag_id"])))
    if name is None:
        raise TryAgain("WeChat has no such tag yet")
    return int(name.there)


def _template_there(trip: Trip) -> str:
    name = trip.names.get((NameKind.TEMPLATE, trip.fields["template_id"]))
    if name is None:
        raise TryAgain("WeChat has no such template yet")
    return name.there


def _parts(openids: list[str]) -> list[list[str]]:
    return [openids[start : start + _part_max] for start in range(0, len(openids), _part_max)]


DO: dict[ErrandKind, Callable[[Trip], Found]] = {
    ErrandKind.CONNECT: _connect,
    ErrandKind.READ_TAGS: _read_tags,
    ErrandKind.LIST_FOLLOWERS: _list_followers,
    ErrandKind.READ_FOLLOWERS: _read_followers,
    ErrandKind.CREATE_TAG: _create_tag,
    ErrandKind.RENAME_TAG: _rename_tag,
    ErrandKind.DELETE_TAG: _delete_tag,
    ErrandKind.TAG: _tag,
    ErrandKind.UNTAG: _untag,
    ErrandKind.CREATE_CODE: _create_code,
    ErrandKind.SET_MENU: _set_menu,
    ErrandKind.ADD_TEMPLATE: _add_template,
    ErrandKind.DELETE_TEMPLATE: _delete_template,
    ErrandKind.SEND_TEMPLATE: _send_template,
    ErrandKind.WRITE: _write,
    ErrandKind.SEND_MANY: _send_many,
}
"""How each errand is done."""

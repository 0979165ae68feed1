"""Messages to many: to all, to a tag, to named followers; and what has become of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from banyan.base.errors import Refusal
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.media import read_media_id
from banyan.doors.wechat.openids import TagNumber, check_openid, check_openids
from banyan.reach.broadcasts import (
    SPEEDS,
    CancelMessage,
    ChangeOutbox,
    ContentKind,
    DeleteMessage,
    Message,
    MessageState,
    PreviewMessage,
    ReadNumbered,
    ReadOutbox,
    SendMessage,
    cancel_message,
    change_outbox,
    delete_message,
    preview_message,
    read_numbered,
    read_outbox,
    send_message,
)

_minute_max = 60
_openids_min, _openids_max = 2, 10_000
_mark_bytes_max = 64
_places_max = 8
_number_max = 2**53
_submitted = "send job submission success"
_shown = "preview success"
_ten_thousand = 10_000
_of_files = {
    "image": (ContentKind.IMAGE.value, "image"),
    "voice": (ContentKind.VOICE.value, "voice"),
    "mpvideo": (ContentKind.VIDEO.value, "mpvideo"),
    "mpnews": (ContentKind.NEWS.value, "mpnews"),
}
"""What a type of message with one file is, and which field of the body names the file."""
_states = {
    MessageState.WAITING: "SENDING",
    MessageState.SENDING: "SENDING",
    MessageState.SENT: "SEND_SUCCESS",
    MessageState.REFUSED: "SEND_FAIL",
    MessageState.CANCELLED: "DELETE",
    MessageState.DELETED: "DELETE",
}


class TextBody(msgspec.Struct, frozen=True, kw_only=True):
    """A text."""

    content: str = ""


class MediaBody(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the account, or a pack of articles; of a film also what to call it."""

    media_id: str = ""
    title: str = ""
    description: str = ""


class PicturesBody(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures, and what is recommended with them."""

    media_ids: list[str] = []
    recommend: str = ""


class CardBody(msgspec.Struct, frozen=True, kw_only=True):
    """A card."""

    card_id: str = ""


class MassBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says; which fields count depends on `msgtype`."""

    msgtype: str = ""
    text: TextBody = TextBody()
    image: MediaBody = MediaBody()
    images: PicturesBody = PicturesBody()
    voice: MediaBody = MediaBody()
    mpvideo: MediaBody = MediaBody()
    mpnews: MediaBody = MediaBody()
    wxcard: CardBody = CardBody()
    send_ignore_reprint: int | bool = 0
    clientmsgid: str = ""


class FilterBody(msgspec.Struct, frozen=True, kw_only=True):
    """To whom: all, or those who have a tag, which used to be called a group."""

    is_to_all: bool = False
    tag_id: TagNumber | None = None
    group_id: TagNumber | None = None


class SendAllBody(MassBody, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/mass/sendall`."""

    filter: FilterBody = FilterBody()


class SendBody(MassBody, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/mass/send`."""

    touser: list[str] = []


class PreviewBody(MassBody, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/mass/preview`."""

    touser: str = ""
    towxname: str = ""


class NumberBody(msgspec.Struct, frozen=True, kw_only=True):
    """One of the account's messages, or an article of it."""

    msg_id: int = 0
    article_idx: int = 0


class SpeedBody(msgspec.Struct, frozen=True, kw_only=True):
    """How fast to send."""

    speed: int | None = None


@endpoint(
    "POST",
    "/cgi-bin/message/mass/sendall",
    daily_max=100,
    minute_max=_minute_max,
    is_said_ok=False,
)
async def send_to_all(wire: Wire, body: SendAllBody) -> dict[str, object]:
    """Send to all followers, or to those who have a tag."""
    chosen = body.filter
    tag_id = chosen.group_id if chosen.tag_id is None else chosen.tag_id
    if chosen.is_to_all:
        return await _send(wire, body)
    if tag_id is None or tag_id <= 0:
        raise WireError(40050, "invalid tag id")
    return await _send(wire, body, tag_id=str(tag_id))


@endpoint(
    "POST", "/cgi-bin/message/mass/send", daily_max=100, minute_max=_minute_max, is_said_ok=False
)
async def send_to_named(wire: Wire, body: SendBody) -> dict[str, object]:
    """Send to the named followers."""
    if len(body.touser) > _openids_max:
        raise WireError(40032, "invalid openid list size")
    openids = list(dict.fromkeys(body.touser))
    if len(openids) < _openids_min:
        raise WireError(40130, "invalid openid list size, at least two openid")
    return await _send(wire, body, openids=check_openids(openids, _openids_max))


@endpoint(
    "POST",
    "/cgi-bin/message/mass/preview",
    daily_max=100,
    minute_max=_minute_max,
    is_said_ok=False,
)
async def preview(wire: Wire, body: PreviewBody) -> dict[str, object]:
    """Send to one follower, to see what it looks like."""
    if body.towxname:
        to: dict[str, object] = {"phone": body.towxname}
    elif body.touser:
        to = {"openid": check_openid(body.touser)}
    else:
        raise WireError(41009, "openid missing")
    command = wire.command(PreviewMessage, **_read_content(body), **to)
    message = await wire.run(preview_message, command)
    return {"errcode": 0, "errmsg": _shown, "msg_id": message.number}


@endpoint("POST", "/cgi-bin/message/mass/get", minute_max=_minute_max, is_said_ok=False)
async def get_state(wire: Wire, body: NumberBody) -> dict[str, object]:
    """How far a message is."""
    message = await _read(wire, body.msg_id)
    state = "SEND_FAIL" if message.reason is not None else _states[message.state]
    return {"msg_id": message.number, "msg_status": state}


@endpoint("POST", "/cgi-bin/message/mass/delete", daily_max=10, minute_max=_minute_max)
async def delete(wire: Wire, body: NumberBody) -> None:
    """Take a message back, or one article of it."""
    if not 0 <= body.article_idx <= _places_max:
        raise WireError(40060, "invalid article_idx")
    message = await _read(wire, body.msg_id)
    key: dict[str, Any] = {
        "merchant_id": wire.channel.merchant_id,
        "message_id": message.message_id,
    }
    if message.state is MessageState.WAITING:
        await wire.run(cancel_message, CancelMessage(**key))
    else:
        await wire.run(delete_message, DeleteMessage(**key, place=body.article_idx))


@endpoint("GET POST", "/cgi-bin/message/mass/speed/get", minute_max=_minute_max)
async def get_speed(wire: Wire) -> dict[str, object]:
    """How fast the account sends, in steps and in tens of thousands a minute."""
    outbox = await wire.run(read_outbox, ReadOutbox(**wire.own))
    return {"speed": outbox.speed, "realspeed": SPEEDS[outbox.speed] // _ten_thousand}


@endpoint("POST", "/cgi-bin/message/mass/speed/set", minute_max=_minute_max)
async def set_speed(wire: Wire, body: SpeedBody) -> None:
    """Send faster or slower from now on."""
    if body.speed is None:
        raise WireError(45084, "speed missing")
    if not 0 <= body.speed < len(SPEEDS):
        raise WireError(45083, "speed out of range")
    await wire.run(change_outbox, ChangeOutbox(**wire.own, speed=body.speed))


async def _send(wire: Wire, body: MassBody, **to: object) -> dict[str, object]:
    if len(body.clientmsgid.encode()) > _mark_bytes_max:
        raise WireError(45067, "clientmsgid size out of limit")
    command = wire.command(
        SendMessage,
        **_read_content(body),
        **to,
        is_reprint_refused=not body.send_ignore_reprint,
        mark=body.clientmsgid,
    )
    try:
        message = await wire.run(send_message, command)
    except Refusal as failure:
        if failure.code != "broadcasts.sent_before":
            raise
        raise WireError(45065, "clientmsgid exist", _render(failure.fields)) from None
    told = {"number": message.number, "publish_number": message.publish_number}
    return {"errcode": 0, "errmsg": _submitted, **_render(told)}


def _render(told: Mapping[str, Any]) -> dict[str, object]:
    """The numbers of a message; articles have one by which statistics tell of them."""
    data_id = {"msg_data_id": told["publish_number"]} if told["publish_number"] else {}
    return {"msg_id": told["number"], **data_id}


def _read_content(body: MassBody) -> dict[str, object]:
    if body.msgtype == "text":
        return {"kind": ContentKind.TEXT.value, "body": body.text.content}
    if body.msgtype == "wxcard":
        return {"kind": ContentKind.CARD.value, "card_id": body.wxcard.card_id}
    if body.msgtype == "image" and body.images.media_ids:
        media_ids = [read_media_id(one) for one in body.images.media_ids]
        kind = ContentKind.IMAGE.value
        return {"kind": kind, "media_ids": media_ids, "body": body.images.recommend}
    if body.msgtype not in _of_files:
        raise WireError(40008, "invalid message type")
    kind, name = _of_files[body.msgtype]
    file: MediaBody = getattr(body, name)
    media_ids = [read_media_id(file.media_id)]
    return {"kind": kind, "media_ids": media_ids, "title": file.title, "body": file.description}


async def _read(wire: Wire, number: int) -> Message:
    if not 0 < number < _number_max:
        raise WireError(40097, "invalid args: msg_id")
    return await wire.run(read_numbered, ReadNumbered(**wire.own, number=number))

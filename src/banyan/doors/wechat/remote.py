"""Where the real WeChat tells what happens to accounts that act through it.

What people do there they do here: each happening runs the operation that the phone app would run,
once however often WeChat tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound, Trouble
from banyan.books.work import SYSTEM, Actor, Operation
from banyan.doors.http import Answer
from banyan.doors.http.answer import send_answer
from banyan.doors.http.body import read_body
from banyan.doors.http.visit import Receive, Scope, Send, Visit, find_visit
from banyan.reach.channels import (
    ChannelId,
    Follow,
    TapMenu,
    Unfollow,
    follow,
    tap_menu,
    unfollow,
)
from banyan.reach.remotes import (
    FindRemoteCode,
    MeetRemote,
    NameKind,
    NoteReport,
    ReadRemoteKeys,
    RemoteKeys,
    find_remote_code,
    meet_remote,
    note_report,
    read_remote_keys,
)
from banyan.reach.scenes import FollowByScene, ScanScene, follow_by_scene, scan_scene
from banyan.reach.talks import Content, ContentKind, ReportPlace, Say, report_place, say
from banyan.wire.wechat import Envelope, Inbound, Unreadable, check_signed, parse_inbound

C = TypeVar("C")
R = TypeVar("R")

_body_bytes_max = 64 << 10
_digits_max = 19
_text = b"text/plain; charset=utf-8"
_success = Answer(200, b"success", _text)
_nobody = Answer(404, b"", _text)
_forbidden = Answer(403, b"", _text)
_too_large = Answer(413, b"", _text)
_failed = Answer(503, b"", _text)
_reports = {
    "event.templatesendjobfinish": NameKind.SEND,
    "event.masssendjobfinish": NameKind.MASS,
}
_well = frozenset({"success", "send success", "sendsuccess"})


class Office(Protocol):
    """What the door asks of the books."""

    async def run(
        self, operation: Operation[C, R], command: C, actor: Actor, *, key: str = ""
    ) -> R:
        """The operation's result; raises Failure."""


class RemoteDoor:
    """An ASGI application: WeChat is answered at once, and once more when it tells again."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        visit = find_visit(scope)
        visit.route = "/remotes/{channel_id}"
        try:
            body = await read_body(receive, visit.headers, _body_bytes_max)
            answer = await self._answer(visit, scope, body)
        except Invalid as invalid:
            visit.code = invalid.code
            answer = _too_large
        except NotFound:
            answer = _nobody
        except Unreadable:
            visit.code = "remotes.unreadable"
            answer = _forbidden
        except Trouble as trouble:
            visit.code = trouble.code
            answer = _failed
        await send_answer(send, answer)

    async def _answer(self, visit: Visit, scope: Scope, body: bytes) -> Answer:
        channel_id = _channel_id(scope["path"])
        query = _read_query(scope["query_string"])
        keys = await self._run(read_remote_keys, ReadRemoteKeys(channel_id=int(channel_id)))
        token = keys.token.reveal()
        if scope["method"] == "GET":
            check_signed(token, query)
            return Answer(200, query.get("echostr", "").encode(), _text)
        inbound = parse_inbound(body, token, query, _envelope(keys))
        try:
            await self._take(channel_id, inbound)
        except Trouble:
            raise
        except Failure as failure:
            # Whatever it was, telling it again changes nothing.
            visit.code = failure.code
        return _success

    async def _take(self, channel_id: ChannelId, inbound: Inbound) -> None:
        kind = _reports.get(inbound.kind)
        if kind is not None:
            await self._run(note_report, _report(channel_id, kind, inbound))
            return
        make = _MAKE.get(inbound.kind)
        if make is None:
            return
        met = _meeting(channel_id, inbound.openid)
        person_id = (await self._run(meet_remote, met)).person_id
        ticket = inbound.fields.get("Ticket", "")
        token = ""
        if ticket:
            finding = FindRemoteCode(channel_id=int(channel_id), ticket=ticket)
            token = (await self._run(find_remote_code, finding)).token
        try:
            operation, command = make(channel_id, inbound.fields, token)
        except (ValueError, msgspec.ValidationError):
            raise Unreadable("its fields are not what they should be") from None
        actor = Actor(kind="person", actor_id=person_id, person_id=person_id)
        await self._office.run(operation, command, actor, key=f"wechat {inbound.key}"[:200])

    async def _run(self, operation: Operation[C, R], command: C) -> R:
        return await self._office.run(operation, command, SYSTEM)


Deed = tuple[Operation[Any, Any], msgspec.Struct]
Fields = Mapping[str, str]


def _follow(channel_id: ChannelId, _fields: Fields, token: str) -> Deed:
    if token:
        return follow_by_scene, FollowByScene(token=token)
    return follow, Follow(channel_id=channel_id)


def _unfollow(channel_id: ChannelId, _fields: Fields, _token: str) -> Deed:
    return unfollow, Unfollow(channel_id=channel_id)


def _scan(channel_id: ChannelId, _fields: Fields, token: str) -> Deed:
    if token:
        return scan_scene, ScanScene(token=token)
    return follow, Follow(channel_id=channel_id)


def _tap(channel_id: ChannelId, fields: Fields, _token: str) -> Deed:
    key = fields.get("EventKey", "")
    # A path of ours was made an address that signs in first.
    parts = urlsplit(key)
    if parts.path == f"/enter/{channel_id:d}":
        key = parse_qs(parts.query).get("next", [key])[0]
    return tap_menu, TapMenu(channel_id=channel_id, key=key)


def _locate(channel_id: ChannelId, fields: Fields, _token: str) -> Deed:
    return report_place, ReportPlace(
        channel_id=channel_id,
        latitude=float(fields["Latitude"]),
        longitude=float(fields["Longitude"]),
        precision=float(fields.get("Precision") or 0),
    )


def _say(content: Callable[[Fields], Content]) -> Callable[[ChannelId, Fields, str], Deed]:
    def make(channel_id: ChannelId, fields: Fields, _token: str) -> Deed:
        said = msgspec.to_builtins(content(fields))
        command = Say(channel_id=channel_id, content=msgspec.convert(said, Content))
        return say, command

    return make


def _text_of(fields: Fields) -> Content:
    choice_id = fields.get("bizmsgmenuid", "")
    return Content(kind=ContentKind.TEXT, text=fields.get("Content", ""), choice_id=choice_id)


def _medium_of(kind: ContentKind) -> Callable[[Fields], Content]:
    def read(fields: Fields) -> Content:
        return Content(
            kind=kind,
            media_id=fields.get("MediaId", ""),
            thumb_media_id=fields.get("ThumbMediaId", ""),
            picture_url=fields.get("PicUrl", ""),
            format=fields.get("Format", ""),
            text=fields.get("Recognition", ""),
        )

    return read


def _place_of(fields: Fields) -> Content:
    return Content(
        kind=ContentKind.LOCATION,
        latitude=float(fields["Location_X"]),
        longitude=float(fields["Location_Y"]),
        scale=int(float(fields.get("Scale") or 0)),
        label=fields.get("Label", ""),
    )


def _link_of(fields: Fields) -> Content:
    return Content(
        kind=ContentKind.LINK,
        title=fields.get("Title", ""),
        description=fields.get("Description", ""),
        url=fields.get("Url", ""),
    )


_MAKE: dict[str, Callable[[ChannelId, Fields, str], Deed]] = {
    "event.subscribe": _follow,
    "event.unsubscribe": _unfollow,
    "event.scan": _scan,
    "event.click": _tap,
    "event.view": _tap,
    "event.location": _locate,
    "text": _say(_text_of),
    "image": _say(_medium_of(ContentKind.IMAGE)),
    "voice": _say(_medium_of(ContentKind.VOICE)),
    "video": _say(_medium_of(ContentKind.VIDEO)),
    "shortvideo": _say(_medium_of(ContentKind.SHORTVIDEO)),
    "location": _say(_place_of),
    "link": _say(_link_of),
}


def _meeting(channel_id: ChannelId, openid: str) -> MeetRemote:
    try:
        return msgspec.convert({"channel_id": int(channel_id), "openid": openid}, MeetRemote)
    except msgspec.ValidationError:
        raise Unreadable("nobody has such an openid") from None


def _report(channel_id: ChannelId, kind: NameKind, inbound: Inbound) -> NoteReport:
    status = inbound.fields.get("Status", "")
    return NoteReport(
        channel_id=int(channel_id),
        kind=kind,
        there=inbound.fields.get("MsgID", ""),
        why="" if status in _well else status[:200],
    )


def _channel_id(path: str) -> ChannelId:
    text = path.rpartition("/")[2]
    if not (text.isascii() and text.isdigit() and len(text) <= _digits_max):
        raise NotFound("remotes.not_connected")
    return ChannelId(int(text))


def _read_query(query: bytes) -> dict[str, str]:
    try:
        found = parse_qs(query.decode("ascii"), max_num_fields=20)
    except ValueError:
        raise Unreadable("its query is not what it should be") from None
    return {name: values[0] for name, values in found.items()}


def _envelope(keys: RemoteKeys) -> Envelope:
    return Envelope(keys.aes_key.reveal(), keys.appid)

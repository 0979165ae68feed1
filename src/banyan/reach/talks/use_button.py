"""A person does what a button of a menu asks for: scans a code, sends pictures or a place."""

import hashlib
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import ButtonKind, Channel, ChannelId, access_account, access_button
from banyan.reach.media import MediaContent, MediaKind
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.talks.say import Said, check_speaker, lock_own_talk, say_locked
from banyan.reach.talks.say_file import check_more, take_contents
from banyan.reach.talks.types import TEXT_MAX, Content, ContentKind, Line, TalkButtonUsed

PICTURES_MAX = 9
"""Most pictures that a button takes at once."""
SCANNERS = frozenset({ButtonKind.SCANCODE_PUSH, ButtonKind.SCANCODE_WAITMSG})
"""Buttons that ask for a code."""
PICTURES = frozenset(
    {ButtonKind.PIC_SYSPHOTO, ButtonKind.PIC_PHOTO_OR_ALBUM, ButtonKind.PIC_WEIXIN}
)
"""Buttons that ask for pictures."""
ASKING = SCANNERS | PICTURES | {ButtonKind.LOCATION_SELECT}
"""Buttons that are told of once a person has sent what they ask for."""


class CodeKind(StrEnum):
    """What was scanned."""

    QRCODE = "qrcode"
    BARCODE = "barcode"


class ScannedCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code and what it says."""

    text: Annotated[Line, msgspec.Meta(min_length=1)]
    kind: CodeKind = CodeKind.QRCODE


class ChosenPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place on the map."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    scale: Annotated[int, msgspec.Meta(ge=1, le=30)] = 15
    label: Line = ""
    """Its address."""
    name: Line = ""


class UseButton(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send what a button of the menu asks for: a code, pictures or a place."""

    channel_id: ChannelId
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    code: ScannedCode | None = None
    pictures: Annotated[list[MediaContent], msgspec.Meta(max_length=PICTURES_MAX)] = []
    """The files themselves; in JSON as base64."""
    place: ChosenPlace | None = None


class ButtonUsed(msgspec.Struct, frozen=True, kw_only=True):
    """The button's kind, and what was said by it: each picture, or the place."""

    kind: ButtonKind
    said: list[Said]


@single(permission=Permission.PERSON)
async def use_button(work: Work, command: UseButton) -> ButtonUsed:
    """Tell the account's server of the button, then say the pictures or the place.

    Raises NotFound `channels.not_found`, `channels.no_such_button`; Refusal
    `channels.not_following`, `talks.files_too_many`; Invalid `talks.button_asks_nothing`,
    `talks.button_unanswered`, `media.empty`, `media.too_large`, `media.wrong_type`; Trouble if a
    file can't be kept.
    """
    channel = await access_account(work.db, command.channel_id)
    await check_speaker(work, channel)
    button = await access_button(work, channel, command.key)
    kind = button.kind
    if kind is None or kind not in ASKING:
        raise Invalid("talks.button_asks_nothing")
    fields = {"event_key": button.key, **_describe(kind, command)}
    contents = await _list_contents(work, channel, kind, command)
    talk = await lock_own_talk(work, channel)
    if kind in PICTURES:
        await check_more(work, channel, len(contents))
    pushed = PushKind(kind.value)
    await note_push(work, channel, talk.person_id, talk.openid, pushed, fields)
    work.record(
        TalkButtonUsed(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            openid=talk.openid,
            button_kind=kind,
            key=button.key,
        )
    )
    said = [
        # Each changes the conversation, which the next one finds as it is then.
        await say_locked(work, channel, await lock_own_talk(work, channel), content)
        for content in contents
    ]
    return ButtonUsed(kind=kind, said=said)


async def _list_contents(
    work: Work, channel: Channel, kind: ButtonKind, command: UseButton
) -> list[Content]:
    if kind in PICTURES:
        return await take_contents(work, channel, MediaKind.IMAGE, command.pictures)
    is_place = kind is ButtonKind.LOCATION_SELECT and command.place
    return [place_content(command.place)] if is_place and command.place else []


def place_content(place: ChosenPlace) -> Content:
    """The message that a place is."""
    return Content(
        kind=ContentKind.LOCATION,
        latitude=place.latitude,
        longitude=place.longitude,
        scale=place.scale,
        label=" ".join(one for one in (place.label, place.name) if one)[:TEXT_MAX],
    )


def _describe(kind: ButtonKind, command: UseButton) -> dict[str, Any]:
    if kind in SCANNERS:
        if command.code is None:
            raise Invalid("talks.button_unanswered", field="code")
        code = {"scan_type": command.code.kind.value, "scan_result": command.code.text}
        return {"scan_code_info": code}
    if kind in PICTURES:
        if not command.pictures:
            raise Invalid("talks.button_unanswered", field="pictures")
        digests = [
            {"pic_md5_sum": hashlib.md5(one, usedforsecurity=False).hexdigest()}
            for one in command.pictures
        ]
        return {"send_pics_info": {"count": len(digests), "pic_list": digests}}
    place = command.place
    if place is None:
        raise Invalid("talks.button_unanswered", field="place")
    info = {
        "location_x": f"{place.latitude:.6f}",
        "location_y": f"{place.longitude:.6f}",
        "scale": str(place.scale),
        "label": place.label,
        "poiname": place.name,
    }
    return {"send_location_info": info}

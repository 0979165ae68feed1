"""Sending an account more than words: pictures, voices, places, and the codes its menu asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from banyan.base.errors import Failure, Invalid, NotFound, Refusal, Trouble
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, own_path
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.phone.scan.routes import find_path
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.engines.recognition import READER, BadPicture, Busy, TooLarge, read_codes
from banyan.engines.speech import WRITER, BadSound, Unheard
from banyan.reach.channels import ButtonKind, ChannelId, ReadChannelPage, read_channel_page
from banyan.reach.media import CONTENT_BYTES_MAX, VOICE_BYTES_MAX, MediaKind, check_sound
from banyan.reach.talks import (
    ASKING,
    PICTURES,
    PICTURES_MAX,
    SCANNERS,
    CheckFiles,
    ChosenPlace,
    CodeKind,
    Say,
    SayFile,
    ScannedCode,
    UseButton,
    check_files,
    place_content,
    say,
    say_file,
    use_button,
)

_body_bytes_max = 24 << 20
_codes_of_things = ("ean", "upc", "code", "itf", "codabar")
_unread = Invalid("talks.code_unread")
_no_file = {"voice": mark("Record something or choose a file first.")}
_no_picture = mark("Choose a picture first.")
_no_voice = {"voice": mark("This can't be heard: send MP3, AMR or WAV.")}
_no_such_picture = mark("This can't be shown: send PNG, JPEG or GIF.")


def find_way(kind: ButtonKind) -> str:
    """Which page asks for what a button of the menu wants; none for other buttons."""
    if kind not in ASKING:
        return ""
    return "code" if kind in SCANNERS else "picture" if kind in PICTURES else "place"


async def show_sending(ask: Ask) -> Answer:
    """Choose what to send."""
    return await _show(ask)


async def send(ask: Ask) -> Answer:
    """Send it, and go back to the conversation, or where a code leads."""
    try:
        return await _WAYS[_way(ask)](ask)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show(ask, _explain(ask, failure))


def _explain(ask: Ask, failure: Failure) -> dict[str, str]:
    """What to say beside which field; of files, in the words of the page."""
    if failure.code == "media.empty":
        return {"": ask.words(_no_file.get(_way(ask), _no_picture))}
    if failure.code == "media.wrong_type":
        return {"": ask.words(_no_voice.get(_way(ask), _no_such_picture))}
    if failure.code == "media.too_large":
        most = int(str(failure.fields["bytes_max"])) >> 20
        return {"": ask.words(mark("The file is too large: {count} MB at most."), count=most)}
    return ask.mistakes(failure)


async def _show(ask: Ask, errors: Mapping[str, str] | None = None) -> Answer:
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    way = _way(ask)
    key = ask.form.text("key") or ask.query.text("key")
    if way == "code" and not key:
        raise NotFound("request.not_found")
    query = ReadChannelPage(channel_id=ask.id("channel_id", ChannelId))
    channel = await ask.run(read_channel_page, query)
    return show(
        ask,
        "send/page.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors else 200,
        channel=channel,
        way=way,
        key=key,
        by=ask.form.text("by") or ask.query.text("by"),
        errors=errors or {},
        path=f"/inbox/{channel.channel_id:d}",
        pictures_max=PICTURES_MAX,
        bytes_max=CONTENT_BYTES_MAX,
    )


def _way(ask: Ask) -> str:
    way = ask.values["way"]
    if way not in _WAYS:
        raise NotFound("request.not_found")
    return way


async def _send_pictures(ask: Ask) -> Answer:
    pictures = _list_files(ask, "picture")
    key = ask.form.text("key")
    if key:
        return await _use(ask, fill(UseButton, **_button(ask), pictures=pictures))
    if not pictures:
        raise Invalid("media.empty")
    return await _send_file(ask, MediaKind.IMAGE, pictures[-1])


async def _send_voice(ask: Ask) -> Answer:
    voices = _list_files(ask, "voice")
    if not voices:
        raise Invalid("media.empty")
    content = voices[-1]
    if content.startswith(b"RIFF"):
        content = await _write_mp3(ask, content)
    return await _send_file(ask, MediaKind.VOICE, content)


async def _write_mp3(ask: Ask, content: bytes) -> bytes:
    """What the page recorded, in a form that accounts' servers know how to read."""
    check_sound(content, VOICE_BYTES_MAX)
    await ask.run(check_files, CheckFiles(channel_id=ask.id("channel_id", ChannelId)))
    try:
        return await WRITER.write_mp3(content)
    except BadSound:
        raise Invalid("media.wrong_type", kind=MediaKind.VOICE.value) from None
    except Unheard:
        raise Trouble("office.busy") from None


async def _send_file(ask: Ask, kind: MediaKind, content: bytes) -> Answer:
    channel_id = ask.id("channel_id", ChannelId)
    command = SayFile(channel_id=channel_id, kind=kind, content=content)
    await ask.run(say_file, command, key=ask.form.key)
    return ask.go(_back(ask))


async def _send_place(ask: Ask) -> Answer:
    names = ("latitude", "longitude", "label", "name")
    place = fill(ChosenPlace, **{name: ask.form.text(name) for name in names})
    if ask.form.text("key"):
        return await _use(ask, fill(UseButton, **_button(ask), place=place))
    command = Say(channel_id=ask.id("channel_id", ChannelId), content=place_content(place))
    await ask.run(say, command, key=ask.form.key)
    return ask.go(_back(ask))


async def _send_code(ask: Ask) -> Answer:
    text, kind = ask.form.text("text"), CodeKind.QRCODE
    pictures = _list_files(ask, "picture")
    if not text and pictures:
        text, kind = await _read_code(pictures[-1])
    if not text:
        raise _unread
    code = fill(ScannedCode, text=text, kind=kind)
    command = fill(UseButton, **_button(ask), code=code)
    used = await ask.run(use_button, command, key=ask.form.key)
    if used.kind is ButtonKind.SCANCODE_WAITMSG:
        return ask.go(_back(ask), mark("The shop has been told."), kind="info")
    return await _follow(ask, text)


async def _follow(ask: Ask, text: str) -> Answer:
    """Go where a code leads, as the phone does beside telling the account."""
    path = find_path(text, ask.house.facts.public_url, ask.visit.header(b"host"))
    if path:
        return ask.go(path)
    if urlsplit(text).scheme in {"http", "https"} and not own_path(text, ""):
        frame = await frame_of(ask, has_unread=False)
        return show(ask, "inbox/leaving.html", frame, url=text, back=_back(ask))
    return ask.go(_back(ask), mark("The code says: {words}"), kind="info", words=text[:200])


async def _read_code(picture: bytes) -> tuple[str, CodeKind]:
    """The first code of a picture. Raises Invalid `talks.code_unread`."""
    try:
        codes, _, _ = await READER.run(read_codes, picture)
    except (BadPicture, TooLarge, Busy):
        raise _unread from None
    if not codes:
        raise _unread
    name = codes[0].kind.lower()
    is_barcode = name.startswith(_codes_of_things)
    return codes[0].text, CodeKind.BARCODE if is_barcode else CodeKind.QRCODE


async def _use(ask: Ask, command: UseButton) -> Answer:
    await ask.run(use_button, command, key=ask.form.key)
    return ask.go(_back(ask))


def _button(ask: Ask) -> dict[str, object]:
    return {"channel_id": ask.id("channel_id", ChannelId), "key": ask.form.text("key")}


def _back(ask: Ask) -> str:
    return f"/inbox/{ask.id('channel_id', ChannelId):d}"


def _list_files(ask: Ask, name: str) -> list[bytes]:
    return [one.content for one in ask.form.files.get(name, []) if one.content]


_WAYS: dict[str, Callable[[Ask], Awaitable[Answer]]] = {
    "picture": _send_pictures,
    "voice": _send_voice,
    "place": _send_place,
    "code": _send_code,
}

ROUTES = (
    PageRoute("GET", "/inbox/{channel_id}/send/{way}", show_sending),
    PageRoute("POST", "/inbox/{channel_id}/send/{way}", send, body_bytes_max=_body_bytes_max),
)

"""The editor of a draft: several articles, saved while one writes, looked at, published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.ask import fixed_headers
from banyan.doors.pages.console.articles.draft import (
    find_covers,
    move,
    parse_instant,
    typed_articles,
)
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.html import clean_html
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.format import read_zone
from banyan.reach.articles import (
    Pack,
    PackState,
    delete_pack,
    open_preview,
    read_pack,
    save_draft,
    schedule_pack,
    submit_pack,
)
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.media import add_picture
from banyan.wire.qr import render_svg

_HOME = "/console/channel/{channel_id}/articles"
_DRAFT = f"{_HOME}/drafts/{{media_id}}"
_form_bytes_max = 12 << 20
_picture_bytes_max = 11 << 20
_places = {
    "articles.title_length": "title",
    "articles.author_length": "author",
    "articles.digest_length": "digest",
    "articles.content_length": "content",
    "articles.content_missing": "content",
    "articles.source_malformed": "source_url",
    "media.not_found": "cover",
    "media.wrong_type": "cover",
    "media.too_large": "cover",
}


class Saved(msgspec.Struct, frozen=True):
    """What the script of the editor hears."""

    version: int
    said: str
    is_saved: bool = True


@at_desk(Permission.CHANNELS_WRITE)
async def show_editor(desk: Desk) -> Answer:
    """One article of a draft, to write."""
    return await _show(desk, await _read(desk), {})


@at_desk(Permission.CHANNELS_WRITE)
async def save(desk: Desk) -> Answer:
    """Save what was typed, and do with the articles what the button says."""
    pack = await _read(desk)
    place = _place(desk, pack)
    try:
        articles = await typed_articles(desk, pack, place)
        articles, place = move(articles, place, desk.ask.form.text("do"))
        saved = await desk.run(
            save_draft,
            channel_id=pack.channel_id,
            media_id=pack.media_id,
            version=desk.ask.form.text("version"),
            articles=articles,
        )
    except Failure as failure:
        errors = desk.mistakes(failure, _places)
        if _is_script(desk):
            return _tell(desk, Saved(0, " ".join(errors.values()), is_saved=False))
        return await _show(desk, pack, errors, status=422)
    if _is_script(desk):
        at = desk.ask.house.now().astimezone(read_zone(desk.zone))
        said = desk.ask.words("Saved at {time}", time=f"{at:%H:%M:%S}")
        return _tell(desk, Saved(saved.version, said))
    go_on = _steps.get(desk.ask.form.text("then"))
    if go_on is not None:
        return await go_on(desk, saved)
    return desk.ask.go(f"{_path(desk)}?place={place + 1}", mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Delete a draft."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    return await desk.act(
        delete_pack,
        _HOME.format(channel_id=int(channel_id)),
        mark("Deleted."),
        channel_id=channel_id,
        media_id=desk.ask.values["media_id"],
        state=PackState.DRAFT,
    )


@at_desk(Permission.CHANNELS_WRITE)
async def take_picture(desk: Desk) -> Answer:
    """Take in a picture for the text; the script of the editor asks for it."""
    upload = desk.ask.form.file("picture")
    content = upload.content if upload else b""
    channel_id = desk.ask.id("channel_id", ChannelId)
    try:
        made = await desk.run(add_picture, channel_id=channel_id, content=content)
    except Failure as failure:
        told = {"said": " ".join(desk.mistakes(failure).values())}
        return desk.ask.file(msgspec.json.encode(told), "application/json")
    told = {"url": f"/files/{made.file}"}
    return desk.ask.file(msgspec.json.encode(told), "application/json")


async def _publish(desk: Desk, pack: Pack) -> Answer:
    said = mark("It is out as soon as it has been checked.")
    return await desk.act(
        submit_pack,
        _HOME.format(channel_id=int(pack.channel_id)) + "?state=published",
        said,
        channel_id=pack.channel_id,
        media_id=pack.media_id,
    )


async def _schedule(desk: Desk, pack: Pack) -> Answer:
    text = desk.ask.form.text("publish_at")
    if not text:
        return desk.ask.go(_path(desk), mark("Choose a day and a time."), kind="warning")
    return await _set_time(desk, pack, text)


async def _call_off(desk: Desk, pack: Pack) -> Answer:
    return await _set_time(desk, pack, "")


async def _set_time(desk: Desk, pack: Pack, text: str) -> Answer:
    at = parse_instant(text, desk.zone) if text else None
    said = mark("It will be published then.") if at else mark("It is not published by itself.")
    if text and at is None:
        return desk.ask.go(_path(desk), mark("Choose a day and a time."), kind="warning")
    return await desk.act(
        schedule_pack,
        _path(desk),
        said,
        channel_id=pack.channel_id,
        media_id=pack.media_id,
        publish_at=at.astimezone(UTC) if at else None,
    )


async def _preview(desk: Desk, pack: Pack) -> Answer:
    link = await desk.run(open_preview, channel_id=pack.channel_id, media_id=pack.media_id)
    found = await desk.run(read_channel, channel_id=pack.channel_id)
    return await desk.page(
        "articles/preview.html",
        channel=found.channel,
        pack=pack,
        link=link,
        picture="data:image/svg+xml," + quote(render_svg(link.url)),
        back=_path(desk),
    )


_steps = {
    "publish": _publish,
    "schedule": _schedule,
    "unschedule": _call_off,
    "preview": _preview,
}
"""What a button does once the draft is saved."""


async def _read(desk: Desk) -> Pack:
    channel_id = desk.ask.id("channel_id", ChannelId)
    media_id = desk.ask.values["media_id"]
    return await desk.run(read_pack, channel_id=channel_id, media_id=media_id)


async def _show(desk: Desk, pack: Pack, errors: Mapping[str, str], status: int = 200) -> Answer:
    found = await desk.run(read_channel, channel_id=pack.channel_id)
    place = _place(desk, pack)
    article = pack.articles[place]
    is_typed = bool(desk.ask.form.values)
    content = desk.ask.form.text("content") if is_typed else article.content
    publish_at: datetime | None = pack.publish_at
    return await desk.page(
        "articles/editor.html",
        status=status,
        errors=errors,
        channel=found.channel,
        pack=pack,
        place=place,
        article=article,
        content=await clean_html(content, desk.ask.house.facts.public_url),
        covers=await find_covers(desk, pack),
        publish_at=publish_at.astimezone(read_zone(desk.zone)) if publish_at else None,
        version=desk.ask.form.text("version") if is_typed else pack.version,
        home=_HOME.format(channel_id=int(pack.channel_id)),
        path=_path(desk),
    )


def _place(desk: Desk, pack: Pack) -> int:
    typed = desk.ask.form.number("place") or desk.ask.query.number("place") or 1
    return min(max(typed, 1), len(pack.articles)) - 1


def _path(desk: Desk) -> str:
    channel_id = desk.ask.id("channel_id", ChannelId)
    return _DRAFT.format(channel_id=int(channel_id), media_id=desk.ask.values["media_id"])


def _is_script(desk: Desk) -> bool:
    return desk.ask.visit.header(b"accept") == "application/json"


def _tell(desk: Desk, saved: Saved) -> Answer:
    del desk
    return Answer(200, msgspec.json.encode(saved), b"application/json", fixed_headers)


ROUTES = (
    PageRoute("GET", _DRAFT, show_editor),
    PageRoute("POST", _DRAFT, save, body_bytes_max=_form_bytes_max),
    PageRoute("POST", f"{_DRAFT}/delete", delete),
    PageRoute("POST", f"{_HOME}/pictures", take_picture, body_bytes_max=_picture_bytes_max),
)

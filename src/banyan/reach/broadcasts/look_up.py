"""Looks up what a message names: media, a pack of articles; and has all of it checked."""

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.books.work import Work
from banyan.reach.articles import hold_pack, link_to, show_content
from banyan.reach.broadcasts.hooks import HOOKS
from banyan.reach.broadcasts.types import (
    TITLE_MAX,
    ArticleHead,
    Content,
    ContentKind,
    CopyrightItem,
    Message,
    Spoken,
)
from banyan.reach.channels import Channel
from banyan.reach.media import MediaKind, find_items
from banyan.reach.moderation import Content as Seen
from banyan.reach.moderation import Subject, ask_check
from banyan.reach.originals import Copy, address_of, find_copies

SUBJECT = "broadcasts.message"
_media_kinds = {
    ContentKind.IMAGE: MediaKind.IMAGE,
    ContentKind.VOICE: MediaKind.VOICE,
    ContentKind.VIDEO: MediaKind.VIDEO,
}


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A message before it is one: what it says, and what others would see of it."""

    spoken: Spoken
    seen: Seen
    publish_number: int = 0
    article_id: str = ""
    copyright: list[CopyrightItem] = []

    @property
    def is_plain(self) -> bool:
        """There is nothing to look at."""
        return not any(self.seen.texts) and not self.seen.files


async def look_up(work: Work, channel: Channel, content: Content) -> Draft:
    """Return what the message says, with files and articles in place of what it names.

    A pack of articles is held as it is now, whatever becomes of it until the message goes.

    Raises NotFound `media.not_found`, `articles.not_found`, `broadcasts.no_such_card`; Invalid
    `broadcasts.wrong_media`.
    """
    fields = {name: getattr(content, name) for name in Content.__struct_fields__}
    if content.kind is ContentKind.NEWS:
        return await _look_up_pack(work, channel, content.media_ids[0], fields)
    if content.kind is ContentKind.CARD:
        head = await HOOKS.read_card(work, channel, content.card_id)
        fields |= {"title": head.title[:TITLE_MAX], "link": head.link}
    files = []
    if content.kind in _media_kinds:
        files = await _find_files(work, channel, content)
    pictures = files if content.kind is ContentKind.IMAGE else []
    texts = [text for text in (content.title, content.body) if text]
    return Draft(spoken=Spoken(**fields, files=files), seen=Seen(texts=texts, files=pictures))


def _judge(place: int, copy: Copy | None) -> CopyrightItem:
    if copy is None:
        return CopyrightItem(place=place, is_declared=False)
    return CopyrightItem(
        place=place,
        is_declared=False,
        original_url=address_of(copy.original),
        may_reprint=copy.original.may_reprint,
    )


async def check_words(work: Work, channel: Channel, message: Message, draft: Draft) -> None:
    """Begin to check a stored message; its room is told now or later."""
    subject = Subject(kind=SUBJECT, subject_id=int(message.message_id))
    await ask_check(work, channel, subject, draft.seen)


async def _find_files(work: Work, channel: Channel, content: Content) -> list[str]:
    found = await find_items(work.db, channel.channel_id, content.media_ids, work.now)
    files = []
    for media_id in content.media_ids:
        if media_id not in found:
            raise NotFound("media.not_found")
        if found[media_id].kind is not _media_kinds[content.kind]:
            raise Invalid("broadcasts.wrong_media", kind=content.kind.value)
        files.append(found[media_id].file)
    return files


async def _look_up_pack(
    work: Work, channel: Channel, media_id: str, fields: dict[str, object]
) -> Draft:
    held = await hold_pack(work, channel, media_id)
    thumbs = [one.thumb_media_id for one in held.articles if one.thumb_media_id]
    covers = await find_items(work.db, channel.channel_id, thumbs, work.now)
    files = {thumb: item.file for thumb, item in covers.items()}
    heads = [
        ArticleHead(
            title=one.title,
            digest=one.digest,
            cover=files.get(one.thumb_media_id, ""),
            link=link_to(channel.channel_id, held.article_id, place),
        )
        for place, one in enumerate(held.articles, 1)
    ]
    seen = await show_content(work, channel, held.articles)
    copies = await find_copies(work, channel, seen.texts)
    return Draft(
        spoken=msgspec.convert({**fields, "articles": heads}, Spoken, from_attributes=True),
        seen=seen,
        copyright=[_judge(place, one) for place, one in enumerate(copies, 1)],
        publish_number=held.publish_number,
        article_id=held.article_id,
    )

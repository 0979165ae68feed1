"""A person sends a picture, a voice or a film to an official account."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, reading, single
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import Channel, ChannelId, access_speaker
from banyan.reach.media import PORTS, Item, MediaContent, MediaKind, check_media, take_in
from banyan.reach.talks import store
from banyan.reach.talks.rules import FILES_LIFE, check_files_count, check_kind
from banyan.reach.talks.say import Said, check_speaker, lock_own_talk, say_locked
from banyan.reach.talks.types import Content, ContentKind

_kinds = {
    MediaKind.IMAGE: ContentKind.IMAGE,
    MediaKind.VOICE: ContentKind.VOICE,
    MediaKind.VIDEO: ContentKind.VIDEO,
}


class SayFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send this file to an official account."""

    channel_id: ChannelId
    kind: MediaKind
    content: MediaContent
    """The file itself; in JSON as base64."""


class CheckFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May I send this account a file?"""

    channel_id: ChannelId


@reading(permission=Permission.PERSON)
async def check_files(work: Work, query: CheckFiles) -> None:
    """Accept that the person who asks sends one more file, before it costs anybody work.

    Raises NotFound `channels.not_found`; Refusal `channels.not_following`, `talks.files_too_many`.
    """
    channel = await access_speaker(work.db, query.channel_id)
    await check_speaker(work, channel)
    await check_more(work, channel, 1)


@single(permission=Permission.PERSON)
async def say_file(work: Work, command: SayFile) -> Said:
    """Send a file, which the account may load for three days, and say it as `say` does.

    Raises NotFound `channels.not_found`; Refusal `channels.not_following`, `talks.files_too_many`;
    Invalid `talks.kind_refused`, `media.empty`, `media.too_large`, `media.wrong_type`,
    `media.too_long`; Trouble if the file can't be kept.
    """
    if command.kind not in _kinds:
        raise Invalid("talks.kind_refused", content_kind=command.kind.value)
    channel = await access_speaker(work.db, command.channel_id)
    check_kind(channel.kind, Content(kind=_kinds[command.kind]), is_said=True)
    await check_speaker(work, channel)
    (content,) = await take_contents(work, channel, command.kind, [command.content])
    talk = await lock_own_talk(work, channel)
    await check_more(work, channel, 1)
    return await say_locked(work, channel, talk, content)


async def take_contents(
    work: Work, channel: Channel, kind: MediaKind, files: Sequence[bytes]
) -> list[Content]:
    """Take in files that a person sends; return the messages that they are.

    Keeping them takes a while: who locks the conversation does so afterwards, and calls
    `check_more` again. Files for an account that has blocked the person are not kept.

    Raises Refusal `talks.files_too_many`; Invalid and Trouble as `say_file` does.
    """
    await check_more(work, channel, len(files))
    if await is_blocked(work.db, channel.channel_id, work.actor.person_id):
        names = [check_media(kind, one) for one in files]
        return [Content(kind=_kinds[kind], format=_format_of(kind, name)) for name in names]
    return [_content_of(await take_in(work, channel, kind, one)) for one in files]


async def check_more(work: Work, channel: Channel, count: int) -> None:
    """Accept so many more files of who asks. Raises Refusal `talks.files_too_many`."""
    person_id, since = work.actor.person_id, work.now - FILES_LIFE
    sent_count = await store.count_files(work.db, channel.channel_id, person_id, since)
    check_files_count(sent_count, count)


def _content_of(item: Item) -> Content:
    return Content(
        kind=_kinds[item.kind],
        media_id=item.media_id,
        file=item.file,
        format=_format_of(item.kind, item.file),
        picture_url=PORTS.link(item.file) if item.kind is MediaKind.IMAGE else "",
    )


def _format_of(kind: MediaKind, file: str) -> str:
    return file.rpartition(".")[2] if kind is MediaKind.VOICE else ""

"""A person sends a picture, a voice or a film to an official account."""

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import Channel, ChannelId, access_speaker
from banyan.reach.media import PORTS, Item, MediaContent, MediaKind, take_in
from banyan.reach.talks.rules import check_kind
from banyan.reach.talks.say import Said, lock_own_talk, say_locked
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


@single(permission=Permission.PERSON)
async def say_file(work: Work, command: SayFile) -> Said:
    """Send a file, which the account may load for three days, and say it as `say` does.

    Raises NotFound `channels.not_found`; Refusal `channels.not_following`; Invalid
    `talks.kind_refused`, `media.empty`, `media.too_large`, `media.wrong_type`, `media.too_long`;
    Trouble if the file can't be kept.
    """
    if command.kind not in _kinds:
        raise Invalid("talks.kind_refused", content_kind=command.kind.value)
    channel = await access_speaker(work.db, command.channel_id)
    check_kind(channel.kind, Content(kind=_kinds[command.kind]), is_said=True)
    talk = await lock_own_talk(work, channel)
    content = await take_content(work, channel, command.kind, command.content)
    return await say_locked(work, channel, talk, content)


async def take_content(work: Work, channel: Channel, kind: MediaKind, content: bytes) -> Content:
    """Take in a file that a person sends; return the message that it is."""
    return content_of(await take_in(work, channel, kind, content))


def content_of(item: Item) -> Content:
    """The message that a file is."""
    is_voice = item.kind is MediaKind.VOICE
    return Content(
        kind=_kinds[item.kind],
        media_id=item.media_id,
        file=item.file,
        format=item.file.rpartition(".")[2] if is_voice else "",
        picture_url=PORTS.link(item.file) if item.kind is MediaKind.IMAGE else "",
    )

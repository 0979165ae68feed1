"""Takes files of accounts in, for a while or to keep, and pictures for texts."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.media import store
from banyan.reach.media.ports import PORTS
from banyan.reach.media.rules import KEPT_MAX, LIFE, MARKETING_BYTES_MAX, check_media, check_picture
from banyan.reach.media.types import (
    Content,
    FileName,
    Introduction,
    Item,
    MediaAdded,
    MediaDeleted,
    MediaId,
    MediaKind,
    Picture,
    Title,
)


class AddMedia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a file: for three days, or to keep."""

    merchant_id: MerchantId
    channel_id: ChannelId
    kind: MediaKind
    content: Content
    """The file itself; in JSON as base64."""
    is_kept: bool = False
    name: FileName = ""
    title: Title = ""
    introduction: Introduction = ""


class DescribeVideo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a film once more, with words to send it by."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: MediaId
    title: Title
    introduction: Introduction = ""


class DeleteMedia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep a file no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: MediaId


class AddPicture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a picture for texts: PNG or JPEG."""

    merchant_id: MerchantId
    channel_id: ChannelId
    content: Annotated[bytes, msgspec.Meta(max_length=(10 << 20) + 1)]
    """The file itself; in JSON as base64."""


class AddMarketingPicture(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a picture for a merchant's coupons: PNG or JPEG."""

    merchant_id: MerchantId
    content: Annotated[bytes, msgspec.Meta(max_length=(2 << 20) + 1)]
    """The file itself; in JSON as base64."""


@single(permission=Permission.CHANNELS_WRITE)
async def add_media(work: Work, command: AddMedia) -> Item:
    """Take in a file.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`, `media.too_long`; NotFound
    `channels.not_found`; Refusal `media.too_many`; Trouble if the file can't be kept.
    """
    file = check_media(command.kind, command.content)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    return await _take(work, channel, command, file)


async def take_in(work: Work, channel: Channel, kind: MediaKind, content: bytes) -> Item:
    """Take in what a person sends to an account, which may load it for three days.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`, `media.too_long`; Trouble
    if the file can't be kept.
    """
    command = AddMedia(
        merchant_id=MerchantId(channel.merchant_id),
        channel_id=channel.channel_id,
        kind=kind,
        content=content,
    )
    return await _take(work, channel, command, check_media(kind, content))


async def _take(work: Work, channel: Channel, command: AddMedia, file: str) -> Item:
    # Before the commit: a file that no account names harms nobody, the reverse would.
    await PORTS.files.put(file, command.content)
    item = Item(
        channel_id=channel.channel_id,
        media_id=PORTS.draw_id(),
        kind=command.kind,
        file=file,
        bytes_count=len(command.content),
        name=command.name or f"{command.kind.value}.{file.rpartition('.')[2]}",
        title=command.title,
        introduction=command.introduction,
        created_at=work.now,
        expires_at=None if command.is_kept else work.now + LIFE,
    )
    return await _add(work, channel, item)


@single(permission=Permission.CHANNELS_WRITE)
async def describe_video(work: Work, command: DescribeVideo) -> Item:
    """Make another temporary film of the same bytes.

    Raises NotFound `channels.not_found`, `media.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    found = await store.find_items(work.db, channel.channel_id, [command.media_id], work.now)
    before = found.get(command.media_id)
    if before is None or before.kind is not MediaKind.VIDEO:
        raise NotFound("media.not_found")
    item = msgspec.structs.replace(
        before,
        media_id=PORTS.draw_id(),
        title=command.title,
        introduction=command.introduction,
        created_at=work.now,
        expires_at=work.now + LIFE,
    )
    return await _add(work, channel, item)


@single(permission=Permission.CHANNELS_WRITE)
async def delete_media(work: Work, command: DeleteMedia) -> None:
    """Delete a file that an account keeps; a temporary one ends by itself.

    Raises NotFound `channels.not_found`, `media.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    kind = await store.delete_kept(work.db, channel.channel_id, command.media_id)
    if kind is None:
        raise NotFound("media.not_found")
    work.record(
        MediaDeleted(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            media_kind=kind,
        )
    )


@single(permission=Permission.CHANNELS_WRITE)
async def add_picture(work: Work, command: AddPicture) -> Picture:
    """Take in a picture for texts; it counts against no quota.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`; NotFound
    `channels.not_found`; Trouble if the file can't be kept.
    """
    file = check_picture(command.content)
    await access_own(work.db, command.merchant_id, command.channel_id)
    await PORTS.files.put(file, command.content)
    return Picture(file=file)


@single(permission=Permission.COUPONS_WRITE)
async def add_marketing_picture(work: Work, command: AddMarketingPicture) -> Picture:
    """Take in a picture for coupons; no account is asked for.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`; Trouble if the file can't
    be kept.
    """
    del work
    file = check_picture(command.content, MARKETING_BYTES_MAX)
    await PORTS.files.put(file, command.content)
    return Picture(file=file)


async def _add(work: Work, channel: Channel, item: Item) -> Item:
    if item.expires_at is None:
        most = KEPT_MAX[item.kind]
        if not await store.add_kept(work.db, item.channel_id, item.kind, most):
            raise Refusal("media.too_many", kind=item.kind.value, kept_max=most)
    await store.insert_item(work.db, item)
    work.record(
        MediaAdded(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            media_kind=item.kind,
            bytes_count=item.bytes_count,
            is_kept=item.expires_at is None,
        )
    )
    return item

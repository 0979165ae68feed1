"""Makes tags, renames and deletes them, and lists them."""

from typing import Annotated

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.labels import store
from banyan.reach.labels.rules import STARRED_NAME, check_name, check_own
from banyan.reach.labels.types import (
    LARGE,
    STARRED,
    TAGS_MAX,
    Tag,
    TagCreated,
    TagDeleted,
    TagId,
    TagRenamed,
)

TagName = Annotated[str, msgspec.Meta(min_length=1, max_length=30)]


class CreateTag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one more tag for followers."""

    merchant_id: MerchantId
    channel_id: ChannelId
    name: TagName


class RenameTag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call a tag otherwise."""

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId
    name: TagName


class DeleteTag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a tag no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId


class ListTags(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the tags of an account."""

    merchant_id: MerchantId
    channel_id: ChannelId


class Tags(msgspec.Struct, frozen=True):
    """All tags of an account, by number."""

    items: list[Tag]


@single(permission=Permission.CHANNELS_WRITE)
async def create_tag(work: Work, command: CreateTag) -> Tag:
    """Add a tag, with a number that the account never used.

    Raises NotFound `channels.not_found`; Invalid `labels.name_malformed`, `labels.name_length`,
    `labels.name_taken`; Refusal `labels.too_many_tags`.
    """
    name = check_name(command.name)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_book(work.db, channel.channel_id)
    known = await store.list_tags(work.db, channel.channel_id)
    if len([one for one in known if one.tag_id > STARRED]) >= TAGS_MAX:
        raise Refusal("labels.too_many_tags", tags_max=TAGS_MAX)
    tag_id = await store.next_tag_id(work.db, channel.channel_id)
    if not await store.insert_tag(work.db, channel.channel_id, tag_id, name):
        raise Invalid("labels.name_taken")
    tag = Tag(tag_id=tag_id, name=name, followers_count=0)
    await _note_audit(work, channel, None, tag)
    work.record(TagCreated(**_where(channel), tag_id=tag_id, name=name))
    return tag


@single(permission=Permission.CHANNELS_WRITE)
async def rename_tag(work: Work, command: RenameTag) -> Tag:
    """Give a tag another name.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`; Invalid `labels.name_malformed`,
    `labels.name_length`, `labels.name_taken`; Refusal `labels.system_tag`.
    """
    name = check_name(command.name)
    check_own(command.tag_id)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await lock_tag(work, channel, command.tag_id)
    if before.name == name:
        return before
    if await store.find_named(work.db, channel.channel_id, name) is not None:
        raise Invalid("labels.name_taken")
    await store.set_name(work.db, channel.channel_id, command.tag_id, name)
    after = msgspec.structs.replace(before, name=name)
    await _note_audit(work, channel, before, after)
    work.record(TagRenamed(**_where(channel), tag_id=after.tag_id, name=name))
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def delete_tag(work: Work, command: DeleteTag) -> None:
    """Take a tag from all followers, and delete it.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`; Refusal `labels.system_tag`,
    `labels.tag_too_large`.
    """
    check_own(command.tag_id)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    tag = await lock_tag(work, channel, command.tag_id)
    if tag.followers_count > LARGE:
        raise Refusal("labels.tag_too_large", followers_max=LARGE)
    await store.delete_tag(work.db, channel.channel_id, tag.tag_id)
    await _note_audit(work, channel, tag, None)
    work.record(
        TagDeleted(**_where(channel), tag_id=tag.tag_id, followers_count=tag.followers_count)
    )


@reading(permission=Permission.CHANNELS_READ)
async def list_tags(work: Work, query: ListTags) -> Tags:
    """Return all tags of an account. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.list_tags(work.db, channel.channel_id)
    return Tags(found or [Tag(tag_id=STARRED, name=STARRED_NAME, followers_count=0)])


async def lock_tag(work: Work, channel: Channel, tag_id: int) -> Tag:
    """Lock the account's tags, and return one of them. Raises NotFound `labels.no_such_tag`."""
    await store.lock_book(work.db, channel.channel_id)
    tag = await store.find_tag(work.db, channel.channel_id, tag_id)
    if tag is None:
        raise NotFound("labels.no_such_tag")
    return tag


async def access_tag(db: Connection, channel_id: int, tag_id: int) -> Tag:
    """Return a tag of the account. Raises NotFound `labels.no_such_tag`."""
    tag = await store.find_tag(db, channel_id, tag_id)
    if tag is None:
        raise NotFound("labels.no_such_tag")
    return tag


def _where(channel: Channel) -> dict[str, int]:
    return {"merchant_id": int(channel.merchant_id), "channel_id": int(channel.channel_id)}


async def _note_audit(work: Work, channel: Channel, before: Tag | None, after: Tag | None) -> None:
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="labels.tag",
        subject_id=channel.channel_id,
        before=before,
        after=after,
    )

"""Gives followers tags and takes them; whoever leaves loses theirs."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.blocks import block_people, unblock_people
from banyan.reach.channels import (
    Channel,
    ChannelId,
    ChannelUnfollowed,
    FollowerState,
    Happening,
    Openid,
    access_own,
    find_followers,
)
from banyan.reach.labels import store
from banyan.reach.labels.change_tags import lock_tag
from banyan.reach.labels.rules import Changes, check_openids, compute_changes, compute_regrouped
from banyan.reach.labels.types import (
    BLOCKED,
    NO_TAG,
    OPENIDS_MAX,
    FollowersTagged,
    FollowersUntagged,
    TagId,
)

Openids = Annotated[list[Openid], msgspec.Meta(min_length=1, max_length=OPENIDS_MAX)]


class TagFollowers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give these followers a tag."""

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId
    openids: Openids


class UntagFollowers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a tag from these followers."""

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId
    openids: Openids


class RegroupFollowers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have these followers among those of another tag, in place of that of their latest one.

    Tag 0 is to have no tag, 1 to be blocked.
    """

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId
    openids: Openids


class Tagging(msgspec.Struct, frozen=True, kw_only=True):
    """How many followers it changed something for."""

    changed_count: int


@single(permission=Permission.CHANNELS_WRITE)
async def tag_followers(work: Work, command: TagFollowers) -> Tagging:
    """Give followers a tag; who has it keeps it.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`, `labels.no_such_follower`; Invalid
    `labels.too_many_named`; Refusal `labels.too_many_of_follower`.
    """
    openids = check_openids(command.openids)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    tag = await lock_tag(work, channel, command.tag_id)
    await access_followers(work, channel, openids)
    before = await store.find_tag_ids(work.db, channel.channel_id, openids)
    after = {one: [*before.get(one, ()), tag.tag_id] for one in openids}
    return await _change(work, channel, before, after)


@single(permission=Permission.CHANNELS_WRITE)
async def untag_followers(work: Work, command: UntagFollowers) -> Tagging:
    """Take a tag from followers; who does not have it stays as they are.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`, `labels.no_such_follower`; Invalid
    `labels.too_many_named`.
    """
    openids = check_openids(command.openids)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    tag = await lock_tag(work, channel, command.tag_id)
    await access_followers(work, channel, openids)
    before = await store.find_tag_ids(work.db, channel.channel_id, openids)
    after = {one: [had for had in tags if had != tag.tag_id] for one, tags in before.items()}
    return await _change(work, channel, before, after)


@single(permission=Permission.CHANNELS_WRITE)
async def regroup_followers(work: Work, command: RegroupFollowers) -> Tagging:
    """Move followers to another tag, to none, or among the blocked; out of the last they come.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`, `labels.no_such_follower`; Invalid
    `labels.too_many_named`; Refusal `labels.too_many_of_follower`.
    """
    openids = check_openids(command.openids)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if command.tag_id in {NO_TAG, BLOCKED}:
        await store.lock_book(work.db, channel.channel_id)
    else:
        await lock_tag(work, channel, command.tag_id)
    people = await access_followers(work, channel, openids)
    if command.tag_id == BLOCKED:
        await block_people(work, channel.merchant_id, channel.channel_id, people)
    else:
        await unblock_people(work, channel.merchant_id, channel.channel_id, openids)
    before = await store.find_tag_ids(work.db, channel.channel_id, openids)
    after = {one: compute_regrouped(before.get(one, []), command.tag_id) for one in openids}
    return await _change(work, channel, before, after)


async def on_happening(work: Work, channel: Channel, happening: Happening) -> None:
    """Take all tags from a follower who leaves, in the same transaction."""
    if not isinstance(happening, ChannelUnfollowed):
        return
    # Whoever gives a tag holds the lock while making sure that the follower still follows.
    if await store.lock_known_book(work.db, channel.channel_id):
        before = await store.find_tag_ids(work.db, channel.channel_id, [happening.openid])
        await _change(work, channel, before, {happening.openid: []})


async def access_followers(work: Work, channel: Channel, openids: Sequence[str]) -> dict[str, int]:
    """Return the person behind each openid. Raises NotFound `labels.no_such_follower`."""
    known = await find_followers(work.db, channel.channel_id, openids)
    for openid in openids:
        if openid not in known or known[openid][1].state is not FollowerState.FOLLOWING:
            raise NotFound("labels.no_such_follower", openid=openid)
    return {openid: known[openid][0] for openid in openids}


async def _change(
    work: Work,
    channel: Channel,
    before: Mapping[str, Sequence[int]],
    after: Mapping[str, Sequence[int]],
) -> Tagging:
    changes = compute_changes(before, after)
    await store.write_changes(work.db, channel.channel_id, changes, work.now)
    _record(work, channel, changes)
    return Tagging(changed_count=len({openid for openid, _ in changes.given + changes.taken}))


def _record(work: Work, channel: Channel, changes: Changes) -> None:
    where = {"merchant_id": int(channel.merchant_id), "channel_id": int(channel.channel_id)}
    for kind, pairs in ((FollowersTagged, changes.given), (FollowersUntagged, changes.taken)):
        by_tag: dict[int, list[str]] = {}
        for openid, tag_id in pairs:
            by_tag.setdefault(tag_id, []).append(openid)
        for tag_id, openids in sorted(by_tag.items()):
            work.record(kind(**where, tag_id=TagId(tag_id), openids=openids))

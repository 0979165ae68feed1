"""Reads followers with what the account calls them, and long lists of them in parts."""

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.blocks import count_blocked, find_blocked, list_blocked
from banyan.reach.channels import (
    ChannelId,
    FollowerState,
    Openid,
    access_own,
    count_followers,
    find_followers,
    list_openids_after,
    tell_unionids,
)
from banyan.reach.labels import store
from banyan.reach.labels.change_tags import ListTags, list_tags
from banyan.reach.labels.rules import check_openids
from banyan.reach.labels.tag_followers import Openids
from banyan.reach.labels.types import (
    BLOCKED,
    PART_MAX,
    LabelledFollower,
    OpenidPart,
    TagId,
    TagSizes,
)


class ListLabelled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the followers of an account, or those who have a tag; tag 1 are the blocked."""

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadLabels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What do I call these followers?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    openids: Openids


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """Followers with what the account calls them."""

    items: list[LabelledFollower]


class ListTagged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List who has a tag, ten thousand at a time, after an openid."""

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId
    after: Openid = ""


class ListOpenids(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List who follows, ten thousand at a time, after an openid."""

    merchant_id: MerchantId
    channel_id: ChannelId
    after: Openid = ""


class ReadTagSizes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many followers are there of each sort?"""

    merchant_id: MerchantId
    channel_id: ChannelId


@reading(permission=Permission.CHANNELS_READ)
async def list_labelled(work: Work, query: ListLabelled) -> Page[LabelledFollower]:
    """Return a page of followers by openid.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    (after,) = decode_cursor(query.cursor, 1) or [""]
    limit = query.limit + 1
    if query.tag_id is None:
        openids = await list_openids_after(work.db, channel.channel_id, after, limit)
    elif query.tag_id == BLOCKED:
        openids = await list_blocked(work.db, channel.channel_id, after, limit)
    else:
        openids = await store.list_tagged(work.db, channel.channel_id, query.tag_id, after, limit)
    kept = openids[: query.limit]
    items = await find_labelled(work.db, channel.channel_id, kept)
    next_cursor = encode_cursor(kept[-1]) if len(openids) > len(kept) else None
    return Page(items=list(items.values()), next_cursor=next_cursor)


@reading(permission=Permission.CHANNELS_READ)
async def read_labels(work: Work, query: ReadLabels) -> Labelled:
    """Return people whom the account knows, in the order asked; also those who left.

    Raises NotFound `channels.not_found`, `labels.no_such_follower`; Invalid
    `labels.too_many_named`.
    """
    openids = check_openids(query.openids)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await find_labelled(work.db, channel.channel_id, openids)
    missing = next((one for one in openids if one not in found), None)
    if missing is not None:
        raise NotFound("labels.no_such_follower", openid=missing)
    return Labelled(items=[found[one] for one in query.openids])


@reading(permission=Permission.CHANNELS_READ)
async def list_tagged_part(work: Work, query: ListTagged) -> OpenidPart:
    """Return who has a tag, by openid.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    tags = (
        await list_tags(work, ListTags(merchant_id=query.merchant_id, channel_id=query.channel_id))
    ).items
    tag = next((one for one in tags if one.tag_id == query.tag_id), None)
    if tag is None:
        raise NotFound("labels.no_such_tag")
    openids = await store.list_tagged(
        work.db, channel.channel_id, tag.tag_id, query.after, PART_MAX
    )
    return OpenidPart(total=tag.followers_count, openids=openids)


@reading(permission=Permission.CHANNELS_READ)
async def list_openids_part(work: Work, query: ListOpenids) -> OpenidPart:
    """Return who follows, by openid. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return OpenidPart(
        total=await count_followers(work.db, channel.channel_id),
        openids=await list_openids_after(work.db, channel.channel_id, query.after, PART_MAX),
    )


@reading(permission=Permission.CHANNELS_READ)
async def read_tag_sizes(work: Work, query: ReadTagSizes) -> TagSizes:
    """Return how many followers there are of each sort. Raises NotFound `channels.not_found`."""
    tags = (
        await list_tags(work, ListTags(merchant_id=query.merchant_id, channel_id=query.channel_id))
    ).items
    channel_id = query.channel_id
    followers_count = await count_followers(work.db, channel_id)
    labelled_count = await store.find_labelled_count(work.db, channel_id)
    blocked_untagged = await _count_blocked_untagged(work.db, channel_id)
    return TagSizes(
        untagged_count=max(followers_count - labelled_count - blocked_untagged, 0),
        blocked_count=await count_blocked(work.db, channel_id),
        tags=tags,
    )


async def _count_blocked_untagged(db: Connection, channel_id: int) -> int:
    """How many follow, are blocked and have no tag."""
    count, after = 0, ""
    while openids := await list_blocked(db, channel_id, after, PART_MAX):
        known = await find_followers(db, channel_id, openids)
        following = [one for one in openids if known[one][1].state is FollowerState.FOLLOWING]
        count += len(following) - await store.count_labelled(db, channel_id, following)
        after = openids[-1]
    return count


async def find_labelled(
    db: Connection, channel_id: int, openids: list[str]
) -> dict[str, LabelledFollower]:
    """Return those whom the account knows, with what it calls them, in the order asked."""
    if not openids:
        return {}
    found = await find_followers(db, channel_id, openids)
    known = {one.openid: one for one in await tell_unionids(db, channel_id, list(found.values()))}
    tag_ids = await store.find_tag_ids(db, channel_id, openids)
    remarks = await store.find_remarks(db, channel_id, openids)
    blocked = await find_blocked(db, channel_id, openids)
    return {
        openid: LabelledFollower(
            **msgspec.structs.asdict(known[openid]),
            remark=remarks.get(openid, ""),
            tag_ids=tag_ids.get(openid, []),
            is_blocked=openid in blocked,
        )
        for openid in openids
        if openid in known
    }

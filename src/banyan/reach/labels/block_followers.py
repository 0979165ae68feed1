"""Blocks people and unblocks them at the merchant's word."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.blocks import block_people, count_blocked, list_blocked, unblock_people
from banyan.reach.channels import ChannelId, Openid, access_own, find_followers
from banyan.reach.labels.rules import check_openids
from banyan.reach.labels.tag_followers import Openids, Tagging
from banyan.reach.labels.types import PART_MAX, OpenidPart


class BlockFollowers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have nothing to do with these people any more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openids: Openids


class UnblockFollowers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have to do with these people again."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openids: Openids


class ListBlocked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List whom the account has blocked, ten thousand at a time, after an openid."""

    merchant_id: MerchantId
    channel_id: ChannelId
    after: Openid = ""


@single(permission=Permission.CHANNELS_WRITE)
async def block_followers(work: Work, command: BlockFollowers) -> Tagging:
    """Block people: messages do not reach them, and what they do is not told to its server.

    They follow on, and keep their tags. Raises NotFound `channels.not_found`,
    `labels.no_such_follower`; Invalid `labels.too_many_named`.
    """
    openids = check_openids(command.openids)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    known = await find_followers(work.db, channel.channel_id, openids)
    for openid in openids:
        if openid not in known:
            raise NotFound("labels.no_such_follower", openid=openid)
    people = {openid: known[openid][0] for openid in openids}
    fresh = await block_people(work, channel.merchant_id, channel.channel_id, people)
    return Tagging(changed_count=len(fresh))


@single(permission=Permission.CHANNELS_WRITE)
async def unblock_followers(work: Work, command: UnblockFollowers) -> Tagging:
    """Unblock people; who is not blocked stays as they are.

    Raises NotFound `channels.not_found`, Invalid `labels.too_many_named`.
    """
    openids = check_openids(command.openids)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    freed = await unblock_people(work, channel.merchant_id, channel.channel_id, openids)
    return Tagging(changed_count=len(freed))


@reading(permission=Permission.CHANNELS_READ)
async def list_blocked_part(work: Work, query: ListBlocked) -> OpenidPart:
    """Return whom the account has blocked, by openid. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return OpenidPart(
        total=await count_blocked(work.db, channel.channel_id),
        openids=await list_blocked(work.db, channel.channel_id, query.after, PART_MAX),
    )

"""Notes what an account calls one of its followers."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, Openid, access_own
from banyan.reach.labels import store
from banyan.reach.labels.rules import check_remark
from banyan.reach.labels.tag_followers import access_followers


class WriteRemark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this remark on a follower; an empty one is none."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    remark: Annotated[str, msgspec.Meta(max_length=29)]


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """What an account calls a follower."""

    openid: str
    remark: str


@single(permission=Permission.CHANNELS_WRITE)
async def write_remark(work: Work, command: WriteRemark) -> Remark:
    """Write the remark on a follower.

    Raises NotFound `channels.not_found`, `labels.no_such_follower`; Invalid
    `labels.remark_malformed`.
    """
    remark = check_remark(command.remark)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await access_followers(work, channel, [command.openid])
    await store.set_remark(work.db, channel.channel_id, command.openid, remark)
    return Remark(openid=command.openid, remark=remark)

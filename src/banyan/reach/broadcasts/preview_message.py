"""Shows one person what a message to many is like; it counts towards no quota."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.text import normal_phone
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.parties.people import find_phones
from banyan.reach.broadcasts.send_message import open_message
from banyan.reach.broadcasts.types import Audience, Content, Message
from banyan.reach.channels import (
    Channel,
    ChannelId,
    FollowerState,
    Openid,
    access_own,
    find_followers,
    find_openids_of,
)


class PreviewMessage(Content, frozen=True, kw_only=True):
    """Send a message to one follower, by openid or by phone number."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid | None = None
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""


@single(permission=Permission.CHANNELS_WRITE)
async def preview_message(work: Work, command: PreviewMessage) -> Message:
    """Send a message to one who follows, for them to look at.

    Raises NotFound `channels.not_found` and as `send_message` does; Refusal
    `broadcasts.not_following`, `broadcasts.unknown_name` for a phone of nobody who follows.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    openid = command.openid
    if openid is None:
        openid = await _find_openid(work, channel, command.phone)
    known = await find_followers(work.db, channel.channel_id, [openid])
    if openid not in known or known[openid][1].state is not FollowerState.FOLLOWING:
        raise Refusal("broadcasts.not_following" if command.openid else "broadcasts.unknown_name")
    return await open_message(work, channel, Audience.PREVIEW, command, openids=[openid])


async def _find_openid(work: Work, channel: Channel, phone: str) -> str:
    try:
        normal = normal_phone(phone)
    except Invalid:
        raise Refusal("broadcasts.unknown_name") from None
    found = await find_phones(work.db, [normal])
    openids = await find_openids_of(work.db, channel.channel_id, list(found.values()))
    if not openids:
        raise Refusal("broadcasts.unknown_name")
    return next(iter(openids.values()))

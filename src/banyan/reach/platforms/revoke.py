"""Takes back what platforms may do for accounts, and lets all that depends on it follow."""

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_channel
from banyan.reach.channels.create_channel import lock_own
from banyan.reach.platforms import store
from banyan.reach.platforms.types import Authorization, PlatformAuthorized, PlatformRevoked
from banyan.reach.pushes import PushKind, note_push, set_relays
from banyan.reach.tokens import Function, change_delegated


class RevokePlatform(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a platform act for an account of mine no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    platform_id: ChannelId


@single(permission=Permission.CHANNELS_WRITE)
async def revoke_platform(work: Work, command: RevokePlatform) -> None:
    """Let a platform do nothing more for an account: its tokens end, and it is told.

    Raises NotFound `channels.not_found`, Refusal `platforms.not_authorized`.
    """
    channel = await lock_own(work, command.merchant_id, command.channel_id)
    found = await store.lock_authorization(work.db, channel.channel_id, command.platform_id)
    if found is None:
        raise Refusal("platforms.not_authorized")
    platform = await access_channel(work.db, command.platform_id)
    await store.delete_authorization(work.db, channel.channel_id, platform.channel_id)
    await note_authorization(work, platform, channel, found.authorization, None)
    told = {"authorizer_appid": channel.appid}
    await note_push(work, platform, 0, "", PushKind.PLATFORM_UNAUTHORIZED, told)


async def note_authorization(
    work: Work,
    platform: Channel,
    channel: Channel,
    before: Authorization | None,
    after: Authorization | None,
) -> None:
    """Let tokens and servers follow what a platform may do, and record it."""
    channel_id, platform_id = int(channel.channel_id), int(platform.channel_id)
    functions = after.functions if after else []
    await change_delegated(work, channel_id, platform_id, functions)
    settings = await store.lock_settings(work.db, platform_id)
    url = settings.message_url if Function.MESSAGES in functions else ""
    await set_relays(work, [channel_id], platform_id, url)
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="platforms.authorization",
        subject_id=platform_id,
        before=before,
        after=after,
    )
    ids = {
        "merchant_id": int(channel.merchant_id),
        "channel_id": channel_id,
        "subject_id": platform_id,
    }
    if after is None:
        work.record(PlatformRevoked(**ids))
    else:
        is_change = before is not None
        work.record(PlatformAuthorized(**ids, functions=functions, is_change=is_change))

"""Hands platforms the tokens by which they act for accounts."""

from hmac import compare_digest

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_by_appid, access_channel
from banyan.reach.platforms import store
from banyan.reach.platforms.access import (
    access_authorized,
    access_own_platform,
    access_platform_by_secret,
    open_refresh,
)
from banyan.reach.platforms.types import Appid, Delegated, Given
from banyan.reach.tokens import clear_for, issue_for


class QueryAuthorization(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which account does this code let my platform act, and with what?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: Given


class RefreshDelegated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give my platform another token of this account."""

    merchant_id: MerchantId
    channel_id: ChannelId
    appid: Appid
    refresh_token: Given


class ClearQuotaVia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set today's quotas of an account back for which my platform acts."""

    appid: Appid
    secret: Given
    """The platform's."""
    account_appid: Appid


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def clear_quota_via(work: Work, command: ClearQuotaVia) -> Channel:
    """Set an account's counts of today back, of the same ten times a month as its owner has.

    Raises NotFound `channels.not_found`; Refusal `channels.wrong_secret`,
    `platforms.not_authorized`, `tokens.cleared_too_often`.
    """
    platform = await access_platform_by_secret(work.db, command.appid, command.secret)
    channel, _ = await access_authorized(work.db, platform, command.account_appid)
    await clear_for(work, channel, "")
    return channel


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def query_authorization(work: Work, command: QueryAuthorization) -> Delegated:
    """Return tokens of an account for a code, which is used up by it.

    The refresh token is the same until the account's owner says yes anew. Raises NotFound
    `channels.not_found`, `platforms.code_unknown`; Refusal `platforms.code_used`,
    `platforms.code_expired`, `platforms.not_authorized`.
    """
    platform = await access_own_platform(work.db, command.merchant_id, command.channel_id)
    account_id = await store.use_code(work.db, platform.channel_id, digest(command.code), work.now)
    if account_id is None:
        await _explain(work, platform, command.code)
    assert account_id is not None
    channel = await access_channel(work.db, account_id)
    return await _delegate(work, channel, await _lock(work, channel, platform))


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def refresh_delegated(work: Work, command: RefreshDelegated) -> Delegated:
    """Return another token of an account; the one before works for five minutes more.

    Raises NotFound `channels.not_found`; Refusal `platforms.not_authorized`,
    `platforms.wrong_refresh`.
    """
    platform = await access_own_platform(work.db, command.merchant_id, command.channel_id)
    channel = await access_by_appid(work.db, command.appid)
    kept = await _lock(work, channel, platform)
    if not compare_digest(kept.refresh_digest, digest(command.refresh_token)):
        raise Refusal("platforms.wrong_refresh")
    return await _delegate(work, channel, kept)


async def _lock(work: Work, channel: Channel, platform: Channel) -> store.Kept:
    """Hold what a platform may do, so that no token is made while it is taken back."""
    kept = await store.lock_authorization(work.db, channel.channel_id, platform.channel_id)
    if kept is None:
        raise Refusal("platforms.not_authorized")
    return kept


async def _delegate(work: Work, channel: Channel, kept: store.Kept) -> Delegated:
    one = kept.authorization
    token = await issue_for(
        work, int(channel.channel_id), via_id=int(one.platform_id), functions=one.functions
    )
    return Delegated(
        appid=channel.appid,
        access_token=token.access_token,
        refresh_token=open_refresh(kept),
        expires_in=token.expires_in,
        functions=one.functions,
    )


async def _explain(work: Work, platform: Channel, code: str) -> None:
    """Raise why a code does not work."""
    state = await store.find_code(work.db, platform.channel_id, digest(code))
    if state is None:
        raise NotFound("platforms.code_unknown")
    raise Refusal("platforms.code_used" if state.used_at else "platforms.code_expired")

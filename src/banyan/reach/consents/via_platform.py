"""What a platform learns of people on behalf of an account: the same, by its own token."""

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId
from banyan.reach.consents.app_sessions import open_session_for
from banyan.reach.consents.exchange import exchange_for, refresh_for
from banyan.reach.consents.types import Appid, AppSession, Given, Tokens
from banyan.reach.platforms import find_delegate
from banyan.reach.tokens import Function


class ExchangeCodeVia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give my platform tokens for a code that it asked for on behalf of this account."""

    merchant_id: MerchantId
    channel_id: ChannelId
    appid: Appid
    code: Given


class RefreshTokensVia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the access token of my platform live longer, or give it another."""

    merchant_id: MerchantId
    channel_id: ChannelId
    appid: Appid
    refresh_token: Given


class OpenAppSessionVia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who opened this mini program, for which my platform acts?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    appid: Appid
    code: Given


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def exchange_code_via(work: Work, command: ExchangeCodeVia) -> Tokens:
    """Return tokens for a code, which is used up by it.

    Raises NotFound `channels.not_found`, `consents.unknown_code`; Refusal
    `platforms.not_authorized`, `platforms.not_granted`, `consents.code_used`,
    `consents.code_expired`.
    """
    channel = await find_delegate(
        work.db, command.merchant_id, command.channel_id, command.appid, Function.WEB
    )
    return await exchange_for(work, channel, command.code, int(command.channel_id))


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def refresh_tokens_via(work: Work, command: RefreshTokensVia) -> Tokens:
    """Return the same access token with its time begun anew, or another if it was over.

    Raises NotFound `channels.not_found`, `consents.unknown_refresh`; Refusal
    `platforms.not_authorized`, `platforms.not_granted`, `consents.refresh_expired`.
    """
    channel = await find_delegate(
        work.db, command.merchant_id, command.channel_id, command.appid, Function.WEB
    )
    return await refresh_for(work, channel, command.refresh_token, int(command.channel_id))


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def open_app_session_via(work: Work, command: OpenAppSessionVia) -> AppSession:
    """Return who opened a mini program and a new key about them; the code is used up by it.

    Raises NotFound `channels.not_found`, `consents.unknown_code`; Refusal
    `platforms.not_authorized`, `platforms.not_granted`, `consents.code_used`,
    `consents.code_expired`.
    """
    channel = await find_delegate(
        work.db, command.merchant_id, command.channel_id, command.appid, Function.APP_LOGIN
    )
    return await open_session_for(work, channel, command.code)

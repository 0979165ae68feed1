"""Turns codes into tokens, keeps tokens alive, and tells who is behind them."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.people import PersonId, find_people
from banyan.parties.providers import find_unionid
from banyan.reach.channels import (
    Channel,
    access_by_appid,
    access_by_secret,
    ensure_openids,
)
from banyan.reach.consents import store
from banyan.reach.consents.ports import PORTS
from banyan.reach.consents.rules import (
    KEPT,
    REFRESH_LIFE,
    TOKEN_LIFE,
    read_channel_id,
    render_text,
)
from banyan.reach.consents.types import Appid, Given, Holder, Scope, Tokens
from banyan.reach.platforms import check_granted
from banyan.reach.tokens import Function

_chance_bytes = 55
_scopes = frozenset({Scope.BASE, Scope.PROFILE, Scope.LOGIN})
"""Of what there are tokens."""


class ExchangeCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me tokens for a code of my account."""

    appid: Appid
    secret: Given
    code: Given


class RefreshTokens(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let my access token live longer, or give me another."""

    appid: Appid
    refresh_token: Given


class ReadHolder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is behind this access token?"""

    access_token: Given
    openid: Given


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def exchange_code(work: Work, command: ExchangeCode) -> Tokens:
    """Return tokens for a code, which is used up by it.

    Raises NotFound `channels.not_found`, `consents.unknown_code`; Refusal
    `channels.wrong_secret`, `consents.code_used`, `consents.code_expired`.
    """
    channel = await access_by_secret(work.db, command.appid, command.secret)
    return await exchange_for(work, channel, command.code)


async def exchange_for(work: Work, channel: Channel, code: str, via_id: int = 0) -> Tokens:
    """Return tokens for a code that the channel asked for, or a platform on its behalf."""
    used = await take_code(work, channel, code)
    is_fit = used.scope in _scopes and used.via_id == via_id
    if not is_fit or not await _is_granted(work, channel, used):
        raise NotFound("consents.unknown_code")
    refresh = render_text(int(channel.channel_id), PORTS.draw(_chance_bytes))
    return await _issue(
        work,
        channel,
        refresh,
        store.TokenRow(
            channel_id=int(channel.channel_id),
            refresh_digest=digest(refresh),
            token_digest=b"",
            sealed=b"",
            person_id=used.person_id,
            scope=used.scope,
            token_expires_at=work.now,
            refresh_expires_at=work.now + REFRESH_LIFE,
            via_id=via_id,
        ),
    )


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def refresh_tokens(work: Work, command: RefreshTokens) -> Tokens:
    """Return the same access token with its time begun anew, or another if it was over.

    Raises NotFound `channels.not_found`, `consents.unknown_refresh`; Refusal
    `consents.refresh_expired`.
    """
    channel = await access_by_appid(work.db, command.appid)
    return await refresh_for(work, channel, command.refresh_token)


async def refresh_for(work: Work, channel: Channel, refresh_token: str, via_id: int = 0) -> Tokens:
    """Return the tokens of a refresh token of the channel, or of a platform on its behalf."""
    row = await store.lock_tokens(work.db, channel.channel_id, digest(refresh_token))
    if row is None or row.via_id != via_id:
        raise NotFound("consents.unknown_refresh")
    if row.refresh_expires_at <= work.now:
        raise Refusal("consents.refresh_expired")
    return await _issue(work, channel, refresh_token, row)


@reading(permission=Permission.PUBLIC)
async def read_holder(work: Work, query: ReadHolder) -> Holder:
    """Return who is behind a token. Raises as `check_holder`; Refusal `consents.not_granted`."""
    row = await _find(work, query)
    if row.scope is Scope.BASE:
        raise Refusal("consents.not_granted")
    person = (await find_people(work.db, [row.person_id]))[PersonId(row.person_id)]
    return Holder(
        openid=query.openid,
        nickname=person.nickname,
        language=person.language.value,
        unionid=await find_unionid(work.db, row.channel_id, row.person_id),
    )


@reading(permission=Permission.PUBLIC)
async def check_holder(work: Work, query: ReadHolder) -> None:
    """Do nothing if the token works and stands for that person.

    Raises NotFound `consents.unknown_token`, `consents.wrong_openid`; Refusal
    `consents.token_expired`; of a platform's token that its account lets it have no more
    `platforms.not_authorized`, `platforms.not_granted`.
    """
    await _find(work, query)


async def take_code(work: Work, channel: Channel, code: str) -> store.UsedCode:
    """Use up a code.

    Raises NotFound `consents.unknown_code`; Refusal `consents.code_used`,
    `consents.code_expired`.
    """
    used = await store.use_code(work.db, channel.channel_id, digest(code), work.now)
    if used is None:
        raise NotFound("consents.unknown_code")
    if used.used_at is not None:
        raise Refusal("consents.code_used")
    if used.expires_at <= work.now:
        raise Refusal("consents.code_expired")
    return used


async def _is_granted(work: Work, channel: Channel, used: store.UsedCode) -> bool:
    if used.scope is Scope.BASE:
        return True
    return await store.has_granted(work.db, channel.channel_id, used.person_id, used.scope)


async def _issue(work: Work, channel: Channel, refresh: str, row: store.TokenRow) -> Tokens:
    if row.token_expires_at > work.now:
        token = PORTS.seal.open(row.sealed, row.token_digest.hex())
    else:
        token = render_text(int(channel.channel_id), PORTS.draw(_chance_bytes))
    token_digest = digest(token)
    after = msgspec.structs.replace(
        row,
        token_digest=token_digest,
        sealed=PORTS.seal.close(token, token_digest.hex()),
        token_expires_at=work.now + TOKEN_LIFE,
    )
    await store.set_tokens(work.db, after, work.now - KEPT)
    openids = await ensure_openids(work, channel.channel_id, [row.person_id])
    return Tokens(
        access_token=token,
        expires_in=int(TOKEN_LIFE.total_seconds()),
        refresh_token=refresh,
        openid=openids[row.person_id],
        scope=row.scope,
        unionid=(
            None
            if row.scope is Scope.BASE
            else await find_unionid(work.db, channel.channel_id, row.person_id)
        ),
    )


async def _find(work: Work, query: ReadHolder) -> store.TokenRow:
    channel_id = read_channel_id(query.access_token)
    if channel_id is None:
        raise NotFound("consents.unknown_token")
    row = await store.find_tokens(work.db, channel_id, digest(query.access_token))
    if row is None:
        raise NotFound("consents.unknown_token")
    if row.token_expires_at <= work.now:
        raise Refusal("consents.token_expired")
    openids = await ensure_openids(work, channel_id, [row.person_id])
    if openids[row.person_id] != query.openid:
        raise NotFound("consents.wrong_openid")
    if row.via_id:
        await check_granted(work.db, channel_id, row.via_id, Function.WEB)
    return row

"""Tells a mini program's server who opened it, and keeps the key that it shares with us."""

import base64

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import Secret
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId
from banyan.parties.providers import find_unionid
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Openid,
    access_by_secret,
    access_own,
    ensure_openids,
    find_followers,
)
from banyan.reach.consents import store
from banyan.reach.consents.exchange import take_code
from banyan.reach.consents.ports import PORTS
from banyan.reach.consents.rules import may_sign
from banyan.reach.consents.types import Appid, AppSession, Given, Scope

_key_bytes = 16


class OpenAppSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who opened my mini program?"""

    appid: Appid
    secret: Given
    code: Given


class CheckAppKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Is the key still the one with which I made this signature?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    signature: Given


class RenewAppKey(CheckAppKey, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have another key in place of the one with which I made this signature."""


class ReadAppKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which key do I tell the server of a mini program about its user?"""

    channel_id: ChannelId
    person_id: PersonId


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def open_app_session(work: Work, command: OpenAppSession) -> AppSession:
    """Return who opened a mini program and a new key about them; the code is used up by it.

    Raises NotFound `channels.not_found`, `consents.unknown_code`; Refusal
    `channels.wrong_secret`, `consents.code_used`, `consents.code_expired`.
    """
    channel = await access_by_secret(work.db, command.appid, command.secret)
    return await open_session_for(work, channel, command.code)


async def open_session_for(work: Work, channel: Channel, code: str) -> AppSession:
    """Return who opened a mini program, for its own server or for that of a platform."""
    used = await take_code(work, channel, code)
    if used.scope is not Scope.APP:
        raise NotFound("consents.unknown_code")
    openids = await ensure_openids(work, channel.channel_id, [used.person_id])
    key = await _set_key(work, int(channel.channel_id), used.person_id)
    unionid = await find_unionid(work.db, channel.channel_id, used.person_id)
    return AppSession(openid=openids[used.person_id], session_key=key, unionid=unionid)


@reading(permission=Permission.CHANNELS_READ)
async def check_app_key(work: Work, query: CheckAppKey) -> None:
    """Do nothing if the signature was made with the person's present key.

    Raises NotFound `channels.not_found`, `consents.wrong_openid`; Refusal
    `consents.wrong_signature`.
    """
    await _check_key(work, query)


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def renew_app_key(work: Work, command: RenewAppKey) -> AppSession:
    """Return another key about a person; the present one is worth nothing from now on.

    Raises as `check_app_key` does.
    """
    person_id = await _check_key(work, command)
    key = await _set_key(work, int(command.channel_id), person_id)
    return AppSession(openid=command.openid, session_key=key)


@reading(permission=Permission.SYSTEM)
async def read_app_key(work: Work, query: ReadAppKey) -> Secret:
    """Return the key that a mini program's server has about a person, for what seals by it.

    Raises Refusal `consents.no_session` if it never asked who they are.
    """
    sealed = await store.find_app_key(work.db, query.channel_id, query.person_id)
    if sealed is None:
        raise Refusal("consents.no_session")
    label = _label(int(query.channel_id), int(query.person_id))
    return Secret(PORTS.seal.open(sealed, label))


async def _check_key(work: Work, query: CheckAppKey) -> int:
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await find_followers(work.db, channel.channel_id, [query.openid])
    if query.openid not in found:
        raise NotFound("consents.wrong_openid")
    person_id = found[query.openid][0]
    sealed = await store.find_app_key(work.db, channel.channel_id, person_id)
    if sealed is None:
        raise Refusal("consents.wrong_signature")
    key = PORTS.seal.open(sealed, _label(int(channel.channel_id), person_id))
    if not may_sign(key, query.signature):
        raise Refusal("consents.wrong_signature")
    return person_id


async def _set_key(work: Work, channel_id: int, person_id: int) -> str:
    key = base64.b64encode(PORTS.draw(_key_bytes)).decode()
    sealed = PORTS.seal.close(key, _label(channel_id, person_id))
    await store.set_app_key(work.db, channel_id, person_id, sealed, work.now)
    return key


def _label(channel_id: int, person_id: int) -> str:
    return f"app:{channel_id}:{person_id}"

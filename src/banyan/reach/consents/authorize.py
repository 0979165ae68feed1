"""Lets people tell channels who they are: silently where only an openid is asked for."""

import base64

import msgspec

from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.people import find_phone_of
from banyan.reach.channels import Channel, access_by_appid, ensure_openids
from banyan.reach.consents import store
from banyan.reach.consents.ports import PORTS
from banyan.reach.consents.rules import CODE_LIFE, KEPT, check_redirect, check_scope
from banyan.reach.consents.types import (
    Appid,
    AppSignedIn,
    Asking,
    Authorized,
    ConsentGranted,
    Redirect,
    Scope,
    ViaAppid,
)
from banyan.reach.platforms import access_web

_code_bytes = 24


class ReadAsking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this channel want of me?"""

    appid: Appid
    redirect: Redirect
    scope: Scope
    platform_appid: ViaAppid = ""
    """Of the platform that asks on behalf of the channel."""


class Authorize(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell a channel what it asks for, or that it shall not know."""

    appid: Appid
    redirect: Redirect
    scope: Scope
    is_allowed: bool | None = None
    """What the person said; null where they were not asked."""
    platform_appid: ViaAppid = ""
    """Of the platform that asked on behalf of the channel."""


class EnterApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign in to the mini program that one has opened."""

    appid: Appid


@reading(permission=Permission.PERSON)
async def read_asking(work: Work, query: ReadAsking) -> Asking:
    """Return what a channel asks the person for, and whether they must be asked.

    Raises NotFound `channels.not_found`; Invalid `consents.redirect_malformed`; Refusal
    `consents.wrong_domain`, `consents.wrong_scope`; of a platform's asking also Invalid
    `platforms.redirect_malformed` and Refusal `platforms.not_authorized`,
    `platforms.not_granted`, `platforms.wrong_domain`.
    """
    channel, host, _ = await _check(work, query)
    return Asking(
        channel_id=channel.channel_id,
        merchant_id=Id(channel.merchant_id),
        channel_name=channel.name,
        scope=query.scope,
        host=host,
        needs_asking=await _needs_asking(work, channel, query.scope),
    )


@single(permission=Permission.PERSON, is_answer_kept=False)
async def authorize(work: Work, command: Authorize) -> Authorized:
    """Give out a code by which the channel's own program learns what the person lets it know.

    Raises NotFound `channels.not_found`; Invalid `consents.redirect_malformed`; Refusal
    `consents.wrong_domain`, `consents.wrong_scope`, `consents.not_asked`; of a platform's asking
    as `read_asking` does.
    """
    channel, _, via_id = await _check(work, command)
    if command.is_allowed is False:
        return Authorized(is_allowed=False, code="")
    if command.is_allowed is None and await _needs_asking(work, channel, command.scope):
        raise Refusal("consents.not_asked")
    await note_grant(work, channel, command.scope)
    code = await issue_code(work, channel, command.scope, work.actor.person_id, via_id)
    return Authorized(is_allowed=True, code=code)


@single(permission=Permission.PERSON, is_answer_kept=False)
async def enter_app(work: Work, command: EnterApp) -> Authorized:
    """Give out a code by which a mini program's server learns who opened it.

    Raises NotFound `channels.not_found`, Refusal `consents.wrong_scope`.
    """
    channel = await access_by_appid(work.db, command.appid)
    check_scope(channel, Scope.APP)
    person_id = work.actor.person_id
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    work.record(
        AppSignedIn(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            openid=openids[person_id],
        )
    )
    code = await issue_code(work, channel, Scope.APP, person_id)
    return Authorized(is_allowed=True, code=code)


async def issue_code(
    work: Work, channel: Channel, scope: Scope, person_id: int, via_id: int = 0
) -> str:
    """Make a code about a person, for the channel or a platform; it works once, five minutes."""
    code = base64.urlsafe_b64encode(PORTS.draw(_code_bytes)).decode()
    fresh = store.UsedCode(person_id, scope, work.now + CODE_LIFE, None, via_id)
    await store.insert_code(work.db, channel.channel_id, digest(code), fresh, work.now - KEPT)
    return code


async def note_grant(work: Work, channel: Channel, scope: Scope) -> None:
    """Remember that the person who acts lets a channel know more than their openid."""
    if scope not in {Scope.PROFILE, Scope.LOGIN, Scope.PHONE}:
        return
    person_id = work.actor.person_id
    # A phone number is given once, and nothing is left to take back.
    is_new = scope is Scope.PHONE or await store.insert_grant(
        work.db, channel.channel_id, person_id, scope, work.now
    )
    if not is_new:
        return
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    work.record(
        ConsentGranted(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            openid=openids[person_id],
            scope=scope,
        )
    )


async def check_phone(work: Work) -> None:
    """Raise Refusal `consents.no_phone` if the person who acts has no phone number to give."""
    if await find_phone_of(work.db, work.actor.person_id) is None:
        raise Refusal("consents.no_phone")


async def _check(work: Work, asked: ReadAsking | Authorize) -> tuple[Channel, str, int]:
    """Who asks, where the person is sent back to, and the platform that asks on their behalf."""
    channel = await access_by_appid(work.db, asked.appid)
    check_scope(channel, asked.scope)
    if asked.scope is Scope.PHONE:
        await check_phone(work)
    if not asked.platform_appid:
        return channel, check_redirect(channel, asked.redirect), 0
    platform_id, host = await access_web(work.db, asked.platform_appid, channel, asked.redirect)
    return channel, host, platform_id


async def _needs_asking(work: Work, channel: Channel, scope: Scope) -> bool:
    if scope is Scope.BASE:
        return False
    if scope in {Scope.LOGIN, Scope.PHONE}:
        return True
    person_id = work.actor.person_id
    return not await store.has_granted(work.db, channel.channel_id, person_id, scope)

"""Lets people tell apps who they are: silently where only what the app knows them by is asked."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId, find_people
from banyan.pay.alipayapps import store
from banyan.pay.alipayapps.name_people import give_names
from banyan.pay.alipayapps.rules import (
    CODE_LIFE,
    KEPT,
    REFRESH_LIFE,
    TOKEN_LIFE,
    check_redirect,
)
from banyan.pay.alipayapps.types import (
    AppId,
    Asking,
    Consented,
    Given,
    Holder,
    PersonConsented,
    Scope,
    Tokens,
)

Redirect = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=LINE)]


class ReadAsking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this app want of me?"""

    app_id: AppId
    scope: Scope
    redirect: Redirect


class Consent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell an app what it asks for, or that it shall not know."""

    app_id: AppId
    scope: Scope
    redirect: Redirect
    is_allowed: bool | None = None
    """What the person said; null where they were not asked."""


class ExchangeCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give my app tokens for a code, or for a refresh token."""

    app_id: AppId
    merchant_id: MerchantId
    """For whom the app acts."""
    code: Given | None = None
    refresh_token: Given | None = None


class ReadHolder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is behind this token?"""

    app_id: AppId
    merchant_id: MerchantId
    token: Given


@reading(permission=Permission.PERSON)
async def read_asking(work: Work, query: ReadAsking) -> Asking:
    """Return what an app asks the person for, and whether they must be asked.

    Raises NotFound `alipayapps.not_found`; Invalid `alipayapps.url_malformed`; Refusal
    `alipayapps.wrong_host`.
    """
    app, host = await _check(work, query)
    is_asked = await _needs_asking(work, query.app_id, query.scope)
    return Asking(
        app_id=app.app_id,
        merchant_id=app.merchant_id,
        app_name=app.name,
        scope=query.scope,
        host=host,
        needs_asking=is_asked,
    )


@single(permission=Permission.PERSON, is_answer_kept=False)
async def consent(work: Work, command: Consent) -> Consented:
    """Give out a code by which the app's program learns what the person lets it know.

    Raises NotFound `alipayapps.not_found`; Invalid `alipayapps.url_malformed`; Refusal
    `alipayapps.wrong_host`, `alipayapps.not_asked`.
    """
    app, _ = await _check(work, command)
    person_id = work.actor.person_id
    if command.is_allowed is False:
        return Consented(is_allowed=False, code="")
    if await _needs_asking(work, command.app_id, command.scope):
        if command.is_allowed is None:
            raise Refusal("alipayapps.not_asked")
        await store.insert_consent(work.db, command.app_id, person_id, work.now)
        work.record(
            PersonConsented(merchant_id=app.merchant_id, person_id=person_id, subject_id=app.app_id)
        )
    code = new_token("auth")
    fresh = store.TakenCode(person_id, 0, command.scope.value)
    await store.delete_codes(work.db, command.app_id, work.now - KEPT)
    await store.insert_code(work.db, command.app_id, digest(code), fresh, work.now + CODE_LIFE)
    return Consented(is_allowed=True, code=code)


async def _check(work: Work, asked: ReadAsking | Consent) -> tuple[store.AppRow, str]:
    app = await store.find_app(work.db, asked.app_id)
    if app is None or app.is_closed:
        raise NotFound("alipayapps.not_found")
    return app, check_redirect(app.redirect_host, asked.redirect)


async def _needs_asking(work: Work, app_id: AppId, scope: Scope) -> bool:
    if scope is Scope.BASE:
        return False
    return not await store.has_consented(work.db, app_id, work.actor.person_id)


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def exchange_code(work: Work, command: ExchangeCode) -> Tokens:
    """Return tokens for a code or a refresh token, which is used up by it.

    Raises NotFound `alipayapps.unknown_code`, `alipayapps.unknown_refresh`.
    """
    app_id = command.app_id
    if command.code is not None:
        taken = await store.take_code(work.db, app_id, digest(command.code), work.now)
        if taken is None or not taken.person_id or taken.scope not in set(Scope):
            raise NotFound("alipayapps.unknown_code")
        person_id, scope = taken.person_id, Scope(taken.scope)
    else:
        refresh = digest(command.refresh_token or "")
        found = await store.take_refresh(work.db, app_id, refresh, work.now)
        if found is None:
            raise NotFound("alipayapps.unknown_refresh")
        person_id, scope = found
    token, refresh_token = new_token("authusr"), new_token("refresh")
    row = store.TokenRow(
        app_id=app_id,
        token_digest=digest(token),
        refresh_digest=digest(refresh_token),
        person_id=person_id,
        scope=scope,
        begun_at=work.now,
        expires_at=work.now + TOKEN_LIFE,
        refresh_expires_at=work.now + REFRESH_LIFE,
    )
    await store.insert_tokens(work.db, row)
    [named] = await give_names(work, app_id, command.merchant_id, [person_id])
    return Tokens(
        person=named,
        access_token=token,
        refresh_token=refresh_token,
        expires_in=int(TOKEN_LIFE.total_seconds()),
        re_expires_in=int(REFRESH_LIFE.total_seconds()),
        begun_at=work.now,
    )


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def read_holder(work: Work, command: ReadHolder) -> Holder:
    """Return who is behind a token of a person who let the app know.

    Raises NotFound `alipayapps.unknown_token`; Refusal `alipayapps.token_expired`,
    `alipayapps.not_consented`.
    """
    found = await store.find_tokens(work.db, command.app_id, digest(command.token))
    if found is None:
        raise NotFound("alipayapps.unknown_token")
    person_id, scope, expires_at = found
    if expires_at <= work.now:
        raise Refusal("alipayapps.token_expired")
    if scope is Scope.BASE:
        raise Refusal("alipayapps.not_consented")
    people = await find_people(work.db, [person_id])
    [named] = await give_names(work, command.app_id, command.merchant_id, [person_id])
    return Holder(person=named, nickname=people[PersonId(person_id)].nickname)

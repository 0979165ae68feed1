"""Lets providers' apps act for merchants, by tokens."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.alipayapps import store
from banyan.pay.alipayapps.consent import Redirect
from banyan.pay.alipayapps.ports import PORTS
from banyan.pay.alipayapps.rules import (
    APPS_MAX,
    CODE_LIFE,
    KEPT,
    MANDATE_LIFE,
    MANDATE_REFRESH_LIFE,
    check_redirect,
    render_number,
)
from banyan.pay.alipayapps.types import (
    AppId,
    AppMandated,
    Given,
    Mandate,
    MandateEnded,
    MandateTokens,
)

_scope = "app"
_chance_bytes = 16


class GiveMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a provider's app act for my merchant."""

    merchant_id: MerchantId
    app_id: AppId
    redirect: Redirect


class FindApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which app asks to act for one of my merchants?"""

    app_id: AppId
    redirect: Redirect


class AskingApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app as owners of other merchants see it."""

    app_id: AppId
    merchant_id: MerchantId
    name: str


class MandateCode(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider's program asks for its token with."""

    code: str


class EndMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a provider's app act for my merchant no longer."""

    merchant_id: MerchantId
    app_id: AppId


class ListMandates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which providers' apps may act for my merchant?"""

    merchant_id: MerchantId


class Mandates(msgspec.Struct, frozen=True, kw_only=True):
    """Those apps."""

    items: list[Mandate]


class ExchangeMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give my app the token of a merchant, for a code or a refresh token."""

    app_id: AppId
    code: Given | None = None
    refresh_token: Given | None = None


class ReadMandate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this token of my app stand for?"""

    app_id: AppId
    token: Given


@reading(permission=Permission.PERSON)
async def find_app(work: Work, query: FindApp) -> AskingApp:
    """Return the app that sent the owner here.

    Raises NotFound `alipayapps.not_found`; Invalid `alipayapps.url_malformed`; Refusal
    `alipayapps.wrong_host`.
    """
    app = await store.find_app(work.db, query.app_id)
    if app is None or app.is_closed:
        raise NotFound("alipayapps.not_found")
    check_redirect(app.redirect_host, query.redirect)
    return AskingApp(app_id=app.app_id, merchant_id=app.merchant_id, name=app.name)


@single(permission=Permission.KEYS_WRITE, is_answer_kept=False)
async def give_mandate(work: Work, command: GiveMandate) -> MandateCode:
    """Return a code for an app of another merchant, which gets a token for it.

    Raises NotFound `alipayapps.not_found`; Invalid `alipayapps.url_malformed`; Refusal
    `alipayapps.wrong_host`, `alipayapps.own_app`.
    """
    app = await store.find_app(work.db, command.app_id)
    if app is None or app.is_closed:
        raise NotFound("alipayapps.not_found")
    check_redirect(app.redirect_host, command.redirect)
    if app.merchant_id == command.merchant_id:
        raise Refusal("alipayapps.own_app")
    merchant_id = int(command.merchant_id)
    await store.ensure_seller(work.db, merchant_id, render_number(PORTS.draw(_chance_bytes)))
    code = new_token("P")
    fresh = store.TakenCode(work.actor.person_id, merchant_id, _scope)
    await store.delete_codes(work.db, command.app_id, work.now - KEPT)
    await store.insert_code(work.db, command.app_id, digest(code), fresh, work.now + CODE_LIFE)
    return MandateCode(code=code)


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def exchange_mandate(work: Work, command: ExchangeMandate) -> MandateTokens:
    """Return the token by which the app acts for a merchant; the one before ends.

    Raises NotFound `alipayapps.unknown_code`, `alipayapps.unknown_refresh`.
    """
    if command.code is not None:
        taken = await store.take_code(work.db, command.app_id, digest(command.code), work.now)
        if taken is None or taken.scope != _scope:
            raise NotFound("alipayapps.unknown_code")
        merchant_id, is_new = taken.merchant_id, True
    else:
        refresh = digest(command.refresh_token or "")
        known = await store.lock_mandate(work.db, command.app_id, refresh)
        if known is None or known.refresh_expires_at <= work.now:
            raise NotFound("alipayapps.unknown_refresh")
        merchant_id, is_new = known.merchant_id, False
    token, refresh_token = new_token("mandate"), new_token("renew")
    row = store.MandateRow(
        app_id=int(command.app_id),
        merchant_id=merchant_id,
        token_digest=digest(token),
        refresh_digest=digest(refresh_token),
        mandated_at=work.now,
        expires_at=work.now + MANDATE_LIFE,
        refresh_expires_at=work.now + MANDATE_REFRESH_LIFE,
    )
    await store.set_mandate(work.db, row)
    if is_new:
        work.record(AppMandated(merchant_id=merchant_id, subject_id=command.app_id))
    mandate = await _describe(work, row)
    return MandateTokens(mandate=mandate, token=token, refresh_token=refresh_token)


@reading(permission=Permission.SYSTEM)
async def read_mandate(work: Work, query: ReadMandate) -> Mandate:
    """Return what a token stands for. Raises NotFound `alipayapps.unknown_mandate`."""
    row = await store.find_mandate(work.db, query.app_id, digest(query.token))
    if row is None:
        raise NotFound("alipayapps.unknown_mandate")
    return await _describe(work, row)


@reading(permission=Permission.KEYS_READ)
async def list_mandates(work: Work, query: ListMandates) -> Mandates:
    """Return the apps of providers that may act for a merchant."""
    rows = await store.list_mandates(work.db, query.merchant_id, APPS_MAX)
    return Mandates(items=[await _describe(work, row) for row in rows])


@single(permission=Permission.KEYS_WRITE)
async def end_mandate(work: Work, command: EndMandate) -> None:
    """Make an app's token for a merchant worthless; nothing happens if there is none."""
    if await store.delete_mandate(work.db, command.merchant_id, command.app_id):
        work.record(MandateEnded(merchant_id=command.merchant_id, subject_id=command.app_id))


async def _describe(work: Work, row: store.MandateRow) -> Mandate:
    apps = await store.list_apps(work.db, row.merchant_id, 1)
    sellers = await store.find_sellers(work.db, [row.merchant_id])
    return Mandate(
        app_id=AppId(row.app_id),
        merchant_id=MerchantId(row.merchant_id),
        seller_id=sellers[row.merchant_id],
        own_app_id=apps[0].app_id if apps else AppId(0),
        mandated_at=row.mandated_at,
        expires_at=row.expires_at,
        refresh_expires_at=row.refresh_expires_at,
    )

"""The sandbox plays merchants' apps into being that speak Alipay's protocol, with their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.json import decode_special
from banyan.base.text import Name
from banyan.books.actor import Permission
from banyan.books.work import SYSTEM
from banyan.doors.sandbox.calls import call, meet, read_owner
from banyan.doors.sandbox.merchant_calls import AddMerchant, add_merchant
from banyan.doors.sandbox.ports import Playground
from banyan.parties.merchants import MerchantId, ReadMerchant, read_merchant
from banyan.parties.people import PersonId
from banyan.pay.alipayapps import (
    AppUrl,
    Consent,
    GiveMandate,
    Host,
    OpenApp,
    ReadAsking,
    Scope,
    consent,
    give_mandate,
    make_key,
    open_app,
    read_asking,
    render_public_key,
)
from banyan.pay.payees import ReadPayeeKeys, read_payee_keys
from banyan.wire.wechat.redirect import add_to_link

PERSON_PATH = "/oauth2/publicAppAuthorize.htm"
MERCHANT_PATH = "/oauth2/appToAppAuth.htm"
MCHID_LENGTH = 10
C = TypeVar("C")

_here = "127.0.0.1"
_scopes = {"auth_base": Scope.BASE, "auth_user": Scope.NAME, "auth_userinfo": Scope.NAME}


class AddAlipayApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An app comes into being, for a merchant or for one that does so with it."""

    name: Name
    merchant: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$(?!\n)")] | None = None
    """Banyan's own id of it, or its mchid."""
    notify_url: AppUrl = ""
    redirect_host: Host = _here
    """Where people are sent back to with what they let the app know."""


class AddedAlipayApp(msgspec.Struct, frozen=True, kw_only=True):
    """An app, its program's key, and the key by which the program verifies what it is told."""

    app_id: str
    app_private_key_pem: str
    alipay_public_key_pem: str


@call
async def add_alipay_app(playground: Playground, command: AddAlipayApp) -> AddedAlipayApp:
    """Open an app with both pairs of keys. Raises NotFound `merchants.not_found`."""
    office = playground.office
    merchant_id = await _find_merchant(playground, command)
    private_key = (await make_key()).reveal()
    opening = OpenApp(
        merchant_id=merchant_id,
        name=command.name,
        private_key=await make_key(),
        notify_url=command.notify_url,
        redirect_host=command.redirect_host,
        app_public_key=render_public_key(private_key),
    )
    app = await office.run(open_app, opening, SYSTEM)
    return AddedAlipayApp(
        app_id=str(int(app.app_id)),
        app_private_key_pem=private_key,
        alipay_public_key_pem=app.public_key,
    )


async def authorize_at_alipay(
    playground: Playground, person: PersonId, url: str, *, is_allowed: bool
) -> str:
    """Open an address by which an app asks who somebody is, or to act for a merchant of theirs.

    The merchant is the first that the person may let act. Raises Invalid
    `alipayapps.url_malformed`; Refusal `alipayapps.wrong_scope`; NotFound `merchants.not_found`.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    given = {"app_id": query.get("app_id", ""), "redirect": query.get("redirect_uri", "")}
    told = {"app_id": given["app_id"]} | {
        name: query[name] for name in ("state",) if query.get(name)
    }
    if parts.path.endswith(MERCHANT_PATH):
        code = await _give_mandate(playground, person, given) if is_allowed else ""
        return add_to_link(given["redirect"], told | ({"app_auth_code": code} if code else {}))
    named = query.get("scope", "auth_base")
    scope = _scopes.get(named)
    if scope is None:
        raise Refusal("alipayapps.wrong_scope", scope=named[:40])
    actor = await meet(playground, person)
    asking = _fill(ReadAsking, given | {"scope": scope})
    needs = (await playground.office.run(read_asking, asking, actor)).needs_asking
    answering = _fill(
        Consent, given | {"scope": scope, "is_allowed": is_allowed if needs else None}
    )
    code = (await playground.office.run(consent, answering, actor)).code
    if not code:
        return add_to_link(given["redirect"], told | {"error_scope": named})
    return add_to_link(given["redirect"], told | {"scope": named, "auth_code": code})


async def _find_merchant(playground: Playground, command: AddAlipayApp) -> MerchantId:
    if command.merchant is None:
        added = await add_merchant.function(playground, AddMerchant(name=command.name))
        return MerchantId(added.merchant)
    if len(command.merchant) == MCHID_LENGTH:
        query = ReadPayeeKeys(mchid=command.merchant)
        keys = await playground.office.run(read_payee_keys, query, SYSTEM)
        return MerchantId(keys.payee.merchant_id)
    merchant_id = MerchantId(int(command.merchant))
    await playground.office.run(read_merchant, ReadMerchant(merchant_id=merchant_id), SYSTEM)
    return merchant_id


async def _give_mandate(playground: Playground, person: PersonId, given: dict[str, str]) -> str:
    actor = await read_owner(playground, person)
    for merchant_id, grant in sorted(actor.grants.items()):
        if Permission.KEYS_WRITE in grant.permissions:
            command = _fill(GiveMandate, given | {"merchant_id": str(merchant_id)})
            return (await playground.office.run(give_mandate, command, actor)).code
    raise NotFound("merchants.not_found")


def _fill(kind: type[C], given: Mapping[str, object]) -> C:
    try:
        return msgspec.convert(given, kind, dec_hook=decode_special)
    except msgspec.ValidationError:
        raise Invalid("alipayapps.url_malformed") from None

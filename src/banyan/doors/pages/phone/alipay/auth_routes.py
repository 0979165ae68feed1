"""Where apps learn who somebody is, and owners let a provider's app act for their merchant."""

from __future__ import annotations

from dataclasses import dataclass

from banyan.base.errors import Failure, Refusal
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Form, fill
from banyan.doors.pages.phone.consent.routes import check_signed_in, lead_back, refuse
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.people import ReadProfile, read_profile
from banyan.pay.alipayapps import (
    Asking,
    Consent,
    FindApp,
    GiveMandate,
    ReadAsking,
    Scope,
    consent,
    find_app,
    give_mandate,
    read_asking,
)
from banyan.wire.wechat.redirect import add_to_link

SCOPES = {
    "auth_base": Scope.BASE,
    "auth_user": Scope.NAME,
    "auth_userinfo": Scope.NAME,
}
_PERSON = "/oauth2/publicAppAuthorize.htm"
_MERCHANT = "/oauth2/appToAppAuth.htm"
_state_max = 200
_refused = mark("You cannot go on there")


@dataclass(frozen=True)
class Given:
    """What a program sent the browser with."""

    app_id: str
    redirect: str
    scope_name: str
    state: str

    @property
    def scope(self) -> Scope:
        """The widest of those that are asked for. Raises Refusal `alipayapps.wrong_scope`."""
        named = [SCOPES.get(one.strip()) for one in self.scope_name.split(",")]
        if None in named:
            raise Refusal("alipayapps.wrong_scope", scope=self.scope_name[:40])
        return Scope.NAME if Scope.NAME in named else Scope.BASE

    def back(self, code: str) -> str:
        """Where the browser goes back to; with no code when the person said no."""
        told = {"app_id": self.app_id, "source": "alipay_wallet"}
        told |= {"state": self.state} if self.state else {}
        if not code:
            return add_to_link(self.redirect, told | {"error_scope": self.scope_name})
        return add_to_link(self.redirect, told | {"scope": self.scope_name, "auth_code": code})


def read_given(form: Form) -> Given:
    """The parameters of an address."""
    return Given(
        app_id=form.text("app_id"),
        redirect=form.text("redirect_uri"),
        scope_name=form.text("scope") or "auth_base",
        state=form.text("state")[:_state_max],
    )


async def show_asking(ask: Ask) -> Answer:
    """Send the browser back at once where nobody needs to be asked; else ask."""
    check_signed_in(ask)
    try:
        given = read_given(ask.query)
        asking = await _read_asking(ask, given)
        if not asking.needs_asking:
            return ask.go(given.back(await _consent(ask, given, is_allowed=None)))
    except Failure as failure:
        return await refuse(ask, failure, _refused)
    profile = await ask.run(read_profile, ReadProfile())
    return show(
        ask,
        "alipay/person.html",
        await frame_of(ask, has_unread=False),
        given=given,
        asking=asking,
        profile=profile,
        shop=(await names_of(ask, [asking.merchant_id])).get(int(asking.merchant_id)),
    )


async def answer_asking(ask: Ask) -> Answer:
    """What the person said. A form may not lead elsewhere, so a page of ours leads back."""
    check_signed_in(ask)
    try:
        given = read_given(ask.form)
        code = await _consent(ask, given, is_allowed=ask.form.text("answer") == "allow")
    except Failure as failure:
        return await refuse(ask, failure, _refused)
    return await lead_back(ask, given.back(code))


async def show_offer(ask: Ask) -> Answer:
    """For which of the owner's merchants may the provider's app act?"""
    check_signed_in(ask)
    try:
        given = read_given(ask.query)
        query = fill(FindApp, app_id=given.app_id, redirect=given.redirect)
        app = await ask.run(find_app, query)
    except Failure as failure:
        return await refuse(ask, failure, _refused)
    own = [
        merchant_id
        for merchant_id, grant in ask.actor.grants.items()
        if Permission.KEYS_WRITE in grant.permissions and merchant_id != app.merchant_id
    ]
    shops = await names_of(ask, [*own, app.merchant_id])
    return show(
        ask,
        "alipay/merchant.html",
        await frame_of(ask, has_unread=False),
        given=given,
        app=app,
        provider=shops.get(int(app.merchant_id)),
        shops=[shops[one] for one in own if one in shops],
    )


async def answer_offer(ask: Ask) -> Answer:
    """The owner said yes, for this merchant."""
    check_signed_in(ask)
    try:
        given = read_given(ask.form)
        command = fill(
            GiveMandate,
            merchant_id=ask.form.text("merchant_id"),
            app_id=given.app_id,
            redirect=given.redirect,
        )
        code = (await ask.run(give_mandate, command)).code
    except Failure as failure:
        return await refuse(ask, failure, _refused)
    told = {"app_id": given.app_id, "source": "alipay_app_auth", "app_auth_code": code}
    told |= {"state": given.state} if given.state else {}
    return await lead_back(ask, add_to_link(given.redirect, told))


async def _read_asking(ask: Ask, given: Given) -> Asking:
    query = fill(ReadAsking, app_id=given.app_id, redirect=given.redirect, scope=given.scope)
    return await ask.run(read_asking, query)


async def _consent(ask: Ask, given: Given, *, is_allowed: bool | None) -> str:
    command = fill(
        Consent,
        app_id=given.app_id,
        redirect=given.redirect,
        scope=given.scope,
        is_allowed=is_allowed,
    )
    return (await ask.run(consent, command)).code


ROUTES = (
    PageRoute("GET", _PERSON, show_asking),
    PageRoute("POST", _PERSON, answer_asking),
    PageRoute("GET", _MERCHANT, show_offer),
    PageRoute("POST", _MERCHANT, answer_offer),
)

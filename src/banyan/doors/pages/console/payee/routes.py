"""Shows and changes keys of payment programs, and tells merchants' servers again."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping

import msgspec

from banyan.base.clock import Clock
from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.payee.words import KINDS, OUTCOMES, SCOPES, STATES
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.notifications import (
    NotificationId,
    list_notifications,
    replay_notification,
    try_notification,
)
from banyan.pay.payees import (
    SCOPES as USUAL,
)
from banyan.pay.payees import (
    PayeeInFull,
    PlatformKind,
    ReadPlatformKeys,
    add_certificate,
    bind_payee,
    change_payee,
    open_payee,
    read_payee,
    read_public_keys,
    revoke_certificate,
    unbind_payee,
)
from banyan.wire.wechatpay import make_pair

_home = "/console/payee"
_told = f"{_home}/notifications"
_key_bytes = 16
_places = {
    "payees.certificate_malformed": "certificate_pem",
    "payees.certificate_ended": "certificate_pem",
    "payees.certificate_known": "certificate_pem",
    "payees.too_many_certificates": "certificate_pem",
    "payees.not_found": "provider_mchid",
    "payees.bound_to_itself": "provider_mchid",
}


class Shown(msgspec.Struct, frozen=True):
    """Secrets that are shown once."""

    title: str
    text: str
    serial_no: str = ""
    certificate: str = ""


@at_desk(Permission.KEYS_READ)
async def show_payee(desk: Desk) -> Answer:
    """The merchant's number, its keys, and the platform's."""
    return await _show(desk, {})


@at_desk(Permission.KEYS_WRITE)
async def begin(desk: Desk) -> Answer:
    """Be paid over the wire."""
    return await desk.act(open_payee, _home, mark("You have a number now. Next: the keys."))


@at_desk(Permission.KEYS_WRITE)
async def change_mode(desk: Desk) -> Answer:
    """Change by which of the platform's keys it is known."""
    mode = desk.ask.form.text("mode")
    return await desk.act(change_payee, _home, mark("Saved."), mode=mode)


@at_desk(Permission.KEYS_WRITE)
async def renew_key(desk: Desk) -> Answer:
    """Make a shared key and show it, once."""
    name = desk.ask.form.text("which")
    if name not in {"apiv3_key", "apiv2_key"}:
        raise NotFound("request.not_found")
    made = secrets.token_hex(_key_bytes)
    try:
        await desk.run(change_payee, **{name: made})
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422)
    title = mark("APIv3 key") if name == "apiv3_key" else mark("APIv2 key")
    return await desk.page("payee/secret.html", shown=Shown(title, made))


@at_desk(Permission.KEYS_WRITE)
async def add(desk: Desk) -> Answer:
    """Know a program by the certificate that it was given elsewhere."""
    pem = desk.ask.form.text("certificate_pem")
    try:
        await desk.run(add_certificate, certificate_pem=pem)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_home, mark("The certificate works."))


@at_desk(Permission.KEYS_WRITE)
async def make(desk: Desk) -> Answer:
    """Make a certificate and show its key, once."""
    payee = (await desk.run(read_payee)).payee
    pair = await asyncio.to_thread(make_pair, payee.mchid, payee.mchid, Clock().now())
    try:
        await desk.run(add_certificate, certificate_pem=pair.certificate_pem)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422)
    shown = Shown(
        mark("API certificate"), pair.private_key_pem, pair.serial_no, pair.certificate_pem
    )
    return await desk.page("payee/secret.html", shown=shown)


@at_desk(Permission.KEYS_WRITE)
async def revoke(desk: Desk) -> Answer:
    """Trust a certificate no more."""
    serial_no = desk.ask.values["serial_no"]
    said = mark("The certificate works no more.")
    return await desk.act(revoke_certificate, _home, said, serial_no=serial_no)


@at_desk(Permission.KEYS_WRITE)
async def bind(desk: Desk) -> Answer:
    """Let a provider act for the merchant."""
    form = desk.ask.form
    try:
        await desk.run(
            bind_payee, provider_mchid=form.text("provider_mchid"), scopes=form.texts("scopes")
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_home, mark("The provider may act for you."))


@at_desk(Permission.KEYS_WRITE)
async def unbind(desk: Desk) -> Answer:
    """Let a provider act for the merchant no more."""
    mchid = desk.ask.values["mchid"]
    said = mark("The provider may act for you no more.")
    return await desk.act(unbind_payee, _home, said, provider_mchid=mchid)


@at_desk(Permission.FINANCE_READ)
async def show_told(desk: Desk) -> Answer:
    """What the merchant's server was told."""
    return await _show_told(desk, {})


@at_desk(Permission.FINANCE_WRITE)
async def replay(desk: Desk) -> Answer:
    """Tell the server once more."""
    number = desk.ask.id("notification_id", NotificationId)
    said = mark("It is on its way again.")
    return await desk.act(replay_notification, _told, said, notification_id=number)


@at_desk(Permission.FINANCE_WRITE)
async def try_server(desk: Desk) -> Answer:
    """Tell the server something, to see that it hears."""
    try:
        await desk.run(try_notification, url=desk.ask.form.text("url"))
    except Failure as failure:
        return await _show_told(desk, desk.mistakes(failure), status=422)
    return desk.ask.go(_told, mark("It is on its way."))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    found: PayeeInFull | None
    try:
        found = await desk.run(read_payee)
    except NotFound:
        found = None
    if found is not None and desk.ask.house.facts.make_keys is not None:
        await desk.ask.house.facts.make_keys()
    query = ReadPlatformKeys(at=Clock().now())
    keys = (await desk.ask.run(read_public_keys, query)).items if found else []
    return await desk.page(
        "payee/page.html",
        status=status,
        errors=errors,
        found=found,
        public_keys=[one for one in keys if one.kind is PlatformKind.PUBLIC_KEY][:1],
        certificates=[one for one in keys if one.kind is PlatformKind.CERTIFICATE],
        scopes=SCOPES,
        scopes_usual=USUAL,
        address=desk.ask.house.facts.public_url.rstrip("/"),
    )


async def _show_told(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    page = await desk.run(list_notifications, cursor=desk.ask.query.text("cursor") or None)
    return await desk.page(
        "payee/told.html",
        status=status,
        errors=errors,
        told=page.items,
        kinds=KINDS,
        outcomes=OUTCOMES,
        states=STATES,
        pager=desk.pager((), page.next_cursor),
    )


ROUTES = (
    PageRoute("GET", _home, show_payee),
    PageRoute("POST", _home, begin),
    PageRoute("POST", f"{_home}/mode", change_mode),
    PageRoute("POST", f"{_home}/key", renew_key),
    PageRoute("POST", f"{_home}/certificates", add),
    PageRoute("POST", f"{_home}/certificates/new", make),
    PageRoute("POST", f"{_home}/certificates/{{serial_no}}/revoke", revoke),
    PageRoute("POST", f"{_home}/providers", bind),
    PageRoute("POST", f"{_home}/providers/{{mchid}}/unbind", unbind),
    PageRoute("GET", _told, show_told),
    PageRoute("POST", _told, try_server),
    PageRoute("POST", f"{_told}/{{notification_id}}/replay", replay),
)

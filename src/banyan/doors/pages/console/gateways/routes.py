"""A merchant's accounts at payment providers: set up, tried, switched and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.gateways import names
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.gateways import (
    Gateway,
    check_gateway,
    list_gateways,
    remove_gateway,
    set_alipay,
    set_wechatpay,
    switch_gateway,
)
from banyan.reach.remotes import list_remotes

_home = "/console/gateways"
_one = f"{_home}/{{kind}}"
_setters: dict[str, Operation[Any, Gateway]] = {"wechatpay": set_wechatpay, "alipay": set_alipay}
_fields = {
    "wechatpay": (
        "mchid",
        "appid",
        "serial_no",
        "private_key",
        "apiv3_key",
        "public_key",
        "public_key_id",
    ),
    "alipay": ("app_id", "private_key", "alipay_public_key"),
}
_half_given = "gateways.key_half_given"


@at_desk(Permission.KEYS_READ)
async def show_gateways(desk: Desk) -> Answer:
    """The account at each provider, or that there is none."""
    found = await _list(desk)
    remotes = (await desk.run(list_remotes)).items if desk.may(Permission.CHANNELS_READ) else None
    return await desk.page(
        "gateways/page.html",
        found=found,
        names=names,
        acting=None if remotes is None else [one.appid for one in remotes],
    )


@at_desk(Permission.KEYS_WRITE)
async def show_form(desk: Desk) -> Answer:
    """What must be known of an account; keys are never shown again."""
    return await _show_form(desk, {})


@at_desk(Permission.KEYS_WRITE)
async def set_up(desk: Desk) -> Answer:
    """Keep the keys of an account, and try them."""
    kind = _kind(desk)
    try:
        typed = {name: desk.ask.form.text(name) for name in _fields[kind]}
        await desk.run(_setters[kind], **typed)
    except Failure as failure:
        return await _show_form(desk, desk.mistakes(failure, _place(failure)), status=422)
    return desk.ask.go(_home, mark("The keys are kept, and being tried."))


@at_desk(Permission.KEYS_WRITE)
async def check(desk: Desk) -> Answer:
    """Try the keys."""
    said = mark("The keys are being tried.")
    return await desk.act(check_gateway, _home, said, kind=_kind(desk))


@at_desk(Permission.KEYS_WRITE)
async def switch_on(desk: Desk) -> Answer:
    """Let buyers pay through it."""
    said = mark("Buyers can pay through it from now on.")
    return await desk.act(switch_gateway, _home, said, kind=_kind(desk), is_on=True)


@at_desk(Permission.KEYS_WRITE)
async def switch_off(desk: Desk) -> Answer:
    """Let buyers pay through it no more."""
    said = mark("Buyers can't pay through it any more.")
    return await desk.act(switch_gateway, _home, said, kind=_kind(desk), is_on=False)


@at_desk(Permission.KEYS_WRITE)
async def remove(desk: Desk) -> Answer:
    """Forget the keys."""
    return await desk.act(remove_gateway, _home, mark("The keys are forgotten."), kind=_kind(desk))


def _place(failure: Failure) -> dict[str, str]:
    """Beside which field to say what is wrong with a key."""
    is_half = failure.code == _half_given
    return {failure.code: "public_key" if is_half else str(failure.fields.get("field", ""))}


async def _show_form(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    kind = _kind(desk)
    found = (await _list(desk)).get(kind)
    return await desk.page(
        f"gateways/{kind}.html", status=status, gateway=found, names=names, errors=errors
    )


async def _list(desk: Desk) -> dict[str, Gateway]:
    return {one.kind.value: one for one in (await desk.run(list_gateways)).items}


def _kind(desk: Desk) -> str:
    kind = desk.ask.values["kind"]
    if kind not in _setters:
        raise NotFound("request.not_found")
    return kind


ROUTES = (
    PageRoute("GET", _home, show_gateways),
    PageRoute("GET", _one, show_form),
    PageRoute("POST", _one, set_up),
    PageRoute("POST", f"{_one}/check", check),
    PageRoute("POST", f"{_one}/on", switch_on),
    PageRoute("POST", f"{_one}/off", switch_off),
    PageRoute("POST", f"{_one}/remove", remove),
)

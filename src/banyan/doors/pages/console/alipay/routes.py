"""Lists apps that speak Alipay's protocol, opens and changes them, and ends others' mandates."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.alipayapps import (
    App,
    AppId,
    change_app,
    end_mandate,
    list_apps,
    list_mandates,
    make_app,
)

_home = "/console/alipay"
_app = f"{_home}/{{app_id}}"
_gateway = "/gateway.do"
_places = {
    "alipayapps.key_malformed": "app_public_key",
    "alipayapps.url_malformed": "notify_url",
    "alipayapps.host_malformed": "redirect_host",
}
_fields = ("name", "notify_url", "redirect_host", "app_public_key")


@at_desk(Permission.KEYS_READ)
async def show_apps(desk: Desk) -> Answer:
    """All apps, and the apps of others that act for the merchant."""
    apps = await desk.run(list_apps)
    mandates = await desk.run(list_mandates)
    return await desk.page("alipay/page.html", apps=apps, mandates=mandates.items)


@at_desk(Permission.KEYS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty app."""
    return await desk.page("alipay/new.html", errors={})


@at_desk(Permission.KEYS_WRITE)
async def create(desk: Desk) -> Answer:
    """Open an app."""
    try:
        made = await desk.run(make_app, **_typed(desk))
    except Failure as failure:
        errors = desk.mistakes(failure, _places)
        return await desk.page("alipay/new.html", status=422, errors=errors)
    return desk.ask.go(f"{_home}/{made.app_id:d}", mark("The app is open."))


@at_desk(Permission.KEYS_READ)
async def show_app(desk: Desk) -> Answer:
    """An app and its keys."""
    return await _show_app(desk, {})


@at_desk(Permission.KEYS_WRITE)
async def change(desk: Desk) -> Answer:
    """Change an app's name, addresses or key."""
    app_id = desk.ask.id("app_id", AppId)
    try:
        await desk.run(change_app, app_id=app_id, **_typed(desk))
    except Failure as failure:
        return await _show_app(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(f"{_home}/{app_id:d}", mark("Saved."))


@at_desk(Permission.KEYS_WRITE)
async def close(desk: Desk) -> Answer:
    """Let an app call no more."""
    return await _set_closed(desk, is_closed=True)


@at_desk(Permission.KEYS_WRITE)
async def reopen(desk: Desk) -> Answer:
    """Let an app call again."""
    return await _set_closed(desk, is_closed=False)


@at_desk(Permission.KEYS_WRITE)
async def end(desk: Desk) -> Answer:
    """Let another merchant's app act for one no more."""
    app_id = desk.ask.id("app_id", AppId)
    return await desk.act(end_mandate, _home, mark("It acts for you no more."), app_id=app_id)


async def _set_closed(desk: Desk, *, is_closed: bool) -> Answer:
    app_id = desk.ask.id("app_id", AppId)
    said = mark("The app is closed.") if is_closed else mark("The app is open.")
    back = f"{_home}/{app_id:d}"
    return await desk.act(change_app, back, said, app_id=app_id, is_closed=is_closed)


async def _show_app(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    wanted = desk.ask.id("app_id", AppId)
    apps = await desk.run(list_apps)
    app: App | None = next((one for one in apps.items if one.app_id == wanted), None)
    if app is None:
        raise NotFound("alipayapps.not_found")
    return await desk.page(
        "alipay/app.html",
        status=status,
        errors=errors,
        app=app,
        seller_id=apps.seller_id,
        gateway=desk.ask.house.facts.public_url.rstrip("/") + _gateway,
    )


def _typed(desk: Desk) -> dict[str, str]:
    return {name: desk.ask.form.text(name) for name in _fields}


ROUTES = (
    PageRoute("GET", _home, show_apps),
    PageRoute("POST", _home, create),
    PageRoute("GET", f"{_home}/new", show_new),
    PageRoute("GET", _app, show_app),
    PageRoute("POST", _app, change),
    PageRoute("POST", f"{_app}/close", close),
    PageRoute("POST", f"{_app}/reopen", reopen),
    PageRoute("POST", f"{_home}/mandates/{{app_id}}/end", end),
)

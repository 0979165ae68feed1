"""Shows operators the daily quotas that are set here, and sets them."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.console.desk import shared_values
from banyan.doors.pages.console.operator import operator_frame
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.tokens import ListQuotas, SetQuota, list_quotas, set_quota

_HOME = "/console/quotas"


async def show_all(ask: Ask) -> Answer:
    """What is set, and a form for one more."""
    return await _show(ask, {})


async def change(ask: Ask) -> Answer:
    """Set a quota, or with nothing have it as the protocol has it."""
    form = ask.form
    return await _set(ask, form.text("path"), form.text("appid"), form.text("daily_max") or None)


async def remove(ask: Ask) -> Answer:
    """Have a quota as the protocol has it."""
    path, _, appid = ask.form.text("quota").partition(" ")
    return await _set(ask, path, appid, None)


async def _set(ask: Ask, path: str, appid: str, daily_max: str | None) -> Answer:
    try:
        command = fill(SetQuota, path=path, appid=appid, daily_max=daily_max)
        await ask.run(set_quota, command, key=ask.form.key)
    except Failure as failure:
        return await _show(ask, ask.mistakes(failure, {"channels.not_found": "appid"}))
    return ask.go(_HOME, mark("Done."))


async def _show(ask: Ask, errors: dict[str, str]) -> Answer:
    quotas = (await ask.run(list_quotas, ListQuotas())).items
    values = shared_values(ask, errors, quotas=quotas)
    frame = await operator_frame(ask)
    return ask.page("console/quotas/page.html", frame, status=422 if errors else 200, **values)


ROUTES = (
    PageRoute("GET", _HOME, show_all),
    PageRoute("POST", _HOME, change),
    PageRoute("POST", f"{_HOME}/remove", remove),
)

"""The page on which an account asks whether it may write once, as WeChat's browsers see it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from banyan.base.errors import Failure, Invalid
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Form, fill
from banyan.doors.pages.phone.consent.routes import check_signed_in, lead_back, refuse
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.templates import (
    SCENE_MAX,
    AnswerOnce,
    ReadOnceAsking,
    answer_once,
    read_once_asking,
)
from banyan.wire.wechat.redirect import add_to_link

_path = "/mp/subscribemsg"
_action = "get_confirm"
_reserved_bytes_max = 128
_number = re.compile("[0-9]{1,5}")
_refused = mark("The account cannot ask for that")


@dataclass(frozen=True)
class Given:
    """What a site sent the browser with."""

    appid: str
    template_id: str
    scene: str
    redirect: str
    reserved: str

    def back(self, openid: str) -> str:
        """Where the browser goes back to; without an openid when the person said no."""
        told = {
            "template_id": self.template_id,
            "action": "confirm" if openid else "cancel",
            "scene": self.scene,
            "reserved": self.reserved,
        }
        return add_to_link(self.redirect, ({"openid": openid} if openid else {}) | told)


async def show_once(ask: Ask) -> Answer:
    """Ask whether an account may write once."""
    check_signed_in(ask)
    try:
        given = _read_given(ask.query)
        query = fill(
            ReadOnceAsking,
            appid=given.appid,
            template_id=given.template_id,
            scene=int(given.scene),
            redirect=given.redirect,
        )
        asking = await ask.run(read_once_asking, query)
    except Failure as failure:
        return await refuse(ask, failure, _refused)
    return show(
        ask,
        "consent/once.html",
        await frame_of(ask, has_unread=False),
        given=given,
        action=_action,
        asking=asking,
        shop=(await names_of(ask, [asking.merchant_id])).get(int(asking.merchant_id)),
    )


async def answer_asking(ask: Ask) -> Answer:
    """What the person said. A form may not lead elsewhere, so a page of ours leads back."""
    check_signed_in(ask)
    try:
        given = _read_given(ask.form)
        command = fill(
            AnswerOnce,
            appid=given.appid,
            template_id=given.template_id,
            scene=int(given.scene),
            redirect=given.redirect,
            is_wanted=ask.form.text("answer") == "allow",
        )
        answered = await ask.run(answer_once, command)
    except Failure as failure:
        return await refuse(ask, failure, _refused)
    return await lead_back(ask, given.back(answered.openid))


def _read_given(form: Form) -> Given:
    """The parameters of the address. Raises Invalid `templates.once_malformed`."""
    given = Given(
        form.text("appid"),
        form.text("template_id"),
        form.text("scene"),
        form.text("redirect_url"),
        form.text("reserved"),
    )
    scene = given.scene
    is_number = _number.fullmatch(scene) is not None and int(scene) <= SCENE_MAX
    is_short = len(given.reserved.encode()) <= _reserved_bytes_max
    if form.text("action") != _action or not is_number or not is_short:
        raise Invalid("templates.once_malformed")
    return given


ROUTES = (
    PageRoute("GET", _path, show_once),
    PageRoute("POST", _path, answer_asking),
)

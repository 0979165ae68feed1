"""Trades that browsers and apps bring: the person goes on at the cashier, and from there back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from banyan.base.errors import Failure, NotFound
from banyan.books.work import SYSTEM
from banyan.doors.alipay.asking import NewTrade, ask_for
from banyan.doors.alipay.endpoint import Call, Office, Redirect, endpoint, render_time
from banyan.doors.alipay.keys import load_private_key
from banyan.doors.http import Answer
from banyan.doors.http.answer import send_answer
from banyan.doors.http.visit import Receive, Scope, Send, find_visit
from banyan.pay.alipayapps import AppActor, AppId, FindCaller, find_caller
from banyan.pay.charges import Charge, FindCharge, Way, find_charge
from banyan.wire.alipay import SignType, render_notice_text, render_yuan, sign
from banyan.wire.wechat.redirect import add_to_link

RETURN_PATH = "/alipay-return"
_missing = Answer(404, b'{"code":"charges.not_found"}')


@endpoint("alipay.trade.page.pay", is_page=True)
async def pay_on_page(call: Call, asked: NewTrade) -> Redirect:
    """Send a browser to the cashier."""
    return await _lead(call, asked, Way.H5)


_lacks = "notices of the end of the time for refunds"


@endpoint("alipay.trade.wap.pay", is_page=True, lacks=_lacks)
async def pay_on_phone(call: Call, asked: NewTrade) -> Redirect:
    """Send a phone's browser to the cashier."""
    return await _lead(call, asked, Way.H5)


@endpoint("alipay.trade.app.pay", is_page=True, lacks=_lacks)
async def pay_in_app(call: Call, asked: NewTrade) -> Redirect:
    """Send a person to the cashier by what an app was handed."""
    return await _lead(call, asked, Way.APP)


async def _lead(call: Call, asked: NewTrade, way: Way) -> Redirect:
    charge = await ask_for(call, asked, way)
    return Redirect(f"/pay/{charge.token}")


class ReturnDoor:
    """An ASGI application: leads a person who has paid back to the page that the program named."""

    def __init__(self, office: Office, now: Callable[[], datetime]) -> None:
        self._office = office
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one browser."""
        del receive
        visit = find_visit(scope)
        visit.route = RETURN_PATH
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        try:
            url = await self._find_url(query.get("trade_no", ""), query.get("token", ""))
        except Failure as failure:
            visit.code = failure.code
            await send_answer(send, _missing)
            return
        await send_answer(send, Answer(302, b"", b"text/html", ((b"location", url.encode()),)))

    async def _find_url(self, trade_no: str, token: str) -> str:
        """Where the person goes back to, with what the program is told by it."""
        numbered = FindCharge(transaction_no=trade_no[:32])
        charge = await self._office.run(find_charge, numbered, SYSTEM)
        return_url = charge.facts.extra.get("return_url", "")
        if charge.token != token or not charge.is_paid or not return_url:
            raise NotFound("charges.not_found")
        caller = await read_app(self._office, charge)
        return add_to_link(return_url, sign_told(caller, charge, self._describe(charge, caller)))

    def _describe(self, charge: Charge, caller: AppActor) -> dict[str, str]:
        return {
            "charset": "utf-8",
            "out_trade_no": charge.out_no,
            "method": f"{charge.facts.extra.get('method', 'alipay.trade.page.pay')}.return",
            "total_amount": render_yuan(charge.total_fen),
            "trade_no": charge.transaction_no,
            "auth_app_id": str(int(caller.app.app_id)),
            "version": "1.0",
            "app_id": str(int(caller.app.app_id)),
            "seller_id": caller.seller_id,
            "timestamp": render_time(self._now()),
        }


async def read_app(office: Office, charge: Charge) -> AppActor:
    """The app that asked for a charge, as what it is told is signed. Raises NotFound."""
    app_id = charge.facts.extra.get("app_id", "0")
    return await office.run(find_caller, FindCaller(app_id=AppId(int(app_id))), SYSTEM)


def sign_told(caller: AppActor, charge: Charge, told: dict[str, Any]) -> dict[str, str]:
    """What a program is told by a form or an address, signed as its own call was."""
    kind = SignType(charge.facts.extra.get("sign_type", SignType.RSA2))
    key = load_private_key(caller.private_key.reveal())
    signature = sign(render_notice_text(told).encode(), key, kind)
    return {**told, "sign_type": kind.value, "sign": signature}


ENDPOINTS = (pay_on_page, pay_on_phone, pay_in_app)

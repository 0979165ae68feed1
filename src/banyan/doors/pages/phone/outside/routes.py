"""What is being paid through an outside provider: where to go, and how far it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from banyan.base.errors import Failure
from banyan.commerce.orders import (
    ListWaysToPay,
    OrderId,
    OrderState,
    PayOrderOutside,
    list_ways_to_pay,
    pay_order_outside,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, show, show_block
from banyan.doors.pages.phone.next_steps import advise
from banyan.doors.pages.phone.pay.routes import read_order
from banyan.doors.pages.router import PageRoute
from banyan.parties.merchants import MerchantId
from banyan.pay.gateways import (
    AskMyAttempt,
    Attempt,
    AttemptState,
    Way,
    WaysToPay,
    ask_my_attempt,
)
from banyan.wire.qr import render_svg

_ORDER = "/orders/{order_id}/outside"
_phones = ("mobile", "android", "iphone")
_wechat, _mini = "micromessenger", "miniprogram"


async def begin(ask: Ask) -> Answer:
    """Have the provider take the payment on, and go where that is shown."""
    order_id = ask.id("order_id", OrderId)
    receipt = await read_order(ask)

    async def list_ways() -> WaysToPay:
        return await ask.run(list_ways_to_pay, ListWaysToPay(order_id=order_id))

    try:
        command = fill(
            PayOrderOutside,
            merchant_id=MerchantId(receipt.order.merchant_id),
            order_id=order_id,
            kind=ask.form.text("kind"),
            way=ask.form.text("way") or await choose_way(ask, list_ways),
            expected_total_fen=ask.form.text("expected_total_fen") or None,
            payer_ip=ask.visit.address,
        )
        await ask.run(pay_order_outside, command, key=ask.form.key)
    except Failure as failure:
        return ask.go(f"/orders/{order_id:d}/pay", advise(ask, failure), kind="warning")
    return ask.go(f"/orders/{order_id:d}/outside")


async def show_attempt(ask: Ask) -> Answer:
    """How far it is; once it is paid, what comes after."""
    order_id = ask.id("order_id", OrderId)
    receipt = await read_order(ask)
    found: WaysToPay = await ask.run(list_ways_to_pay, ListWaysToPay(order_id=order_id))
    attempt = found.attempt
    if receipt.order.paid_at is not None and (
        attempt is None or attempt.state is not AttemptState.STRAY
    ):
        return ask.go(f"/orders/{order_id:d}/done")
    if attempt is None or (
        receipt.order.state is not OrderState.UNPAID and attempt.state is not AttemptState.STRAY
    ):
        return ask.go(f"/orders/{order_id:d}")
    return await show_outside(
        ask,
        attempt,
        zone=receipt.store_time_zone,
        shop=f"{receipt.merchant_name} · {receipt.store_name}",
        pay_href=f"/orders/{order_id:d}/pay",
        over_href=f"/orders/{order_id:d}",
        is_unpaid=receipt.order.state is OrderState.UNPAID,
    )


async def show_outside(ask: Ask, attempt: Attempt, *, zone: str, **values: Any) -> Answer:  # noqa: ANN401 - what a template shows
    """Where to go with what is begun, and how far it is."""
    if attempt.state is AttemptState.OPEN and attempt.way is not Way.CODE and not ask.is_htmx:
        # As a rule they come back from the provider, whose notice may be late.
        asking = AskMyAttempt(merchant_id=attempt.merchant_id, attempt_id=attempt.attempt_id)
        await ask.run(ask_my_attempt, asking)
    frame = await frame_of(ask, zone=zone, has_unread=False)
    has_code = attempt.way is Way.CODE and attempt.link
    values |= {
        "attempt": attempt,
        "here": ask.path,
        "is_waiting": attempt.state in {AttemptState.ASKING, AttemptState.OPEN},
        "picture": "data:image/svg+xml," + quote(render_svg(attempt.link)) if has_code else "",
    }
    if ask.is_htmx:
        return show_block(ask, "outside/page.html", "state", frame, **values)
    return show(ask, "outside/page.html", frame, **values)


async def choose_way(ask: Ask, list_ways: Callable[[], Awaitable[WaysToPay]]) -> str:
    """A phone's browser leads to the provider; on a larger screen the phone scans a code.

    WeChat's own browser leads nowhere, but asks by itself whom WeChat knows; others scan there too.
    The window of a mini program asks nobody.
    """
    agent = ask.visit.header(b"user-agent").lower()
    if _wechat not in agent:
        return Way.WEB.value if any(one in agent for one in _phones) else Way.CODE.value
    if _mini in agent:
        return Way.CODE.value
    found = await list_ways()
    asked = next((one.ways for one in found.items if one.kind == ask.form.text("kind")), [])
    return Way.JSAPI.value if Way.JSAPI in asked else Way.CODE.value


ROUTES = (
    PageRoute("GET", _ORDER, show_attempt),
    PageRoute("POST", _ORDER, begin),
)

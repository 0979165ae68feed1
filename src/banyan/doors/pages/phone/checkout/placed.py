"""What this browser ordered lately: the same basket from the same sheet is the same order."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Failure
from banyan.base.secret import digest
from banyan.commerce.orders import Order, OrderId, OrderState, ReadMyReceipt, read_my_receipt
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.basket import Basket, render_basket

_COOKIE = "placed"
_placed_max = 5
_day_s = 24 * 3600
_gone = frozenset({OrderState.CANCELLED, OrderState.EXPIRED})


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Which order came of the order sheet with this key, and of which basket."""

    key: str
    basket: str
    order_id: Annotated[int, msgspec.Meta(gt=0, le=2**63 - 1)]

    def is_of(self, key: str, basket: Basket) -> bool:
        """Whether the order came of this basket from that sheet."""
        return (self.key, self.basket) == (key, _mark(basket))


_Memory = Annotated[list[Placed], msgspec.Meta(max_length=_placed_max)]


def remember_placed(ask: Ask, key: str, basket: Basket, order: Order) -> None:
    """Have the browser keep for a day what it ordered, with the few orders before."""
    placed = Placed(key=key, basket=_mark(basket), order_id=int(order.order_id))
    others = [one for one in _read_placed(ask) if not one.is_of(key, basket)]
    kept = [placed, *others][:_placed_max]
    value = base64.urlsafe_b64encode(msgspec.json.encode(kept)).decode().rstrip("=")
    ask.set_cookie(_COOKIE, value, _day_s)


async def find_placed(ask: Ask, key: str, basket: Basket) -> Order | None:
    """The order that this sheet became already; None if it did not, or the basket is another now.

    The cookie proves nothing: only the asker's own order is found. The Office repeats its answer
    to an order with the same content; this holds as well when the price or the coupon, which the
    first order may have used up, is another now.
    """
    placed = next((one for one in _read_placed(ask) if key and one.is_of(key, basket)), None)
    if placed is None:
        return None
    try:
        query = ReadMyReceipt(order_id=OrderId(placed.order_id))
        return (await ask.run(read_my_receipt, query)).order
    except Failure as failure:
        if failure.code != "orders.not_found":
            raise
        return None


def is_gone(order: Order, now: datetime) -> bool:
    """Whether nothing can come of it any more, so that the basket may be ordered anew."""
    is_late = order.state is OrderState.UNPAID and order.expires_at <= now
    return is_late or order.state in _gone


def _read_placed(ask: Ask) -> list[Placed]:
    """What the browser says that it ordered, the newest first; nothing if it makes no sense."""
    given = ask.cookie(_COOKIE)
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(given + "==="), type=_Memory)
    except (ValueError, msgspec.MsgspecError):
        return []


def _mark(basket: Basket) -> str:
    return digest(render_basket(dict(sorted(basket.items())))).hex()[:16]

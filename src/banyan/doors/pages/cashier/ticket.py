"""The ticket that a cashier is writing: kept by their browser, priced by us each time."""

from __future__ import annotations

import base64
from typing import Annotated

import msgspec

from banyan.doors.pages.ask import Ask, new_key

TICKET_COOKIE = "ticket"
LINES_MAX = 60
QUANTITY_MAX = 999
_day_s = 24 * 3600
_characters_max = 3_600

_Digits = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$(?!\n)")]
_Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,40}$(?!\n)")]


class Line(msgspec.Struct, frozen=True, array_like=True):
    """How many of which variant."""

    sku_id: _Digits
    quantity: Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What is being sold to whom; `key` makes it an order once, however often one taps."""

    store_id: _Digits
    key: _Key
    lines: Annotated[list[Line], msgspec.Meta(max_length=LINES_MAX)] = []
    member_id: _Digits = "0"
    coupon_id: _Digits = "0"

    def add(self, sku_id: str, by: int) -> Ticket:
        """The ticket with so many more, or fewer, of a variant; none left means no line."""
        lines = list(self.lines)
        found = next((one for one in lines if one.sku_id == sku_id), None)
        if found is None:
            if by > 0 and len(lines) < LINES_MAX:
                lines.append(Line(sku_id, min(by, QUANTITY_MAX)))
        else:
            place = lines.index(found)
            count = min(found.quantity + by, QUANTITY_MAX)
            lines[place : place + 1] = [Line(sku_id, count)] if count > 0 else []
        return msgspec.structs.replace(self, lines=lines)


def new_ticket(store_id: int) -> Ticket:
    """An empty ticket of a store."""
    return Ticket(store_id=str(int(store_id)), key=new_key())


def read_ticket(ask: Ask, store_id: int) -> Ticket:
    """The ticket of this browser at a store; an empty one for anything that is none."""
    given = ask.cookie(TICKET_COOKIE)
    if given:
        try:
            raw = base64.urlsafe_b64decode(given[:_characters_max] + "===")
            ticket = msgspec.json.decode(raw, type=Ticket)
        except (ValueError, msgspec.MsgspecError):
            return new_ticket(store_id)
        if ticket.store_id == str(int(store_id)):
            return ticket
    return new_ticket(store_id)


def keep_ticket(ask: Ask, ticket: Ticket) -> None:
    """Have the browser keep the ticket for the day."""
    value = base64.urlsafe_b64encode(msgspec.json.encode(ticket)).decode().rstrip("=")
    if len(value) <= _characters_max:
        ask.set_cookie(TICKET_COOKIE, value, _day_s)


def drop_ticket(ask: Ask) -> None:
    """Begin anew."""
    ask.set_cookie(TICKET_COOKIE, "", 0)

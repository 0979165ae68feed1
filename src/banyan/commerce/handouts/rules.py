"""How the addresses of shelves look, and which payments a rule rewards."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone

from banyan.base.errors import NotFound
from banyan.commerce.handouts.types import PayRule

CHANCE_BYTES = 8
CHINA = timezone(timedelta(hours=8))
_id_bytes = 8
_token = re.compile(r"[A-Za-z0-9_-]{32}")
_ticket_prefix = "gC"


def render_token(merchant_id: int, shelf_id: int, chance: bytes) -> str:
    """The end of the address that a shelf leads to."""
    assert len(chance) == CHANCE_BYTES
    raw = merchant_id.to_bytes(_id_bytes, "big") + shelf_id.to_bytes(_id_bytes, "big") + chance
    return base64.urlsafe_b64encode(raw).decode()


def read_token(token: str) -> tuple[int, int, bytes]:
    """Whose shelf a token names, and its chance. Raises NotFound `handouts.no_such_shelf`."""
    if not _token.fullmatch(token):
        raise NotFound("handouts.no_such_shelf")
    raw = base64.urlsafe_b64decode(token)
    merchant_id = int.from_bytes(raw[:_id_bytes], "big")
    shelf_id = int.from_bytes(raw[_id_bytes : 2 * _id_bytes], "big")
    if merchant_id >= 1 << 63 or shelf_id >= 1 << 63:
        raise NotFound("handouts.no_such_shelf")
    return merchant_id, shelf_id, raw[2 * _id_bytes :]


def render_ticket(token: str) -> str:
    """What programs call a code to scan by."""
    return _ticket_prefix + base64.b64encode(token.encode()).decode()


def read_ticket(ticket: str) -> str:
    """The token that a ticket stands for. Raises NotFound `handouts.no_such_shelf`."""
    if not ticket.startswith(_ticket_prefix) or not ticket.isascii():
        raise NotFound("handouts.no_such_shelf")
    try:
        return base64.b64decode(ticket.removeprefix(_ticket_prefix), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise NotFound("handouts.no_such_shelf") from None


def find_fitting(rules: Sequence[PayRule], total_fen: int, at: datetime) -> list[PayRule]:
    """Which rules a payment of that sum at that instant falls under."""
    return [
        rule
        for rule in rules
        if rule.begins_at <= at < rule.ends_at
        and total_fen >= rule.cost_min_fen
        and (not rule.cost_max_fen or total_fen < rule.cost_max_fen)
    ]


def day_of(at: datetime) -> date:
    """The day of the platform's calendar, China's."""
    return at.astimezone(CHINA).date()

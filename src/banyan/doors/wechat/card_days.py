"""What became of cards, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from banyan.commerce.cards import CardKind, render_ref
from banyan.commerce.handouts import CardDays, DaySum, Happened, ReadDays, read_days
from banyan.doors.wechat.card_forms import check_ref
from banyan.doors.wechat.days import SpanBody
from banyan.doors.wechat.days import read_days as read_span
from banyan.doors.wechat.endpoint import Wire, endpoint

_span_max = 62
_numbers = {
    CardKind.DISCOUNT: 0,
    CardKind.CASH: 1,
    CardKind.GROUPON: 2,
    CardKind.GIFT: 3,
    CardKind.GENERAL_COUPON: 4,
}
_fields = {
    Happened.VIEWED: "view",
    Happened.TAKEN: "receive",
    Happened.CONSUMED: "verify",
    Happened.GIFTED: "given",
    Happened.EXPIRED: "expire",
    Happened.ACTIVATED: "active",
}
_of_cards = ("view", "receive", "verify", "given", "expire")
_of_members = ("view", "receive", "verify", "active")


class DaysBody(SpanBody, frozen=True, kw_only=True):
    """From when to when, of which card, made where."""

    cond_source: int | str = 0
    card_id: str = ""


@endpoint("POST", "/datacube/getcardbizuininfo", is_said_ok=False)
async def getcardbizuininfo(wire: Wire, body: DaysBody) -> dict[str, object]:
    """All cards together, by day."""
    found = await _read(wire, body)
    rows = [one for one in found.items if one.card_id is None]
    return {"list": [_row(day, of, _of_cards) for day, of in _by_day(rows)]}


@endpoint("POST", "/datacube/getcardcardinfo", is_said_ok=False)
async def getcardcardinfo(wire: Wire, body: DaysBody) -> dict[str, object]:
    """Each card that is a coupon, by day."""
    found = await _read(wire, body)
    rows = [
        one
        for one in found.items
        if one.card_id is not None and one.kind != CardKind.MEMBER_CARD.value
    ]
    return {"list": [_of_card(wire, day, of) for day, of in _by_card(rows)]}


@endpoint("POST", "/datacube/getcardmembercardinfo", is_said_ok=False)
async def getcardmembercardinfo(wire: Wire, body: DaysBody) -> dict[str, object]:
    """All member cards together, by day."""
    found = await _read(wire, body, is_member=True)
    rows = [one for one in found.items if one.card_id is None]
    return {"list": [_of_member(found, day, of) for day, of in _by_day(rows)]}


@endpoint("POST", "/datacube/getcardmembercarddetail", is_said_ok=False)
async def getcardmembercarddetail(wire: Wire, body: DaysBody) -> dict[str, object]:
    """One member card, by day."""
    ref = check_ref(body.card_id)
    found = await _read(wire, body, is_member=True)
    rows = [one for one in found.items if one.card_id is None]
    return {"list": [_of_member(found, day, of) | {"cardid": ref} for day, of in _by_day(rows)]}


async def _read(wire: Wire, body: DaysBody, *, is_member: bool = False) -> CardDays:
    days = read_span(body, _span_max, wire.today)
    query = wire.command(
        ReadDays,
        first_on=days["from_on"].isoformat(),
        last_on=days["until_on"].isoformat(),
        ref=check_ref(body.card_id) if body.card_id else None,
        is_from_program=str(body.cond_source) == "1",
        is_member=is_member,
    )
    return await wire.run(read_days, query)


def _by_day(rows: Iterable[DaySum]) -> list[tuple[date, list[DaySum]]]:
    days: dict[date, list[DaySum]] = {}
    for one in rows:
        days.setdefault(one.day_on, []).append(one)
    return sorted(days.items())


def _by_card(rows: Iterable[DaySum]) -> list[tuple[date, list[DaySum]]]:
    cards: dict[tuple[date, int], list[DaySum]] = {}
    for one in rows:
        cards.setdefault((one.day_on, one.card_id or 0), []).append(one)
    return [(key[0], of) for key, of in sorted(cards.items())]


def _row(day_on: date, rows: Iterable[DaySum], names: tuple[str, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {"ref_date": day_on.isoformat()}
    told |= {f"{name}_{unit}": 0 for name in names for unit in ("cnt", "user")}
    for one in rows:
        name = _fields[one.what]
        if name in names:
            told |= {f"{name}_cnt": one.times, f"{name}_user": one.people}
    return told


def _of_card(wire: Wire, day_on: date, rows: list[DaySum]) -> dict[str, Any]:
    card_id, kind = rows[0].card_id or 0, CardKind(str(rows[0].kind))
    return _row(day_on, rows, _of_cards) | {
        "card_id": render_ref(int(wire.channel.merchant_id), card_id),
        "card_type": _numbers.get(kind, len(_numbers)),
    }


def _of_member(found: CardDays, day_on: date, rows: list[DaySum]) -> dict[str, Any]:
    return _row(day_on, rows, _of_members) | {
        "total_user": found.active.get(day_on, 0),
        "total_receive_user": found.taken.get(day_on, 0),
    }

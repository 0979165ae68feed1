"""The reports once more, in plain Python over lists: slow, simple, and by other means."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from banyan.views.insight.rows import instant
from banyan.views.insight.rules import HORIZONS, day_number, day_of_number
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import BuyersBy, FunnelBy, TradeBy
from tests.views.insight.invented import ZONES, Row

WEEK_US = 7 * 24 * 3600 * 1_000_000


class Seen:
    """A row with short names, and its day by its store's clock."""

    def __init__(self, row: Row) -> None:
        def number(name: str) -> int:
            return int(row[name])

        self.kind = str(row["kind"])
        self.at, self.number = number("at_us"), number("number")
        self.person, self.store, self.code = (
            number("person_id"),
            number("store_id"),
            number("code_id"),
        )
        self.channel, self.order, self.coupon = (
            number("channel_id"),
            number("order_id"),
            number("coupon_id"),
        )
        self.touch = number("subject_id")
        self.amount, self.discount = number("amount_fen"), number("discount_fen")
        clock = ZoneInfo(ZONES.get(self.store, ZONES[1]))
        self.on: date = instant(self.at).astimezone(clock).date()
        self.day = day_number(self.on)


class Book:
    """A history as the plain reports read it."""

    def __init__(self, rows: Iterable[Row], scope: Scope, *, is_open: bool = False) -> None:
        """`is_open` ones go on to today, whatever the scope's last day is."""
        self.scope = scope
        mine = [Seen(row) for row in rows if row["merchant_id"] == scope.merchant_id]
        last = 10**9 if is_open else last_day(scope)
        self.rows = [row for row in mine if row.day <= last]

    def of(self, *kinds: str) -> list[Seen]:
        """The rows of these kinds in the scope's stores."""
        stores = self.scope.store_ids
        return [
            row for row in self.rows if row.kind in kinds and (not stores or row.store in stores)
        ]

    def shown(self, rows: Iterable[Seen]) -> list[Seen]:
        """The rows from the scope's first day on."""
        first = self.scope.from_day
        return [row for row in rows if first is None or row.day >= first]

    def nth(self) -> dict[int, int]:
        """For each known person's paid orders, by number: which one it is."""
        count: dict[int, int] = defaultdict(int)
        places = {}
        for row in sorted(self.of("orders.paid"), key=lambda one: (one.at, one.number)):
            if row.person:
                count[row.person] += 1
                places[row.number] = count[row.person]
        return places

    def code_of(self, row: Seen, at: int | None = None) -> int:
        """The code that brought somebody."""
        if row.code or not row.person:
            return int(row.code)
        at = row.at if at is None else at
        near = [
            (one.at, one.code)
            for one in self.rows
            if one.kind in {"places.touched", "places.touch_joined"}
            and one.person == row.person
            and at - WEEK_US <= one.at <= at
        ]
        return max(near)[1] if near else 0


def last_day(scope: Scope) -> int:
    """The scope's last day, or one after all others."""
    return 10**9 if scope.until_day is None else scope.until_day


def grouped(
    rows: Iterable[Seen], key: Callable[[Seen], tuple[int, ...]]
) -> dict[tuple[int, ...], list[Seen]]:
    """Rows by key, in the order of the keys."""
    groups: dict[tuple[int, ...], list[Seen]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(sorted(groups.items()))


def people(rows: Iterable[Seen]) -> int:
    """How many known people are in the rows."""
    return len({row.person for row in rows if row.person})


def spent(rows: Iterable[Seen]) -> int:
    """The sum of the rows."""
    return sum(row.amount for row in rows)


_seen_by = {
    FunnelBy.CODE: ("code_id", "code"),
    FunnelBy.STORE: ("store_id", "store"),
    FunnelBy.DAY: ("day", "day"),
}


def funnel(rows: Sequence[Row], scope: Scope, by: Sequence[FunnelBy]) -> list[dict[str, int]]:
    """The funnel: person by person, scan by scan."""
    book = Book(rows, scope)
    names = [_seen_by[one][0] for one in by]

    def key(row: Seen) -> tuple[int, ...]:
        return tuple(getattr(row, _seen_by[one][1]) for one in by)

    scans = grouped(book.shown(book.of("places.touched", "places.touch_joined")), key)
    paid_at = {row.order: row.at for row in book.of("orders.paid")}
    sales = book.shown(book.of("orders.paid", "orders.refunded"))
    for row in sales:
        row.code = book.code_of(row, paid_at.get(row.order, row.at))
    sold = grouped(sales, key)
    groups = sorted({*scans, *sold}) or ([] if by else [()])
    return [
        dict(zip(names, group, strict=True))
        | _steps(book, scans.get(group, []))
        | _money(sold.get(group, []))
        for group in groups
    ]


def _steps(book: Book, scans: list[Seen]) -> dict[str, int]:
    """How far those came who made these scans."""
    joined_touches = {row.touch for row in scans if row.kind == "places.touch_joined"}
    touches = [row for row in scans if row.kind == "places.touched"]
    unknown = [row for row in touches if not row.person and row.touch not in joined_touches]
    scanned = {row.person for row in scans if row.person}
    everywhere = {
        kind: {row.person for row in book.rows if row.kind == kind}
        for kind in ("channels.followed", "members.joined")
    }
    members = scanned & everywhere["members.joined"]
    ordered, paid, came_back = set(), set(), set()
    for person in members:
        first = min(row.at for row in scans if row.person == person)
        placed = {
            row.order
            for row in book.of("orders.placed")
            if row.person == person and row.at >= first
        }
        done = [row for row in book.of("orders.paid") if row.order in placed]
        ordered |= {person} if placed else set()
        paid |= {person} if done else set()
        came_back |= {person} if len(done) > 1 else set()
    return {
        "touches": len(touches),
        "visitors": len(scanned) + len(unknown),
        "people": len(scanned),
        "followed": len(scanned & everywhere["channels.followed"]),
        "joined": len(members),
        "ordered": len(ordered),
        "paid": len(paid),
        "came_back": len(came_back),
    }


def _money(sales: list[Seen]) -> dict[str, int]:
    paid = [row for row in sales if row.kind == "orders.paid"]
    return {
        "orders": len(paid),
        "revenue_fen": spent(paid),
        "refunded_fen": spent(sales) - spent(paid),
    }


def _trade_key(by: Sequence[TradeBy]) -> Callable[[Seen], tuple[int, ...]]:
    return lambda row: tuple(row.day if one is TradeBy.DAY else row.store for one in by)


def _trade_names(by: Sequence[TradeBy], key: tuple[int, ...]) -> dict[str, int]:
    names = {TradeBy.DAY: "day", TradeBy.STORE: "store_id"}
    return {names[one]: value for one, value in zip(by, key, strict=True)}


def overview(rows: Sequence[Row], scope: Scope, by: Sequence[TradeBy]) -> list[dict[str, int]]:
    """Trade by day and store."""
    book = Book(rows, scope)
    nth = book.nth()
    told = []
    shown = book.shown(book.of("orders.paid", "orders.refunded", "members.joined"))
    for key, group in (grouped(shown, _trade_key(by)) or ({} if by else {(): []})).items():
        paid = [row for row in group if row.kind == "orders.paid"]
        with_coupon = [row for row in paid if row.coupon]
        told.append(
            _trade_names(by, key)
            | {
                "revenue_fen": spent(paid),
                "refunded_fen": spent(row for row in group if row.kind == "orders.refunded"),
                "orders": len(paid),
                "buyers": people(paid),
                "repeat_buyers": people(row for row in paid if nth.get(row.number, 0) > 1),
                "new_members": sum(row.kind == "members.joined" for row in group),
                "coupons_redeemed": len(with_coupon),
                "coupon_cost_fen": sum(row.discount for row in with_coupon),
            }
        )
    return told


def recognised(rows: Sequence[Row], scope: Scope, by: Sequence[TradeBy]) -> list[dict[str, int]]:
    """The recognised share."""
    book = Book(rows, scope)
    told = []
    shown = book.shown(book.of("orders.paid"))
    for key, group in (grouped(shown, _trade_key(by)) or ({} if by else {(): []})).items():
        known = [row for row in group if row.person]
        told.append(
            _trade_names(by, key)
            | {
                "orders": len(group),
                "known_orders": len(known),
                "revenue_fen": spent(group),
                "known_fen": spent(known),
            }
        )
    return told


def rfm(rows: Sequence[Row], scope: Scope) -> list[dict[str, int]]:
    """Buyers in quintiles."""
    book = Book(rows, scope)
    buyers = []
    shown = [row for row in book.shown(book.of("orders.paid", "orders.refunded")) if row.person]
    for group in grouped(shown, lambda row: (row.person,)).values():
        paid = [row for row in group if row.kind == "orders.paid"]
        if paid:
            refunded = spent(row for row in group if row.kind == "orders.refunded")
            last = max(row.day for row in paid)
            buyers.append((last, len(paid), spent(paid) - refunded))

    def quintile(place: int, buyer: tuple[int, int, int]) -> int:
        fewer = sum(other[place] < buyer[place] for other in buyers)
        return 1 + 5 * fewer // len(buyers)

    cells: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for buyer in buyers:
        cells[quintile(0, buyer), quintile(1, buyer), quintile(2, buyer)].append(buyer[2])
    names = ("recency", "frequency", "monetary")
    return [
        dict(zip(names, key, strict=True)) | {"people": len(group), "spent_fen": sum(group)}
        for key, group in sorted(cells.items())
    ]


def cohorts(rows: Sequence[Row], scope: Scope) -> list[dict[str, int]]:
    """Monthly cohorts."""
    book = Book(rows, scope, is_open=True)
    paid = [row for row in book.of("orders.paid") if row.person]
    first: dict[int, int] = {}
    for row in paid:
        first[row.person] = min(first.get(row.person, 10**9), month(row.on))
    begin = 0 if scope.from_day is None else month(day_of_number(scope.from_day))
    end = month(day_of_number(min(last_day(scope), day_number(date.max))))
    moves = [row for row in book.of("orders.paid", "orders.refunded") if row.person in first]
    moves = [
        row
        for row in moves
        if begin <= first[row.person] <= end and month(row.on) >= first[row.person]
    ]
    told = []
    groups = grouped(moves, lambda row: (first[row.person], month(row.on) - first[row.person]))
    for (first_month, since), group in groups.items():
        bought = [row for row in group if row.kind == "orders.paid"]
        told.append(
            {
                "first_month": first_month,
                "months_since": since,
                "buyers": people(bought),
                "revenue_fen": spent(bought),
                "refunded_fen": spent(group) - spent(bought),
            }
        )
    return told


def month(day: date) -> int:
    """Months since the beginning of year 0."""
    return day.year * 12 + day.month - 1


def lifetime(rows: Sequence[Row], scope: Scope, by: BuyersBy) -> list[dict[str, Any]]:
    """Cost and value of buyers."""
    book = Book(rows, scope, is_open=True)
    nth = book.nth()
    first = {row.person: row for row in book.of("orders.paid") if nth.get(row.number) == 1}
    first = {
        person: row
        for person, row in first.items()
        if (scope.from_day is None or row.day >= scope.from_day) and row.day <= last_day(scope)
    }
    origins = {person: _origin(book, row, by) for person, row in first.items()}
    spends = Book(rows, scope).of("insight.spent", "insight.unspent")
    costs: dict[int, int] = defaultdict(int)
    for row in book.shown(spends):
        sign = 1 if row.kind == "insight.spent" else -1
        origin = {"code": row.code, "channel": row.channel, "month": month(row.on)}[by.value]
        costs[origin] += sign * row.amount
    told = []
    for origin in sorted({*origins.values(), *costs}):
        buyers = [row for person, row in first.items() if origins[person] == origin]
        coupons = sum(row.discount for row in buyers if row.coupon)
        line: dict[str, Any] = {
            f"{by.value}_id" if by is not BuyersBy.MONTH else "month": origin,
            "buyers": len(buyers),
            "coupon_cost_fen": coupons,
            "spent_fen": costs[origin],
        }
        for days in HORIZONS:
            ripe = [row for row in buyers if scope.today - row.day >= days]
            line[f"buyers_{days}"] = len(ripe)
            line[f"revenue_{days}_fen"] = sum(_brought(book, row, days) for row in ripe)
        line["payback_day"] = _payback(book, buyers, coupons + costs[origin])
        told.append(line)
    return told


def _origin(book: Book, first: Seen, by: BuyersBy) -> int:
    if by is BuyersBy.CODE:
        return book.code_of(first)
    if by is BuyersBy.MONTH:
        return month(first.on)
    follows = [
        row for row in book.rows if row.kind == "channels.followed" and row.person == first.person
    ]
    follows.sort(key=lambda row: (row.at, row.number))
    return int(follows[0].channel) if follows and follows[0].at <= first.at else 0


def _moves(book: Book, first: Seen) -> list[tuple[int, int]]:
    """What a buyer brought, and how many days after their first order."""
    moves = []
    for row in book.of("orders.paid", "orders.refunded"):
        if row.person == first.person and row.day >= first.day:
            sign = 1 if row.kind == "orders.paid" else -1
            moves.append((row.day - first.day, sign * row.amount))
    return moves


def _brought(book: Book, first: Seen, days: int) -> int:
    return sum(amount for age, amount in _moves(book, first) if age < days)


def _payback(book: Book, buyers: list[Seen], cost: int) -> int | None:
    moves = [move for first in buyers for move in _moves(book, first)]
    for age in sorted({age for age, _ in moves}):
        if sum(amount for at, amount in moves if at <= age) >= cost:
            return age
    return None

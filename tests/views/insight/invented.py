"""Invented histories of a merchant as exported rows: small, full of ties, gaps and odd hours."""

import random
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pyarrow as pa

from banyan.views.insight import duck
from banyan.views.insight.archive import write_file
from banyan.views.insight.kinds import ORDER
from banyan.views.insight.reports import write_sql
from banyan.views.insight.rows import SCHEMA, micros
from banyan.views.insight.rules import compute_months, compute_offsets, day_number
from banyan.views.insight.scope import EngineKind, Scope
from banyan.views.insight.types import Told

Row = dict[str, int | str]

MERCHANT, OTHER = 7_000_000_000_000_001, 7_000_000_000_000_002
ZONES: Mapping[int, str] = {1: "Asia/Shanghai", 2: "Europe/London", 3: "America/New_York"}
"""Three stores by their clocks; the merchant's is the first one's."""
STORE_OF: Mapping[int, int] = {11: 1, 12: 1, 13: 2, 14: 3, 15: 3}
"""Codes, and the store that each hangs in."""
PEOPLE = range(101, 113)
BEGIN = datetime(2024, 1, 5, tzinfo=UTC)
DAYS = 420


def invent(seed: int, sales: int = 120) -> list[Row]:
    """A history. Instants are quarters of a day, so that many fall together, also on midnights."""
    chance = random.Random(seed)
    history = _History(chance)
    for person in PEOPLE:
        if chance.random() < 0.7:
            history.arrive(person)
    for _ in range(sales):
        chance.choice((history.sell, history.sell, history.touch, history.touch, history.spend))()
    return history.rows


class _History:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.rows: list[Row] = []

    def add(self, kind: str, at: datetime, **told: int | str) -> None:
        blank: Row = {field.name: "" if field.type == pa.string() else 0 for field in SCHEMA}
        number = len(self.rows) + 1
        fixed: Row = {"lane": 5, "number": number, "kind": kind, "at_us": micros(at)}
        words: Row = {"merchant_id": self.merchant(), "currency": "CNY"}
        self.rows.append(blank | words | fixed | told)

    def merchant(self) -> int:
        return OTHER if self.chance.random() < 0.1 else MERCHANT

    def moment(self) -> datetime:
        return BEGIN + timedelta(hours=6 * self.chance.randrange(DAYS * 4))

    def later(self, at: datetime, days: int) -> datetime:
        return at + timedelta(hours=6 * self.chance.randrange(days * 4))

    def arrive(self, person: int) -> None:
        at, code = self.moment(), self.chance.choice((0, *STORE_OF))
        channel = self.chance.choice((31, 32))
        self.add("channels.followed", at, person_id=person, code_id=code, channel_id=channel)
        at = self.later(at, 3)
        self.add("members.joined", at, person_id=person, code_id=code, member_id=person + 1000)

    def touch(self) -> None:
        at, code = self.moment(), self.chance.choice(list(STORE_OF))
        person = self.chance.choice((0, 0, 0, 0, 0, 0, *PEOPLE))
        touch = len(self.rows) + 5000
        # A touch and its joining are of one merchant.
        seen = {"code_id": code, "store_id": STORE_OF[code], "subject_id": touch}
        seen |= {"merchant_id": self.merchant()}
        self.add("places.touched", at, person_id=person, **seen)
        if not person and self.chance.random() < 0.6:
            self.add("places.touch_joined", at, person_id=self.chance.choice(PEOPLE), **seen)

    def sell(self) -> None:
        at, person = self.moment(), self.chance.choice((0, 0, *PEOPLE))
        order = len(self.rows) + 9000
        told: dict[str, int | str] = {
            "person_id": person,
            "store_id": self.chance.choice(list(ZONES)),
            "code_id": self.chance.choice((0, 0, 0, *STORE_OF)) if person else 0,
            "order_id": order,
            "subject_id": order,
            "amount_fen": self.chance.randrange(0, 3000, 50),
            "coupon_id": self.chance.choice((0, 0, order + 1)),
            "discount_fen": self.chance.randrange(0, 500, 100),
        }
        self.add("orders.placed", at, **told)
        if self.chance.random() < 0.9:
            at = self.later(at, 1)
            self.add("orders.paid", at, method="wallet", **told)
            if self.chance.random() < 0.2:
                part = int(told["amount_fen"]) // self.chance.choice((1, 2))
                self.add("orders.refunded", self.later(at, 40), **told | {"amount_fen": part})

    def spend(self) -> None:
        code = self.chance.choice((0, *STORE_OF))
        told = {
            "code_id": code,
            "store_id": STORE_OF.get(code, 0),
            "channel_id": self.chance.choice((0, 31, 32)),
            "amount_fen": self.chance.randrange(100, 2000, 100),
        }
        at = self.moment()
        self.add("insight.spent", at, **told)
        if self.chance.random() < 0.2:
            self.add("insight.unspent", at, **told)


def scope_of(
    *,
    from_day: int | None = None,
    until_day: int | None = None,
    store_ids: tuple[int, ...] | None = None,
    engine: EngineKind = EngineKind.DUCKDB,
) -> Scope:
    """A scope over an invented history."""
    since, last = BEGIN.date() - timedelta(days=1), (BEGIN + timedelta(days=DAYS + 60)).date()
    today = day_number(last)
    return Scope(
        merchant_id=MERCHANT,
        currency="CNY",
        store_ids=store_ids,
        clock=compute_offsets(ZONES[1], since, last),
        other_clocks=tuple(
            (compute_offsets(zone, since, last), (store,))
            for store, zone in ZONES.items()
            if zone != ZONES[1]
        ),
        months=compute_months(since, last),
        from_day=from_day,
        until_day=until_day,
        today=today,
        engine=engine,
    )


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """Write rows as the export does."""
    table = pa.Table.from_pylist(list(rows), schema=SCHEMA)
    write_file(table.sort_by([(name, "ascending") for name in ORDER]), path)


def compute(files: list[Path], report: str, scope: Scope, *by: object) -> list[Told]:
    """What the engine answers."""
    sql = write_sql(report, scope, *by, dialect=EngineKind.DUCKDB)
    return duck.fetch(_connection(), sql, files)


@cache
def _connection() -> duck.Connection:
    return duck.open_connection(Path(tempfile.gettempdir()))

"""The spool: a file's rows in a DuckDB of their own, judged and sorted there in bounded memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

_FETCH = 16_384

CREATE = """
create table rows (
    row_no bigint, number varchar, is_refund boolean, sku varchar, name varchar, quantity bigint,
    price_e6 bigint, at_us bigint, customer varchar, store varchar
);
create table rejects (row_no bigint, reason varchar, amount_e6 bigint, breaks varchar);
"""

# The first reason that holds is the one that is told. What can't be read is null.
JUDGE = """
create or replace temp table judged as
select *, case
    when is_garbled then 'bytes_malformed'
    when number is null then 'order_malformed'
    when number = '' then 'order_missing'
    when sku is null then 'sku_malformed'
    when sku = '' then 'sku_missing'
    when quantity is null then 'quantity_malformed'
    when price_e6 is null then 'price_malformed'
    when at_us is null then 'time_malformed'
    when at_us > $now_us then 'time_not_past'
    when customer is null then 'customer_malformed'
    when kind = 'adjustment' then 'adjustment'
    when currency is null or (currency <> '' and currency <> $currency) then 'currency_differs'
    when kind = 'refund' and quantity >= 0 then 'cancellation_not_negative'
    when kind = 'refund' and customer = '' then 'cancellation_without_customer'
    when kind = 'sale' and quantity <= 0 then 'quantity_not_positive'
    when price_e6 < 0 or (price_e6 = 0 and not $takes_free) then 'price_not_positive'
    when abs(quantity) > $quantity_max then 'quantity_too_large'
    when abs(quantity::hugeint * price_e6) > $amount_max_e6 then 'amount_too_large'
end as reason
from batch
where number is distinct from '' or sku is distinct from '' or quantity is not null
    or price_e6 is not null or at_us is not null or customer is distinct from ''
"""

KEEP_ROWS = """
insert into rows
select row_no, number, kind = 'refund', sku, name, abs(quantity), price_e6, at_us, customer, store
from judged where reason is null
"""

# A row that can't be read breaks its order: without it the order would be another one. Rows that
# are refused by a rule of the mapping leave the rest of their order as it was meant.
KEEP_REJECTS = """
insert into rejects
select row_no, reason, coalesce(try_cast(quantity::hugeint * price_e6 as bigint), 0),
    case when reason not in (
        'adjustment', 'cancellation_not_negative', 'cancellation_without_customer',
        'quantity_not_positive', 'price_not_positive'
    ) then coalesce(number, '') else '' end
from judged where reason is not null
"""

INSERT_REJECTS = "insert into rejects select * from batch"

# Orders come at the time of their first row; equal times in the order of the file. A line is
# wanted back if some cancellation takes back the same goods at the same price from its customer.
REPLAY = """
with firsts as (
    select number, min(at_us) as order_at_us, min(row_no) as order_row
    from rows group by number
), wanted as (
    select distinct customer, sku, price_e6 from rows where is_refund
), broken as (
    select distinct breaks as number from rejects where breaks <> ''
)
select r.row_no, r.number, r.is_refund, r.sku, r.quantity, r.price_e6, f.order_at_us, r.customer,
    r.store, w.sku is not null as is_wanted_back, b.number is not null as is_broken
from rows as r
left join broken as b on b.number = r.number
inner join firsts as f on f.number = r.number
left join wanted as w
    on w.customer = r.customer and w.sku = r.sku and w.price_e6 = r.price_e6 and not r.is_refund
order by f.order_at_us, f.order_row, r.row_no
"""

# Named as it was called last, priced as it was sold last.
LIST_GOODS = """
select sku, coalesce(arg_max(name, row_no) filter (where name <> ''), ''), arg_max(price_e6, row_no)
from rows where not is_refund
group by sku order by sku
"""

LIST_STORES = "select store from rows where not is_refund group by store order by min(row_no)"

SUM_ROWS = """
select count(*), coalesce(sum(if(is_refund, -quantity, quantity) * price_e6), 0) from rows
"""

SUM_REJECTS = """
select reason, count(*), sum(amount_e6) from rejects group by reason order by count(*) desc, reason
"""

LIST_REJECTS = "select row_no, reason from rejects order by row_no"


class Limits(NamedTuple):
    """What a row is judged by."""

    now_us: int
    """The present: history is before it."""

    currency: str
    """Of the merchant."""
    takes_free: bool
    """Whether a price may be zero."""
    quantity_max: int
    amount_max_e6: int


class Replayed(NamedTuple):
    """A row as it is replayed: beside the others of its order, in the order of time."""

    row_no: int
    number: str
    """Of the order, or of the cancellation."""
    is_refund: bool
    sku: str
    quantity: int
    """Above 0, also when taken back."""
    price_e6: int
    """Of one unit, in millionths of the currency."""
    at_us: int
    """Of the first row of the order, in microseconds since 1970."""
    customer: str
    """Empty: nobody knows."""
    store: str
    is_wanted_back: bool
    """Some cancellation may take units of it back."""
    is_broken: bool
    """Another row of the order can't be read."""


class Reject(NamedTuple):
    """A row that was not taken."""

    row_no: int
    reason: str
    amount_e6: int
    """What it is worth in millionths, negative if it would take back; 0 if that can't be told."""
    breaks: str = ""
    """The order that must not come without it."""


class Spool:
    """Rows and rejects of one file, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": "256MB",
            "threads": 2,
            "temp_directory": str(folder / "spill"),
        }
        self._db = duckdb.connect(":memory:", config=settings)
        self._db.execute(CREATE)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def add_rows(self, batch: pa.Table, limits: Limits) -> None:
        """Keep those rows of a `Reader` that can be taken, and why the others can't."""
        self._db.register("batch", batch)
        self._db.execute(JUDGE, limits._asdict())
        self._db.execute(KEEP_ROWS)
        self._db.execute(KEEP_REJECTS)
        self._db.unregister("batch")

    def add_rejects(self, rejects: Sequence[Reject]) -> None:
        """Keep rejects; also while rows are being replayed."""
        if not rejects:
            return
        columns = zip(Reject._fields, map(list, zip(*rejects, strict=True)), strict=True)
        with self._db.cursor() as cursor:
            cursor.register("batch", pa.table(dict(columns)))
            cursor.execute(INSERT_REJECTS)

    def replay(self) -> Iterator[Replayed]:
        """All rows, order by order as time went on."""
        for columns in self._stream(REPLAY):
            yield from map(Replayed, *columns)

    def list_goods(self) -> list[tuple[str, str, int]]:
        """What was sold: code, name, and price in millionths."""
        return self._db.execute(LIST_GOODS).fetchall()

    def list_stores(self) -> list[str]:
        """Where it was sold, in the order of the file; empty text where the file does not say."""
        return [row[0] for row in self._db.execute(LIST_STORES).fetchall()]

    def sum_rows(self) -> tuple[int, int]:
        """How many rows made sense by themselves, and what they add up to in millionths."""
        (count, amount_e6) = self._db.execute(SUM_ROWS).fetchall()[0]
        return count, int(amount_e6)

    def sum_rejects(self) -> dict[str, tuple[int, int]]:
        """How many rows were rejected for each reason, and what they add up to in millionths."""
        rows = self._db.execute(SUM_REJECTS).fetchall()
        return {reason: (count, int(amount_e6)) for reason, count, amount_e6 in rows}

    def list_rejects(self) -> Iterator[tuple[int, str]]:
        """Number and reason of each rejected row, in the order of the file."""
        for row_nos, reasons in self._stream(LIST_REJECTS):
            yield from zip(row_nos, reasons, strict=True)

    def _stream(self, query: str) -> Iterator[list[list[Any]]]:
        with self._db.cursor() as cursor:
            for batch in cursor.sql(query).to_arrow_reader(_FETCH):
                yield [column.to_pylist() for column in batch.columns]

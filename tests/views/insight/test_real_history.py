"""Two years of a real shop's orders: our reports, DuckDB's own sums and plain Python agree."""

from datetime import date
from pathlib import Path

import duckdb
import msgspec
import pytest

from banyan.views.insight.rules import compute_months, compute_offsets, compute_rate_bp
from tests.views.insight import plain
from tests.views.insight.invented import MERCHANT, ZONES, Row, compute, scope_of, write_rows

REAL = Path(__file__).parents[4] / "shared/data/online_retail_ii/online_retail_ii_combined.parquet"
LONDON = 2
ORDERS = """
select
    cast(cust as bigint) as person_id, epoch_us(min(ts)) as at_us,
    cast(round(sum(qty * price) * 100) as bigint) as amount_fen
from read_parquet(?)
where cust is not null and qty > 0 and price > 0 and invoice not like 'C%'
group by invoice, cust
order by at_us, invoice
"""

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the data set is not beside the checkout")


def read_orders() -> list[Row]:
    """Each invoice to a known customer as a paid order."""
    found = duckdb.execute(ORDERS, [str(REAL)]).fetchall()
    fixed: Row = {"lane": 5, "kind": "orders.paid", "merchant_id": MERCHANT, "store_id": LONDON}
    none: Row = dict.fromkeys(
        ("member_id", "code_id", "channel_id", "discount_fen", "coupon_id", "campaign_id"), 0
    )
    words: Row = {"currency": "GBP", "method": "other"}
    return [
        fixed
        | none
        | words
        | {"number": number, "order_id": number, "subject_id": number}
        | {"person_id": person, "at_us": at_us, "amount_fen": amount}
        for number, (person, at_us, amount) in enumerate(found, start=1)
    ]


def test_the_figures_that_are_known_of_it(tmp_path: Path) -> None:
    rows = read_orders()
    write_rows(rows, tmp_path / "real.parquet")
    begin, end = date(2009, 11, 1), date(2012, 1, 31)
    scope = msgspec.structs.replace(
        scope_of(),
        clock=compute_offsets(ZONES[1], begin, end),
        other_clocks=((compute_offsets(ZONES[LONDON], begin, end), (LONDON,)),),
        months=compute_months(begin, end),
    )
    files = [tmp_path / "real.parquet"]
    (whole,) = compute(files, "overview", scope, ())
    assert whole["buyers"] == 5_878
    assert compute_rate_bp(whole["repeat_buyers"], whole["buyers"]) == 7_238
    assert abs(whole["revenue_fen"] - 17_431_533_18) < len(rows), "but for pennies of rounding"
    assert [whole] == plain.overview(rows, scope, ())
    assert compute(files, "cohorts", scope) == plain.cohorts(rows, scope)

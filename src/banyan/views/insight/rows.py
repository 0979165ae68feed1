"""Facts as flat rows for Parquet: which column takes what from them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import msgspec
import pyarrow as pa

from banyan.books.journal import Fact
from banyan.views.insight.kinds import COLUMNS, SOLD_AT_DESKS

SCHEMA = pa.schema(
    [pa.field(name, pa.type_for_alias(kind), nullable=False) for name, kind in COLUMNS.items()]
)
_epoch = datetime(1970, 1, 1, tzinfo=UTC)
_microsecond = timedelta(microseconds=1)


class _Told(msgspec.Struct, frozen=True, gc=False):
    """What a row takes from an event's own fields, whichever event it is."""

    member_id: int = 0
    order_id: int = 0
    total_fen: int = 0
    amount_fen: int = 0
    discount_fen: int = 0
    currency: str = ""
    method: str = ""
    coupon_id: int = 0
    campaign_id: int = 0
    coupon_campaign_id: int = 0
    touched_at: datetime | None = None
    spent_at: datetime | None = None
    taken_at: datetime | None = None


# Ids are strings in the journal's JSON and numbers here: hence not strict.
_told = msgspec.json.Decoder(_Told, strict=False)

_Cell = Callable[[Fact, _Told], Any]
_cells: Mapping[str, _Cell] = MappingProxyType(
    {
        "lane": lambda fact, _: fact.lane,
        "number": lambda fact, _: fact.number,
        "kind": lambda fact, _: SOLD_AT_DESKS.get(fact.kind, fact.kind),
        "at_us": lambda fact, told: micros(
            told.touched_at or told.spent_at or told.taken_at or fact.at
        ),
        "merchant_id": lambda fact, _: fact.merchant_id,
        "person_id": lambda fact, _: fact.person_id,
        "member_id": lambda _, told: told.member_id,
        "store_id": lambda fact, _: fact.store_id,
        "code_id": lambda fact, _: fact.code_id,
        "channel_id": lambda fact, _: fact.channel_id,
        "subject_id": lambda fact, _: fact.subject_id,
        "order_id": lambda fact, told: (
            fact.subject_id if fact.kind in SOLD_AT_DESKS else told.order_id
        ),
        "amount_fen": lambda _, told: told.total_fen or told.amount_fen,
        "discount_fen": lambda _, told: told.discount_fen,
        "currency": lambda _, told: told.currency,
        "method": lambda _, told: told.method,
        "coupon_id": lambda _, told: told.coupon_id,
        "campaign_id": lambda _, told: told.campaign_id or told.coupon_campaign_id,
    }
)


def micros(at: datetime) -> int:
    """An instant in microseconds since 1970."""
    return (at - _epoch) // _microsecond


def instant(at_us: int) -> datetime:
    """The instant of so many microseconds since 1970."""
    return _epoch + at_us * _microsecond


def build_rows(facts: Sequence[Fact]) -> pa.Table:
    """Facts as rows, in their order. A joined touch counts at the time of the touch."""
    told = [(fact, _told.decode(fact.data)) for fact in facts]
    columns = [[cell(*one) for one in told] for cell in (_cells[name] for name in COLUMNS)]
    return pa.Table.from_arrays(
        [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)],
        schema=SCHEMA,
    )

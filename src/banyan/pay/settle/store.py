"""Every SQL statement on schema `settle`."""

from datetime import date

from banyan.books.work import Connection
from banyan.parties.ids import MerchantId
from banyan.pay.settle.types import Settlement, SettlementId

_insert_settlement = """
insert into settle.settlements (
    merchant_id, settlement_id, currency, amount_fen, paid_until, settled_at
)
values ($1, $2, $3, $4, $5, $6)
"""

_list_settlements = """
select settlement_id, currency, amount_fen, paid_until, settled_at
from settle.settlements
where merchant_id = $1 and settlement_id < $2 and paid_until >= $3 and paid_until <= $4
order by settlement_id desc
limit $5
"""


async def insert_settlement(db: Connection, merchant_id: MerchantId, one: Settlement) -> None:
    """Write down what was settled."""
    await db.execute(
        _insert_settlement,
        merchant_id,
        one.settlement_id,
        one.currency,
        one.amount_fen,
        one.paid_until,
        one.settled_at,
    )


async def list_settlements(
    db: Connection, merchant_id: MerchantId, before: int, since: date, until: date, limit: int
) -> list[Settlement]:
    """Return a merchant's settlements before one of them, the newest first."""
    rows = await db.fetch(_list_settlements, merchant_id, before, since, until, limit)
    return [
        Settlement(
            settlement_id=SettlementId(row["settlement_id"]),
            currency=row["currency"],
            amount_fen=row["amount_fen"],
            paid_until=row["paid_until"],
            settled_at=row["settled_at"],
        )
        for row in rows
    ]

"""How much merchants took lately: what is settled with older money must leave it out."""

from datetime import datetime

from banyan.books.work import Connection
from banyan.pay.charges import store


async def sum_taken(db: Connection, merchant_id: int, since: datetime) -> dict[str, int]:
    """What came into a merchant's unsettled money by payments since an instant, by currency."""
    return await store.sum_taken(db, merchant_id, since)

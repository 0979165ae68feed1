"""What merchants and providers have agreed upon."""

from banyan.books.work import Connection
from banyan.pay.tallies import store


async def list_rates(db: Connection, merchant_id: int) -> dict[int, int]:
    """Return the fees that a merchant agreed upon, in hundredths of a percent, by gateway."""
    return await store.list_rates(db, merchant_id)

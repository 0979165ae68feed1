"""Every SQL statement on schema merchants."""

from collections.abc import Sequence

import asyncpg

from banyan.base.errors import NotFound
from banyan.books.work import Connection
from banyan.parties.ids import MerchantId
from banyan.parties.merchants.types import Merchant, MerchantState, PublicMerchant

_insert_merchant = """
insert into merchants.merchants (
    merchant_id, name, currency, time_zone, state, licence_number, legal_name, decision_note,
    opened_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

_find_merchants = """
select merchant_id, name, currency, time_zone, state, licence_number, legal_name, decision_note,
    opened_at, submitted_at, decided_at
from merchants.merchants
where merchant_id = any($1)
"""

_lock_merchant = """
select merchant_id, name, currency, time_zone, state, licence_number, legal_name, decision_note,
    opened_at, submitted_at, decided_at
from merchants.merchants
where merchant_id = $1
for update
"""

_set_merchant = """
update merchants.merchants
set name = $2, time_zone = $3, state = $4, licence_number = $5, legal_name = $6,
    decision_note = $7, submitted_at = $8, decided_at = $9
where merchant_id = $1
"""

_list_submitted = """
select merchant_id, name, currency, time_zone, state, licence_number, legal_name, decision_note,
    opened_at, submitted_at, decided_at
from merchants.merchants
where state = 'submitted' and merchant_id > $1
order by merchant_id
limit $2
"""


async def insert_merchant(db: Connection, merchant: Merchant) -> None:
    """Add a merchant."""
    await db.execute(
        _insert_merchant,
        merchant.merchant_id,
        merchant.name,
        merchant.currency,
        merchant.time_zone,
        merchant.state.value,
        merchant.licence_number,
        merchant.legal_name,
        merchant.decision_note,
        merchant.opened_at,
    )


async def lock_merchant(db: Connection, merchant_id: int) -> Merchant | None:
    """Lock a merchant and return it, or None."""
    row = await db.fetchrow(_lock_merchant, merchant_id)
    return _merchant(row) if row else None


async def find_merchant(db: Connection, merchant_id: int) -> Merchant | None:
    """Return a merchant, or None."""
    row = await db.fetchrow(_find_merchants, [merchant_id])
    return _merchant(row) if row else None


async def find_merchants(
    db: Connection, merchant_ids: Sequence[int]
) -> dict[MerchantId, PublicMerchant]:
    """Return those of the merchants that exist, as everybody may see them."""
    rows = await db.fetch(_find_merchants, merchant_ids)
    return {
        MerchantId(row["merchant_id"]): PublicMerchant(
            merchant_id=MerchantId(row["merchant_id"]),
            name=row["name"],
            currency=row["currency"],
            time_zone=row["time_zone"],
            is_verified=row["state"] == MerchantState.VERIFIED,
        )
        for row in rows
    }


async def access_merchant(db: Connection, merchant_id: int) -> PublicMerchant:
    """Return a merchant as everybody may see it. Raises NotFound `merchants.not_found`."""
    found = (await find_merchants(db, [merchant_id])).get(MerchantId(merchant_id))
    if found is None:
        raise NotFound("merchants.not_found")
    return found


async def set_merchant(db: Connection, merchant: Merchant) -> None:
    """Write all of a merchant that may change."""
    await db.execute(
        _set_merchant,
        merchant.merchant_id,
        merchant.name,
        merchant.time_zone,
        merchant.state.value,
        merchant.licence_number,
        merchant.legal_name,
        merchant.decision_note,
        merchant.submitted_at,
        merchant.decided_at,
    )


async def list_submitted_rows(db: Connection, after: int, limit: int) -> list[Merchant]:
    """Return merchants that wait for the operator, after that id."""
    return [_merchant(row) for row in await db.fetch(_list_submitted, after, limit)]


def _merchant(row: asyncpg.Record) -> Merchant:
    return Merchant(
        merchant_id=MerchantId(row["merchant_id"]),
        name=row["name"],
        currency=row["currency"],
        time_zone=row["time_zone"],
        state=MerchantState(row["state"]),
        licence_number=row["licence_number"],
        legal_name=row["legal_name"],
        decision_note=row["decision_note"],
        opened_at=row["opened_at"],
        submitted_at=row["submitted_at"],
        decided_at=row["decided_at"],
    )

"""Post transfers: the ledger's own public operation, for whoever keeps accounts of their own."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Failure
from banyan.base.limits import AMOUNT_MAX
from banyan.books.actor import Permission
from banyan.books.ledger.types import AccountId, TransferId
from banyan.books.work import Call, Work, plural

Amount = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX)]


class PostTransfer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Move `amount` from one account's credit to another's, once for each `transfer_id`."""

    transfer_id: TransferId
    book: int
    debit: AccountId
    credit: AccountId
    amount: Amount
    code: int
    cause: int = 0


@plural(permission=Permission.SYSTEM, batch_max=5_000)
async def post_transfers(
    work: Work, calls: Sequence[Call[PostTransfer]]
) -> Sequence[TransferId | Failure]:
    """Post each, idempotent by its id.

    Refusals: `ledger.transfer_exists` (the same was posted before: as good as done),
    `ledger.id_taken` (another transfer has the id), and those of the limits.
    """
    outcomes = []
    for call in calls:
        one = call.command
        work.move(
            book=one.book,
            debit=one.debit,
            credit=one.credit,
            amount=one.amount,
            code=one.code,
            cause=one.cause,
            index=call.index,
            transfer_id=one.transfer_id,
        )
        outcomes.append(one.transfer_id)
    return outcomes

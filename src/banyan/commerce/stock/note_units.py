"""Units that go from one account of a SKU to another, and what is said if they are not there."""

from datetime import datetime
from functools import partial

from banyan.books.ledger import Account, Refusing, TransferId
from banyan.books.work import Work
from banyan.commerce.stock import rules
from banyan.commerce.stock.types import AccountCode, TransferCode


def note_units(  # noqa: PLR0913 - all of them name one transfer, and by keyword
    work: Work,
    debit: Account,
    credit: Account,
    quantity: int,
    *,
    code: TransferCode,
    cause: int,
    index: int = 0,
    until: datetime | None = None,
    is_pending: bool = False,
    refusal: Refusing = "",
) -> TransferId:
    """Note that units go from `debit` to `credit`, which are open from now on.

    A store that has too few refuses the command as `stock.insufficient`, unless told otherwise.
    """
    if not refusal and debit.code == AccountCode.ON_HAND:
        refusal = partial(rules.refuse_short, debit.book, debit.owner)
    work.open_account(debit)
    work.open_account(credit)
    return work.move(
        book=debit.book,
        debit=debit.account_id,
        credit=credit.account_id,
        amount=quantity,
        code=code,
        cause=cause,
        index=index,
        pending_until=until,
        is_pending=is_pending,
        refusal=refusal,
    )

"""Member cards on the ledger: from the budget to the pool, to hands, to their end."""

from collections.abc import Iterable

from banyan.base.db import Connection
from banyan.books.ledger import EMPTY, Account, AccountFlag, read_accounts
from banyan.books.work import Work
from banyan.commerce.cards.types import AccountCode, Card, TransferCode

_way_of = {
    TransferCode.FUNDED: (AccountCode.BUDGET, AccountCode.POOL, ""),
    TransferCode.UNFUNDED: (AccountCode.POOL, AccountCode.BUDGET, "coupons.fewer_left"),
    TransferCode.TAKEN: (AccountCode.POOL, AccountCode.HELD, "coupons.sold_out"),
    TransferCode.ENDED: (AccountCode.HELD, AccountCode.ENDED, ""),
}


def account_of(card: Card, code: AccountCode) -> Account:
    """Return one of a member card's accounts; none but the budget can be overdrawn."""
    is_source = code is AccountCode.BUDGET
    flags = AccountFlag.NONE if is_source else AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
    return Account(book=card.card_id, owner=card.merchant_id, code=code, flags=flags)


def open_accounts(work: Work, card: Card) -> None:
    """Have all accounts of a member card."""
    for code in AccountCode:
        work.open_account(account_of(card, code))


def note_moved(work: Work, card: Card, code: TransferCode, count: int = 1, index: int = 0) -> None:
    """Note that so many member cards go where `code` says.

    Refused as `coupons.sold_out` or `coupons.fewer_left` if there are not as many.
    """
    if count:
        debit, credit, refusal = _way_of[code]
        work.move(
            book=card.card_id,
            debit=account_of(card, debit).account_id,
            credit=account_of(card, credit).account_id,
            amount=count,
            code=code,
            cause=card.card_id,
            index=index,
            refusal=refusal,
        )


async def read_left(db: Connection, cards: Iterable[Card]) -> dict[int, int]:
    """Return how many of each member card nobody has taken yet."""
    pools = {int(one.card_id): account_of(one, AccountCode.POOL).account_id for one in cards}
    sums = await read_accounts(db, pools.values())
    return {card_id: sums.get(pool, EMPTY).available for card_id, pool in pools.items()}

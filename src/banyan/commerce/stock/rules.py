"""Which accounts a SKU's stock has, and what a count or a list of lines comes to."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from banyan.base.errors import Invalid, Refusal
from banyan.base.paging import decode_cursor
from banyan.books.ledger import EMPTY, Account, AccountFlag, AccountId, AccountSums, account_id
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stock.types import AccountCode, CountedLine, OnHand, StockLine

NUMBER_MAX = 2**63 - 1
"""The largest bigint."""
_DIGITS_MAX = len(str(NUMBER_MAX))


def on_hand_account(sku_id: int, store_id: int) -> Account:
    """The account of what a store has of a SKU: it can't be overdrawn."""
    flags = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
    return Account(sku_id, store_id, AccountCode.ON_HAND, flags)


@lru_cache(maxsize=100_000)
def on_hand_id(sku_id: int, store_id: int) -> AccountId:
    """The id of that account; remembered, since every shelf asks for it."""
    return account_id(sku_id, store_id, AccountCode.ON_HAND)


def refuse_short(sku_id: int, store_id: int, available: int, wanted: int) -> Refusal:
    """What whoever wanted more of a SKU than the store can spare is told."""
    return Refusal(
        "stock.insufficient",
        sku_id=str(int(sku_id)),
        store_id=str(int(store_id)),
        available=available,
        wanted=wanted,
    )


def refuse_count(sku_id: int, store_id: int, available: int, missed: int) -> Refusal:
    """What whoever counted less of a SKU than is set aside for orders is told."""
    return Refusal(
        "stock.counted_below_reserved",
        sku_id=str(int(sku_id)),
        store_id=str(int(store_id)),
        short=missed - available,
    )


def compute_on_hand(sums: AccountSums | None) -> OnHand:
    """What the sums of an account say; None: nothing was ever received."""
    found = sums or EMPTY
    return OnHand(found.balance, found.debits_pending)


def check_lines(lines: Sequence[StockLine] | Sequence[CountedLine]) -> list[SkuId]:
    """The SKUs of the lines. Raises Invalid `stock.sku_twice`."""
    sku_ids = [one.sku_id for one in lines]
    if len(set(sku_ids)) < len(sku_ids):
        raise Invalid("stock.sku_twice")
    return sku_ids


def compute_differences(
    lines: Sequence[CountedLine], known: Mapping[SkuId, OnHand]
) -> list[tuple[SkuId, int]]:
    """What a count found more or less than the books say; only what differs.

    The books are those of the moment of the count: a sale that is settled meanwhile takes its units
    from the shelf as it takes them from the books, so the difference stays right.
    """
    found = ((one.sku_id, one.quantity - known[one.sku_id].on_hand) for one in lines)
    return [(sku_id, difference) for sku_id, difference in found if difference]


def compute_start(cursor: str | None, start: tuple[int, int]) -> tuple[int, int]:
    """The pair of numbers in a cursor, or `start` without one.

    Raises Invalid `paging.bad_cursor`.
    """
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return start
    if not all(part.isascii() and part.isdigit() and len(part) <= _DIGITS_MAX for part in parts):
        raise Invalid("paging.bad_cursor")
    first, second = (min(int(part), NUMBER_MAX) for part in parts)
    return first, second

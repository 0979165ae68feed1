"""Points on the ledger: earned with an order, taken back with its refund, never from thin air."""

from collections.abc import Iterable

from banyan.books.ledger import EMPTY, Account, AccountFlag, read_accounts
from banyan.books.work import Work
from banyan.commerce.members import store
from banyan.commerce.members.types import AccountCode, MemberId, TransferCode


def points_of(merchant_id: int, member_id: int) -> Account:
    """Return the account of a member's points."""
    return Account(
        book=merchant_id,
        owner=member_id,
        code=AccountCode.MEMBER_POINTS,
        flags=AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    )


def issued_of(merchant_id: int) -> Account:
    """Return the account that a merchant's points come from."""
    return Account(book=merchant_id, owner=merchant_id, code=AccountCode.ISSUED)


def open_points(work: Work, members: Iterable[tuple[int, MemberId]]) -> None:
    """Have the accounts of (merchant, member) pairs who join."""
    for merchant_id, member_id in members:
        work.open_account(issued_of(merchant_id))
        work.open_account(points_of(merchant_id, member_id))


def note_points_earned(
    work: Work, merchant_id: int, member_id: int, points: int, *, cause: int, index: int = 0
) -> None:
    """Note that a member gets points for an order (`cause`)."""
    if points:
        work.move(
            book=merchant_id,
            debit=issued_of(merchant_id).account_id,
            credit=points_of(merchant_id, member_id).account_id,
            amount=points,
            code=TransferCode.EARNED,
            cause=cause,
            index=index,
        )


async def lock_points(work: Work, members: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the points of each (merchant, member) pair; who takes some takes them after this.

    So nobody else takes any before the commit, and no more is taken back than there is.
    """
    pairs = sorted(set(members))
    if not pairs:
        return {}
    await store.lock_members(work.db, pairs)
    accounts = {pair: points_of(*pair).account_id for pair in pairs}
    sums = await read_accounts(work.db, accounts.values())
    return {pair: sums.get(account, EMPTY).available for pair, account in accounts.items()}


def note_points_taken_back(
    work: Work, merchant_id: int, member_id: int, points: int, *, cause: int, index: int = 0
) -> None:
    """Note that a member loses points again for a refund (`cause`).

    `lock_points` tells how many there are. Refused as `members.points_spent` if those are fewer.
    """
    if points:
        work.move(
            book=merchant_id,
            debit=points_of(merchant_id, member_id).account_id,
            credit=issued_of(merchant_id).account_id,
            amount=points,
            code=TransferCode.TAKEN_BACK,
            cause=cause,
            index=index,
            refusal="members.points_spent",
        )


def note_points_changed(
    work: Work, merchant_id: int, member_id: int, added: int, *, cause: int, index: int = 0
) -> None:
    """Note that the merchant gives a member points, or takes some, without an order.

    Refused as `members.points_spent` if there are fewer than are taken.
    """
    if added:
        issued, points = issued_of(merchant_id), points_of(merchant_id, member_id)
        is_more = added > 0
        work.move(
            book=merchant_id,
            debit=(issued if is_more else points).account_id,
            credit=(points if is_more else issued).account_id,
            amount=abs(added),
            code=TransferCode.GRANTED if is_more else TransferCode.WITHDRAWN,
            cause=cause,
            index=index,
            refusal="members.points_spent",
        )


async def read_points(work: Work, members: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the points that (merchant, member) pairs have at this moment."""
    accounts = {pair: points_of(*pair).account_id for pair in set(members)}
    sums = await read_accounts(work.db, accounts.values())
    return {pair: sums.get(account, EMPTY).available for pair, account in accounts.items()}

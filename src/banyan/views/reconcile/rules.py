"""Finds what is wrong between the ledger, the bills and what a bank says: pure."""

from banyan.views.reconcile.types import Family, Mismatch


def find_problem(
    family: Family, ledger_fen: int | None, booked_fen: int | None, outside_fen: int | None
) -> Mismatch | None:
    """What is wrong with one thing; None where all books agree.

    None for an amount is a book that does not have it. A bank's amounts are of what it took, which
    left us: below zero here.
    """
    if family is Family.OTHER:
        return None
    if ledger_fen != booked_fen:
        if ledger_fen is None:
            return Mismatch.NOT_MOVED
        return Mismatch.NOT_BOOKED if booked_fen is None else Mismatch.AMOUNT_DIFFERS
    if family is not Family.PAYOUT or outside_fen == booked_fen:
        return None
    if outside_fen is None:
        return Mismatch.NOT_OUTSIDE
    return Mismatch.ONLY_OUTSIDE if booked_fen is None else Mismatch.OUTSIDE_DIFFERS

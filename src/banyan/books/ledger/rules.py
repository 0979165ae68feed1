"""Which commands of a batch the ledger must refuse: pure arithmetic over sums."""

from collections.abc import Iterable, Mapping, Sequence

from banyan.base.errors import Refusal
from banyan.books.ledger.types import AccountFlag, AccountSums, Refusing, Transfer, TransferKind

Delta = tuple[int, int, int, int]
"""Change of debits pending, debits posted, credits pending, credits posted."""


def compute_deltas(transfers: Iterable[Transfer]) -> dict[int, list[int]]:
    """The change of each account's four sums by all the transfers, and the account's book.

    Shape: account id -> [book, debits pending, debits posted, credits pending, credits posted].
    A POST or VOID must carry the amount it releases as a preceding transfer of its own: the
    caller turns it into such rows with `release`.
    """
    deltas: dict[int, list[int]] = {}
    for transfer in transfers:
        debit = deltas.get(transfer.debit)
        if debit is None:
            debit = deltas[transfer.debit] = [transfer.book, 0, 0, 0, 0]
        credit = deltas.get(transfer.credit)
        if credit is None:
            credit = deltas[transfer.credit] = [transfer.book, 0, 0, 0, 0]
        if transfer.kind == TransferKind.PENDING:
            debit[1] += transfer.amount
            credit[3] += transfer.amount
        elif transfer.kind != TransferKind.VOID:
            debit[2] += transfer.amount
            credit[4] += transfer.amount
    return deltas


def release(deltas: dict[int, list[int]], book: int, debit: int, credit: int, amount: int) -> None:
    """Add to `deltas` that a pending amount is no longer set aside."""
    deltas.setdefault(debit, [book, 0, 0, 0, 0])[1] -= amount
    deltas.setdefault(credit, [book, 0, 0, 0, 0])[3] -= amount


def find_strays(
    deltas: Mapping[int, Sequence[int]], transfers: Sequence[Transfer]
) -> dict[int, Refusal]:
    """The commands that name an account in another book than the one it took its change in.

    A change names one book for all the transfers of an account: the first of them would speak for
    the others.
    """
    if len({one.book for one in transfers}) <= 1:
        return {}
    return {
        one.index: Refusal("ledger.book_mismatch", account=str(account))
        for one in transfers
        for account in (one.debit, one.credit)
        if deltas[account][0] != one.book
    }


def explain(sums: AccountSums | None, book: int) -> str:
    """Why an account takes no transfer at all in `book`; empty if it might."""
    if sums is None:
        return "ledger.account_missing"
    if sums.book != book:
        return "ledger.book_mismatch"
    if sums.flags & AccountFlag.CLOSED:
        return "ledger.account_closed"
    return ""


def exceeded(sums: AccountSums, delta: Sequence[int]) -> str:
    """Which limit of the account `delta` (book, four sums) would break; empty if none."""
    debited = sums.debits_pending + delta[1] + sums.debits_posted + delta[2]
    credited = sums.credits_pending + delta[3] + sums.credits_posted + delta[4]
    is_debit_limited = sums.flags & AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
    if is_debit_limited and debited > sums.credits_posted + delta[4]:
        return "ledger.exceeds_credits"
    is_credit_limited = sums.flags & AccountFlag.CREDITS_MUST_NOT_EXCEED_DEBITS
    if is_credit_limited and credited > sums.debits_posted + delta[2]:
        return "ledger.exceeds_debits"
    return ""


def decide_refused(
    blocking: Mapping[int, AccountSums | None],
    chains: Mapping[int, Mapping[int, Sequence[int]]],
    names: Mapping[int, Mapping[int, Refusing]],
) -> dict[int, Refusal]:
    """The commands to refuse, taken in order, so that the others fit.

    `blocking`: the accounts that did not take the batch, with their present sums.
    `chains`: command index -> account id -> [book and the four changes of that command].
    `names`: command index -> account id -> the refusal that the command asked for.
    """
    refused: dict[int, Refusal] = {}
    taken = {account: [0, 0, 0, 0, 0] for account in blocking}
    for index in sorted(chains):
        chain = chains[index]
        code, account = _first_obstacle(blocking, taken, chain)
        if code:
            named = names.get(index, {}).get(account) if code.startswith("ledger.exceeds") else None
            sums = blocking[account]
            if named and sums is not None:
                left = sums.available + _gain(taken[account])
                refused[index] = name_refusal(named, left, -_gain(chain[account]))
            else:
                refused[index] = Refusal(code, account=str(account))
            continue
        for account in chain.keys() & taken.keys():
            for column in range(1, 5):
                taken[account][column] += chain[account][column]
    return refused


def name_refusal(named: Refusing, left: int, wanted: int) -> Refusal:
    """The refusal by the name that a room gave it."""
    return Refusal(named) if isinstance(named, str) else named(left, wanted)


def _gain(delta: Sequence[int]) -> int:
    """What a change (book, four sums) adds to what an account can still spend."""
    return delta[4] - delta[2] - delta[1]


def _first_obstacle(
    blocking: Mapping[int, AccountSums | None],
    taken: Mapping[int, Sequence[int]],
    chain: Mapping[int, Sequence[int]],
) -> tuple[str, int]:
    for account, delta in chain.items():
        if account not in blocking:
            continue
        sums = blocking[account]
        code = explain(sums, delta[0])
        if not code and sums is not None:
            so_far = taken[account]
            total = [delta[0], *(delta[column] + so_far[column] for column in range(1, 5))]
            code = exceeded(sums, total)
        if code:
            return code, account
    return "", 0

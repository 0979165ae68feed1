"""The ledger's arithmetic: what is refused, and that the rest fits."""

from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Refusal
from banyan.books.ledger.rules import compute_deltas, decide_refused, exceeded
from banyan.books.ledger.types import AccountFlag, AccountSums, Transfer, TransferKind

_BOOK = 156


def _transfer(index: int, debit: int, credit: int, amount: int, kind: int = 0) -> Transfer:
    return Transfer(index + 1, _BOOK, debit, credit, amount, 1, 0, kind, index=index)


transfers = st.lists(
    st.builds(
        _transfer,
        st.integers(0, 6),
        st.integers(1, 3),
        st.integers(4, 6),
        st.integers(1, 100),
        st.sampled_from([TransferKind.POSTED, TransferKind.PENDING]),
    ),
    min_size=1,
    max_size=20,
)


@given(transfers)
def test_deltas_of_a_book_sum_to_zero(batch: list[Transfer]) -> None:
    """Whatever is debited is credited, posted and pending alike."""
    deltas = compute_deltas(batch).values()
    assert sum(one[1] for one in deltas) == sum(one[3] for one in deltas)
    assert sum(one[2] for one in deltas) == sum(one[4] for one in deltas)


@given(transfers, st.dictionaries(st.integers(1, 6), st.integers(0, 150), min_size=6, max_size=6))
def test_what_is_not_refused_fits(batch: list[Transfer], funds: dict[int, int]) -> None:
    """Apply every command that was not refused: no limited account is overdrawn."""
    flag = AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS
    accounts = {
        account: AccountSums(_BOOK, flag, credits_posted=amount)
        for account, amount in funds.items()
    }
    chains = {
        index: compute_deltas([one for one in batch if one.index == index])
        for index in {one.index for one in batch}
    }
    refused = decide_refused(accounts, chains, {})
    left = compute_deltas([one for one in batch if one.index not in refused])
    for account, delta in left.items():
        assert exceeded(accounts[account], delta) == ""


def test_earlier_commands_win() -> None:
    """Three want 60 of 100: the first is served, the others are refused by the name they gave."""
    sums = {1: AccountSums(_BOOK, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS, credits_posted=100)}
    chains = {index: compute_deltas([_transfer(index, 1, 4, 60)]) for index in range(3)}
    refused = decide_refused(sums, chains, {2: {1: "wallets.insufficient"}})
    assert (refused[1].fields, refused[2].fields) == ({"account": "1"}, {})
    assert {index: one.code for index, one in refused.items()} == {
        1: "ledger.exceeds_credits",
        2: "wallets.insufficient",
    }


def test_a_room_is_told_what_is_left_and_what_was_wanted() -> None:
    """The first takes 60 of 100, 10 of which are set aside: the next finds 30 for their 70."""
    sums = {
        1: AccountSums(
            _BOOK,
            AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
            debits_pending=10,
            credits_posted=100,
        )
    }
    chains = {
        0: compute_deltas([_transfer(0, 1, 4, 60, TransferKind.PENDING)]),
        1: compute_deltas([_transfer(1, 1, 4, 50), _transfer(1, 1, 5, 20, TransferKind.PENDING)]),
    }
    refused = decide_refused(
        sums, chains, {1: {1: lambda left, wanted: Refusal("tea.short", left=left, wanted=wanted)}}
    )
    assert {one: (why.code, why.fields) for one, why in refused.items()} == {
        1: ("tea.short", {"left": 30, "wanted": 70})
    }


def test_missing_closed_and_foreign_accounts_refuse() -> None:
    """An account that isn't there, is closed or is of another book takes nothing."""
    chains = {0: compute_deltas([_transfer(0, 1, 4, 5)])}
    for sums, code in (
        (None, "ledger.account_missing"),
        (AccountSums(826, 0), "ledger.book_mismatch"),
        (AccountSums(_BOOK, AccountFlag.CLOSED), "ledger.account_closed"),
    ):
        assert decide_refused({1: sums}, chains, {})[0].code == code

"""How much may come into a wallet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Failure, Invalid, Refusal
from banyan.pay.wallets.rules import BALANCE_MAX_FEN, TOP_UP_MAX_FEN, check_top_up, compute_room


@pytest.mark.parametrize(
    ("amount_fen", "balance_fen", "code"),
    [
        (0, 0, "wallets.nothing_to_top_up"),
        (TOP_UP_MAX_FEN + 1, 0, "wallets.top_up_too_large"),
        (1, BALANCE_MAX_FEN, "wallets.too_full"),
        (1, BALANCE_MAX_FEN + 500, "wallets.too_full"),
        (TOP_UP_MAX_FEN, BALANCE_MAX_FEN - TOP_UP_MAX_FEN + 1, "wallets.too_full"),
    ],
)
def test_what_may_not_come_in(amount_fen: int, balance_fen: int, code: str) -> None:
    with pytest.raises(Failure) as caught:
        check_top_up(amount_fen, balance_fen, is_bank_open=True)
    assert caught.value.code == code


def test_a_closed_bank_gives_nothing() -> None:
    with pytest.raises(Refusal, match=r"wallets\.bank_closed"):
        check_top_up(1, 0, is_bank_open=False)
    with pytest.raises(Invalid):
        check_top_up(0, 0, is_bank_open=False)


@given(st.integers(0, 2 * BALANCE_MAX_FEN), st.integers(1, 2 * TOP_UP_MAX_FEN))
def test_room_is_exactly_what_may_come(balance_fen: int, amount_fen: int) -> None:
    room = compute_room(balance_fen)
    if amount_fen <= room:
        check_top_up(amount_fen, balance_fen, is_bank_open=True)
        assert balance_fen + amount_fen <= BALANCE_MAX_FEN
    else:
        with pytest.raises(Refusal):
            check_top_up(amount_fen, balance_fen, is_bank_open=True)

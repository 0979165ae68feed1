"""The lines of taxed invoices: tax to the nearest fen, numbers that are always the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.commerce.fapiaos.rules import compute_tax, numbers_of, split_number, write_items
from banyan.commerce.fapiaos.types import Goods, Mark, Wish

TEA = "1030206020000000000"
KNOWN = {TEA: Goods(tax_code=TEA, name="精制茶", rate_bp=1_300, mark=Mark.NONE)}


@given(st.integers(-(10**12), 10**12), st.integers(0, 10_000))
def test_tax_is_what_is_in_an_amount(total_fen: int, rate_bp: int) -> None:
    tax_fen = compute_tax(total_fen, rate_bp)
    before_fen = total_fen - tax_fen
    # Computed from what is before it, the tax is the same to half a fen each way.
    assert abs(before_fen * rate_bp - tax_fen * 10_000) <= 10_000 + rate_bp
    assert compute_tax(-total_fen, rate_bp) == -tax_fen


@given(st.integers(1, 2**62), st.text(max_size=30), st.text(max_size=30))
def test_numbers_are_twenty_digits_and_the_same_again(one: int, apply: str, own: str) -> None:
    blue = numbers_of(one, apply, own, is_red=False)
    assert blue == numbers_of(one, apply, own, is_red=False)
    assert blue != numbers_of(one, apply, own, is_red=True)
    for digits in blue:
        assert digits.isascii()
        assert digits.isdigit()
        assert len(digits) == 20
    assert "".join(split_number(blue[0])) == blue[0]


def test_lines_take_from_the_goods_what_they_leave_out() -> None:
    wishes = [Wish(tax_code=TEA, total_fen=1_130), Wish(tax_code=TEA, total_fen=500, rate_bp=0)]
    first, second = write_items(wishes, KNOWN, 1_630)
    assert (first.name, first.rate_bp, first.tax_fen, first.amount_fen) == (
        "精制茶",
        1_300,
        130,
        1_000,
    )
    assert (second.tax_fen, second.price_fen) == (0, 500)


@pytest.mark.parametrize(
    ("wish", "total_fen", "code"),
    [
        (Wish(tax_code=TEA, total_fen=100), 99, "fapiaos.amounts_differ"),
        (Wish(tax_code=TEA, total_fen=-100), -100, "fapiaos.not_discounted"),
        (Wish(tax_code=TEA, total_fen=-100, is_discount=True), -100, "fapiaos.amounts_differ"),
        (Wish(tax_code="1" * 19, total_fen=100, name="茶"), 100, "fapiaos.unknown_goods"),
        (Wish(tax_code="1" * 19, total_fen=100, rate_bp=0), 100, "fapiaos.unknown_goods"),
    ],
)
def test_what_makes_no_sense_is_refused(wish: Wish, total_fen: int, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        write_items([wish], KNOWN, total_fen)

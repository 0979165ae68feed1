"""Texts that are alike have bands in common, and those that are not do not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.engines.likeness import compute_bands, compute_share

TEXT = "".join(chr(0x4E00 + place * 37 % 5000) for place in range(1_500))


def changed(text: str, share: float) -> str:
    """The text with about that share of its characters replaced, in stretches."""
    chance = random.Random(7)
    parts = [text[at : at + 50] for at in range(0, len(text), 50)]
    return "".join(
        "".join(chr(0x7000 + chance.randrange(2_000)) for _ in one)
        if chance.random() < share
        else one
        for one in parts
    )


def test_the_same_text_in_another_dress() -> None:
    dressed = "　".join(TEXT) + "！！"
    assert compute_share(TEXT, dressed) == 1.0
    assert compute_bands(TEXT) == compute_bands(dressed)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.15])
def test_what_is_much_alike_has_bands_in_common(share: float) -> None:
    other = changed(TEXT, share)
    assert compute_share(TEXT, other) > 0.5
    assert set(compute_bands(TEXT)) & set(compute_bands(other))


def test_what_is_not_alike_has_none() -> None:
    other = "".join(chr(0x4E00 + place * 41 % 5000) for place in range(1_500))
    assert compute_share(TEXT, other) < 0.1
    assert not set(compute_bands(TEXT)) & set(compute_bands(other))


@given(st.text(max_size=60), st.text(max_size=60))
def test_shares_are_shares(one: str, other: str) -> None:
    share = compute_share(one, other)
    assert 0 <= share <= 1
    assert share == compute_share(other, one)


@given(st.text(max_size=200))
def test_bands_fit_the_books(text: str) -> None:
    bands = compute_bands(text)
    assert len(bands) in {0, 32}
    assert all(-(2**63) <= one < 2**63 for one in bands)

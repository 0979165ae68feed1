"""Addresses as merchants name them, and blocks of quotas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.reach.tokens.rules import check_addresses, decide_block, is_allowed


def test_addresses_are_written_in_one_form() -> None:
    given_so = [" 10.0.0.1 ", "10.0.0.1/32", "192.0.2.7/24", "2001:DB8::1"]
    assert check_addresses(given_so) == ["10.0.0.1", "192.0.2.0/24", "2001:db8::1"]
    with pytest.raises(Invalid, match="address_malformed"):
        check_addresses(["teahouse.example"])


@pytest.mark.parametrize(
    ("addresses", "caller", "is_so"),
    [
        ([], "unknown", True),
        (["10.0.0.1"], "10.0.0.1", True),
        (["10.0.0.1"], "::ffff:10.0.0.1", True),
        (["10.0.0.0/8"], "10.200.0.9", True),
        (["10.0.0.0/8"], "11.0.0.1", False),
        (["2001:db8::/32"], "2001:db8:1::1", True),
        (["10.0.0.1"], "unknown", False),
        (["10.0.0.1"], "2001:db8::1", False),
    ],
)
def test_who_is_allowed(addresses: list[str], caller: str, *, is_so: bool) -> None:
    assert is_allowed(addresses, caller) is is_so


@given(st.integers(1, 1_000), st.integers(0, 5_000), st.integers(0, 6_000))
def test_a_block_never_passes_the_quota(wanted: int, daily_max: int, used: int) -> None:
    block = decide_block(wanted, daily_max, used)
    assert 0 <= block <= wanted
    if daily_max:
        assert used + block <= max(daily_max, used)
        assert (block == 0) == (used >= daily_max)

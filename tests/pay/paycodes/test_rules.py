"""Payment codes look as they should, and only those of the present minute are good."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from banyan.pay.paycodes import rules

_at = st.integers(1_735_689_600, 2_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
_seeds = st.integers(0, rules.SEEDS - 1)
_secrets = st.binary(min_size=32, max_size=32)


@given(_seeds, _secrets, _at)
def test_a_code_has_eighteen_digits_and_names_its_seed(
    seed_number: int, secret: bytes, at: datetime
) -> None:
    for code in rules.list_codes(seed_number, secret, at):
        assert len(code) == 18
        assert code.isdigit()
        assert 10 <= int(code[:2]) <= 15
        assert rules.read_seed_number(code) == seed_number
        assert rules.decide_unreadable(seed_number, secret, code, at) is None


@given(_seeds, _secrets, _at, st.integers(0, 1_800))
def test_a_code_is_good_for_its_minute_and_a_little_beside(
    seed_number: int, secret: bytes, at: datetime, later_s: int
) -> None:
    code = rules.compute_code(seed_number, secret, at, 0)
    since = at.replace(second=0, microsecond=0)
    now = since + timedelta(seconds=later_s)
    failure = rules.decide_unreadable(seed_number, secret, code, now)
    if later_s < 90:
        assert failure is None
    else:
        assert failure is not None
        assert failure.code == ("paycodes.expired" if later_s < 660 else "paycodes.not_found")


def test_codes_of_one_minute_and_of_two_differ() -> None:
    at = datetime(2026, 5, 1, 12, 0, 59, tzinfo=UTC)
    secret = bytes(range(32))
    codes = rules.list_codes(7, secret, at) + rules.list_codes(7, secret, at + timedelta(seconds=1))
    assert len(set(codes)) == 2 * rules.TURNS
    # What the phone comes to as well.
    assert codes[0] == EXPECTED


def test_the_first_that_was_not_taken_is_shown() -> None:
    assert rules.find_fresh(["a", "b"], []) == "a"
    assert rules.find_fresh(["a", "b"], ["a"]) == "b"
    assert rules.find_fresh(["a", "b"], ["b", "a"]) is None


EXPECTED = "100000007504484240"

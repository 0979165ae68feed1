"""How codes look, and which parameters and lives they may have."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.reach.scenes.rules import (
    ParsedToken,
    check_life,
    check_long,
    check_scene,
    compute_day,
    read_ticket,
    read_token,
    render_short,
    render_ticket,
    render_token,
)

_ids = st.integers(1, 2**63 - 1)
_chance = st.binary(min_size=8, max_size=8)


@given(channel_id=_ids, code_id=_ids, chance=_chance)
def test_tokens_and_tickets_are_read_back(channel_id: int, code_id: int, chance: bytes) -> None:
    token = render_token(channel_id, code_id, chance)
    assert len(token) == 32
    assert read_token(token) == ParsedToken(channel_id, code_id, chance)
    assert read_ticket(render_ticket(token)) == token


@given(text=st.text(max_size=60) | st.binary(max_size=50).map(bytes.hex))
def test_what_is_none_of_ours_is_none(text: str) -> None:
    for one in (text, "gQ" + text, text + "\n"):
        parsed = read_token(one)
        assert parsed is None or parsed.channel_id < 2**63
        ticket = read_ticket(one)
        assert ticket is None or ticket.isascii()


@pytest.mark.parametrize(
    ("number", "text", "is_lasting", "code"),
    [
        (0, "", True, "scenes.one_parameter"),
        (1, "x", True, "scenes.one_parameter"),
        (100_001, "", True, "scenes.number_out_of_range"),
        (2**32, "", False, "scenes.number_out_of_range"),
        (-1, "", False, "scenes.number_out_of_range"),
        (0, "x" * 65, False, "scenes.text_malformed"),
        (0, "a\0", False, "scenes.text_malformed"),
    ],
)
def test_parameters_that_make_no_sense(
    number: int, text: str, code: str, *, is_lasting: bool
) -> None:
    with pytest.raises(Invalid) as told:
        check_scene(number, text, is_lasting=is_lasting)
    assert told.value.code == code


def test_lives_and_long_texts_have_an_end() -> None:
    check_scene(2**32 - 1, "", is_lasting=False)
    check_life(timedelta(days=30))
    for life in (timedelta(0), timedelta(days=30, seconds=1)):
        with pytest.raises(Invalid):
            check_life(life)
    check_long("长" * 1_365)
    for data in ("", "长" * 1_366, "a\0"):
        with pytest.raises(Invalid):
            check_long(data)


@given(chance=st.binary(min_size=16, max_size=16))
def test_short_keys_are_fifteen_letters_and_digits(chance: bytes) -> None:
    key = render_short(chance)
    assert len(key) == 15
    assert key.isascii()
    assert key.isalnum()


def test_a_scan_counts_on_the_merchants_day() -> None:
    late = datetime(2026, 3, 14, 16, 30, tzinfo=UTC)
    assert compute_day(late, "Asia/Shanghai") == date(2026, 3, 15)
    assert compute_day(late, "UTC") == date(2026, 3, 14)

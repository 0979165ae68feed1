"""How the tokens of devices look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.reach.devices.rules import CHANCE_BYTES, check_content, read_channel, render_token


@given(st.integers(1, 2**63 - 1), st.binary(min_size=CHANCE_BYTES, max_size=CHANCE_BYTES))
def test_a_token_says_whose_it_is(channel_id: int, chance: bytes) -> None:
    token = render_token(channel_id, chance)
    assert len(token) == 32
    assert read_channel(token) == channel_id


@given(st.text())
def test_what_is_no_token_is_nobody_s(text: str) -> None:
    found = read_channel(text)
    assert found is None or len(text) == 32


def test_only_base64_is_said() -> None:
    check_content("5byA54Gv")
    for wrong in ("5byA54G", "开灯", "b24=\n"):
        with pytest.raises(Invalid):
            check_content(wrong)

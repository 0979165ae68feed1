"""Links say whose they are, and scenes are what a code can carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.reach.applinks.rules import (
    check_end,
    check_scene,
    compute_end,
    read_token,
    render_token,
)

_now = datetime(2026, 5, 1, 12, tzinfo=UTC)


@given(st.integers(1, 2**63 - 1), st.binary(min_size=8, max_size=8))
def test_a_token_is_read_as_it_was_written(channel_id: int, chance: bytes) -> None:
    assert read_token(render_token(channel_id, chance)) == (channel_id, chance)


@given(st.text(max_size=30))
def test_other_texts_are_no_tokens(text: str) -> None:
    found = read_token(text)
    assert found is None or found[0] < 2**63


@pytest.mark.parametrize("scene", ["a", "a=1&b=2", "%E6%A1%8C", "s" * 32, "!#$&'()*+,/:;=?@-._~"])
def test_scenes_that_a_code_carries(scene: str) -> None:
    check_scene(scene)


@pytest.mark.parametrize("scene", ["", "s" * 33, "桌", "a b", 'a"b', "a\n"])
def test_scenes_that_it_does_not(scene: str) -> None:
    with pytest.raises(Invalid, match=r"applinks\.scene_malformed"):
        check_scene(scene)


def test_links_end_within_thirty_days() -> None:
    check_end(_now + timedelta(days=30), _now)
    assert compute_end(30, _now) == _now + timedelta(days=30)
    for wrong in (_now, _now - timedelta(days=1), _now + timedelta(days=31)):
        with pytest.raises(Invalid):
            check_end(wrong, _now)
    for days in (-1, 0, 31):
        with pytest.raises(Invalid):
            compute_end(days, _now)

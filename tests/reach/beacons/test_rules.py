"""How beacons and the tickets of shakes are named, and what fits on a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.reach.beacons.rules import (
    CHANCE_BYTES,
    add_ticket,
    check_page,
    compute_device_id,
    compute_numbers,
    compute_width,
    read_ticket,
    read_uuid,
    render_ticket,
    render_uuid,
)

channels = st.integers(1, 2**63 - 1)


@given(channels)
def test_a_uuid_says_whose_it_is(channel_id: int) -> None:
    uuid = render_uuid(channel_id)
    assert len(uuid) == 36
    assert read_uuid(uuid) == read_uuid(uuid.lower()) == channel_id


@given(st.integers(1, 10_000_000))
def test_a_beacon_is_found_by_its_numbers(device_id: int) -> None:
    major, minor = compute_numbers(device_id)
    assert 0 < major < 1 << 16
    assert 0 <= minor < 1 << 16
    assert compute_device_id(major, minor) == device_id


@given(channels, st.binary(min_size=CHANCE_BYTES, max_size=CHANCE_BYTES))
def test_a_ticket_says_whose_beacon_it_was(channel_id: int, chance: bytes) -> None:
    assert read_ticket(render_ticket(channel_id, chance)) == channel_id


@given(st.text())
def test_nonsense_is_nobody_s(text: str) -> None:
    assert read_uuid(text) is None
    assert len(text) == 32 or read_ticket(text) is None


def test_a_ticket_goes_before_what_the_browser_keeps() -> None:
    assert add_ticket("http://a/b", "t") == "http://a/b?ticket=t"
    assert add_ticket("http://a/b?c=d#e", "t") == "http://a/b?c=d&ticket=t#e"


def test_chinese_is_twice_as_wide() -> None:
    assert compute_width("茶tea") == 5
    url = "https://a/b"
    check_page("六个字的标题", "描述最多七个字", "", [url])
    for title, text, urls in (
        ("七个字的标题啊", "x", [url]),
        ("x", "描述最多只七个字", [url]),
        ("x", "x", ["javascript:1"]),
        ("x", "x", ["http://"]),
        ("x", "x", ["http://[x"]),
    ):
        with pytest.raises(Invalid):
            check_page(title, text, "", urls)

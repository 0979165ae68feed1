"""Decisions about codes and devices."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.parties.sessions.rules import (
    AskCount,
    WaitingCode,
    check_asked,
    compute_device,
    decide_try,
)
from banyan.parties.sessions.types import AskedTooOften, CodeExpired, WrongCode

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def waiting(tries_left: int = 5, life: timedelta = SECOND) -> WaitingCode:
    return WaitingCode(
        code_id=1, code_digest=b"right", tries_left=tries_left, expires_at=NOW + life
    )


def test_the_right_code_in_time_passes() -> None:
    assert decide_try(waiting(tries_left=1), b"right", NOW) is None


@pytest.mark.parametrize("code", [None, waiting(tries_left=0), waiting(life=timedelta())])
def test_even_the_right_code_comes_too_late(code: WaitingCode | None) -> None:
    assert isinstance(decide_try(code, b"right", NOW), CodeExpired)


@given(st.integers(min_value=1, max_value=5))
def test_a_wrong_code_costs_one_try(tries_left: int) -> None:
    refusal = decide_try(waiting(tries_left), b"wrong", NOW)
    assert isinstance(refusal, WrongCode)
    assert refusal.fields == {"tries_left": tries_left - 1}


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20), st.integers(1, 100_000)), max_size=5)
)
def test_the_longest_wait_of_all_limits_counts(drawn: list[tuple[int, int, int]]) -> None:
    counts = [AskCount(count, most, NOW + SECOND * ends) for count, most, ends in drawn]
    waits = [ends for count, most, ends in drawn if count > most]
    if not waits:
        check_asked(counts, NOW)
        return
    with pytest.raises(AskedTooOften) as refused:
        check_asked(counts, NOW)
    assert refused.value.fields == {"retry_after_s": max(waits)}


def test_a_part_of_a_second_is_waited_in_full() -> None:
    with pytest.raises(AskedTooOften) as refused:
        check_asked([AskCount(2, 1, NOW + SECOND / 4)], NOW)
    assert refused.value.fields == {"retry_after_s": 1}


ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49 NetType/WIFI"
)
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Safari/605.1.15"
)


@pytest.mark.parametrize(
    ("given_name", "user_agent", "device"),
    [
        ("Lin's phone", WECHAT, "Lin's phone"),
        ("", ANDROID, "Chrome · Android"),
        ("", WECHAT, "WeChat · iPhone"),
        ("", MAC, "Safari · Mac"),
        ("", "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126", "Edge · Windows"),
        ("", "curl/8.5.0", "curl"),
        ("", "<script>", ""),
        ("", "", ""),
    ],
)
def test_a_device_is_called_what_its_person_knows_it_by(
    given_name: str, user_agent: str, device: str
) -> None:
    assert compute_device(given_name, user_agent) == device

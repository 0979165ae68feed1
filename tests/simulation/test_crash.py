"""A server that is killed at any moment loses nothing that it answered, and does nothing twice."""

from __future__ import annotations

import pytest

from banyan.app.benches import run_bench
from banyan.app.benches.crash import expect, find_differences
from banyan.app.benches.crash_load import Kept


@pytest.mark.slow
async def test_three_kills_under_load() -> None:
    said: list[str] = []
    figures = await run_bench("crash", small=True, report=said.append)
    assert figures.details["wrong"] == 0, figures.details["first_wrong"]
    assert (figures.ours, figures.yardstick) == (3, 3)
    assert int(figures.details["answers"]) > 50
    assert "PostgreSQL killed" in said[-1]


def kept() -> Kept:
    return Kept(
        top_ups={1: 500, 2: 300},
        orders={10: ("paid", 200, 0), 11: ("part_refunded", 300, 100), 12: ("unpaid", 50, 0)},
        coupons={20},
    )


def test_a_buyer_expects_what_they_were_told() -> None:
    told = expect(kept())
    assert told["balance"] == 800 - 200 - 300 + 100
    assert told["spent"] == 400
    assert told["payments"] == {10: (200, 0), 11: (300, 100)}
    assert find_differences(told, expect(kept())) == []


def test_what_is_lost_or_doubled_is_found() -> None:
    lost, doubled, late = kept(), kept(), kept()
    del lost.orders[10]
    doubled.top_ups[3] = 300
    late.orders[12] = ("paid", 50, 0)
    for wrong, names in (
        (lost, {"orders", "payments", "balance", "spent"}),
        (doubled, {"top-ups", "balance"}),
        (late, {"orders", "payments", "balance", "spent"}),
    ):
        found = find_differences(expect(kept()), expect(wrong))
        assert {one.partition(":")[0] for one in found} == names

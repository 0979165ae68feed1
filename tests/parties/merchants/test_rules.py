"""The states of a verification."""

import itertools

import pytest

from banyan.base.errors import Invalid, Refusal
from banyan.parties.merchants.rules import NEXT_STATES, check_next, check_time_zone
from banyan.parties.merchants.types import MerchantState

U, S, V, R = MerchantState


@pytest.mark.parametrize(("state", "following"), list(itertools.product(MerchantState, repeat=2)))
def test_only_these_steps_are_taken(state: MerchantState, following: MerchantState) -> None:
    may = {(U, S), (S, S), (S, V), (S, R), (R, S)}
    if (state, following) in may:
        check_next(state, following)
        return
    with pytest.raises(Refusal) as refused:
        check_next(state, following)
    assert refused.value.fields == {"state": state, "following": following}


def test_verified_is_for_good_and_nothing_else_is() -> None:
    assert {state for state, following in NEXT_STATES.items() if not following} == {V}


@pytest.mark.parametrize("name", ["Asia/Shanghai", "Europe/Berlin", "UTC"])
def test_known_time_zones_pass(name: str) -> None:
    check_time_zone(name)


@pytest.mark.parametrize("name", ["", "Asia", "Asia/Nowhere", "../etc/passwd", "/etc/passwd"])
def test_others_do_not(name: str) -> None:
    with pytest.raises(Invalid, match=r"merchants\.unknown_time_zone"):
        check_time_zone(name)

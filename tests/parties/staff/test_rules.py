"""What roles may do, and the rule that nobody gives more than they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Refusal
from banyan.books.actor import MERCHANT_PERMISSIONS, Grant, Permission
from banyan.parties.staff.rules import (
    ROLE_PERMISSIONS,
    check_may_give,
    compute_grant,
    compute_stores,
)
from banyan.parties.staff.types import Role

grants = st.builds(
    Grant,
    st.frozensets(st.sampled_from(sorted(MERCHANT_PERMISSIONS)[:4])),
    st.none() | st.frozensets(st.integers(1, 3)),
)


def may_give(own: Grant, given_grant: Grant) -> bool:
    try:
        check_may_give(own, given_grant)
    except Refusal:
        return False
    return True


@given(grants)
def test_one_may_give_what_one_has(own: Grant) -> None:
    assert may_give(own, own)


@given(grants, grants, grants)
def test_giving_on_never_adds_up_to_more(first: Grant, second: Grant, third: Grant) -> None:
    if may_give(first, second) and may_give(second, third):
        assert may_give(first, third)


@given(grants, grants)
def test_who_may_give_could_have_done_it_themself(own: Grant, given_grant: Grant) -> None:
    if may_give(own, given_grant):
        assert given_grant.permissions <= own.permissions
        if own.store_ids is not None:
            assert given_grant.store_ids is not None
            assert given_grant.store_ids <= own.store_ids


def test_every_role_has_its_line() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert ROLE_PERMISSIONS[Role.OWNER] == MERCHANT_PERMISSIONS
    for role, permissions in ROLE_PERMISSIONS.items():
        assert permissions <= MERCHANT_PERMISSIONS
        assert Permission.MERCHANT_READ in permissions, role


@pytest.mark.parametrize("role", [Role.ANALYST, Role.READER])
def test_who_only_reads_changes_nothing(role: Role) -> None:
    assert all(one.value.endswith(".read") for one in ROLE_PERMISSIONS[role])


def test_money_goes_back_by_three_roles_only() -> None:
    refunders = {role for role, may in ROLE_PERMISSIONS.items() if Permission.ORDERS_REFUND in may}
    assert refunders == {Role.OWNER, Role.MANAGER, Role.FINANCE}


def test_an_analyst_reads_about_no_single_member() -> None:
    assert Permission.MEMBERS_READ not in ROLE_PERMISSIONS[Role.ANALYST]


@given(st.sampled_from(Role), st.none() | st.frozensets(st.integers(1, 5)))
def test_an_owner_may_give_anything(role: Role, stores: frozenset[int] | None) -> None:
    check_may_give(compute_grant(Role.OWNER, None), compute_grant(role, stores))


def test_stores_are_kept_in_order() -> None:
    assert compute_stores(None) is None
    assert [*map(int, compute_stores([3, 1, 3]) or [])] == [1, 3]  # type: ignore[list-item]

"""What each role may do, and who may give it to whom: nobody gives or takes more than they have."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.books.work import MERCHANT_PERMISSIONS, Grant, Permission
from banyan.parties.staff.types import Role, StaffId, StaffRow

_reads = frozenset(one for one in MERCHANT_PERMISSIONS if one.value.endswith(".read"))

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.OWNER: MERCHANT_PERMISSIONS,
        Role.MANAGER: MERCHANT_PERMISSIONS
        - {Permission.MERCHANT_WRITE, Permission.KEYS_READ, Permission.KEYS_WRITE},
        Role.CASHIER: frozenset(
            {
                Permission.MERCHANT_READ,
                Permission.STORES_READ,
                Permission.PLACES_READ,
                Permission.CATALOGUE_READ,
                Permission.STOCK_READ,
                Permission.MEMBERS_READ,
                Permission.COUPONS_READ,
                Permission.ORDERS_READ,
                Permission.ORDERS_TAKE,
            }
        ),
        Role.CLERK: frozenset(
            {
                Permission.MERCHANT_READ,
                Permission.STORES_READ,
                Permission.PLACES_READ,
                Permission.PLACES_WRITE,
                Permission.CATALOGUE_READ,
                Permission.CATALOGUE_WRITE,
                Permission.STOCK_READ,
                Permission.STOCK_WRITE,
                Permission.ORDERS_READ,
            }
        ),
        Role.FINANCE: frozenset(
            {
                Permission.MERCHANT_READ,
                Permission.STORES_READ,
                Permission.CATALOGUE_READ,
                Permission.COUPONS_READ,
                Permission.ORDERS_READ,
                Permission.ORDERS_REFUND,
                Permission.FINANCE_READ,
                Permission.FINANCE_WRITE,
                Permission.INSIGHT_READ,
                Permission.AUDIT_READ,
            }
        ),
        Role.ANALYST: frozenset(
            {
                Permission.MERCHANT_READ,
                Permission.STORES_READ,
                Permission.PLACES_READ,
                Permission.CATALOGUE_READ,
                Permission.STOCK_READ,
                Permission.COUPONS_READ,
                Permission.CHANNELS_READ,
                Permission.CAMPAIGNS_READ,
                Permission.INSIGHT_READ,
            }
        ),
        Role.SERVICE: frozenset(
            {
                Permission.MERCHANT_READ,
                Permission.STORES_READ,
                Permission.CATALOGUE_READ,
                Permission.STOCK_READ,
                Permission.MEMBERS_READ,
                Permission.COUPONS_READ,
                Permission.ORDERS_READ,
                Permission.CHANNELS_READ,
            }
        ),
        Role.READER: _reads - {Permission.KEYS_READ},
    }
)
"""What each role may do."""


def compute_grant(role: Role, store_ids: Iterable[int] | None) -> Grant:
    """What a role, in these stores or in all, allows."""
    return Grant(ROLE_PERMISSIONS[role], None if store_ids is None else frozenset(store_ids))


def check_may_give(own: Grant, given: Grant) -> None:
    """Let whoever has `own` give `given` to somebody, or take it away.

    Raises Refusal `access.more_than_you_have` if it holds a permission or a store that `own` does
    not.
    """
    has_stores = own.store_ids is None or (
        given.store_ids is not None and given.store_ids <= own.store_ids
    )
    if not (given.permissions <= own.permissions and has_stores):
        raise Refusal("access.more_than_you_have")


def check_owner_stays(staff: Sequence[StaffRow], leaving: StaffId) -> None:
    """Let one of a merchant's locked owners go. Raises Refusal `staff.last_owner` for the last."""
    owners = {one.staff_id for one in staff if one.role is Role.OWNER}
    if owners == {leaving}:
        raise Refusal("staff.last_owner")


def check_stores(role: Role, store_ids: Sequence[int] | None) -> None:
    """Raise Refusal `staff.owner_of_some_stores`: an owner owns all of them."""
    if role is Role.OWNER and store_ids is not None:
        raise Refusal("staff.owner_of_some_stores")


def compute_stores(store_ids: Iterable[Id] | None) -> list[Id] | None:
    """The stores in order, each once."""
    return None if store_ids is None else sorted(set(store_ids))

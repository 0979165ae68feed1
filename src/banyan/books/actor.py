"""Who acts, and what they may: the permission that every operation names, and the check of it."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import NONE


class Permission(StrEnum):
    """What an operation needs. The values are stored in API keys: never renamed."""

    PUBLIC = "public"
    """Anybody, signed in or not."""
    PERSON = "person"
    """A signed-in person, for themself only."""
    SYSTEM = "system"
    """Banyan itself: timers, followers, the operator's command line."""
    OPERATOR = "operator"
    """Whoever looks after the whole platform: the people whom the setting `operators` names."""

    MERCHANT_READ = "merchant.read"
    MERCHANT_WRITE = "merchant.write"
    STAFF_READ = "staff.read"
    STAFF_WRITE = "staff.write"
    KEYS_READ = "keys.read"
    KEYS_WRITE = "keys.write"
    AUDIT_READ = "audit.read"
    STORES_READ = "stores.read"
    STORES_WRITE = "stores.write"
    PLACES_READ = "places.read"
    PLACES_WRITE = "places.write"
    CATALOGUE_READ = "catalogue.read"
    CATALOGUE_WRITE = "catalogue.write"
    STOCK_READ = "stock.read"
    STOCK_WRITE = "stock.write"
    MEMBERS_READ = "members.read"
    MEMBERS_WRITE = "members.write"
    COUPONS_READ = "coupons.read"
    COUPONS_WRITE = "coupons.write"
    ORDERS_READ = "orders.read"
    ORDERS_TAKE = "orders.take"
    """Place an order at the till and take money for it."""
    ORDERS_REFUND = "orders.refund"
    CHANNELS_READ = "channels.read"
    CHANNELS_WRITE = "channels.write"
    CAMPAIGNS_READ = "campaigns.read"
    CAMPAIGNS_WRITE = "campaigns.write"
    FINANCE_READ = "finance.read"
    FINANCE_WRITE = "finance.write"
    """Send the merchant's money elsewhere, or tell its server of payments once more."""
    INSIGHT_READ = "insight.read"


MERCHANT_PERMISSIONS = frozenset(Permission) - {
    Permission.PUBLIC,
    Permission.PERSON,
    Permission.SYSTEM,
    Permission.OPERATOR,
}
"""Those that a merchant grants to its staff and API keys."""
_ALL_STORES = frozenset(
    {
        Permission.MERCHANT_WRITE,
        Permission.MEMBERS_WRITE,
        Permission.COUPONS_WRITE,
        Permission.CHANNELS_WRITE,
        Permission.FINANCE_WRITE,
    }
)
"""What these change holds in every store: a grant for some stores allows it only within one."""


class Grant(msgspec.Struct, frozen=True):
    """What an actor may do for one merchant; `store_ids` None means in every store of it."""

    permissions: frozenset[Permission]
    store_ids: frozenset[int] | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks. `actor_id` names them in the journal and scopes their idempotency keys."""

    kind: str
    actor_id: int = NONE
    person_id: int = NONE
    grants: Mapping[int, Grant] = {}
    language: str = "zh"
    is_operator: bool = False
    """Whether they look after the whole platform."""


NOBODY = Actor(kind="nobody")
SYSTEM = Actor(kind="system")


def check_permission(actor: Actor, permission: Permission, merchant_id: int, store_id: int) -> None:
    """Let the actor pass or raise.

    Raises Refusal `sessions.required` (sign in first), `access.forbidden` (this merchant's own
    people who lack the permission, or act in some stores only and would change what holds in all),
    NotFound `merchants.not_found` (strangers).
    """
    if permission is Permission.PUBLIC or actor.kind == "system":
        return
    if permission is Permission.OPERATOR and actor.is_operator:
        return
    if permission in {Permission.SYSTEM, Permission.OPERATOR}:
        raise NotFound("operations.not_found")
    if actor.kind == "nobody":
        raise Refusal("sessions.required")
    if permission is Permission.PERSON:
        if not actor.person_id:
            raise Refusal("sessions.person_required")
        return
    grant = actor.grants.get(merchant_id)
    if grant is None:
        raise NotFound("merchants.not_found")
    is_too_wide = permission in _ALL_STORES and not store_id and grant.store_ids is not None
    if permission not in grant.permissions or is_too_wide:
        raise Refusal("access.forbidden", permission=permission.value)
    if store_id:
        check_store(grant, store_id)


def check_store(grant: Grant | None, store_id: int) -> None:
    """Raise NotFound `stores.not_found` when the grant is limited to other stores."""
    if grant is not None and grant.store_ids is not None and store_id not in grant.store_ids:
        raise NotFound("stores.not_found")

"""What somebody may give at a merchant, read anew: what a door remembers may be seconds old."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import MERCHANT_PERMISSIONS, Grant, Permission, Work
from banyan.parties.ids import MerchantId
from banyan.parties.staff.rules import compute_grant
from banyan.parties.staff.store import lock_staff
from banyan.parties.staff.types import StaffRow


class Giver(msgspec.Struct, frozen=True):
    """The one who gives: all they have, and the merchant's locked staff."""

    grant: Grant
    staff: list[StaffRow]
    """All owners, and whoever was asked for beside them."""


async def lock_giver(
    work: Work, merchant_id: MerchantId, permission: Permission, staff_id: int = 0
) -> Giver:
    """Lock a merchant's owners, the actor and the one staff; return what the actor has now.

    Whoever gives rights away goes through here, so that somebody whose own were taken a moment ago
    cannot make themself a back door. Banyan itself has everything.
    Raises NotFound `merchants.not_found`, Refusal `access.forbidden`.
    """
    actor = work.actor
    staff = await lock_staff(work.db, merchant_id, staff_id=staff_id, person_id=actor.person_id)
    if actor.kind == "system":
        return Giver(Grant(MERCHANT_PERMISSIONS), staff)
    if actor.person_id:
        own = next((one for one in staff if one.person_id == actor.person_id), None)
        grant = compute_grant(own.role, own.store_ids) if own else None
    else:
        grant = actor.grants.get(merchant_id)
    if grant is None:
        raise NotFound("merchants.not_found")
    if permission not in grant.permissions:
        raise Refusal("access.forbidden", permission=permission.value)
    return Giver(grant, staff)

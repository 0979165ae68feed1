"""Who acts for a merchant: roles, the permissions they carry, and the stores they reach."""

from pathlib import Path

from banyan.books.room import Room
from banyan.parties.staff.change_staff import (
    ChangeStaff,
    LeaveMerchant,
    RemoveStaff,
    change_staff,
    leave_merchant,
    remove_staff,
)
from banyan.parties.staff.giver import Giver, lock_giver
from banyan.parties.staff.invariants import INVARIANTS
from banyan.parties.staff.invite_staff import InviteStaff, appoint_owner, invite_staff
from banyan.parties.staff.limits import GRANTS_MAX
from banyan.parties.staff.list_staff import ListStaff, list_staff
from banyan.parties.staff.rules import ROLE_PERMISSIONS, check_may_give, compute_grant
from banyan.parties.staff.store import list_grants
from banyan.parties.staff.types import (
    Role,
    StaffChanged,
    StaffGone,
    StaffId,
    StaffJoined,
    StaffLeft,
    StaffMember,
    StaffRow,
    StoreIds,
)

ROOM = Room(
    name="staff",
    migrations=Path(__file__).parent / "migrations",
    operations=(invite_staff, change_staff, remove_staff, leave_merchant, list_staff),
    events=(StaffJoined, StaffChanged, StaffLeft),
    invariants=INVARIANTS,
)

__all__ = (
    "GRANTS_MAX",
    "ROLE_PERMISSIONS",
    "ROOM",
    "ChangeStaff",
    "Giver",
    "InviteStaff",
    "LeaveMerchant",
    "ListStaff",
    "RemoveStaff",
    "Role",
    "StaffChanged",
    "StaffGone",
    "StaffId",
    "StaffJoined",
    "StaffLeft",
    "StaffMember",
    "StaffRow",
    "StoreIds",
    "appoint_owner",
    "change_staff",
    "check_may_give",
    "compute_grant",
    "invite_staff",
    "leave_merchant",
    "list_grants",
    "list_staff",
    "lock_giver",
    "remove_staff",
)

"""Changes what somebody may do for a merchant, or ends it."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.parties.staff.giver import lock_giver
from banyan.parties.staff.list_staff import show_staff
from banyan.parties.staff.rules import (
    check_may_give,
    check_owner_stays,
    check_stores,
    compute_grant,
    compute_stores,
)
from banyan.parties.staff.store import delete_staff, lock_staff, set_role
from banyan.parties.staff.types import (
    Role,
    StaffChanged,
    StaffGone,
    StaffId,
    StaffLeft,
    StaffMember,
    StaffRole,
    StaffRow,
    StoreIds,
)


class ChangeStaff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give somebody another role, in these stores or (null) in all."""

    merchant_id: MerchantId
    staff_id: StaffId
    role: Role
    store_ids: StoreIds | None = None


class RemoveStaff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End that somebody acts for the merchant."""

    merchant_id: MerchantId
    staff_id: StaffId


class LeaveMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End that one acts for a merchant oneself."""

    merchant_id: MerchantId


@single(permission=Permission.STAFF_WRITE)
async def change_staff(work: Work, command: ChangeStaff) -> StaffMember:
    """Return the member as they are afterwards.

    Raises NotFound `staff.not_found`, Refusal `staff.last_owner`, `staff.owner_of_some_stores`,
    `access.more_than_you_have`: both what they had and what they get must be the actor's to give.
    """
    check_stores(command.role, command.store_ids)
    giver = await lock_giver(work, command.merchant_id, Permission.STAFF_WRITE, command.staff_id)
    old = _find(giver.staff, command.staff_id)
    new = msgspec.structs.replace(
        old, role=command.role, store_ids=compute_stores(command.store_ids)
    )
    for role, store_ids in ((old.role, old.store_ids), (new.role, new.store_ids)):
        check_may_give(giver.grant, compute_grant(role, store_ids))
    if new.role is not Role.OWNER:
        check_owner_stays(giver.staff, old.staff_id)
    if new != old:
        await set_role(work.db, new)
        await _note(work, old, StaffRole(new.role, new.store_ids))
        work.record(
            StaffChanged(
                merchant_id=new.merchant_id,
                person_id=new.person_id,
                subject_id=new.staff_id,
                role=new.role.value,
                old_role=old.role.value,
            )
        )
    (member,) = await show_staff(work, [new])
    return member


@single(permission=Permission.STAFF_WRITE)
async def remove_staff(work: Work, command: RemoveStaff) -> StaffGone:
    """Take somebody's place away; their sessions stay, and act for this merchant no more.

    Raises NotFound `staff.not_found`, Refusal `staff.last_owner`, `access.more_than_you_have`.
    """
    giver = await lock_giver(work, command.merchant_id, Permission.STAFF_WRITE, command.staff_id)
    old = _find(giver.staff, command.staff_id)
    check_may_give(giver.grant, compute_grant(old.role, old.store_ids))
    return await _remove(work, giver.staff, old)


@single(permission=Permission.PERSON)
async def leave_merchant(work: Work, command: LeaveMerchant) -> StaffGone:
    """Give up one's place. Raises NotFound `merchants.not_found`, Refusal `staff.last_owner`."""
    person_id = work.actor.person_id
    staff = await lock_staff(work.db, command.merchant_id, person_id=person_id)
    own = next((one for one in staff if one.person_id == person_id), None)
    if own is None:
        raise NotFound("merchants.not_found")
    return await _remove(work, staff, own)


def _find(staff: Sequence[StaffRow], staff_id: StaffId) -> StaffRow:
    found = next((one for one in staff if one.staff_id == staff_id), None)
    if found is None:
        raise NotFound("staff.not_found")
    return found


async def _remove(work: Work, staff: Sequence[StaffRow], old: StaffRow) -> StaffGone:
    check_owner_stays(staff, old.staff_id)
    await delete_staff(work.db, old.merchant_id, old.staff_id)
    await _note(work, old, None)
    work.record(
        StaffLeft(
            merchant_id=old.merchant_id,
            person_id=old.person_id,
            subject_id=old.staff_id,
            role=old.role.value,
        )
    )
    return StaffGone(staff_id=old.staff_id)


async def _note(work: Work, old: StaffRow, after: StaffRole | None) -> None:
    await note_change(
        work,
        merchant_id=old.merchant_id,
        subject="staff.staff",
        subject_id=old.staff_id,
        before=StaffRole(old.role, old.store_ids),
        after=after,
    )

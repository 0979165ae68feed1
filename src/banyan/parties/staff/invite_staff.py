"""Gives people a place at a merchant: the first owner, and whoever is invited by phone."""

import msgspec

from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.base.text import Phone, normal_phone
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId, PersonId
from banyan.parties.people import add_phones
from banyan.parties.staff.giver import lock_giver
from banyan.parties.staff.limits import GRANTS_MAX, STAFF_MAX
from banyan.parties.staff.list_staff import show_staff
from banyan.parties.staff.rules import check_may_give, check_stores, compute_grant, compute_stores
from banyan.parties.staff.store import count_staff, insert_staff
from banyan.parties.staff.types import (
    Role,
    StaffId,
    StaffJoined,
    StaffMember,
    StaffRole,
    StaffRow,
    StoreIds,
)


class InviteStaff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let whoever has this phone act for the merchant, in these stores or (null) in all."""

    merchant_id: MerchantId
    phone: Phone
    role: Role
    store_ids: StoreIds | None = None


@single(permission=Permission.STAFF_WRITE)
async def invite_staff(work: Work, command: InviteStaff) -> StaffMember:
    """Give the person of that phone a place; it waits for them if they have never signed in.

    Raises Refusal `staff.already_there`, `staff.too_many`, `staff.owner_of_some_stores`,
    `access.more_than_you_have`, Invalid `people.phone_malformed`.
    """
    check_stores(command.role, command.store_ids)
    giver = await lock_giver(work, command.merchant_id, Permission.STAFF_WRITE)
    store_ids = compute_stores(command.store_ids)
    check_may_give(giver.grant, compute_grant(command.role, store_ids))
    phone = normal_phone(command.phone)
    person_id = (await add_phones(work, [phone]))[phone]
    row = await _appoint(work, command.merchant_id, person_id, command.role, store_ids)
    (member,) = await show_staff(work, [row])
    return member


async def appoint_owner(work: Work, merchant_id: MerchantId, person_id: PersonId) -> None:
    """Make a person the owner of a merchant that has just been opened.

    Raises Refusal `staff.too_many` if they act for too many merchants already.
    """
    await _appoint(work, merchant_id, person_id, Role.OWNER, None)


async def _appoint(
    work: Work,
    merchant_id: MerchantId,
    person_id: PersonId,
    role: Role,
    store_ids: list[Id] | None,
) -> StaffRow:
    staff_count, grant_count = await count_staff(work.db, merchant_id, person_id)
    if staff_count >= STAFF_MAX or grant_count >= GRANTS_MAX:
        raise Refusal("staff.too_many")
    row = StaffRow(
        merchant_id=merchant_id,
        staff_id=StaffId(work.ids.next()),
        person_id=person_id,
        role=role,
        store_ids=store_ids,
        since_at=work.now,
    )
    if not await insert_staff(work.db, row, work.actor.actor_id):
        raise Refusal("staff.already_there")
    await note_change(
        work,
        merchant_id=merchant_id,
        subject="staff.staff",
        subject_id=row.staff_id,
        before=None,
        after=StaffRole(role, store_ids),
    )
    work.record(
        StaffJoined(
            merchant_id=merchant_id, person_id=person_id, subject_id=row.staff_id, role=role.value
        )
    )
    return row

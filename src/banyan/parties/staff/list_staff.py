"""Lists who acts for a merchant."""

from collections.abc import Sequence

import msgspec

from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.parties.people import find_people
from banyan.parties.staff.store import list_staff_rows
from banyan.parties.staff.types import StaffMember, StaffRow


class ListStaff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the people who act for a merchant."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.STAFF_READ)
async def list_staff(work: Work, query: ListStaff) -> Page[StaffMember]:
    """Return a page of staff, the first invited first. Raises Invalid `paging.bad_cursor`."""
    after = decode_id_cursor(query.cursor)
    rows = await list_staff_rows(work.db, query.merchant_id, after, query.limit + 1)
    return page_of(await show_staff(work, rows), query.limit, [one.staff_id for one in rows])


async def show_staff(work: Work, rows: Sequence[StaffRow]) -> list[StaffMember]:
    """The staff as their merchant sees them: phones masked, and no person ids."""
    people = await find_people(work.db, [one.person_id for one in rows])
    return [
        StaffMember(
            staff_id=one.staff_id,
            nickname=people[one.person_id].nickname,
            masked_phone=people[one.person_id].masked_phone,
            role=one.role,
            store_ids=one.store_ids,
            has_joined=people[one.person_id].has_joined,
            since_at=one.since_at,
        )
        for one in rows
    ]

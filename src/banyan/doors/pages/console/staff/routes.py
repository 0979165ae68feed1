"""Lists staff, invites, gives another role, removes."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.staff import (
    ROLE_PERMISSIONS,
    StaffId,
    StaffMember,
    change_staff,
    invite_staff,
    list_staff,
    remove_staff,
)

_home = "/console/staff"
_places = {
    "people.phone_malformed": "phone",
    "staff.already_there": "phone",
    "access.more_than_you_have": "role",
    "staff.owner_of_some_stores": "stores",
    "staff.last_owner": "role",
}
_pages_max = 20


@at_desk(Permission.STAFF_READ)
async def show_staff(desk: Desk) -> Answer:
    """Who acts for the merchant."""
    page = await desk.run(list_staff, cursor=desk.ask.query.text("cursor") or None)
    return await desk.page(
        "staff/page.html", staff=page.items, pager=desk.pager((), page.next_cursor)
    )


@at_desk(Permission.STAFF_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty invitation."""
    return await _show(desk, None, {})


@at_desk(Permission.STAFF_WRITE)
async def invite(desk: Desk) -> Answer:
    """Let somebody act for the merchant."""
    form = desk.ask.form
    try:
        await desk.run(
            invite_staff, phone=form.text("phone"), role=form.text("role"), store_ids=_stores(desk)
        )
    except Failure as failure:
        return await _show(desk, None, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_home, mark("Invited. They sign in with this phone."))


@at_desk(Permission.STAFF_READ)
async def show_member(desk: Desk) -> Answer:
    """One of the staff, to be changed."""
    return await _show(desk, await _find(desk), {})


@at_desk(Permission.STAFF_WRITE)
async def change(desk: Desk) -> Answer:
    """Give another role or other stores."""
    form, member = desk.ask.form, await _find(desk)
    try:
        await desk.run(
            change_staff,
            staff_id=member.staff_id,
            role=form.text("role"),
            store_ids=_stores(desk),
        )
    except Failure as failure:
        return await _show(desk, member, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_home, mark("Saved."))


@at_desk(Permission.STAFF_WRITE)
async def remove(desk: Desk) -> Answer:
    """End that somebody acts for the merchant."""
    staff_id = desk.ask.id("staff_id", StaffId)
    return await desk.act(remove_staff, _home, mark("Removed."), staff_id=staff_id)


def _stores(desk: Desk) -> list[str] | None:
    """The stores that were ticked; none ticked means all."""
    return desk.ask.form.texts("stores") or None


async def _find(desk: Desk) -> StaffMember:
    staff_id = desk.ask.id("staff_id", StaffId)
    cursor: str | None = None
    for _ in range(_pages_max):
        page = await desk.run(list_staff, limit=100, cursor=cursor)
        for one in page.items:
            if one.staff_id == staff_id:
                return one
        cursor = page.next_cursor
        if cursor is None:
            break
    raise NotFound("staff.not_found")


async def _show(
    desk: Desk, member: StaffMember | None, errors: Mapping[str, str], status: int = 200
) -> Answer:
    if desk.ask.form.values:
        chosen = desk.ask.form.texts("stores")
    else:
        chosen = [str(int(one)) for one in (member.store_ids if member else None) or []]
    own = frozenset(desk.mine.permissions)
    roles = [role.value for role, has in ROLE_PERMISSIONS.items() if has <= own]
    return await desk.page(
        "staff/member.html",
        status=status,
        errors=errors,
        member=member,
        chosen=chosen,
        roles=roles,
    )


ROUTES = (
    PageRoute("GET", _home, show_staff),
    PageRoute("POST", _home, invite),
    PageRoute("GET", f"{_home}/new", show_new),
    PageRoute("GET", f"{_home}/{{staff_id}}", show_member),
    PageRoute("POST", f"{_home}/{{staff_id}}", change),
    PageRoute("POST", f"{_home}/{{staff_id}}/remove", remove),
)

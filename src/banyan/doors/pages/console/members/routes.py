"""Lists members and shows one with points, coupons and orders."""

from __future__ import annotations

from banyan.base.errors import Failure, Invalid
from banyan.base.paging import Page
from banyan.books.actor import Permission
from banyan.commerce.coupons import Coupon, list_member_coupons
from banyan.commerce.members import Member, MemberId, list_members, list_tiers, read_member
from banyan.commerce.orders import Order, list_orders
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute

_filters = ("phone", "tier")


@at_desk(Permission.MEMBERS_READ)
async def show_members(desk: Desk) -> Answer:
    """The members that a search describes, the newest first."""
    query = desk.ask.query
    tiers = (await desk.run(list_tiers)).tiers
    tier = query.number("tier")
    errors: dict[str, str] = {}
    page: Page[Member] = Page([])
    try:
        page = await desk.run(
            list_members,
            phone=query.text("phone") or None,
            tier_no=tier if 0 < tier <= len(tiers) else None,
            cursor=query.text("cursor") or None,
        )
    except Invalid as failure:
        errors = _beside_phone(desk, failure)
    return await desk.page(
        "members/page.html",
        members=page.items,
        errors=errors,
        tiers=[(str(one.tier_no), one.name) for one in tiers],
        pager=desk.pager(_filters, page.next_cursor),
    )


def _beside_phone(desk: Desk, failure: Failure) -> dict[str, str]:
    told = desk.mistakes(failure, {"people.phone_malformed": "phone"})
    return {name or "phone": text for name, text in told.items()}


@at_desk(Permission.MEMBERS_READ)
async def show_member(desk: Desk) -> Answer:
    """All that is known of one member."""
    member_id = desk.ask.id("member_id", MemberId)
    member = await desk.run(read_member, member_id=member_id)
    coupons: list[Coupon] = []
    if desk.may(Permission.COUPONS_READ):
        coupons = (await desk.run(list_member_coupons, member_id=member_id)).items
    orders: list[Order] = []
    if desk.may(Permission.ORDERS_READ):
        orders = (await desk.run(list_orders, member_id=member_id)).items
    return await desk.page("members/member.html", member=member, coupons=coupons, orders=orders)


ROUTES = (
    PageRoute("GET", "/console/members", show_members),
    PageRoute("GET", "/console/members/{member_id}", show_member),
)

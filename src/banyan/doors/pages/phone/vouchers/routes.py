"""My vouchers, which pay a part of what I pay, and the coupons of merchants' own programs."""

from __future__ import annotations

from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.busifavors import CouponState, ListMyHeldCoupons, list_my_held_coupons
from banyan.pay.vouchers import ListMyVouchers, VoucherState, list_my_vouchers

_filters = {
    "usable": (mark("To use"), VoucherState.HELD, CouponState.HELD),
    "used": (mark("Used"), VoucherState.USED, CouponState.USED),
    "expired": (mark("Expired"), VoucherState.EXPIRED, CouponState.EXPIRED),
}


async def show_vouchers(ask: Ask) -> Answer:
    """Mine of one kind, those that are over soonest first where they can still be used."""
    chosen = ask.query.text("show")
    chosen = chosen if chosen in _filters else "usable"
    _, state, coupon_state = _filters[chosen]
    # Whose time is over has expired, whether or not its stock has ended yet: sort them here.
    every = (await ask.run(list_my_vouchers, ListMyVouchers(limit=100))).items
    vouchers = [one for one in every if one.state is state]
    vouchers.sort(key=lambda one: one.usable_until)
    query = ListMyHeldCoupons(state=coupon_state, limit=100)
    coupons = (await ask.run(list_my_held_coupons, query)).items
    ids = {merchant for one in vouchers for merchant in one.rule.merchant_ids}
    ids |= {one.stock.belong_merchant_id for one in coupons}
    return show(
        ask,
        "vouchers/page.html",
        await frame_of(ask),
        vouchers=vouchers,
        coupons=coupons,
        shops=await names_of(ask, ids),
        chosen=chosen,
        filters={name: label for name, (label, _, _) in _filters.items()},
    )


ROUTES = (PageRoute("GET", "/vouchers", show_vouchers),)

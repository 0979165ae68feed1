"""The console's menu: every page, and the permission without which it is not shown."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from banyan.books.actor import Permission
from banyan.doors.pages.shell import MenuItem, mark


class Entry(msgspec.Struct, frozen=True):
    """A line of the menu, and what one must be permitted to see it."""

    label: str
    icon: str
    href: str
    permission: Permission


_groups: tuple[tuple[str, str, tuple[Entry, ...]], ...] = (
    (
        mark("Sales"),
        "receipt-text",
        (
            Entry(mark("Orders"), "", "/console/orders", Permission.ORDERS_READ),
            Entry(mark("Till"), "", "/till", Permission.ORDERS_TAKE),
            Entry(mark("Cash desk codes"), "", "/console/cash-desks", Permission.ORDERS_READ),
            Entry(mark("Complaints"), "", "/console/complaints", Permission.ORDERS_READ),
            Entry(mark("Pay later"), "", "/console/pay-later", Permission.ORDERS_READ),
            Entry(mark("Parking"), "", "/console/parkings", Permission.ORDERS_READ),
            Entry(mark("Transfers"), "", "/console/transfers", Permission.FINANCE_READ),
            Entry(mark("Profit sharing"), "", "/console/shares", Permission.FINANCE_READ),
            Entry(mark("Merchants you bring"), "", "/console/enrolments", Permission.FINANCE_READ),
        ),
    ),
    (
        mark("Funds"),
        "wallet",
        (
            Entry(mark("Charges"), "", "/console/charges", Permission.FINANCE_READ),
            Entry(
                mark("Provider payments"),
                "",
                "/console/provider-payments",
                Permission.FINANCE_READ,
            ),
            Entry(mark("Balances"), "", "/console/funds", Permission.FINANCE_READ),
            Entry(mark("Bills"), "", "/console/bills", Permission.FINANCE_READ),
            Entry(mark("Reconcile"), "", "/console/reconcile", Permission.FINANCE_READ),
        ),
    ),
    (
        mark("Goods"),
        "package",
        (
            Entry(mark("Products"), "", "/console/products", Permission.CATALOGUE_READ),
            Entry(mark("Stock"), "", "/console/stock", Permission.STOCK_READ),
            Entry(mark("Import and export"), "", "/console/goods-files", Permission.CATALOGUE_READ),
        ),
    ),
    (
        mark("Customers"),
        "users",
        (
            Entry(mark("Service desk"), "", "/console/talks", Permission.CHANNELS_READ),
            Entry(mark("Guides"), "", "/console/guides", Permission.STORES_READ),
            Entry(mark("Members"), "", "/console/members", Permission.MEMBERS_READ),
            Entry(mark("Tiers"), "", "/console/tiers", Permission.MEMBERS_READ),
            Entry(mark("Coupons"), "", "/console/coupons", Permission.COUPONS_READ),
            Entry(mark("Vouchers"), "", "/console/vouchers", Permission.COUPONS_READ),
        ),
    ),
    (
        mark("Reach"),
        "megaphone",
        (
            Entry(mark("Places and codes"), "", "/console/places", Permission.PLACES_READ),
            Entry(mark("Official account"), "", "/console/channel", Permission.CHANNELS_READ),
            Entry(mark("Campaigns"), "", "/console/campaigns", Permission.CAMPAIGNS_READ),
            Entry(mark("Red packets"), "", "/console/packets", Permission.CAMPAIGNS_READ),
        ),
    ),
    (
        mark("Insight"),
        "chart-column",
        (
            Entry(mark("Funnel"), "", "/console/insight/funnel", Permission.INSIGHT_READ),
            Entry(mark("Overview"), "", "/console/insight/overview", Permission.INSIGHT_READ),
            Entry(mark("RFM"), "", "/console/insight/rfm", Permission.INSIGHT_READ),
            Entry(mark("Cohorts"), "", "/console/insight/cohorts", Permission.INSIGHT_READ),
            Entry(mark("Lifetime value"), "", "/console/insight/lifetime", Permission.INSIGHT_READ),
            Entry(
                mark("Recognised trade"), "", "/console/insight/recognised", Permission.INSIGHT_READ
            ),
        ),
    ),
    (
        mark("Settings"),
        "settings",
        (
            Entry(mark("Merchant"), "", "/console/merchant-settings", Permission.MERCHANT_READ),
            Entry(mark("Stores"), "", "/console/stores", Permission.STORES_READ),
            Entry(mark("Staff"), "", "/console/staff", Permission.STAFF_READ),
            Entry(mark("API keys"), "", "/console/keys", Permission.KEYS_READ),
            Entry(mark("WeChat Pay keys"), "", "/console/payee", Permission.KEYS_READ),
            Entry(mark("Alipay apps"), "", "/console/alipay", Permission.KEYS_READ),
            Entry(mark("Payment providers"), "", "/console/gateways", Permission.KEYS_READ),
            Entry(mark("Audit log"), "", "/console/audit", Permission.AUDIT_READ),
        ),
    ),
)


def build_menu(permissions: Collection[str], *, is_operator: bool = False) -> tuple[MenuItem, ...]:
    """The menu of somebody with these permissions; groups without a page are left out."""
    groups = []
    if permissions:
        groups.append(MenuItem(label=mark("Today"), icon="layout-grid", href="/console/today"))
    for label, icon, entries in _groups:
        seen = tuple(
            MenuItem(label=one.label, icon=one.icon, href=one.href)
            for one in entries
            if one.permission in permissions
        )
        if seen:
            groups.append(MenuItem(label=label, icon=icon, children=seen))
    if is_operator:
        queues = (
            MenuItem(label=mark("To be decided"), icon="", href="/console/moderation"),
            MenuItem(label=mark("Audits of mini programs"), icon="", href="/console/app-audits"),
            MenuItem(label=mark("Merchants to let in"), icon="", href="/console/enrolment-queue"),
            MenuItem(label=mark("Trial balance"), icon="", href="/console/trial-balance"),
            MenuItem(label=mark("Risk"), icon="", href="/console/risk"),
            MenuItem(label=mark("Quotas of calls"), icon="", href="/console/quotas"),
            MenuItem(label=mark("Platform vouchers"), icon="", href="/console/platform-vouchers"),
        )
        groups.append(MenuItem(label=mark("Platform"), icon="shield-check", children=queues))
    return tuple(groups)

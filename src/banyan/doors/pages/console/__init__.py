"""The console: where a merchant's people run their shops; one folder a page."""

from banyan.doors.pages.console import desk_routes
from banyan.doors.pages.console.alipay import routes as alipay
from banyan.doors.pages.console.app import routes as app
from banyan.doors.pages.console.app import setting_routes as app_settings
from banyan.doors.pages.console.articles import routes as articles
from banyan.doors.pages.console.audience import routes as audience
from banyan.doors.pages.console.audit import routes as audit
from banyan.doors.pages.console.campaigns import routes as campaigns
from banyan.doors.pages.console.campaigns import segment_routes as segments
from banyan.doors.pages.console.card import routes as card
from banyan.doors.pages.console.cashdesks import routes as cashdesks
from banyan.doors.pages.console.channel import beacon_routes as channel_beacons
from banyan.doors.pages.console.channel import code_routes as channel_codes
from banyan.doors.pages.console.channel import device_routes as channel_devices
from banyan.doors.pages.console.channel import follower_routes as channel_followers
from banyan.doors.pages.console.channel import message_routes as channel_messages
from banyan.doors.pages.console.channel import platform_routes as channel_platforms
from banyan.doors.pages.console.channel import remote_routes as channel_remote
from banyan.doors.pages.console.channel import routes as channel
from banyan.doors.pages.console.channel import rules_routes as channel_rules
from banyan.doors.pages.console.channel import server_routes as channel_server
from banyan.doors.pages.console.channel import wifi_routes as channel_wifi
from banyan.doors.pages.console.complaints import routes as complaints
from banyan.doors.pages.console.coupons import routes as coupons
from banyan.doors.pages.console.enrolments import routes as enrolments
from banyan.doors.pages.console.funds import bill_routes as bills
from banyan.doors.pages.console.funds import charge_routes as charges
from banyan.doors.pages.console.funds import reconcile_routes as reconcile
from banyan.doors.pages.console.funds import routes as funds
from banyan.doors.pages.console.gateways import payment_routes as provider_payments
from banyan.doors.pages.console.gateways import routes as gateways
from banyan.doors.pages.console.gateways import tally_routes as tallies
from banyan.doors.pages.console.goods import routes as goods
from banyan.doors.pages.console.guides import routes as guides
from banyan.doors.pages.console.insight import routes as insight
from banyan.doors.pages.console.keys import routes as keys
from banyan.doors.pages.console.later import routes as later
from banyan.doors.pages.console.me import routes as me
from banyan.doors.pages.console.members import routes as members
from banyan.doors.pages.console.merchant import routes as merchant
from banyan.doors.pages.console.moderation import account_routes as channel_checks
from banyan.doors.pages.console.moderation import routes as moderation
from banyan.doors.pages.console.opening import routes as opening
from banyan.doors.pages.console.orders import routes as orders
from banyan.doors.pages.console.packets import routes as packets
from banyan.doors.pages.console.parkings import routes as parkings
from banyan.doors.pages.console.payee import routes as payee
from banyan.doors.pages.console.places import routes as places
from banyan.doors.pages.console.products import parts_routes as product_parts
from banyan.doors.pages.console.products import routes as products
from banyan.doors.pages.console.quotas import routes as quotas
from banyan.doors.pages.console.risk import routes as risk
from banyan.doors.pages.console.shares import routes as shares
from banyan.doors.pages.console.staff import routes as staff
from banyan.doors.pages.console.stock import routes as stock
from banyan.doors.pages.console.stores import routes as stores
from banyan.doors.pages.console.talks import canned_routes as canned
from banyan.doors.pages.console.talks import routes as talks
from banyan.doors.pages.console.tiers import routes as tiers
from banyan.doors.pages.console.today import routes as today
from banyan.doors.pages.console.transfers import routes as transfers
from banyan.doors.pages.console.vouchers import platform_routes as platform_vouchers
from banyan.doors.pages.console.vouchers import routes as vouchers
from banyan.doors.pages.router import PageRoute

_tables = (
    desk_routes,
    opening,
    today,
    channel_checks,
    moderation,
    quotas,
    risk,
    orders,
    complaints,
    later,
    parkings,
    guides,
    transfers,
    shares,
    enrolments,
    charges,
    cashdesks,
    funds,
    bills,
    reconcile,
    provider_payments,
    tallies,
    products,
    product_parts,
    goods,
    stock,
    members,
    tiers,
    coupons,
    places,
    channel,
    articles,
    channel_rules,
    talks,
    canned,
    channel_messages,
    channel_followers,
    channel_codes,
    card,
    channel_devices,
    audience,
    channel_beacons,
    channel_wifi,
    channel_server,
    app,
    app_settings,
    channel_platforms,
    channel_remote,
    campaigns,
    segments,
    packets,
    vouchers,
    platform_vouchers,
    insight,
    merchant,
    stores,
    staff,
    keys,
    alipay,
    payee,
    gateways,
    audit,
    me,
)

ROUTES: tuple[PageRoute, ...] = tuple(route for table in _tables for route in table.ROUTES)
"""Every page of the console."""

"""How pages name what an account's owner may let a platform do."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.doors.pages.shell import mark
from banyan.reach.tokens import Function

FUNCTIONS: Mapping[Function, str] = {
    Function.MESSAGES: mark("Hear and answer what people say"),
    Function.FOLLOWERS: mark("Followers and tags"),
    Function.SERVICE: mark("Codes, short links, templates"),
    Function.WEB: mark("Sign people in on web pages"),
    Function.SHOP: mark("Shop"),
    Function.AGENTS: mark("Customer service"),
    Function.MASS: mark("Messages to many"),
    Function.CARDS: mark("Cards and coupons"),
    Function.SCAN: mark("Scanned products"),
    Function.WIFI: mark("Wi-Fi networks"),
    Function.MATERIAL: mark("Pictures and articles"),
    Function.SHAKE: mark("Beacons and shakes"),
    Function.STORES: mark("Stores"),
    Function.MENU: mark("Menu"),
    Function.OPEN: mark("Link accounts"),
    Function.INVOICES: mark("Electronic invoices"),
    Function.APP_ACCOUNT: mark("Mini program: settings"),
    Function.APP_DEVELOPMENT: mark("Mini program: development"),
    Function.APP_MESSAGES: mark("Mini program: messages"),
    Function.APP_LOGIN: mark("Mini program: sign-in"),
    Function.APP_STATISTICS: mark("Mini program: statistics"),
}

"""Which calls a platform may make for an account, by what the account's owner lets it do."""

from __future__ import annotations

from banyan.doors.wechat.known import KNOWN
from banyan.reach.tokens import Function

NUMBERS: dict[Function, int] = {
    Function.MESSAGES: 1,
    Function.FOLLOWERS: 2,
    Function.SERVICE: 3,
    Function.WEB: 4,
    Function.SHOP: 5,
    Function.AGENTS: 6,
    Function.MASS: 7,
    Function.CARDS: 8,
    Function.SCAN: 9,
    Function.WIFI: 10,
    Function.MATERIAL: 11,
    Function.SHAKE: 12,
    Function.STORES: 13,
    Function.MENU: 15,
    Function.APP_ACCOUNT: 17,
    Function.APP_DEVELOPMENT: 18,
    Function.APP_MESSAGES: 19,
    Function.APP_LOGIN: 20,
    Function.APP_STATISTICS: 21,
    Function.OPEN: 24,
    Function.INVOICES: 26,
}
"""What WeChat calls them."""

_of_groups: dict[str, tuple[Function, ...]] = {
    "menu": (Function.MENU,),
    "user": (Function.FOLLOWERS,),
    "tags_blacklist": (Function.FOLLOWERS,),
    "groups_legacy": (Function.FOLLOWERS,),
    "qrcode_short": (Function.SERVICE,),
    "media": (Function.MATERIAL, Function.MESSAGES),
    "material_comment": (Function.MATERIAL,),
    "draft_publish": (Function.MATERIAL, Function.MASS),
    "mass_send": (Function.MASS,),
    "template_message": (Function.MASS, Function.SERVICE),
    "subscribe_message": (Function.MASS, Function.APP_MESSAGES),
    "customer_service": (Function.MESSAGES, Function.AGENTS, Function.APP_MESSAGES),
    "jssdk": (Function.WEB, Function.CARDS),
    "datacube": (Function.FOLLOWERS, Function.MASS),
    "card": (Function.CARDS,),
    "card_invoice": (Function.INVOICES, Function.CARDS),
    "poi_store": (Function.STORES,),
    "shakearound": (Function.SHAKE,),
    "device_iot": (Function.SERVICE,),
    "wifi": (Function.WIFI,),
    "scan_product": (Function.SCAN,),
    "ai_semantic": (Function.SERVICE,),
    "guide": (Function.AGENTS,),
    "component_platform": (Function.OPEN,),
    "mp_login_user": (Function.APP_LOGIN,),
    "mp_code_link": (Function.APP_DEVELOPMENT,),
    "mp_message": (Function.APP_MESSAGES,),
    "mp_security": (Function.APP_DEVELOPMENT,),
    "mp_analysis": (Function.APP_STATISTICS,),
    "mp_via_component": (Function.APP_DEVELOPMENT, Function.APP_ACCOUNT),
    "merchant_legacy": (Function.SHOP,),
    "mp_other": (Function.APP_DEVELOPMENT,),
}
_OF_PATHS = {path: name for name, group in KNOWN.items() for path in group.paths}


def may_call(path: str, functions: frozenset[Function]) -> bool:
    """Whether one of the functions covers a call; tokens, addresses and quotas need none."""
    group = _OF_PATHS.get(path, "")
    return group == "base" or not functions.isdisjoint(_of_groups.get(group, ()))

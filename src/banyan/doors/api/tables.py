"""The tables of all rooms as one, in the order in which the reference lists them."""

from banyan.doors.api import (
    articles,
    audience,
    audit,
    beacons,
    broadcasts,
    campaigns,
    catalogue,
    channels,
    comments,
    consents,
    coupons,
    devices,
    hotspots,
    insight,
    invoices,
    keys,
    labels,
    listings,
    media,
    members,
    menus,
    merchants,
    notices,
    orders,
    people,
    places,
    platforms,
    pushes,
    remotes,
    scenes,
    sessions,
    staff,
    stock,
    stores,
    system,
    talks,
    templates,
    wallets,
)
from banyan.doors.http import Route

_tables = (
    system,
    sessions,
    people,
    wallets,
    orders,
    members,
    coupons,
    channels,
    broadcasts,
    menus,
    media,
    articles,
    comments,
    consents,
    pushes,
    remotes,
    labels,
    scenes,
    talks,
    templates,
    devices,
    beacons,
    hotspots,
    notices,
    merchants,
    stores,
    places,
    platforms,
    catalogue,
    stock,
    staff,
    invoices,
    keys,
    listings,
    campaigns,
    insight,
    audience,
    audit,
)

ROUTES: tuple[Route, ...] = tuple(route for table in _tables for route in table.ROUTES)
"""Every line of the API, room by room."""

NOT_ROUTED = frozenset(
    {
        "scenes.find_ticket",  # whoever has a ticket sees the picture, at WeChat's address
        "scenes.find_scene_codes",
        "broadcasts.read_numbered",  # programs know messages by number, at WeChat's address
        # Programs of accounts, sites and mini programs ask for these at WeChat's addresses.
        "tokens.issue_token",
        "tokens.issue_ticket",
        "tokens.read_uses",
        "tokens.clear_quota",
        "tokens.clear_quota_by_secret",
        "tokens.find_request",
        "consents.exchange_code",
        "consents.refresh_tokens",
        "consents.read_holder",
        "consents.check_holder",
        "consents.open_app_session",
        "consents.check_app_key",
        "consents.renew_app_key",
        "consents.start_login",  # the page of the site's code runs these
        "consents.collect_login",
        "articles.read_published",
        "media.read_media",  # its bytes are no JSON
        "sessions.mark_seen",  # the door runs it by itself
        "catalogue.import_catalogue",  # their rows travel as CSV, see goods_files
        "catalogue.export_catalogue",
    }
)
"""Operations for people that no line calls."""

"""The tables of all rooms as one, in the order in which the reference lists them."""

from banyan.doors.api import (
    audit,
    campaigns,
    catalogue,
    channels,
    coupons,
    insight,
    keys,
    labels,
    members,
    merchants,
    notices,
    orders,
    people,
    places,
    pushes,
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
    pushes,
    labels,
    scenes,
    talks,
    templates,
    notices,
    merchants,
    stores,
    places,
    catalogue,
    stock,
    staff,
    keys,
    campaigns,
    insight,
    audit,
)

ROUTES: tuple[Route, ...] = tuple(route for table in _tables for route in table.ROUTES)
"""Every line of the API, room by room."""

NOT_ROUTED = frozenset(
    {
        "scenes.find_ticket",  # whoever has a ticket sees the picture, at WeChat's address
        "scenes.find_scene_codes",
        "sessions.mark_seen",  # the door runs it by itself
        "catalogue.import_catalogue",  # their rows travel as CSV, see goods_files
        "catalogue.export_catalogue",
    }
)
"""Operations for people that no line calls."""

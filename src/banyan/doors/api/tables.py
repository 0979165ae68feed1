"""The tables of all rooms as one, in the order in which the reference lists them."""

from banyan.doors.api import (
    audit,
    keys,
    merchants,
    orders,
    people,
    sessions,
    staff,
    system,
    wallets,
)
from banyan.doors.http import Route

_tables = (
    system,
    sessions,
    people,
    wallets,
    orders,
    merchants,
    staff,
    keys,
    audit,
)

ROUTES: tuple[Route, ...] = tuple(route for table in _tables for route in table.ROUTES)
"""Every line of the API, room by room."""

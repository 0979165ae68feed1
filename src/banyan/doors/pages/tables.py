"""Every route of all pages, app by app."""

from banyan.doors.pages import cashier, console, landing, phone
from banyan.doors.pages.router import PageRoute

_tables = (landing, phone, console, cashier)

ROUTES: tuple[PageRoute, ...] = tuple(route for table in _tables for route in table.ROUTES)
"""Every line that the pages door serves."""

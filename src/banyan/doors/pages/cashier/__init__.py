"""The till: what a cashier does with one hand while the other holds a cup."""

from banyan.doors.pages.cashier.sell import routes as sell
from banyan.doors.pages.cashier.sold import routes as sold
from banyan.doors.pages.router import PageRoute

_tables = (sell, sold)

ROUTES: tuple[PageRoute, ...] = tuple(route for table in _tables for route in table.ROUTES)
"""Every page of the till."""

"""Every route of all pages, app by app."""

from banyan.doors.pages import cashier, console, landing, phone
from banyan.doors.pages.cashier.counter import surround_problem as surround_at_till
from banyan.doors.pages.console.desk import surround_problem as surround_at_console
from banyan.doors.pages.router import PageRoute, Surround

_tables = (landing, phone, console, cashier)

ROUTES: tuple[PageRoute, ...] = tuple(route for table in _tables for route in table.ROUTES)
"""Every line that the pages door serves."""

SURROUNDS: dict[str, Surround] = {
    "console": surround_at_console,
    "till": surround_at_till,
    "cashier": surround_at_till,
}
"""What stands around an error, by the first word of the path; the phone's shell elsewhere."""

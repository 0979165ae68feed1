"""Importing order history from files: read, judged, sorted, planned, and replayed in batches."""

from banyan.app.importing.import_orders import OrdersFile, import_orders, try_import
from banyan.app.importing.merchant import NEW, Wish, read_wish
from banyan.app.importing.report import ImportReport, Rejected

__all__ = (
    "NEW",
    "ImportReport",
    "OrdersFile",
    "Rejected",
    "Wish",
    "import_orders",
    "read_wish",
    "try_import",
)

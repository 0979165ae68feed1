"""The JSON API: the tables of all rooms as one, its OpenAPI document and its reference page."""

from banyan.doors.api.reference import PAGES, read_document
from banyan.doors.api.tables import ROUTES

__all__ = ("PAGES", "ROUTES", "read_document")

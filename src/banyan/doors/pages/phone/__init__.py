"""The phone app: what people do in shops, with one thumb."""

from banyan.doors.pages.phone.routes import ROUTES

__all__ = ("ROUTES",)

"""The first page, and what belongs to no app: the choice of language, the page without network."""

from banyan.doors.pages.landing.routes import ROUTES

__all__ = ("ROUTES",)

"""The API of people: oneself."""

from banyan.doors.http import Route
from banyan.parties.people import change_profile, read_profile

ROUTES = (
    Route("GET", "/v1/me", read_profile, summary="Read your own profile", tags=("people",)),
    Route("PATCH", "/v1/me", change_profile, summary="Change your own profile", tags=("people",)),
)

"""The API of points that malls give for payments."""

from banyan.doors.http import Route
from banyan.pay.circles import join_circle, read_my_circle

_TAGS = ("me",)
_mine = "/v1/me/circles/{merchant_id}"

ROUTES = (
    Route("GET", _mine, read_my_circle, summary="Read which points a mall gave me", tags=_TAGS),
    Route("PUT", _mine, join_circle, summary="Let a mall give me points, or not", tags=_TAGS),
)

"""The API of a person's own inbox."""

from banyan.doors.http import Route
from banyan.reach.notices import count_unread, list_notices, mark_read

_TAGS = ("notices",)

ROUTES = (
    Route("GET", "/v1/notices", list_notices, summary="List your notices", tags=_TAGS),
    Route(
        "GET", "/v1/notices/unread", count_unread, summary="Count your unread notices", tags=_TAGS
    ),
    Route("POST", "/v1/notices/read", mark_read, summary="Mark notices as read", tags=_TAGS),
)

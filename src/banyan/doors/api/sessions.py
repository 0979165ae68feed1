"""The API of sessions: codes, signing in and out, the devices signed in."""

from banyan.doors.http import Route
from banyan.parties.sessions import (
    list_sessions,
    request_code,
    revoke_session,
    sign_in,
    sign_out,
    sign_out_everywhere,
)

_TAGS = ("sessions",)

ROUTES = (
    Route(
        "POST",
        "/v1/sessions/codes",
        request_code,
        summary="Have a one-time code sent to a phone",
        status=202,
        tags=_TAGS,
        hidden={"address": "address"},
    ),
    Route(
        "POST",
        "/v1/sessions",
        sign_in,
        summary="Sign in, or up, with the code",
        status=201,
        tags=_TAGS,
        hidden={"user_agent": "user_agent"},
    ),
    Route("GET", "/v1/sessions", list_sessions, summary="List your devices", tags=_TAGS),
    Route(
        "DELETE", "/v1/sessions/current", sign_out, summary="Sign out on this device", tags=_TAGS
    ),
    Route(
        "DELETE",
        "/v1/sessions/{session_id}",
        revoke_session,
        summary="Sign out on another device",
        tags=_TAGS,
    ),
    Route("DELETE", "/v1/sessions", sign_out_everywhere, summary="Sign out everywhere", tags=_TAGS),
)

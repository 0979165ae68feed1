"""The API of what people let accounts and sites know about them."""

from banyan.doors.http import Route
from banyan.reach.consents import (
    answer_login,
    authorize,
    enter_app,
    list_my_consents,
    read_asking,
    revoke_consent,
    see_login,
    share_phone,
)

_TAGS = ("my consents",)

ROUTES = (
    Route(
        "GET",
        "/v1/consents/asking",
        read_asking,
        summary="Read what an account asks for",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/consents/codes",
        authorize,
        summary="Tell an account what it asks for",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/consents/app-codes",
        enter_app,
        summary="Sign in to a mini program",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/consents/phone-codes",
        share_phone,
        summary="Give a mini program your phone number",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/consents/logins/seen",
        see_login,
        summary="Read which site shows the code that your phone scanned",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/consents/logins/answer",
        answer_login,
        summary="Sign in at the site that shows the code, or do not",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/consents",
        list_my_consents,
        summary="List what you let accounts and sites know",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        "/v1/consents/{channel_id}",
        revoke_consent,
        summary="Take back what you let an account know",
        tags=_TAGS,
    ),
)

"""The API of API keys: making, rotating, revoking and listing them."""

from banyan.doors.http import Route
from banyan.parties.keys import create_key, list_keys, revoke_key, rotate_key

_TAGS = ("keys",)

ROUTES = (
    Route(
        "GET", "/v1/merchants/{merchant_id}/keys", list_keys, summary="List API keys", tags=_TAGS
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/keys",
        create_key,
        summary="Make an API key; its secret is shown once",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/keys/{key_id}/rotation",
        rotate_key,
        summary="Give an API key a new secret",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        "/v1/merchants/{merchant_id}/keys/{key_id}",
        revoke_key,
        summary="Revoke an API key",
        tags=_TAGS,
    ),
)

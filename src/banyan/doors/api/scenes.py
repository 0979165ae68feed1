"""The API of the accounts' own codes: made by merchants, scanned by people."""

from banyan.doors.http import Route
from banyan.reach.scenes import (
    create_scene_code,
    follow_by_scene,
    lengthen,
    list_scene_codes,
    read_scene_code,
    scan_scene,
    shorten,
)

_TAGS = ("codes of official accounts",)
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"

ROUTES = (
    Route(
        "POST",
        f"{_CHANNEL}/codes",
        create_scene_code,
        summary="Make a code that carries a number or a text",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/codes",
        list_scene_codes,
        summary="List the codes, with scans and new followers",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/codes/{{code_id}}",
        read_scene_code,
        summary="Read a code and its last days",
        tags=_TAGS,
    ),
    Route("POST", "/v1/codes/{token}/scans", scan_scene, summary="Scan a code", tags=_TAGS),
    Route(
        "POST",
        "/v1/codes/{token}/follow",
        follow_by_scene,
        summary="Follow the account whose code was scanned",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/short-keys",
        shorten,
        summary="Have a short key for a long text",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/short-keys/{{short_key}}",
        lengthen,
        summary="Read what a short key stands for",
        tags=_TAGS,
    ),
)

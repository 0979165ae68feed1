"""The API of accounts' pictures, sounds and films."""

from banyan.doors.http import Route
from banyan.reach.media import (
    add_media,
    add_picture,
    count_kept,
    delete_media,
    describe_video,
    list_kept,
    read_item,
)
from banyan.reach.voices import ask_hearing, read_hearing

_TAGS = ("media of accounts",)
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_file_body_max = 15 << 20
"""Ten megabytes in base64, and what stands around them."""

ROUTES = (
    Route(
        "POST",
        f"{_CHANNEL}/media",
        add_media,
        summary="Upload a file, for three days or to keep",
        status=201,
        tags=_TAGS,
        body_bytes_max=_file_body_max,
    ),
    Route("GET", f"{_CHANNEL}/media", list_kept, summary="List files that are kept", tags=_TAGS),
    Route("GET", f"{_CHANNEL}/media/{{media_id}}", read_item, summary="Read a file", tags=_TAGS),
    Route(
        "DELETE",
        f"{_CHANNEL}/media/{{media_id}}",
        delete_media,
        summary="Delete a file that is kept",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/media/{{media_id}}/films",
        describe_video,
        summary="Have a film once more with other words",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", f"{_CHANNEL}/media-counts", count_kept, summary="Count files by kind", tags=_TAGS),
    Route(
        "POST",
        f"{_CHANNEL}/pictures",
        add_picture,
        summary="Upload a picture for texts",
        status=201,
        tags=_TAGS,
        body_bytes_max=_file_body_max,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/hearings",
        ask_hearing,
        summary="Have a voice turned into text",
        status=201,
        tags=_TAGS,
        body_bytes_max=_file_body_max,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/hearings/{{voice_id}}",
        read_hearing,
        summary="Read what was heard",
        tags=_TAGS,
    ),
)

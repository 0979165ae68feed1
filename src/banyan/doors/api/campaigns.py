"""The API of campaigns: segments of members, and what is sent to them."""

from banyan.commerce.campaigns import (
    change_segment,
    create_segment,
    delete_segment,
    list_recipients,
    list_segments,
    list_sends,
    preview_segment,
    read_send,
    send_campaign,
)
from banyan.doors.http import Route

_TAGS = ("campaigns",)

ROUTES = (
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/segments",
        create_segment,
        summary="Save a segment of members",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/segments",
        list_segments,
        summary="List a merchant's segments",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/segments/preview",
        preview_segment,
        summary="Count the members that rules describe",
        tags=_TAGS,
    ),
    Route(
        "PATCH",
        "/v1/merchants/{merchant_id}/segments/{segment_id}",
        change_segment,
        summary="Change a segment",
        tags=_TAGS,
    ),
    Route(
        "DELETE",
        "/v1/merchants/{merchant_id}/segments/{segment_id}",
        delete_segment,
        summary="Forget a segment",
        status=204,
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/merchants/{merchant_id}/sends",
        send_campaign,
        summary="Send a message, and a coupon if wished, to a segment",
        status=201,
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/sends",
        list_sends,
        summary="List what was sent to segments",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/sends/{send_id}",
        read_send,
        summary="Read what came of a send",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/sends/{send_id}/recipients",
        list_recipients,
        summary="List whom a send was for, with what became of message and coupon",
        tags=_TAGS,
    ),
)

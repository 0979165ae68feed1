"""The API of messages to many."""

from banyan.doors.http import Route
from banyan.reach.broadcasts import (
    answer_consent,
    cancel_message,
    change_outbox,
    count_audience,
    delete_message,
    find_my_broadcasts,
    list_deliveries,
    list_messages,
    preview_message,
    read_message,
    read_outbox,
    send_message,
)

_MINE = ("my official accounts",)
_SHOP = ("messages to many",)
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"
_MESSAGE = "/v1/merchants/{merchant_id}/messages/{message_id}"

ROUTES = (
    Route(
        "POST",
        "/v1/broadcasts/found",
        find_my_broadcasts,
        summary="Read in full what accounts sent to you and others",
        tags=_MINE,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/messages",
        send_message,
        summary="Send a message to followers, now or later",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/previews",
        preview_message,
        summary="Show one follower what a message is like",
        status=201,
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/messages",
        list_messages,
        summary="List the messages that an account sent",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/audience",
        count_audience,
        summary="Count whom a message would go to",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/outbox",
        read_outbox,
        summary="Read how an account sends to many",
        tags=_SHOP,
    ),
    Route(
        "PATCH",
        f"{_CHANNEL}/outbox",
        change_outbox,
        summary="Change how an account sends to many",
        tags=_SHOP,
    ),
    Route("GET", _MESSAGE, read_message, summary="Read a message and its results", tags=_SHOP),
    Route(
        "GET",
        f"{_MESSAGE}/deliveries",
        list_deliveries,
        summary="List what became of a message, recipient by recipient",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_MESSAGE}/cancel",
        cancel_message,
        summary="Take back a message that has not begun",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_MESSAGE}/delete",
        delete_message,
        summary="Take back a message, or an article of it, that went",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_MESSAGE}/consent",
        answer_consent,
        summary="Let a message of the account's program to all go, or not",
        tags=_SHOP,
    ),
)

"""The API of accounts' own servers: which they are, and what they were told."""

from banyan.doors.http import Route
from banyan.reach.pushes import (
    list_pushes,
    read_server,
    remove_server,
    replay_push,
    set_server,
)
from banyan.reach.tokens import read_allowed, set_allowed

_SHOP = ("official accounts",)
_channel = "/v1/merchants/{merchant_id}/channels/{channel_id}"

ROUTES = (
    Route(
        "GET",
        f"{_channel}/allowed-addresses",
        read_allowed,
        summary="Read to which addresses tokens of an account are given",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_channel}/allowed-addresses",
        set_allowed,
        summary="Give tokens of an account to these addresses only",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/server",
        read_server,
        summary="Read which server an account has, and which it shall have",
        tags=_SHOP,
    ),
    Route(
        "PUT",
        f"{_channel}/server",
        set_server,
        summary="Name a server, which must echo what it is asked",
        tags=_SHOP,
    ),
    Route(
        "DELETE",
        f"{_channel}/server",
        remove_server,
        summary="Tell no server any more",
        tags=_SHOP,
    ),
    Route(
        "GET",
        f"{_channel}/pushes",
        list_pushes,
        summary="List what an account's server was told, and what came of it",
        tags=_SHOP,
    ),
    Route(
        "POST",
        f"{_channel}/pushes/{{push_id}}/replay",
        replay_push,
        summary="Tell an account's server once more",
        tags=_SHOP,
    ),
)

"""The API of menus that only some followers see."""

from banyan.doors.http import Route
from banyan.reach.menus import add_menu, delete_menu, delete_menus, read_menus, try_match

_TAGS = ("menus of accounts",)
_MENUS = "/v1/merchants/{merchant_id}/channels/{channel_id}/menus"

ROUTES = (
    Route("GET", _MENUS, read_menus, summary="Read all menus of an account", tags=_TAGS),
    Route(
        "POST",
        _MENUS,
        add_menu,
        summary="Add a menu for some followers",
        status=201,
        tags=_TAGS,
    ),
    Route("DELETE", _MENUS, delete_menus, summary="Delete all menus", tags=_TAGS),
    Route(
        "DELETE",
        f"{_MENUS}/{{menu_number}}",
        delete_menu,
        summary="Delete a menu for some followers",
        tags=_TAGS,
    ),
    Route(
        "GET",
        "/v1/merchants/{merchant_id}/channels/{channel_id}/followers/{openid}/menu",
        try_match,
        summary="Read the menu that a follower sees",
        tags=_TAGS,
    ),
)

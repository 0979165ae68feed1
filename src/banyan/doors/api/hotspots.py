"""The API of stores' Wi-Fi: offered by accounts, connected to by people."""

from banyan.commerce.hotspots import (
    add_router,
    change_network,
    connect_wifi,
    count_wifi,
    delete_router,
    list_routers,
    list_shops,
    open_homepage,
    read_shop,
    scan_wifi,
    set_homepage,
)
from banyan.doors.http import Route

_TAGS = ("Wi-Fi of stores",)
_CHANNEL = "/v1/merchants/{merchant_id}/channels/{channel_id}"

ROUTES = (
    Route(
        "GET",
        f"{_CHANNEL}/wifi-shops",
        list_shops,
        summary="List stores with their Wi-Fi",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/wifi-shops/{{store_id}}",
        read_shop,
        summary="Read a store with its Wi-Fi",
        tags=_TAGS,
    ),
    Route(
        "POST",
        f"{_CHANNEL}/wifi-shops/{{store_id}}/routers",
        add_router,
        summary="Have one more router",
        status=201,
        tags=_TAGS,
    ),
    Route("GET", f"{_CHANNEL}/wifi-routers", list_routers, summary="List routers", tags=_TAGS),
    Route(
        "DELETE",
        f"{_CHANNEL}/wifi-routers/{{bssid}}",
        delete_router,
        summary="Have a router no more",
        tags=_TAGS,
    ),
    Route(
        "PATCH",
        f"{_CHANNEL}/wifi-shops/{{store_id}}/networks",
        change_network,
        summary="Change a network",
        tags=_TAGS,
    ),
    Route(
        "PUT",
        f"{_CHANNEL}/wifi-shops/{{store_id}}/homepage",
        set_homepage,
        summary="Choose what opens once connected",
        tags=_TAGS,
    ),
    Route(
        "GET",
        f"{_CHANNEL}/wifi-days",
        count_wifi,
        summary="Count who connected day by day",
        tags=_TAGS,
    ),
    Route("GET", "/v1/wifi/{token}", scan_wifi, summary="Scan the code of a network", tags=_TAGS),
    Route(
        "POST",
        "/v1/wifi/{token}/connected",
        connect_wifi,
        summary="Connect to a network",
        tags=_TAGS,
    ),
    Route(
        "POST",
        "/v1/wifi/{token}/opened",
        open_homepage,
        summary="Open the homepage once connected",
        tags=_TAGS,
    ),
)

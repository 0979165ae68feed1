"""The Wi-Fi of stores, as an account offers it: networks, their codes, and who connected."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.hotspots.arrange import (
    AddRouter,
    ChangeNetwork,
    CountWifi,
    DeleteRouter,
    SetHomepage,
    WifiDays,
    add_router,
    change_network,
    count_wifi,
    delete_router,
    set_homepage,
)
from banyan.commerce.hotspots.connect import (
    ConnectWifi,
    OpenHomepage,
    ScanWifi,
    connect_wifi,
    open_homepage,
    scan_wifi,
)
from banyan.commerce.hotspots.invariants import (
    INVARIANTS,
)
from banyan.commerce.hotspots.read_shops import (
    ListRouters,
    ListShops,
    ReadShop,
    RouterPart,
    ShopPart,
    list_routers,
    list_shops,
    read_shop,
)
from banyan.commerce.hotspots.rules import (
    CHINA,
)
from banyan.commerce.hotspots.types import (
    PART_MAX,
    Network,
    Router,
    WifiConnected,
    WifiDay,
    WifiOffer,
    WifiShop,
)

ROOM = Room(
    name="hotspots",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        add_router,
        delete_router,
        change_network,
        set_homepage,
        count_wifi,
        list_shops,
        read_shop,
        list_routers,
        scan_wifi,
        connect_wifi,
        open_homepage,
    ),
    events=(WifiConnected,),
    invariants=INVARIANTS,
)

__all__ = (
    "CHINA",
    "PART_MAX",
    "ROOM",
    "AddRouter",
    "ChangeNetwork",
    "ConnectWifi",
    "CountWifi",
    "DeleteRouter",
    "ListRouters",
    "ListShops",
    "Network",
    "OpenHomepage",
    "ReadShop",
    "Router",
    "RouterPart",
    "ScanWifi",
    "SetHomepage",
    "ShopPart",
    "WifiConnected",
    "WifiDay",
    "WifiDays",
    "WifiOffer",
    "WifiShop",
    "add_router",
    "change_network",
    "connect_wifi",
    "count_wifi",
    "delete_router",
    "list_routers",
    "list_shops",
    "open_homepage",
    "read_shop",
    "scan_wifi",
    "set_homepage",
)

"""Stores: a merchant's places of business, with their hours, time zone and spot on the map."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.stores.change_store import ChangeStore, change_store
from banyan.commerce.stores.invariants import INVARIANTS
from banyan.commerce.stores.open_store import OpenStore, open_store
from banyan.commerce.stores.read_store import (
    ListStores,
    ReadStore,
    access_store,
    list_stores,
    read_store,
)
from banyan.commerce.stores.rules import compute_is_serving
from banyan.commerce.stores.store import find_stores
from banyan.commerce.stores.types import Opening, Store, StoreChanged, StoreId, StoreOpened

ROOM = Room(
    name="stores",
    migrations=Path(__file__).parent / "migrations",
    operations=(open_store, change_store, read_store, list_stores),
    events=(StoreOpened, StoreChanged),
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "ChangeStore",
    "ListStores",
    "OpenStore",
    "Opening",
    "ReadStore",
    "Store",
    "StoreChanged",
    "StoreId",
    "StoreOpened",
    "access_store",
    "change_store",
    "compute_is_serving",
    "find_stores",
    "list_stores",
    "open_store",
    "read_store",
)

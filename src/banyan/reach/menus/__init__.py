"""Menus of official accounts that only some of the followers see."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.menus.invariants import INVARIANTS
from banyan.reach.menus.match_menu import (
    ReadMenus,
    TryMatch,
    find_fitting,
    read_menus,
    try_match,
)
from banyan.reach.menus.types import (
    DEFAULT_NUMBER,
    AllMenus,
    ConditionalMenu,
    MenuAdded,
    MenusDeleted,
    Platform,
    Rule,
)
from banyan.reach.menus.write_menus import (
    AddMenu,
    DeleteMenu,
    DeleteMenus,
    add_menu,
    delete_menu,
    delete_menus,
    forget_menus,
)

ROOM = Room(
    name="menus",
    migrations=Path(__file__).parent / "migrations",
    operations=(add_menu, delete_menu, delete_menus, read_menus, try_match),
    events=(MenuAdded, MenusDeleted),
    invariants=INVARIANTS,
)

__all__ = (
    "DEFAULT_NUMBER",
    "ROOM",
    "AddMenu",
    "AllMenus",
    "ConditionalMenu",
    "DeleteMenu",
    "DeleteMenus",
    "MenuAdded",
    "MenusDeleted",
    "Platform",
    "ReadMenus",
    "Rule",
    "TryMatch",
    "add_menu",
    "delete_menu",
    "delete_menus",
    "find_fitting",
    "forget_menus",
    "read_menus",
    "try_match",
)

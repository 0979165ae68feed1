"""What surrounds a page: language, the person signed in, the menu or tabs, notices."""

from __future__ import annotations

from typing import Literal

import msgspec

from banyan.doors.pages.shell.format import default_zone
from banyan.doors.pages.shell.i18n import Language, mark


class Flash(msgspec.Struct, frozen=True, kw_only=True):
    """A short notice shown once, on the page after an action."""

    text: str
    kind: Literal["success", "info", "warning", "danger"] = "success"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a switcher."""

    value: str
    label: str
    note: str = ""


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """One of the phone's bottom tabs."""

    name: str
    """What a page says in `{% set tab = "home" %}` to be marked as current."""
    label: str
    icon: str
    href: str


class MenuItem(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the console's menu: a page, or a group that opens."""

    label: str
    """Marked for translation, in English."""
    icon: str = ""
    href: str = ""
    children: tuple[MenuItem, ...] = ()
    count: int = 0
    """Things that wait there, as a number beside the label."""

    def holds(self, href: str) -> bool:
        """Whether this entry, or one below it, leads to an address."""
        if not href:
            return False
        return self.href == href or any(child.holds(href) for child in self.children)

    def list_hrefs(self) -> tuple[str, ...]:
        """List the addresses that this entry and those below it lead to."""
        below = tuple(href for child in self.children for href in child.list_hrefs())
        return (self.href, *below) if self.href else below


phone_tabs = (
    Tab(name="home", label=mark("Home"), icon="house", href="/"),
    Tab(name="scan", label=mark("Scan"), icon="scan-line", href="/scan"),
    Tab(name="orders", label=mark("Orders"), icon="receipt-text", href="/orders"),
    Tab(name="inbox", label=mark("Inbox"), icon="message-circle", href="/inbox"),
    Tab(name="me", label=mark("Me"), icon="user-round", href="/me"),
)


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What all shells need."""

    language: Language
    path: str
    """The path asked for: marks the current entry, and where a language switch returns."""
    zone: str = default_zone
    """The time zone of the store or person whose page it is."""
    person_name: str = ""
    """Empty for somebody who has not signed in."""
    flashes: tuple[Flash, ...] = ()
    banner: str = ""
    """One line above everything, for example that money here is test money."""


class PhoneFrame(Frame, frozen=True, kw_only=True):
    """Around a page of the phone app."""

    tabs: tuple[Tab, ...] = phone_tabs
    unread_count: int = 0
    """Unread messages, shown on the inbox tab."""


class ConsoleFrame(Frame, frozen=True, kw_only=True):
    """Around a page of the console."""

    menu: tuple[MenuItem, ...] = ()
    role: str = ""
    """The signed-in person's role here, in the page's language."""
    merchants: tuple[Choice, ...] = ()
    merchant: str = ""
    """The id chosen among `merchants`."""
    stores: tuple[Choice, ...] = ()
    store: str = ""
    """The id chosen among `stores`; empty for all of them."""

    @property
    def current_href(self) -> str:
        """The menu's address that this page belongs under: the longest its path begins with."""
        path = self.path.partition("?")[0]
        hrefs = (href for entry in self.menu for href in entry.list_hrefs())
        return max((one for one in hrefs if f"{path}/".startswith(f"{one}/")), key=len, default="")


class CashierFrame(Frame, frozen=True, kw_only=True):
    """Around a page of the till."""

    store_name: str = ""
    till_name: str = ""
    shift_started: str = ""
    """When this shift began, already formatted; empty when no shift is open."""

"""What every page of the phone app needs: its frame, where the person is, and the shops' names."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

import msgspec

from banyan.base.errors import NotFound
from banyan.base.limits import PAGE_MAX
from banyan.base.secret import new_token
from banyan.commerce.places import PlaceKind
from banyan.doors.http import Answer
from banyan.doors.pages.ask import YEAR_S, Ask
from banyan.doors.pages.phone.words import Words
from banyan.doors.pages.shell import PhoneFrame, Tab, mark
from banyan.doors.pages.shell.format import default_zone
from banyan.parties.merchants import (
    ListPublicMerchants,
    MerchantId,
    PublicMerchant,
    list_public_merchants,
)
from banyan.reach.notices import CountUnread, count_unread

HOME = "/home"
TABS = (
    Tab(name="home", label=mark("Home"), icon="house", href=HOME),
    Tab(name="scan", label=mark("Scan"), icon="scan-line", href="/scan"),
    Tab(name="orders", label=mark("Orders"), icon="receipt-text", href="/orders"),
    Tab(name="inbox", label=mark("Inbox"), icon="message-circle", href="/inbox"),
    Tab(name="me", label=mark("Me"), icon="user-round", href="/me"),
)

_VISITOR = "visitor"
_HERE = "here"
_here_s = 6 * 3600
_visitor = re.compile(r"[A-Za-z0-9_.~-]{16,128}")


class Here(msgspec.Struct, frozen=True, kw_only=True):
    """The place whose code the browser scanned last, today."""

    merchant_id: int
    store_id: int
    place_id: int
    kind: PlaceKind
    name: str
    code: str
    subject_id: int = 0

    @property
    def href(self) -> str:
        """The store it belongs to."""
        return f"/shops/{self.merchant_id}/{self.store_id}"

    def name_at(self, store_name: str) -> str:
        """The place's name where the store's stands beside it already: it is not said twice."""
        return self.name.removeprefix(store_name).lstrip(" ·-—:：,，/") or self.name

    def is_at(self, merchant_id: int, store_id: int) -> bool:
        """Whether it is a place of this store."""
        return (self.merchant_id, self.store_id) == (merchant_id, store_id)


def find_here(ask: Ask) -> Here | None:
    """Where the person is, as far as a code told; it is their own word and proves nothing."""
    given = ask.cookie(_HERE)
    if not given:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(given + "==="), type=Here)
    except (ValueError, msgspec.MsgspecError):
        return None


def set_here(ask: Ask, here: Here) -> None:
    """Remember for this visit where the person is."""
    value = base64.urlsafe_b64encode(msgspec.json.encode(here)).decode().rstrip("=")
    ask.set_cookie(_HERE, value, _here_s)


def find_visitor(ask: Ask) -> str | None:
    """What this browser is known by while nobody is signed in; None for one that never scanned."""
    given = ask.cookie(_VISITOR)
    return given if _visitor.fullmatch(given) else None


def ensure_visitor(ask: Ask) -> str:
    """What this browser is known by, from now on."""
    visitor = find_visitor(ask) or new_token("v")
    ask.set_cookie(_VISITOR, visitor, YEAR_S)
    return visitor


async def frame_of(ask: Ask, *, zone: str = default_zone, has_unread: bool = True) -> PhoneFrame:
    """The frame around a page; `has_unread` for pages with tabs."""
    unread = 0
    if has_unread and ask.is_signed_in:
        unread = (await ask.run(count_unread, CountUnread())).count
    return PhoneFrame(
        language=ask.language,
        path=ask.here,
        zone=zone,
        flashes=ask.take_flashes(),
        tabs=TABS,
        unread_count=unread,
    )


def show(
    ask: Ask, template: str, frame: PhoneFrame, *, status: int = 200, **values: object
) -> Answer:
    """A page of the phone app."""
    words = Words(ask.language)
    return ask.page(f"phone/{template}", frame, status=status, say=words, **values)


def show_block(
    ask: Ask, template: str, block: str, frame: PhoneFrame, *, status: int = 200, **values: object
) -> Answer:
    """One block of a page of the phone app, for HTMX."""
    words = Words(ask.language)
    return ask.block(f"phone/{template}", block, frame, status=status, say=words, **values)


async def names_of(ask: Ask, merchant_ids: Iterable[int]) -> dict[int, PublicMerchant]:
    """The shops of some things in a list, by id."""
    wanted = [MerchantId(one) for one in sorted({int(one) for one in merchant_ids} - {0})]
    if not wanted:
        return {}
    query = ListPublicMerchants(merchant_ids=wanted[:PAGE_MAX])
    page = await ask.run(list_public_merchants, query)
    return {int(one.merchant_id): one for one in page.items}


async def shop_of(ask: Ask, merchant_id: int) -> PublicMerchant:
    """The shop. Raises NotFound `merchants.not_found`."""
    found = (await names_of(ask, [merchant_id])).get(int(merchant_id))
    if found is None:
        raise NotFound("merchants.not_found")
    return found


def cursor_of(ask: Ask) -> str | None:
    """Where the page of a list begins; None for the beginning."""
    return ask.query.text("cursor")[:200] or None

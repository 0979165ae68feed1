"""Posters at the doors: a code, or all codes of a store, ready for print."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import quote

import msgspec

from banyan.base.errors import NotFound, Trouble
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading
from banyan.commerce.places import (
    CodeId,
    ListPlaces,
    PlaceKind,
    ReadCode,
    list_places,
    read_code,
)
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.wire.qr import (
    Layout,
    Poster,
    draw_poster,
    render_poster_pdf,
    render_poster_png,
    render_poster_svg,
)
from banyan.wire.qr.layout import Sheet

SHEETS_MAX = 500
"""Most sheets of one document."""
PLACES_A_PAGE = 100

PDF = "application/pdf"
SVG = "image/svg+xml"
PNG = "image/png"


class Origin:
    """Where people reach this server: what codes lead to. Filled once, when the doors are built."""

    def __init__(self) -> None:
        self._url = ""

    def connect(self, url: str) -> None:
        """Print this address, without a slash at its end."""
        self._url = url

    def link(self, token: str) -> str:
        """What a code says. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/c/{token}"

    def shelf_link(self, token: str) -> str:
        """Where cards are offered. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/k/{token}"

    def file_link(self, name: str) -> str:
        """Where a file of a shop or an account is. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/files/{name}"

    def wifi_link(self, token: str) -> str:
        """What the code of a store's Wi-Fi says. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/w/{token}"

    def scene_link(self, token: str) -> str:
        """What an account's own code says. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/q/{token}"

    def ticket_link(self, ticket: str) -> str:
        """Where the picture of a code is, that programs know by a ticket. Raises Trouble."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/cgi-bin/showqrcode?ticket={quote(ticket)}"

    def invoices_link(self) -> str:
        """Where people see their invoices. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/invoices"

    def title_link(self, token: str) -> str:
        """Where somebody says what they are called on an invoice. Raises Trouble."""
        return f"{self.invoices_link()}/asked/{token}"

    def paper_link(self, token: str) -> str:
        """Where the paper of an invoice is, for a while. Raises Trouble `places.no_address`."""
        return f"{self.invoices_link()}/papers/{token}"

    def app_link(self, path: str) -> str:
        """Where a page of a mini program is. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}{path}"

    def app_url(self, token: str) -> str:
        """What a link to a mini program says. Raises Trouble `places.no_address`."""
        if not self._url:
            raise Trouble("places.no_address")
        return f"{self._url}/l/{token}"


ORIGIN = Origin()

Call = Annotated[str, msgspec.Meta(max_length=40, pattern=LINE)]


class DrawPoster(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A poster of one code."""

    merchant_id: MerchantId
    code_id: CodeId
    layout: Layout = Layout.A4
    call_zh: Call = ""
    """What to do, instead of the usual words."""
    call_en: Call = ""


class DrawPosters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Posters of all places of a store, or of one kind of them: one active code each."""

    merchant_id: MerchantId
    store_id: StoreId
    """Zero: of every store that one may see."""
    kind: PlaceKind | None = None
    layout: Layout = Layout.TABLE_CARD
    call_zh: Call = ""
    call_en: Call = ""


class _Spot(msgspec.Struct, frozen=True):
    """What a poster is of."""

    name: str
    token: str
    kind: PlaceKind


class Drawing(msgspec.Struct, frozen=True):
    """A finished file."""

    content: bytes


@reading(permission=Permission.PLACES_READ)
async def draw_poster_pdf(work: Work, query: DrawPoster) -> Drawing:
    """Draw the code's poster as PDF. Raises NotFound `places.code_not_found`."""
    return await _draw(work, query, lambda sheet: render_poster_pdf([sheet]))


@reading(permission=Permission.PLACES_READ)
async def draw_poster_svg(work: Work, query: DrawPoster) -> Drawing:
    """Draw the code's poster as SVG. Raises NotFound `places.code_not_found`."""
    return await _draw(work, query, render_poster_svg)


@reading(permission=Permission.PLACES_READ)
async def draw_poster_png(work: Work, query: DrawPoster) -> Drawing:
    """Draw the code's poster as PNG, 300 dots an inch. Raises NotFound `places.code_not_found`."""
    return await _draw(work, query, render_poster_png)


@reading(permission=Permission.PLACES_READ)
async def draw_posters(work: Work, query: DrawPosters) -> Drawing:
    """Draw up to 500 posters as one PDF, a page each, the oldest place first.

    Raises NotFound `stores.not_found`, `places.not_found` (there is nothing to draw).
    """
    if query.store_id:
        await access_store(work.db, query.merchant_id, query.store_id)
    shop = await _shop(work, query.merchant_id)
    posters = [_poster(query, shop, spot) for spot in await _list_codes(work, query)]
    if not posters:
        raise NotFound("places.not_found")
    return Drawing(await asyncio.to_thread(_render_all, posters, query.layout))


def render_file(drawing: Drawing) -> bytes:
    """The file itself."""
    return drawing.content


async def _draw(work: Work, query: DrawPoster, render: Callable[[Sheet], bytes]) -> Drawing:
    placed = await read_code(work, ReadCode(merchant_id=query.merchant_id, code_id=query.code_id))
    shop = await _shop(work, query.merchant_id)
    poster = _poster(query, shop, _Spot(placed.place.name, placed.code.token, placed.place.kind))
    # Drawing takes a tenth of a second or more: others must not wait for it.
    content = await asyncio.to_thread(lambda: render(draw_poster(poster, query.layout)))
    return Drawing(content)


def _render_all(posters: Sequence[Poster], layout: Layout) -> bytes:
    return render_poster_pdf([draw_poster(one, layout) for one in posters])


async def _list_codes(work: Work, query: DrawPosters) -> list[_Spot]:
    """Each place with an active code, its name with its store's."""
    found: list[_Spot] = []
    stores: dict[StoreId, str] = {}
    cursor = None
    while len(found) < SHEETS_MAX:
        page = await list_places(
            work,
            ListPlaces(
                merchant_id=query.merchant_id,
                store_id=query.store_id,
                kind=query.kind,
                limit=PLACES_A_PAGE,
                cursor=cursor,
            ),
        )
        for place in page.items:
            at = place.store_id
            if at not in stores:
                stores[at] = (await access_store(work.db, query.merchant_id, at)).name
            active = [code.token for code in place.codes if code.is_active]
            name = f"{stores[at]} · {place.name}"
            found += [_Spot(name, token, place.kind) for token in active[:1]]
        cursor = page.next_cursor
        if cursor is None:
            break
    return found[:SHEETS_MAX]


async def _shop(work: Work, merchant_id: MerchantId) -> str:
    merchant = (await find_merchants(work.db, [merchant_id])).get(merchant_id)
    if merchant is None:
        raise NotFound("merchants.not_found")
    return merchant.name


def _poster(query: DrawPoster | DrawPosters, shop: str, spot: _Spot) -> Poster:
    usual = Poster(url=ORIGIN.link(spot.token), shop=shop, place=spot.name)
    call_zh, call_en = usual.call_zh, usual.call_en
    if spot.kind is PlaceKind.TILL:
        call_zh, call_en = "扫一扫付款", "Scan to pay"
    return Poster(
        url=usual.url,
        shop=shop,
        place=spot.name,
        call_zh=query.call_zh or call_zh,
        call_en=query.call_en or call_en,
    )

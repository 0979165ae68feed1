"""Makes what offers cards: codes to scan, pages, and links that open a membership."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.cards import Address, CardReport, access_card, list_card_reports
from banyan.commerce.handouts import store
from banyan.commerce.handouts.access import access_shelf, find_items
from banyan.commerce.handouts.ports import draw
from banyan.commerce.handouts.rules import CHANCE_BYTES, read_ticket, render_ticket, render_token
from banyan.commerce.handouts.types import Shelf, ShelfId, ShelfItem, ShelfKind, ShelfMade
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own

ITEMS_MAX = 10
LIFE_MAX = 366 * 86_400

Line = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]


class MakeShelf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have something that offers these cards."""

    merchant_id: MerchantId
    channel_id: ChannelId
    kind: ShelfKind
    items: Annotated[list[ShelfItem], msgspec.Meta(min_length=1, max_length=ITEMS_MAX)]
    title: Line = ""
    banner_url: Address = ""
    scene: Line = ""
    may_share: bool = False
    life_s: Annotated[int, msgspec.Meta(ge=1, le=LIFE_MAX)] | None = None
    """How long it works; null for ever."""


class OpenShelf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this address, or code, offer?"""

    token: Annotated[str, msgspec.Meta(max_length=64)]


class FindTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which code is this the ticket of?"""

    ticket: Annotated[str, msgspec.Meta(max_length=200)]


class OpenedShelf(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered, card by card."""

    shelf: Shelf
    cards: list[CardReport]
    """In the order of the shelf's items; a deleted card's item is left out."""
    items: list[ShelfItem]


@single(permission=Permission.COUPONS_WRITE)
async def make_shelf(work: Work, command: MakeShelf) -> Shelf:
    """Make something that offers cards.

    Raises NotFound `channels.not_found`, `cards.not_found`; Invalid
    `handouts.not_for_activation`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    for item in command.items:
        card = await access_card(
            work.db,
            item.ref,
            merchant_id=int(command.merchant_id),
            channel_id=int(channel.channel_id),
        )
        if command.kind is ShelfKind.ACTIVATION and not card.kind.is_member:
            raise Invalid("handouts.not_for_activation")
    shelf_id, chance = ShelfId(work.ids.next()), draw(CHANCE_BYTES)
    token = render_token(int(channel.merchant_id), int(shelf_id), chance)
    life = timedelta(seconds=command.life_s or 0)
    shelf = Shelf(
        merchant_id=Id(command.merchant_id),
        shelf_id=shelf_id,
        channel_id=channel.channel_id,
        kind=command.kind,
        token=token,
        ticket=render_ticket(token),
        items=command.items,
        title=command.title,
        banner_url=command.banner_url,
        scene=command.scene,
        may_share=command.may_share,
        created_at=work.now,
        expires_at=work.now + life if command.life_s is not None else None,
    )
    await store.insert_shelf(work.db, shelf, chance)
    work.record(
        ShelfMade(
            merchant_id=int(shelf.merchant_id),
            channel_id=int(shelf.channel_id),
            subject_id=int(shelf.shelf_id),
            shelf_kind=shelf.kind,
            cards_count=len(shelf.items),
        )
    )
    return shelf


@reading(permission=Permission.PUBLIC)
async def open_shelf(work: Work, query: OpenShelf) -> OpenedShelf:
    """Return what is offered. Raises NotFound `handouts.no_such_shelf`."""
    shelf = await access_shelf(work, query.token)
    found = await list_offered(work, shelf)
    items = [item for item in shelf.items if item.ref in found]
    return OpenedShelf(shelf=shelf, cards=[found[item.ref] for item in items], items=items)


@reading(permission=Permission.PUBLIC)
async def find_ticket(work: Work, query: FindTicket) -> Shelf:
    """Return the code of a ticket. Raises NotFound `handouts.no_such_shelf`."""
    return await access_shelf(work, read_ticket(query.ticket))


async def list_offered(work: Work, shelf: Shelf) -> dict[str, CardReport]:
    """Return the cards of a shelf that are still given out, by what programs call them."""
    cards = await find_items(work, shelf)
    return {one.ref: one for one in await list_card_reports(work, cards)}

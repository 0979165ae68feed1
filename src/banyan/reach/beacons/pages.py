"""Makes the pages that a shake shows, changes and deletes them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.beacons import store
from banyan.reach.beacons.arrange import Asked, Skip
from banyan.reach.beacons.rules import check_page
from banyan.reach.beacons.types import (
    ASKED_MAX,
    DELETED_MAX,
    Comment,
    Number,
    Numbers,
    ShakePage,
    Url,
)
from banyan.reach.channels import ChannelId, access_own

Words = Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=LINE)]


class AddPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have one more page."""

    merchant_id: MerchantId
    channel_id: ChannelId
    title: Words
    description: Words
    icon_url: Url
    page_url: Url
    comment: Comment = ""


class ChangePage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a page otherwise."""

    merchant_id: MerchantId
    channel_id: ChannelId
    page_id: Number
    title: Words
    description: Words
    icon_url: Url
    page_url: Url
    comment: Comment = ""


class DeletePages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have pages no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    page_ids: Annotated[list[Number], msgspec.Meta(min_length=1, max_length=DELETED_MAX)]


class ListPages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List pages by number: those named, or all."""

    merchant_id: MerchantId
    channel_id: ChannelId
    page_ids: Numbers | None = None
    skip: Skip = 0
    limit: Asked = ASKED_MAX


class PagePart(msgspec.Struct, frozen=True, kw_only=True):
    """Some pages, and how many there are in all."""

    total: int
    items: list[ShakePage]


@single(permission=Permission.CHANNELS_WRITE)
async def add_page(work: Work, command: AddPage) -> ShakePage:
    """Add a page; beacons show it once told to.

    Raises NotFound `channels.not_found`, Invalid `beacons.page_malformed`.
    """
    _check(command)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    number = await store.next_number(work.db, channel.channel_id)
    assert number is not None, "a page is no beacon"
    page = _page(command, number)
    await store.insert_page(work.db, channel.channel_id, page, work.now)
    return page


@single(permission=Permission.CHANNELS_WRITE)
async def change_page(work: Work, command: ChangePage) -> ShakePage:
    """Write a page.

    Raises NotFound `channels.not_found`, `beacons.no_such_page`; Invalid `beacons.page_malformed`.
    """
    _check(command)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    page = _page(command, command.page_id)
    if not await store.set_page(work.db, channel.channel_id, page):
        raise NotFound("beacons.no_such_page")
    return page


@single(permission=Permission.CHANNELS_WRITE)
async def delete_pages(work: Work, command: DeletePages) -> None:
    """Delete all of them or none.

    Raises NotFound `channels.not_found`, `beacons.no_such_page`; Refusal `beacons.page_in_use`.
    """
    page_ids = sorted(set(command.page_ids))
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    known = await store.list_pages(work.db, channel.channel_id, page_ids, 0, ASKED_MAX)
    if len(known) < len(page_ids):
        raise NotFound("beacons.no_such_page")
    if await store.delete_pages(work.db, channel.channel_id, page_ids) < len(page_ids):
        raise Refusal("beacons.page_in_use")


@reading(permission=Permission.CHANNELS_READ)
async def list_pages(work: Work, query: ListPages) -> PagePart:
    """Return pages. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    items = await store.list_pages(
        work.db, channel.channel_id, query.page_ids, query.skip, query.limit
    )
    total = len(items)
    if query.page_ids is None:
        total, _ = await store.count(work.db, channel.channel_id)
    return PagePart(total=total, items=items)


def _check(command: AddPage | ChangePage) -> None:
    urls = (command.icon_url, command.page_url)
    check_page(command.title, command.description, command.comment, urls)


def _page(command: AddPage | ChangePage, page_id: int) -> ShakePage:
    return ShakePage(
        page_id=page_id,
        title=command.title,
        description=command.description,
        icon_url=command.icon_url,
        page_url=command.page_url,
        comment=command.comment,
    )

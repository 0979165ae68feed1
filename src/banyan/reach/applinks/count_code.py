"""Counts the codes of mini programs of which there are so many and no more."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.reach.applinks import store
from banyan.reach.applinks.types import CODES_MAX, Shape
from banyan.reach.miniapps import OwnCommand, access_own_app


class CountCode(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a code that opens this page."""

    shape: Shape
    path: Annotated[str, msgspec.Meta(min_length=1, max_length=1_024, pattern=LINE)]
    """A page and, behind a `?`, what it is opened with."""


class CountedCodes(msgspec.Struct, frozen=True, kw_only=True):
    """How many counted codes a mini program has."""

    codes_count: int


@single(permission=Permission.CHANNELS_WRITE)
async def count_code(work: Work, command: CountCode) -> CountedCodes:
    """Note that there is a code for a page; the same one is not counted again.

    Raises NotFound `channels.not_found`, Refusal `applinks.too_many_codes`.
    """
    channel = await access_own_app(work, command)
    book = await store.lock_book(work.db, channel.channel_id)
    if await store.has_code(work.db, channel.channel_id, command.shape, command.path):
        return CountedCodes(codes_count=book.codes_count)
    if book.codes_count >= CODES_MAX:
        raise Refusal("applinks.too_many_codes", codes_max=CODES_MAX)
    await store.insert_code(work.db, channel.channel_id, command.shape, command.path, work.now)
    await store.add_counts(work.db, channel.channel_id, codes=1)
    return CountedCodes(codes_count=book.codes_count + 1)

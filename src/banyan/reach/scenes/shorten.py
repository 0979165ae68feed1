"""Lets a short key stand for a long text for a while."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.text import LINES
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.scenes import store
from banyan.reach.scenes.create_code import LifeSeconds
from banyan.reach.scenes.ports import draw
from banyan.reach.scenes.rules import check_life, check_long, render_short
from banyan.reach.scenes.types import LIFE_MAX

_chance_bytes = 16
ShortKey = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]{15}$(?!\n)")]


class Shorten(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a short key for this."""

    merchant_id: MerchantId
    channel_id: ChannelId
    long_data: Annotated[str, msgspec.Meta(min_length=1, max_length=4_096, pattern=LINES)]
    life_s: LifeSeconds = int(LIFE_MAX.total_seconds())


class Lengthen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this short key of mine stand for?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    short_key: ShortKey


class Shortened(msgspec.Struct, frozen=True, kw_only=True):
    """A short key."""

    short_key: str


class Lengthened(msgspec.Struct, frozen=True, kw_only=True):
    """What a short key stands for."""

    long_data: str
    created_at: datetime
    expires_at: datetime
    left_s: int
    """For how many seconds yet."""


@single(permission=Permission.CHANNELS_WRITE)
async def shorten(work: Work, command: Shorten) -> Shortened:
    """Make a short key.

    Raises NotFound `channels.not_found`; Invalid `scenes.life_out_of_range`,
    `scenes.long_malformed`.
    """
    check_long(command.long_data)
    life = timedelta(seconds=command.life_s)
    check_life(life)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.delete_shorts(work.db, channel.channel_id, work.now)
    short_key = render_short(draw(_chance_bytes))
    short = store.Short(
        long_data=command.long_data, created_at=work.now, expires_at=work.now + life
    )
    await store.insert_short(work.db, channel.channel_id, short_key, short)
    return Shortened(short_key=short_key)


@reading(permission=Permission.CHANNELS_READ)
async def lengthen(work: Work, query: Lengthen) -> Lengthened:
    """Return what it stands for. Raises NotFound `channels.not_found`, `scenes.no_such_key`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    short = await store.find_short(work.db, channel.channel_id, query.short_key, work.now)
    if short is None:
        raise NotFound("scenes.no_such_key")
    return Lengthened(
        long_data=short.long_data,
        created_at=short.created_at,
        expires_at=short.expires_at,
        left_s=int((short.expires_at - work.now).total_seconds()),
    )

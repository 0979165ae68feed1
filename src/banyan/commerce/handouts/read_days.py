"""Reads what became of cards, day by day."""

from datetime import date, datetime, time, timedelta

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.commerce.cards import CardRef, access_card, count_members
from banyan.commerce.handouts import store
from banyan.commerce.handouts.rules import CHINA
from banyan.commerce.handouts.types import DaySum
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own


class ReadDays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a channel's cards between these days?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    first_on: date
    last_on: date
    ref: CardRef | None = None
    is_from_program: bool | None = None
    is_member: bool = False
    """Member cards only."""


class CardDays(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, by day: of each card, and of all of them."""

    items: list[DaySum]
    active: dict[date, int]
    """Member cards that were active at the end of each day."""
    taken: dict[date, int]
    """Member cards that had been taken by the end of each day."""


@reading(permission=Permission.COUPONS_READ)
async def read_days(work: Work, query: ReadDays) -> CardDays:
    """Return what happened on each day. Raises NotFound `channels.not_found`, `cards.not_found`."""
    await access_own(work.db, query.merchant_id, query.channel_id)
    card_id = None
    if query.ref is not None:
        card = await access_card(
            work.db, query.ref, merchant_id=query.merchant_id, channel_id=query.channel_id
        )
        card_id = int(card.card_id)
    items = await store.sum_days(
        work.db,
        query.merchant_id,
        query.channel_id,
        first_on=query.first_on,
        last_on=query.last_on,
        card_id=card_id,
        is_from_program=query.is_from_program,
        is_member=query.is_member,
    )
    active: dict[date, int] = {}
    taken: dict[date, int] = {}
    if query.is_member:
        for day_on in sorted({one.day_on for one in items}):
            end = datetime.combine(day_on + timedelta(days=1), time(), CHINA)
            active[day_on], taken[day_on] = await count_members(
                work.db, query.merchant_id, query.channel_id, card_id, end
            )
    return CardDays(items=items, active=active, taken=taken)

"""Reads cards with how many of each there are."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card
from banyan.commerce.cards.accounts import read_left
from banyan.commerce.cards.rules import render_ref
from banyan.commerce.cards.types import Card, CardRef, CardReport, CardStatus, CardStock
from banyan.commerce.coupons import Campaign, list_stocks
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own

PART_MAX = 50
_shown = (CardStatus.CHECKING, CardStatus.REFUSED, CardStatus.VERIFIED)


class ReadCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one card of a channel."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef


class ListCards(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a channel's cards, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    statuses: Annotated[list[CardStatus], msgspec.Meta(max_length=4)] = []
    """Empty: all but the deleted."""
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=PART_MAX)] = PART_MAX


class FindOnOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is this card that I could take?"""

    ref: CardRef


class Cards(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a channel's cards."""

    items: list[CardReport]
    total: int


@reading(permission=Permission.COUPONS_READ)
async def read_card(work: Work, query: ReadCard) -> CardReport:
    """Return one card. Raises NotFound `cards.not_found`."""
    card = await access_card(
        work.db, query.ref, merchant_id=query.merchant_id, channel_id=query.channel_id
    )
    return await report_on(work, card)


@reading(permission=Permission.COUPONS_READ)
async def list_cards(work: Work, query: ListCards) -> Cards:
    """Return a part of a channel's cards. Raises NotFound `channels.not_found`."""
    await access_own(work.db, query.merchant_id, query.channel_id)
    cards, total = await store.list_cards(
        work.db,
        query.merchant_id,
        query.channel_id,
        statuses=query.statuses or _shown,
        is_from_program=None,
        offset=query.offset,
        limit=query.limit,
    )
    return Cards(items=await list_card_reports(work, cards), total=total)


@reading(permission=Permission.PUBLIC)
async def find_on_offer(work: Work, query: FindOnOffer) -> CardReport:
    """Return a card that one could take. Raises NotFound `cards.not_found`."""
    return await report_on(work, await access_card(work.db, query.ref))


async def report_on(work: Work, card: Card) -> CardReport:
    """Return a card with its stock."""
    (report,) = await list_card_reports(work, [card])
    return report


async def list_card_reports(work: Work, cards: Sequence[Card]) -> list[CardReport]:
    """Return cards, which may be of several merchants, each with its stock."""
    keys = [(int(one.merchant_id), int(one.campaign_id)) for one in cards if one.campaign_id]
    campaigns = await list_stocks(work.db, keys) if keys else {}
    members = await read_left(work.db, [one for one in cards if one.kind.is_member])
    return [
        CardReport(
            card=one,
            ref=render_ref(one.merchant_id, one.card_id),
            stock=_stock_of(*campaigns[one.campaign_id])
            if one.campaign_id
            else CardStock(
                left=members[int(one.card_id)],
                total=one.budget,
                get_limit=one.get_limit,
                valid_until=one.valid_until,
                valid_days=one.valid_days,
            ),
        )
        for one in cards
    ]


def _stock_of(campaign: Campaign, left: int) -> CardStock:
    return CardStock(
        left=left,
        total=campaign.budget,
        get_limit=campaign.per_person_limit,
        valid_from=campaign.usable_from or campaign.valid_from,
        valid_until=campaign.valid_until,
        valid_days=campaign.valid_days,
        wait_days=campaign.wait_days,
        terms=campaign.terms,
    )

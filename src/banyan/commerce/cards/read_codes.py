"""Reads cards in hands, for their merchants, and opens the codes that pages were told."""

import base64
import binascii
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from banyan.books.work import Permission, Work, reading
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card, read_held
from banyan.commerce.cards.ports import PORTS
from banyan.commerce.cards.rules import can_use, render_ref, status_of
from banyan.commerce.cards.types import (
    Card,
    CardRef,
    CodeText,
    HeldCard,
    HolderStatus,
)
from banyan.commerce.coupons import CouponForOrder, CouponId, find_coupons
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, Openid, find_followers

HELD_MAX = 500
"""Most cards of one person that are listed at once."""


class ReadCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is this code?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef | None = None


class OpenCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which code did you seal?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    sealed: Annotated[str, msgspec.Meta(max_length=400)]


class ListHeld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of our cards can this person use?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    ref: CardRef | None = None


class ListCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the cards of a kind that are in hands, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    limit: Limit = 20
    cursor: Cursor | None = None


class CodeReport(msgspec.Struct, frozen=True, kw_only=True):
    """One card in somebody's hands."""

    ref: str
    held: HeldCard
    card: Card
    status: HolderStatus
    can_use: bool
    usable_from: datetime
    expires_at: datetime | None
    """Null for never."""


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """Some cards in somebody's hands."""

    items: list[CodeReport]


class CodeFound(msgspec.Struct, frozen=True, kw_only=True):
    """A code."""

    code: str


@reading(permission=Permission.COUPONS_READ)
async def read_code(work: Work, query: ReadCode) -> CodeReport:
    """Return one card. Raises NotFound `cards.not_found`, `cards.no_such_code`."""
    found = await read_held(work.db, query.merchant_id, query.channel_id, query.code, query.ref)
    return describe_held(*found, work.now)


@reading(permission=Permission.COUPONS_READ)
async def open_code(work: Work, query: OpenCode) -> CodeFound:
    """Return the code that was sealed for a page of the account. NotFound `cards.no_such_code`."""
    del work
    try:
        letter = base64.urlsafe_b64decode(query.sealed)
    except (binascii.Error, ValueError):
        raise NotFound("cards.no_such_code") from None
    code = PORTS.seal.find(letter, _label(query.channel_id))
    if code is None:
        raise NotFound("cards.no_such_code")
    return CodeFound(code=code)


@reading(permission=Permission.COUPONS_READ)
async def list_held(work: Work, query: ListHeld) -> Codes:
    """Return what a person could use now, the newest first; of one card or of all.

    Raises NotFound `cards.not_found`; Refusal `cards.unknown_openid`.
    """
    known = await find_followers(work.db, query.channel_id, [query.openid])
    if query.openid not in known:
        raise Refusal("cards.unknown_openid")
    card_id = None
    if query.ref is not None:
        card = await access_card(
            work.db, query.ref, merchant_id=query.merchant_id, channel_id=query.channel_id
        )
        card_id = int(card.card_id)
    held = await store.list_of_person(
        work.db,
        known[query.openid][0],
        merchant_id=int(query.merchant_id),
        card_id=card_id,
        limit=HELD_MAX,
    )
    every = await describe_all(work, held)
    return Codes(
        items=[
            one
            for one in every
            if one.card.channel_id == query.channel_id and one.status is HolderStatus.NORMAL
        ]
    )


@reading(permission=Permission.COUPONS_READ)
async def list_codes(work: Work, query: ListCodes) -> Page[CodeReport]:
    """Return a page of the cards in hands.

    Raises NotFound `cards.not_found`, Invalid `paging.bad_cursor`.
    """
    card = await access_card(
        work.db, query.ref, merchant_id=query.merchant_id, channel_id=query.channel_id
    )
    parts = decode_cursor(query.cursor, 2)
    before = (datetime.max.replace(tzinfo=work.now.tzinfo), "")
    if parts is not None and parts[0].lstrip("-").isdigit():
        before = (datetime.fromtimestamp(int(parts[0]) / 1e6, tz=work.now.tzinfo), parts[1])
    held = await store.list_codes(work.db, card, before, query.limit + 1)
    reports = await describe_all(work, held[: query.limit])
    if len(held) <= query.limit:
        return Page(items=reports)
    last = held[query.limit - 1]
    cursor = encode_cursor(round(last.taken_at.timestamp() * 1e6), last.code)
    return Page(items=reports, next_cursor=cursor)


def seal_held(held: HeldCard, card: Card) -> str:
    """A code as a page of the account is told of it: only its program can have it opened."""
    letter = PORTS.seal.close(held.code, _label(card.channel_id))
    return base64.urlsafe_b64encode(letter).decode()


async def describe_all(work: Work, held: list[HeldCard]) -> list[CodeReport]:
    """Return the cards in hands with what they are of and how they stand."""
    cards = await store.find_cards(work.db, [(one.merchant_id, one.card_id) for one in held])
    coupons = await find_coupons(
        work.db, [(one.merchant_id, one.coupon_id) for one in held if one.coupon_id]
    )
    return [
        describe_held(one, cards[int(one.card_id)], coupons.get(CouponId(one.coupon_id)), work.now)
        for one in held
    ]


def describe_held(
    held: HeldCard, card: Card, coupon: CouponForOrder | None, now: datetime
) -> CodeReport:
    """Return how one card stands."""
    start = coupon.usable_from if coupon is not None else held.active_from
    return CodeReport(
        ref=render_ref(held.merchant_id, int(held.card_id)),
        held=held,
        card=card,
        status=status_of(held, coupon, now),
        can_use=can_use(held, coupon, now),
        usable_from=start or held.taken_at,
        expires_at=coupon.expires_at if coupon is not None else held.expires_at,
    )


def _label(channel_id: int) -> str:
    return f"code:{int(channel_id)}"

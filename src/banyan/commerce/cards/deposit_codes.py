"""Takes in a merchant's own codes, from which a card's are then given one after another."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.cards import store
from banyan.commerce.cards.access import access_card
from banyan.commerce.cards.rules import DEPOSIT_MAX, find_missing
from banyan.commerce.cards.types import Card, CardRef, CodeMode, CodeText
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId

CodeTexts = Annotated[list[CodeText], msgspec.Meta(min_length=1, max_length=DEPOSIT_MAX)]


class DepositCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Here are codes for a card."""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    codes: CodeTexts


class CheckCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of these codes has the card?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef
    codes: CodeTexts


class CountDeposits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many deposited codes are left?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    ref: CardRef


class Deposited(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the codes: taken in, or had before."""

    fresh: list[str]
    known: list[str]


class CheckedCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Which codes a card has, and which not."""

    known: list[str]
    missing: list[str]


class DepositCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many codes are left."""

    count: int


@single(permission=Permission.COUPONS_WRITE)
async def deposit_codes(work: Work, command: DepositCodes) -> Deposited:
    """Take in codes; those that the card has already stay as they are.

    Raises NotFound `cards.not_found`, Refusal `cards.not_deposited`.
    """
    card = await _access(work, command, is_locked=True)
    codes = list(dict.fromkeys(command.codes))
    fresh = await store.insert_deposits(work.db, card, codes)
    return Deposited(fresh=[one for one in codes if one in fresh], known=find_missing(codes, fresh))


@reading(permission=Permission.COUPONS_READ)
async def check_codes(work: Work, query: CheckCodes) -> CheckedCodes:
    """Return which codes a card has. Raises NotFound `cards.not_found`."""
    card = await _access(work, query)
    known = await store.find_deposits(work.db, card, query.codes)
    missing = find_missing(query.codes, known)
    return CheckedCodes(known=find_missing(query.codes, missing), missing=missing)


@reading(permission=Permission.COUPONS_READ)
async def count_deposits(work: Work, query: CountDeposits) -> DepositCount:
    """Return how many codes are left. Raises NotFound `cards.not_found`."""
    card = await _access(work, query)
    return DepositCount(count=await store.count_deposits(work.db, card))


async def _access(
    work: Work, command: DepositCodes | CheckCodes | CountDeposits, *, is_locked: bool = False
) -> Card:
    card = await access_card(
        work.db,
        command.ref,
        merchant_id=command.merchant_id,
        channel_id=command.channel_id,
        is_locked=is_locked,
    )
    if card.terms.code_mode is not CodeMode.DEPOSITED:
        raise Refusal("cards.not_deposited")
    return card

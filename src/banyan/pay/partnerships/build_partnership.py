"""Builds, ends and lists partnerships."""

import hashlib
from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.partnerships import store
from banyan.pay.partnerships.types import (
    Business,
    Partnership,
    PartnershipBuilt,
    PartnershipTerminated,
)

_Key = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_|*:-]+$(?!\n)")
]
_DIGEST = 16


class BuildPartnership(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a merchant or a channel give out what a stock holds; exactly one of the two is named.

    That the stock is the merchant's own is the business of whoever knows stocks.
    """

    merchant_id: MerchantId
    business: Business
    stock_id: Id
    partner_merchant_id: Id = NONE
    partner_channel_id: Id = NONE
    request_key: _Key


class TerminatePartnership(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a partner give out a stock no longer."""

    merchant_id: MerchantId
    business: Business
    stock_id: Id
    partner_merchant_id: Id = NONE
    partner_channel_id: Id = NONE
    request_key: _Key


class ListPartnerships(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: partnerships of a merchant, those that ended too."""

    merchant_id: MerchantId
    business: Business
    stock_id: Id | None = None
    partner_merchant_id: Id | None = None
    partner_channel_id: Id | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


class Partnerships(msgspec.Struct, frozen=True, kw_only=True):
    """Some partnerships, and how many there are in all."""

    items: list[Partnership]
    total_count: int


@single(permission=Permission.COUPONS_WRITE)
async def build_partnership(work: Work, command: BuildPartnership) -> Partnership:
    """Build a partnership; the same key builds one only.

    Raises Invalid `partnerships.not_one`; Refusal `partnerships.key_used` (for something else
    before).
    """
    if bool(command.partner_merchant_id) == bool(command.partner_channel_id):
        raise Invalid("partnerships.not_one")
    await _check_key(work, command)
    built = await store.set_built(work.db, *_key(command), work.now)
    if built.updated_at == work.now:
        work.record(
            PartnershipBuilt(
                merchant_id=int(built.merchant_id),
                subject_id=int(built.stock_id),
                business=built.business,
                partner_merchant_id=int(built.partner_merchant_id),
                partner_channel_id=int(built.partner_channel_id),
            )
        )
    return built


@single(permission=Permission.COUPONS_WRITE)
async def terminate_partnership(work: Work, command: TerminatePartnership) -> Partnership:
    """End a partnership; one that has ended stays as it is.

    Raises NotFound `partnerships.not_found`; Refusal `partnerships.key_used`.
    """
    await _check_key(work, command)
    ended = await store.set_terminated(work.db, *_key(command), work.now)
    if ended is None:
        raise NotFound("partnerships.not_found")
    if ended.terminated_at == work.now:
        work.record(
            PartnershipTerminated(
                merchant_id=int(ended.merchant_id),
                subject_id=int(ended.stock_id),
                business=ended.business,
                partner_merchant_id=int(ended.partner_merchant_id),
                partner_channel_id=int(ended.partner_channel_id),
            )
        )
    return ended


@reading(permission=Permission.COUPONS_READ)
async def list_partnerships(work: Work, query: ListPartnerships) -> Partnerships:
    """Return partnerships of a merchant, the newest first."""
    conditions = (
        int(query.merchant_id),
        query.business.value,
        query.stock_id,
        query.partner_merchant_id,
        query.partner_channel_id,
    )
    items, total = await store.list_partnerships(work.db, conditions, query.offset, query.limit)
    return Partnerships(items=items, total_count=total)


async def _check_key(work: Work, command: BuildPartnership | TerminatePartnership) -> None:
    named = type(command).__name__.encode() + json.encode(command)
    digest = hashlib.blake2b(named, digest_size=_DIGEST).hexdigest()
    known = await store.set_request(
        work.db, command.merchant_id, command.request_key, digest, work.now
    )
    if known != digest:
        raise Refusal("partnerships.key_used")


def _key(command: BuildPartnership | TerminatePartnership) -> tuple[object, ...]:
    return (
        int(command.merchant_id),
        command.business.value,
        int(command.stock_id),
        int(command.partner_merchant_id),
        int(command.partner_channel_id),
    )

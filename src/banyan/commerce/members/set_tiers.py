"""Reads and rewrites a merchant's tiers."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.members import store
from banyan.commerce.members.rules import check_tiers, compute_default_tiers
from banyan.commerce.members.types import TIERS_MAX, NewTier, Tier, TiersSet
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId


class SetTiers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have these tiers, the lowest first."""

    merchant_id: MerchantId
    tiers: Annotated[list[NewTier], msgspec.Meta(min_length=1, max_length=TIERS_MAX)]


class ListTiers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's tiers."""

    merchant_id: MerchantId


class Tiers(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's tiers, the lowest first."""

    tiers: list[Tier]


@single(permission=Permission.MEMBERS_WRITE)
async def set_tiers(work: Work, command: SetTiers) -> Tiers:
    """Rewrite the tiers; every member is at once of the tier that their spending implies.

    Raises Invalid `members.tiers_first_not_free`, `members.tiers_not_ascending`,
    `members.tier_name_twice`.
    """
    check_tiers(command.tiers)
    merchant_id = command.merchant_id
    await store.open_tiers(work.db, merchant_id, compute_default_tiers(work.actor.language))
    await store.lock_tiers(work.db, merchant_id)
    before = Tiers(tiers=(await store.list_tiers(work.db, [merchant_id]))[merchant_id])
    after = Tiers(tiers=[_numbered(number, new) for number, new in enumerate(command.tiers, 1)])
    if after == before:
        return after
    await store.replace_tiers(work.db, merchant_id, after.tiers)
    await note_change(
        work,
        merchant_id=merchant_id,
        subject="members.tiers",
        subject_id=merchant_id,
        before=before,
        after=after,
    )
    work.record(TiersSet(merchant_id=int(merchant_id), tiers_count=len(after.tiers)))
    return after


@reading(permission=Permission.MEMBERS_READ)
async def list_tiers(work: Work, query: ListTiers) -> Tiers:
    """Return the merchant's tiers; before anybody joined, those it would begin with."""
    return Tiers(tiers=await find_tiers(work, query.merchant_id))


async def find_tiers(work: Work, merchant_id: int) -> list[Tier]:
    """Return a merchant's tiers, or those it would begin with."""
    found = await store.list_tiers(work.db, [merchant_id])
    return found.get(merchant_id) or compute_default_tiers(work.actor.language)


def _numbered(number: int, new: NewTier) -> Tier:
    return Tier(
        tier_no=number,
        name=new.name,
        threshold_fen=new.threshold_fen,
        discount_bp=new.discount_bp,
        points_rate_bp=new.points_rate_bp,
    )

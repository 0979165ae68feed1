"""Joins people to a merchant's membership."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.commerce.members import store
from banyan.commerce.members.points import open_points
from banyan.commerce.members.rules import compute_default_tiers
from banyan.commerce.members.types import MemberForOrder, MemberId, MemberJoined, NewMember
from banyan.parties.merchants import MerchantId, find_merchants


class JoinMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Become a member of a merchant."""

    merchant_id: MerchantId


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A membership, and whether it began just now."""

    merchant_id: MerchantId
    member_id: MemberId
    is_new: bool


@single(permission=Permission.PERSON)
async def join_member(work: Work, command: JoinMember) -> Joined:
    """Make the person who asks a member; one who is a member stays as they are.

    Raises NotFound `merchants.not_found`.
    """
    new = NewMember(
        merchant_id=command.merchant_id, person_id=work.actor.person_id, joined_at=work.now
    )
    return await join_one(work, new)


async def join_one(work: Work, new: NewMember) -> Joined:
    """Have one person's membership. Raises NotFound `merchants.not_found`."""
    merchant_id = MerchantId(new.merchant_id)
    if merchant_id not in await find_merchants(work.db, [merchant_id]):
        raise NotFound("merchants.not_found")
    members, fresh = await _join(work, [new])
    member_id = members[new.merchant_id, new.person_id].member_id
    return Joined(merchant_id=merchant_id, member_id=member_id, is_new=member_id in fresh)


async def ensure_members(
    work: Work, people: Sequence[NewMember]
) -> dict[tuple[int, int], MemberForOrder]:
    """Return the membership of every (merchant, person), joining those who are not members yet.

    The merchants must exist. Rivals that join the same person at once get the same membership.
    """
    members, _ = await _join(work, people)
    return members


async def _join(
    work: Work, people: Sequence[NewMember]
) -> tuple[dict[tuple[int, int], MemberForOrder], set[MemberId]]:
    """Return everybody's membership, and which of them began just now."""
    keys = {(one.merchant_id, one.person_id): one for one in people}
    members = await store.find_members(work.db, list(keys))
    missing = [one for key, one in keys.items() if key not in members]
    if not missing:
        return members, set()
    await _ensure_tiers(work, {one.merchant_id for one in missing})
    named = {MemberId(work.ids.next()): one for one in missing}
    fresh = await store.insert_members(work.db, named)
    for member_id, new in named.items():
        if member_id in fresh:
            _note_joined(work, member_id, new)
    # A rival may have been faster with some; by now it has committed and can be seen.
    joined = [(one.merchant_id, one.person_id) for one in missing]
    return members | await store.find_members(work.db, joined), fresh


def _note_joined(work: Work, member_id: MemberId, new: NewMember) -> None:
    open_points(work, [(new.merchant_id, member_id)])
    work.record(
        MemberJoined(
            merchant_id=new.merchant_id,
            person_id=new.person_id,
            store_id=new.store_id,
            code_id=new.code_id,
            subject_id=int(member_id),
            member_id=member_id,
        ),
        index=new.index,
        at=new.joined_at,
    )


async def _ensure_tiers(work: Work, merchant_ids: set[int]) -> None:
    """Open the membership of merchants that nobody has joined yet."""
    known = await store.list_tiers(work.db, list(merchant_ids))
    for merchant_id in sorted(merchant_ids - known.keys()):
        await store.open_tiers(work.db, merchant_id, compute_default_tiers("zh"))

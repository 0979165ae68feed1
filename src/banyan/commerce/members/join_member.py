"""Joins people to a merchant's membership."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.work import Call, Permission, Work, plural
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


@plural(permission=Permission.PERSON, batch_max=128)
async def join_member(work: Work, calls: Sequence[Call[JoinMember]]) -> Sequence[Joined | Failure]:
    """Make each who asks a member; one who is a member stays as they are.

    Many come at once when a shop opens, and all their facts go to the lane of one merchant, which
    a transaction holds until it is durable: together they wait for the disk once.

    Fails with NotFound `merchants.not_found`.
    """
    known = await find_merchants(work.db, sorted({call.command.merchant_id for call in calls}))
    people = [
        NewMember(
            merchant_id=call.command.merchant_id,
            person_id=call.actor.person_id,
            joined_at=call.at,
            index=call.index,
        )
        for call in calls
        if call.command.merchant_id in known
    ]
    members, fresh = await _join(work, people)
    outcomes: list[Joined | Failure] = []
    for call in calls:
        merchant_id = call.command.merchant_id
        member = members.get((merchant_id, call.actor.person_id))
        if member is None:
            outcomes.append(NotFound("merchants.not_found"))
            continue
        # Whoever asks twice in one batch has joined once.
        is_new = member.member_id in fresh
        fresh.discard(member.member_id)
        outcomes.append(Joined(merchant_id=merchant_id, member_id=member.member_id, is_new=is_new))
    return outcomes


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
    # Of somebody who comes twice the first counts.
    keys = {(one.merchant_id, one.person_id): one for one in reversed(people)}
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

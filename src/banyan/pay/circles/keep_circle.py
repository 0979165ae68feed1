"""People join a mall's circle or leave it, and malls say which points they gave."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.charges import ChargeId, ReadCharge, read_charge
from banyan.pay.circles import store
from banyan.pay.circles.types import (
    SHOWN_MAX,
    CircleJoined,
    CircleLeft,
    CircleMember,
    GivenPoints,
    Points,
    PointsGiven,
    Remark,
)


class JoinCircle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a mall give me points for what I pay there, or no more."""

    merchant_id: MerchantId
    is_in: bool = True


class ReadMyCircle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether I get points of a mall, and which I got."""

    merchant_id: MerchantId


class MyCircle(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody gets points of a mall, and which they got, the newest first."""

    member: CircleMember | None
    points: Annotated[list[GivenPoints], msgspec.Meta(max_length=SHOWN_MAX)]


class FindCircleMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Does somebody want points of me?"""

    merchant_id: MerchantId
    person_id: PersonId


class FoundCircleMember(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody wants points, if they ever did."""

    member: CircleMember | None


class GivePoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say which points somebody got for what they paid me, or why they got none."""

    merchant_id: MerchantId
    charge_id: ChargeId
    person_id: PersonId
    is_earned: bool
    points: Points
    total_points: Points | None = None
    remark: Remark = ""


@single(permission=Permission.PERSON)
async def join_circle(work: Work, command: JoinCircle) -> CircleMember:
    """Let a mall give points or no more. Raises NotFound `circles.not_joined`."""
    person_id = Id(work.actor.person_id)
    before = await store.find_member(work.db, command.merchant_id, person_id)
    if before is not None and before.is_in == command.is_in:
        return before
    if command.is_in:
        after = CircleMember(
            merchant_id=Id(command.merchant_id), person_id=person_id, joined_at=work.now
        )
    elif before is None:
        raise NotFound("circles.not_joined")
    else:
        after = msgspec.structs.replace(before, left_at=work.now)
    await store.set_member(work.db, after)
    kind = CircleJoined if command.is_in else CircleLeft
    work.record(
        kind(
            merchant_id=command.merchant_id,
            person_id=person_id,
            subject_id=command.merchant_id,
        )
    )
    return after


@reading(permission=Permission.PERSON)
async def read_my_circle(work: Work, query: ReadMyCircle) -> MyCircle:
    """Return whether one gets points of a mall, and which one got."""
    person_id = work.actor.person_id
    return MyCircle(
        member=await store.find_member(work.db, query.merchant_id, person_id),
        points=await store.list_points(work.db, query.merchant_id, person_id, SHOWN_MAX),
    )


@reading(permission=Permission.MEMBERS_READ)
async def find_circle_member(work: Work, query: FindCircleMember) -> FoundCircleMember:
    """Return whether somebody wants points."""
    found = await store.find_member(work.db, query.merchant_id, query.person_id)
    return FoundCircleMember(member=found)


@single(permission=Permission.MEMBERS_WRITE)
async def give_points(work: Work, command: GivePoints) -> GivenPoints:
    """Note which points somebody got for a charge; said again in the same words it is said once.

    Raises NotFound `charges.not_found`; Refusal `circles.not_joined`, `circles.given_already`.
    """
    query = ReadCharge(merchant_id=command.merchant_id, charge_id=command.charge_id)
    charge = await read_charge(work, query)
    if not charge.is_paid or charge.payer_id != command.person_id:
        raise NotFound("charges.not_found")
    member = await store.find_member(work.db, command.merchant_id, command.person_id)
    if member is None or not member.is_in:
        raise Refusal("circles.not_joined")
    given = GivenPoints(
        merchant_id=Id(command.merchant_id),
        charge_id=Id(command.charge_id),
        person_id=Id(command.person_id),
        is_earned=command.is_earned,
        points=command.points,
        total_points=command.total_points,
        remark=command.remark,
        given_at=work.now,
    )
    if not await store.insert_points(work.db, given):
        known = await store.find_points(work.db, command.merchant_id, command.charge_id)
        assert known is not None, "it stood in the way"
        if msgspec.structs.replace(known, given_at=given.given_at) != given:
            raise Refusal("circles.given_already")
        return known
    work.record(
        PointsGiven(
            merchant_id=command.merchant_id,
            person_id=command.person_id,
            subject_id=command.charge_id,
            is_earned=command.is_earned,
            points=command.points,
        )
    )
    return given

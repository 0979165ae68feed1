"""Somebody arrives at a shop: one tap makes them known, a follower and a member.

It lives here because it needs the places and the official accounts below, and nothing above: the
welcome coupon is given by a reaction on `members.joined`.
"""

from datetime import timedelta

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE, Id
from banyan.books.work import Permission, Work, single
from banyan.commerce.members.join_member import join_one
from banyan.commerce.members.types import MemberId, NewMember
from banyan.commerce.places import (
    CodeToken,
    JoinTouches,
    VisitorToken,
    find_last_touch,
    find_targets,
    join_touches,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import follow_main

ATTRIBUTION = timedelta(days=7)
"""How long a scan counts as what brought somebody who arrives without a code."""


class Arrive(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arrive at a merchant, by a code or without one."""

    merchant_id: MerchantId
    code: CodeToken | None = None
    """What was scanned."""
    visitor: VisitorToken | None = None
    """What the device was known by before its owner signed in."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """What the arrival made of the person."""

    merchant_id: MerchantId
    member_id: MemberId
    is_new_member: bool
    channel_id: Id
    """The merchant's official account, which they follow now; 0 if it has none."""
    is_new_follower: bool
    code_id: Id
    """The code that their arrival counts for; 0 for none."""


@single(permission=Permission.PERSON)
async def arrive(work: Work, command: Arrive) -> Arrival:
    """Join the device's touches to the person who asks, follow the shop's account, and join.

    All of it or nothing; arriving again changes nothing that is so already.
    Raises NotFound `merchants.not_found`, `places.code_not_found` (also for codes of others, and
    those that lead nowhere any more).
    """
    if command.visitor is not None:
        await join_touches(work, JoinTouches(visitor=command.visitor))
    code_id, store_id = await _find_code(work, command)
    joined = await join_one(
        work,
        NewMember(
            merchant_id=int(command.merchant_id),
            person_id=work.actor.person_id,
            code_id=code_id,
            store_id=store_id,
            joined_at=work.now,
        ),
    )
    following = await follow_main(
        work, int(command.merchant_id), work.actor.person_id, code_id=code_id
    )
    return Arrival(
        merchant_id=command.merchant_id,
        member_id=joined.member_id,
        is_new_member=joined.is_new,
        channel_id=Id(following.channel_id) if following else NONE,
        is_new_follower=following is not None and following.is_new,
        code_id=Id(code_id),
    )


async def _find_code(work: Work, command: Arrive) -> tuple[int, int]:
    """Return the code that the arrival counts for and its store, or zeros."""
    if command.code is None:
        since = work.now - ATTRIBUTION
        last = await find_last_touch(work.db, command.merchant_id, work.actor.person_id, since)
        return int(last or NONE), 0
    target = (await find_targets(work.db, [command.code])).get(command.code)
    if target is None or target.merchant_id != command.merchant_id or not target.is_active:
        raise NotFound("places.code_not_found")
    return int(target.code_id), int(target.store_id)

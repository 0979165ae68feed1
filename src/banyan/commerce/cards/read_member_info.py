"""Reads member cards with their holders."""

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, reading
from banyan.commerce.cards.access import read_held
from banyan.commerce.cards.read_codes import CodeReport, describe_held
from banyan.commerce.cards.types import (
    CardRef,
    CodeText,
)
from banyan.commerce.members import read_points
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId, find_people
from banyan.reach.channels import ChannelId


class ReadMemberInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What do we know of the holder of this member card?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: CodeText
    ref: CardRef


class MemberInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A member card with its holder, as far as the merchant may know them."""

    report: CodeReport
    nickname: str
    bonus: int


@reading(permission=Permission.MEMBERS_READ)
async def read_member_info(work: Work, query: ReadMemberInfo) -> MemberInfo:
    """Return a member card with its holder.

    Raises NotFound `cards.not_found`, `cards.no_such_code`; Refusal `cards.not_a_member_card`.
    """
    held, card, _ = await read_held(
        work.db, query.merchant_id, query.channel_id, query.code, query.ref
    )
    if not card.kind.is_member:
        raise Refusal("cards.not_a_member_card")
    key = (held.merchant_id, int(held.member_id))
    people = await find_people(work.db, [held.person_id])
    person = people.get(PersonId(held.person_id))
    return MemberInfo(
        report=describe_held(held, card, None, work.now),
        nickname=person.nickname if person else "",
        bonus=(await read_points(work, [key]))[key],
    )

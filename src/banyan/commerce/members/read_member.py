"""Reads members for their merchant, and cards for the person who holds them."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.text import Phone, normal_phone
from banyan.books.ledger import read_accounts
from banyan.books.work import Permission, Work, reading
from banyan.commerce.members import store
from banyan.commerce.members.points import points_of
from banyan.commerce.members.rules import decide_tier, find_next_tier
from banyan.commerce.members.set_tiers import find_tiers
from banyan.commerce.members.store import MemberRow
from banyan.commerce.members.types import TIERS_MAX, Member, MemberCard, MemberId, Tier
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.parties.people import PersonId, find_people, find_phones
from banyan.reach.channels import find_openids

_newest = 2**63 - 1


class ListMembers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's members, the newest first: all, of one tier, or of one phone."""

    merchant_id: MerchantId
    phone: Phone | None = None
    tier_no: Annotated[int, msgspec.Meta(ge=1, le=TIERS_MAX)] | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one member of a merchant."""

    merchant_id: MerchantId
    member_id: MemberId


class ReadMyCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one's own member card at one shop."""

    merchant_id: MerchantId


class ListMyCards(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List one's own member cards, the newest first."""

    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.MEMBERS_READ)
async def list_members(work: Work, query: ListMembers) -> Page[Member]:
    """Return a page of members; a phone that no member has gives an empty one.

    Raises Invalid `people.phone_malformed`, `paging.bad_cursor`.
    """
    tiers = await find_tiers(work, query.merchant_id)
    people = None
    if query.phone is not None:
        phone = normal_phone(query.phone)
        people = list((await find_phones(work.db, [phone])).values())
    lowest, above = _spending_of(tiers, query.tier_no)
    rows = await store.list_members(
        work.db,
        query.merchant_id,
        before=decode_id_cursor(query.cursor, start=_newest),
        person_ids=people,
        spent_from_fen=lowest,
        spent_below_fen=above,
        limit=query.limit + 1,
    )
    members = await _members(work, query.merchant_id, rows, tiers)
    return page_of(members, query.limit, [row.member_id for row in rows])


@reading(permission=Permission.MEMBERS_READ)
async def read_member(work: Work, query: ReadMember) -> Member:
    """Return one member. Raises NotFound `members.not_found`."""
    rows = await store.read_members(work.db, query.merchant_id, [query.member_id])
    if query.member_id not in rows:
        raise NotFound("members.not_found")
    tiers = await find_tiers(work, query.merchant_id)
    (member,) = await _members(work, query.merchant_id, list(rows.values()), tiers)
    return member


@reading(permission=Permission.PERSON)
async def read_my_card(work: Work, query: ReadMyCard) -> MemberCard:
    """Return the card of the person who asks. Raises NotFound `members.not_found`."""
    key = (int(query.merchant_id), work.actor.person_id)
    member = (await store.find_members(work.db, [key])).get(key)
    if member is None:
        raise NotFound("members.not_found")
    rows = await store.read_members(work.db, query.merchant_id, [member.member_id])
    (card,) = await _cards(work, list(rows.values()))
    return card


@reading(permission=Permission.PERSON)
async def list_my_cards(work: Work, query: ListMyCards) -> Page[MemberCard]:
    """Return the cards of the person who asks. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    rows = await store.list_cards(work.db, work.actor.person_id, before, query.limit + 1)
    return page_of(await _cards(work, rows), query.limit, [row.member_id for row in rows])


def _spending_of(tiers: Sequence[Tier], tier_no: int | None) -> tuple[int | None, int | None]:
    """Return between which spendings a tier lies; nobody is in one that does not exist."""
    if tier_no is None:
        return None, None
    if tier_no > len(tiers):
        return 0, 0
    lowest = tiers[tier_no - 1].threshold_fen if tier_no > 1 else None
    above = tiers[tier_no].threshold_fen if tier_no < len(tiers) else None
    return lowest, above


async def _members(
    work: Work, merchant_id: int, rows: Sequence[MemberRow], tiers: Sequence[Tier]
) -> list[Member]:
    people = await find_people(work.db, [row.person_id for row in rows])
    openids = await find_openids(work.db, merchant_id, [row.person_id for row in rows])
    points = await _points(work, rows)
    members = []
    for row in rows:
        person = people.get(PersonId(row.person_id))
        tier = decide_tier(tiers, row.spent_fen)
        members.append(
            Member(
                merchant_id=Id(merchant_id),
                member_id=row.member_id,
                openid=openids.get(row.person_id),
                nickname=person.nickname if person else "",
                masked_phone=person.masked_phone if person else "",
                tier_no=tier.tier_no,
                tier_name=tier.name,
                points=points[row.member_id],
                spent_fen=row.spent_fen,
                orders_count=row.orders_count,
                joined_at=row.joined_at,
                joined_code_id=Id(row.joined_code_id),
                last_order_at=row.last_order_at,
            )
        )
    return members


async def _cards(work: Work, rows: Sequence[MemberRow]) -> list[MemberCard]:
    merchant_ids = [MerchantId(row.merchant_id) for row in rows]
    merchants = await find_merchants(work.db, merchant_ids)
    tiers_of = await store.list_tiers(work.db, merchant_ids)
    points = await _points(work, rows)
    cards = []
    for row in rows:
        tiers = tiers_of[row.merchant_id]
        tier, next_tier = decide_tier(tiers, row.spent_fen), find_next_tier(tiers, row.spent_fen)
        cards.append(
            MemberCard(
                merchant_id=Id(row.merchant_id),
                member_id=row.member_id,
                merchant_name=merchants[MerchantId(row.merchant_id)].name,
                tier_no=tier.tier_no,
                tier_name=tier.name,
                discount_bp=tier.discount_bp,
                points=points[row.member_id],
                spent_fen=row.spent_fen,
                orders_count=row.orders_count,
                joined_at=row.joined_at,
                next_tier_name=next_tier.name if next_tier else None,
                next_tier_short_fen=(
                    next_tier.threshold_fen - max(0, row.spent_fen) if next_tier else 0
                ),
            )
        )
    return cards


async def _points(work: Work, rows: Sequence[MemberRow]) -> dict[MemberId, int]:
    accounts = {row.member_id: points_of(row.merchant_id, row.member_id) for row in rows}
    sums = await read_accounts(work.db, [one.account_id for one in accounts.values()])
    return {
        member_id: sums[account.account_id].available if account.account_id in sums else 0
        for member_id, account in accounts.items()
    }

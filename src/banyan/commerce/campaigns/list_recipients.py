"""Lists who a send was for, with what became of the message and of the coupon."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from banyan.books.work import Permission, Work, reading
from banyan.commerce.campaigns import store
from banyan.commerce.campaigns.types import Send, SendId
from banyan.commerce.coupons import CouponState, find_of_origin
from banyan.commerce.members import MemberId, find_members
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId, find_people
from banyan.reach.broadcasts import DeliveryResult, list_results
from banyan.reach.channels import find_followers


class ListRecipients(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the members whom a send was for: all, or those with one result."""

    merchant_id: MerchantId
    send_id: SendId
    result: DeliveryResult | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One member whom a send was for, as their merchant sees them."""

    member_id: MemberId
    openid: str
    nickname: str
    masked_phone: str
    result: DeliveryResult | None
    """Null while the message is under way."""
    coupon: CouponState | None
    """How the coupon is that came with it; null if none did."""


@reading(permission=Permission.MEMBERS_READ)
async def list_recipients(work: Work, query: ListRecipients) -> Page[Recipient]:
    """Return a page of recipients, by openid: in no order that means anything.

    Raises NotFound `campaigns.send_not_found`, Invalid `paging.bad_cursor`.
    """
    send = await store.find_send(work.db, query.merchant_id, query.send_id)
    if send is None:
        raise NotFound("campaigns.send_not_found")
    (after,) = decode_cursor(query.cursor, 1) or [""]
    rows = await list_results(
        work.db, send.message_id, after=after, result=query.result, limit=query.limit + 1
    )
    kept = rows[: query.limit]
    return Page(
        items=await _describe(work, send, kept),
        next_cursor=encode_cursor(kept[-1][0]) if len(rows) > query.limit else None,
    )


async def _describe(
    work: Work, send: Send, rows: Sequence[tuple[str, DeliveryResult | None]]
) -> list[Recipient]:
    openids = [openid for openid, _ in rows]
    followers = await find_followers(work.db, send.channel_id, openids)
    ids = [person_id for person_id, _ in followers.values()]
    people = await find_people(work.db, ids)
    members = await find_members(work.db, [(send.merchant_id, person_id) for person_id in ids])
    coupons = await find_of_origin(work.db, send.merchant_id, send.send_id, ids)
    recipients = []
    for openid, result in rows:
        person_id, _ = followers[openid]
        person = people[PersonId(person_id)]
        recipients.append(
            Recipient(
                member_id=members[send.merchant_id, person_id].member_id,
                openid=openid,
                nickname=person.nickname,
                masked_phone=person.masked_phone,
                result=result,
                coupon=coupons.get(person_id),
            )
        )
    return recipients

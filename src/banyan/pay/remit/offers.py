"""Remittances as people see them: what waits for them, and what came."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId, PublicMerchant, find_merchants
from banyan.pay.remit import store
from banyan.pay.remit.rules import RED_PACKET
from banyan.pay.remit.types import MoneyOffer, Remittance, Token


class ReadOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the remittance that a link opens."""

    token: Token


class ListOffers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what merchants sent the one who asks."""

    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.PERSON)
async def read_offer(work: Work, query: ReadOffer) -> MoneyOffer:
    """Return a remittance to whom it is meant for. Raises NotFound `remit.not_found`."""
    held = await store.find_by_token(work.db, query.token) if query.token else None
    if held is None or held.person_id != work.actor.person_id:
        raise NotFound("remit.not_found")
    return await offer_of(work, held.remittance)


@reading(permission=Permission.PERSON)
async def list_offers(work: Work, query: ListOffers) -> Page[MoneyOffer]:
    """Return a page of what came or waits, the newest first."""
    before = decode_id_cursor(query.cursor)
    rows = await store.list_of_person(work.db, work.actor.person_id, before, query.limit + 1)
    names = await find_merchants(work.db, sorted({MerchantId(one.merchant_id) for one in rows}))
    offers = [_offer(one, names) for one in rows]
    return page_of(offers, query.limit, [one.remittance_id for one in rows])


async def offer_of(work: Work, one: Remittance) -> MoneyOffer:
    """A remittance as the person sees it."""
    return _offer(one, await find_merchants(work.db, [MerchantId(one.merchant_id)]))


def _offer(one: Remittance, merchants: dict[MerchantId, PublicMerchant]) -> MoneyOffer:
    merchant = merchants.get(MerchantId(one.merchant_id))
    return MoneyOffer(
        token=one.token,
        merchant_id=one.merchant_id,
        merchant_name="" if merchant is None else merchant.name,
        currency=one.currency,
        amount_fen=one.amount_fen,
        remark=one.remark,
        perception=one.perception,
        is_red_packet=one.style == RED_PACKET,
        state=one.state,
        created_at=one.created_at,
        updated_at=one.updated_at,
        expires_at=one.expires_at,
    )

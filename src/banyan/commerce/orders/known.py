"""What a batch of drafts must know of other rooms: one statement a room, however many orders."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.base.text import normal_phone
from banyan.books.work import Work
from banyan.commerce.catalogue import SkuForSale, SkuId, read_skus_for_sale
from banyan.commerce.coupons import CouponForOrder, CouponId, list_usable_coupons, lock_coupons
from banyan.commerce.members import MemberForOrder, find_member_people, find_members
from banyan.commerce.orders.drafts import Draft
from banyan.commerce.places import PlaceKind, find_last_touches, find_own_codes, find_places
from banyan.commerce.stores import Store, find_stores
from banyan.parties.merchants import find_merchants
from banyan.parties.people import find_phones

ATTRIBUTION = timedelta(days=7)
"""How long after a scan an order is counted for its code."""


K = TypeVar("K", tuple[int, int], int, str)


class Known(msgspec.Struct, frozen=True):
    """Everything that deciding a batch needs, by the ids that drafts carry."""

    stores: Mapping[int, Store]
    currencies: Mapping[int, str]
    tables: Mapping[int, int]
    """Table to its store."""
    shelf: Mapping[int, Mapping[SkuId, SkuForSale]]
    """By store."""
    people: Mapping[int, int | Failure]
    """Index of a draft to the buyer's person id, 0 if nobody knows them."""
    members: Mapping[tuple[int, int], MemberForOrder]
    coupons: Mapping[CouponId, CouponForOrder]
    codes: Mapping[tuple[int, int], int]
    """Merchant and person to the code they scanned last."""
    named_codes: set[tuple[int, int]]
    """Merchant and code, of those that drafts name."""

    def store_of(self, draft: Draft) -> Store:
        """Return the store. Raises NotFound `stores.not_found`."""
        store = self.stores.get(draft.store_id)
        if store is None or store.merchant_id != draft.merchant_id:
            raise NotFound("stores.not_found")
        return store


async def read_known(work: Work, drafts: Sequence[Draft], *, is_for_keeps: bool = True) -> Known:
    """Read what the batch needs; lock the coupons it names if the orders are to be placed."""
    db = work.db
    stores = await find_stores(db, _unique((one.merchant_id, one.store_id) for one in drafts))
    known_stores = {int(store_id): store for store_id, store in stores.items()}
    # Only drafts of a merchant's own store go on: nothing else of them may be looked up.
    sound = [
        one
        for one in drafts
        if one.store_id in known_stores
        and known_stores[one.store_id].merchant_id == one.merchant_id
    ]
    merchants = await find_merchants(db, _unique(one.merchant_id for one in sound))
    people = await _find_people(work, sound)
    pairs = _unique((one.merchant_id, _known(people[one.index])) for one in sound)
    pairs = [pair for pair in pairs if pair[1]]
    return Known(
        stores=known_stores,
        currencies={int(key): one.currency for key, one in merchants.items()},
        tables=await _find_tables(work, sound),
        shelf=await _read_shelf(work, sound),
        people=people,
        members=await find_members(db, pairs) if pairs else {},
        coupons=await (_lock_coupons if is_for_keeps else _list_coupons)(work, sound, people),
        codes=await _find_codes(work, sound, people),
        named_codes=await _find_named_codes(work, sound),
    )


async def _find_people(work: Work, drafts: Sequence[Draft]) -> dict[int, int | Failure]:
    phones: dict[int, str] = {}
    people: dict[int, int | Failure] = {}
    for one in drafts:
        people[one.index] = one.person_id
        try:
            if one.phone:
                phones[one.index] = normal_phone(one.phone)
        except Failure as failure:
            people[one.index] = failure
    owners = await find_phones(work.db, _unique(phones.values())) if phones else {}
    for index, phone in phones.items():
        people[index] = owners.get(phone) or NotFound("members.not_found")
    wanted = _unique((one.merchant_id, one.member_id) for one in drafts if one.member_id)
    named = await find_member_people(work.db, wanted) if wanted else {}
    for one in drafts:
        if one.member_id:
            person_id = named.get((one.merchant_id, one.member_id))
            people[one.index] = person_id or NotFound("members.not_found")
    return people


async def _find_tables(work: Work, drafts: Sequence[Draft]) -> dict[int, int]:
    wanted = _unique((one.merchant_id, one.place_id) for one in drafts if one.place_id)
    if not wanted:
        return {}
    places = await find_places(work.db, wanted)
    return {
        int(one.place_id): one.store_id for one in places.values() if one.kind is PlaceKind.TABLE
    }


async def _read_shelf(work: Work, drafts: Sequence[Draft]) -> dict[int, dict[SkuId, SkuForSale]]:
    wanted = {(one.merchant_id, one.store_id, line.sku_id) for one in drafts for line in one.lines}
    shelf: dict[int, dict[SkuId, SkuForSale]] = {one.store_id: {} for one in drafts}
    if wanted:
        found = await read_skus_for_sale(work.db, sorted(wanted))
        for (store_id, sku_id), sku in found.items():
            shelf[store_id][sku_id] = sku
    return shelf


async def _lock_coupons(
    work: Work, drafts: Sequence[Draft], _people: Mapping[int, int | Failure]
) -> Mapping[CouponId, CouponForOrder]:
    wanted = _unique((one.merchant_id, one.coupon_id) for one in drafts if one.coupon_id)
    return await lock_coupons(work, wanted) if wanted else {}


async def _list_coupons(
    work: Work, drafts: Sequence[Draft], people: Mapping[int, int | Failure]
) -> Mapping[CouponId, CouponForOrder]:
    """Return the coupons of a quote: nobody waits for it, and it sets nothing aside."""
    found: dict[CouponId, CouponForOrder] = {}
    for draft in drafts:
        person_id = _known(people[draft.index])
        if not draft.coupon_id or not person_id:
            continue
        for one in await list_usable_coupons(work.db, draft.merchant_id, person_id, draft.at):
            found[one.coupon_id] = CouponForOrder(
                merchant_id=one.merchant_id,
                coupon_id=one.coupon_id,
                campaign_id=one.campaign_id,
                member_id=one.member_id,
                person_id=person_id,
                state=one.state,
                order_id=one.order_id,
                expires_at=one.expires_at,
                terms=one.terms,
            )
    return found


async def _find_codes(
    work: Work, drafts: Sequence[Draft], people: Mapping[int, int | Failure]
) -> Mapping[tuple[int, int], int]:
    """Return what each buyer scanned last; at the till it is the staff who speak, not a code."""
    wanted = _unique(
        (one.merchant_id, _known(people[one.index]))
        for one in drafts
        if not one.code_id and not one.placed_by
    )
    wanted = [pair for pair in wanted if pair[1]]
    if not wanted:
        return {}
    since = min(one.at for one in drafts) - ATTRIBUTION
    return await find_last_touches(work.db, wanted, since)


async def _find_named_codes(work: Work, drafts: Sequence[Draft]) -> set[tuple[int, int]]:
    wanted = _unique((one.merchant_id, one.code_id) for one in drafts if one.code_id)
    return await find_own_codes(work.db, wanted) if wanted else set()


def _known(person: int | Failure) -> int:
    return 0 if isinstance(person, Failure) else person


def _unique(values: Iterable[K]) -> list[K]:
    return sorted(set(values))

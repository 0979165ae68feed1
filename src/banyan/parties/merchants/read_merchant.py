"""Reads a merchant, lists those that a person acts for, and those whose names anybody may see."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.limits import PAGE_MAX
from banyan.base.paging import Page
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.parties.merchants.store import find_merchant, find_merchants
from banyan.parties.merchants.types import Merchant, MyMerchant, PublicMerchant
from banyan.parties.staff import GRANTS_MAX, compute_grant, list_grants


class ReadMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read a merchant."""

    merchant_id: MerchantId


class ListMyMerchants(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the merchants that one acts for."""


class ListPublicMerchants(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what anybody may know of some merchants."""

    merchant_ids: Annotated[list[MerchantId], msgspec.Meta(min_length=1, max_length=PAGE_MAX)]


@reading(permission=Permission.MERCHANT_READ)
async def read_merchant(work: Work, query: ReadMerchant) -> Merchant:
    """Return the merchant. Raises NotFound `merchants.not_found`."""
    merchant = await find_merchant(work.db, query.merchant_id)
    if merchant is None:
        raise NotFound("merchants.not_found")
    return merchant


@reading(permission=Permission.PERSON)
async def list_my_merchants(work: Work, query: ListMyMerchants) -> Page[MyMerchant]:  # noqa: ARG001 - asks for nothing
    """Return every merchant that the person who asks acts for, with their role there."""
    rows = await list_grants(work.db, work.actor.person_id, GRANTS_MAX)
    merchants = await find_merchants(work.db, [one.merchant_id for one in rows])
    return Page(
        [
            MyMerchant(
                merchant=merchants[one.merchant_id],
                role=one.role,
                store_ids=one.store_ids,
                permissions=sorted(compute_grant(one.role, one.store_ids).permissions),
            )
            for one in rows
        ]
    )


@reading(permission=Permission.PUBLIC)
async def list_public_merchants(work: Work, query: ListPublicMerchants) -> Page[PublicMerchant]:
    """Return those of the merchants that exist, in the order asked for."""
    found = await find_merchants(work.db, query.merchant_ids)
    return Page([found[one] for one in dict.fromkeys(query.merchant_ids) if one in found])

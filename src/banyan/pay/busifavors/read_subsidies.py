"""Shows subsidies to those who paid or got them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import store
from banyan.pay.busifavors.types import Code, CouponStockId, Subsidy, SubsidyId, SubsidyReturn


class ReadSubsidy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a subsidy that one paid or got."""

    merchant_id: MerchantId
    subsidy_id: SubsidyId


class ReadSubsidyReturn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what came back of a subsidy that one paid or got."""

    merchant_id: MerchantId
    return_id: SubsidyId


class ListSubsidies(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what was paid for a coupon."""

    merchant_id: MerchantId
    stock_id: CouponStockId
    code: Code
    out_no: Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)] = ""


@reading(permission=Permission.COUPONS_READ)
async def read_subsidy(work: Work, query: ReadSubsidy) -> Subsidy:
    """Return a subsidy. Raises NotFound `busifavors.subsidy_not_found`."""
    found = await store.find_subsidy(work.db, int(query.merchant_id), int(query.subsidy_id))
    if found is None:
        raise NotFound("busifavors.subsidy_not_found")
    return found


@reading(permission=Permission.COUPONS_READ)
async def list_subsidies(work: Work, query: ListSubsidies) -> list[Subsidy]:
    """Return what was paid for a coupon, by or to the one who asks."""
    merchant_id, stock_id = int(query.merchant_id), int(query.stock_id)
    return await store.list_subsidies(
        work.db, merchant_id, stock_id, query.code, query.out_no or None
    )


@reading(permission=Permission.COUPONS_READ)
async def read_subsidy_return(work: Work, query: ReadSubsidyReturn) -> SubsidyReturn:
    """Return what came back. Raises NotFound `busifavors.subsidy_not_found`."""
    found = await store.find_return(work.db, int(query.merchant_id), int(query.return_id))
    if found is None:
        raise NotFound("busifavors.subsidy_not_found")
    return found

"""Shows activities to the merchants that run them."""

from typing import Annotated, Literal

import msgspec

from banyan.base.errors import NotFound
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.pay.paygifts import store
from banyan.pay.paygifts.types import Activity, ActivityId, ActivityPayee

Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]


class ReadActivity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: one activity."""

    merchant_id: MerchantId
    activity_id: ActivityId


class ListActivities(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's activities, the newest first."""

    merchant_id: MerchantId
    name: Annotated[str, msgspec.Meta(max_length=30, pattern=LINE)] = ""
    state: Literal["", "created", "ongoing", "terminated", "over"] = ""
    offset: Offset = 0
    limit: Limit = 20


class ListActivityPayees(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the merchants, payments to which count."""

    merchant_id: MerchantId
    activity_id: ActivityId
    offset: Offset = 0
    limit: Limit = 20


class Activities(msgspec.Struct, frozen=True, kw_only=True):
    """Some activities, and how many there are in all."""

    items: list[Activity]
    total_count: int


class ActivityPayees(msgspec.Struct, frozen=True, kw_only=True):
    """Some merchants, and how many there are in all."""

    items: list[ActivityPayee]
    total_count: int


@reading(permission=Permission.COUPONS_READ)
async def read_activity(work: Work, query: ReadActivity) -> Activity:
    """Return an activity. Raises NotFound `paygifts.not_found`."""
    key = int(query.merchant_id), int(query.activity_id)
    found = await store.find_activity(work.db, *key)
    if found is None:
        raise NotFound("paygifts.not_found")
    return found


@reading(permission=Permission.COUPONS_READ)
async def list_activities(work: Work, query: ListActivities) -> Activities:
    """Return a merchant's activities."""
    conditions = (int(query.merchant_id), query.name or None, query.state or None, work.now)
    items, total = await store.list_activities(work.db, conditions, query.offset, query.limit)
    return Activities(items=items, total_count=total)


@reading(permission=Permission.COUPONS_READ)
async def list_activity_payees(work: Work, query: ListActivityPayees) -> ActivityPayees:
    """Return the merchants, payments to which count. Raises NotFound `paygifts.not_found`."""
    activity = await read_activity(
        work, ReadActivity(merchant_id=query.merchant_id, activity_id=query.activity_id)
    )
    items, total = await store.list_payees(work.db, activity, query.offset, query.limit)
    return ActivityPayees(items=items, total_count=total)

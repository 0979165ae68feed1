"""Tells merchants' servers, and their providers', which limits they were set and why."""

import msgspec

from banyan.base import json
from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.pay.notifications import NewNotification, Protocol, note_notifications
from banyan.pay.payees import find_payees, find_providers
from banyan.pay.risk import store
from banyan.pay.risk.types import (
    Limit,
    NoticeAddress,
    NoticeAddressSet,
    NoticeUrl,
    Violation,
    ViolationId,
)

VIOLATION = "risk.violation"
"""What a server is told of a limit."""


class NameNoticeAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell me there of limits of mine, and of those for whom I act."""

    merchant_id: MerchantId
    url: NoticeUrl


class ChangeNoticeAddress(NameNoticeAddress, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell me of them elsewhere."""


class ReadNoticeAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where I am told of limits."""

    merchant_id: MerchantId


class DropNoticeAddress(ReadNoticeAddress, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell me of limits no more."""


@single(permission=Permission.FINANCE_WRITE)
async def name_notice_address(work: Work, command: NameNoticeAddress) -> NoticeAddress:
    """Name an address for the first time. Raises Refusal `risk.address_known`."""
    if not await store.insert_address(work.db, command.merchant_id, command.url):
        raise Refusal("risk.address_known")
    return _noted(work, command.merchant_id, command.url)


@single(permission=Permission.FINANCE_WRITE)
async def change_notice_address(work: Work, command: ChangeNoticeAddress) -> NoticeAddress:
    """Name another address. Raises NotFound `risk.no_address`."""
    if not await store.set_address(work.db, command.merchant_id, command.url):
        raise NotFound("risk.no_address")
    return _noted(work, command.merchant_id, command.url)


@single(permission=Permission.FINANCE_WRITE)
async def drop_notice_address(work: Work, command: DropNoticeAddress) -> None:
    """Forget the address. Raises NotFound `risk.no_address`."""
    if not await store.delete_address(work.db, command.merchant_id):
        raise NotFound("risk.no_address")
    _noted(work, command.merchant_id, "")


@reading(permission=Permission.FINANCE_READ)
async def read_notice_address(work: Work, query: ReadNoticeAddress) -> NoticeAddress:
    """Return the address. Raises NotFound `risk.no_address`."""
    found = await store.find_addresses(work.db, [query.merchant_id])
    if not found:
        raise NotFound("risk.no_address")
    return NoticeAddress(url=found[int(query.merchant_id)])


async def tell_violation(work: Work, limit: Limit, *, is_over: bool) -> None:
    """Tell the merchant's server and those of its providers, as far as they named an address."""
    merchant_id = limit.merchant_id
    if not await find_payees(work.db, [merchant_id]):
        return  # Without a number on the wire nobody could say whom it is about.
    told_ids = [merchant_id, *await find_providers(work.db, merchant_id)]
    urls = await store.find_addresses(work.db, told_ids)
    if not urls:
        return
    violation_id = ViolationId(work.ids.next())
    names = await find_merchants(work.db, [merchant_id])
    violation = Violation(
        violation_id=violation_id,
        merchant_name=names[merchant_id].name,
        limit=limit,
        is_over=is_over,
        at=work.now,
    )
    data = json.encode(violation)
    telling = [
        NewNotification(
            merchant_id=told_id,
            protocol=Protocol.WECHAT,
            kind=VIOLATION,
            subject_id=violation_id,
            url=url,
            data=data,
        )
        for told_id, url in sorted(urls.items())
    ]
    await note_notifications(work, [(0, one) for one in telling])


def _noted(work: Work, merchant_id: int, url: str) -> NoticeAddress:
    work.record(NoticeAddressSet(merchant_id=merchant_id, subject_id=merchant_id, url=url))
    return NoticeAddress(url=url)

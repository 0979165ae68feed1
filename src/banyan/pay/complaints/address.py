"""Where a merchant's server is told of complaints."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.complaints import store
from banyan.pay.complaints.types import ComplaintAddressSet, Url


class NameAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell me of complaints there."""

    merchant_id: MerchantId
    url: Url


class ChangeAddress(NameAddress, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell me of complaints elsewhere."""


class ReadAddress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where I am told of complaints."""

    merchant_id: MerchantId


class DropAddress(ReadAddress, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell me of complaints no more."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a merchant's server is told of complaints."""

    url: str


@single(permission=Permission.ORDERS_REFUND)
async def name_address(work: Work, command: NameAddress) -> Address:
    """Name an address for the first time. Raises Refusal `complaints.address_known`."""
    if not await store.insert_address(work.db, command.merchant_id, command.url):
        raise Refusal("complaints.address_known")
    return _noted(work, command.merchant_id, command.url)


@single(permission=Permission.ORDERS_REFUND)
async def change_address(work: Work, command: ChangeAddress) -> Address:
    """Name another address. Raises NotFound `complaints.no_address`."""
    if not await store.set_address(work.db, command.merchant_id, command.url):
        raise NotFound("complaints.no_address")
    return _noted(work, command.merchant_id, command.url)


@single(permission=Permission.ORDERS_REFUND)
async def drop_address(work: Work, command: DropAddress) -> None:
    """Forget the address. Raises NotFound `complaints.no_address`."""
    if not await store.delete_address(work.db, command.merchant_id):
        raise NotFound("complaints.no_address")
    _noted(work, command.merchant_id, "")


@reading(permission=Permission.ORDERS_READ)
async def read_address(work: Work, query: ReadAddress) -> Address:
    """Return the address. Raises NotFound `complaints.no_address`."""
    url = await store.find_address(work.db, query.merchant_id)
    if url is None:
        raise NotFound("complaints.no_address")
    return Address(url=url)


def _noted(work: Work, merchant_id: int, url: str) -> Address:
    work.record(ComplaintAddressSet(merchant_id=merchant_id, subject_id=merchant_id, url=url))
    return Address(url=url)

"""Open a store."""

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.commerce.stores import rules, store
from banyan.commerce.stores.types import Store, StoreFacts, StoreId, StoreOpened
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId


class OpenStore(StoreFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a place of business to a merchant."""

    merchant_id: MerchantId


@single(permission=Permission.STORES_WRITE)
async def open_store(work: Work, command: OpenStore) -> Store:
    """Add the store and answer it.

    Raises Invalid `stores.unknown_time_zone`, `stores.half_located`.
    """
    rules.check_facts(command)
    opened = Store(
        **msgspec.structs.asdict(command), store_id=StoreId(work.ids.next()), opened_at=work.now
    )
    # Someone who may act in some stores only can't add to them.
    work.check_store(opened.merchant_id, opened.store_id)
    await store.insert_store(work.db, opened)
    await note_change(
        work,
        merchant_id=opened.merchant_id,
        subject="stores.store",
        subject_id=opened.store_id,
        before=None,
        after=opened,
    )
    work.record(
        StoreOpened(
            merchant_id=opened.merchant_id,
            store_id=opened.store_id,
            subject_id=opened.store_id,
            name=opened.name,
        )
    )
    return opened

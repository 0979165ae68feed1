"""Change what is said about a store, or close it for a while."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.commerce.stores import rules, store
from banyan.commerce.stores.types import Store, StoreChanged, StoreFacts, StoreId
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId


class ChangeStore(StoreFacts, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said about the store from now on."""

    merchant_id: MerchantId
    store_id: StoreId


@single(permission=Permission.STORES_WRITE)
async def change_store(work: Work, command: ChangeStore) -> Store:
    """Replace the store's facts and answer them.

    Raises Invalid `stores.unknown_time_zone`, `stores.half_located`; NotFound `stores.not_found`.
    """
    rules.check_facts(command)
    before = await store.lock_store(work.db, command.merchant_id, command.store_id)
    if before is None:
        raise NotFound("stores.not_found")
    after = Store(**msgspec.structs.asdict(command), opened_at=before.opened_at)
    if after == before:
        return after
    await store.set_store(work.db, after)
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="stores.store",
        subject_id=after.store_id,
        before=before,
        after=after,
    )
    work.record(
        StoreChanged(
            merchant_id=after.merchant_id,
            store_id=after.store_id,
            subject_id=after.store_id,
            name=after.name,
            is_open=after.is_open,
        )
    )
    return after

"""The two ends of every change to a merchant: lock it first, write and note it last."""

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.parties.merchants.store import lock_merchant, set_merchant
from banyan.parties.merchants.types import Merchant


async def lock_existing(work: Work, merchant_id: MerchantId) -> Merchant:
    """Lock and return a merchant. Raises NotFound `merchants.not_found`."""
    merchant = await lock_merchant(work.db, merchant_id)
    if merchant is None:
        raise NotFound("merchants.not_found")
    return merchant


async def save_merchant(work: Work, old: Merchant, new: Merchant) -> None:
    """Write a locked merchant, and note in the audit log what is different."""
    await set_merchant(work.db, new)
    await note_change(
        work,
        merchant_id=old.merchant_id,
        subject="merchants.merchant",
        subject_id=old.merchant_id,
        before=old,
        after=new,
    )

"""Changes what a merchant is called and by which clock it lives."""

import msgspec

from banyan.base.text import Name, plain
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.parties.merchants.rules import check_time_zone
from banyan.parties.merchants.save import lock_existing, save_merchant
from banyan.parties.merchants.types import Merchant, MerchantChanged, TimeZone


class ChangeMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change a merchant; what is left out stays."""

    merchant_id: MerchantId
    name: Name | None = None
    time_zone: TimeZone | None = None


@single(permission=Permission.MERCHANT_WRITE)
async def change_merchant(work: Work, command: ChangeMerchant) -> Merchant:
    """Return the merchant as it is afterwards.

    Raises NotFound `merchants.not_found`, Invalid `merchants.unknown_time_zone`.
    """
    if command.time_zone is not None:
        check_time_zone(command.time_zone)
    old = await lock_existing(work, command.merchant_id)
    new = msgspec.structs.replace(
        old,
        name=plain(command.name) if command.name else old.name,
        time_zone=command.time_zone or old.time_zone,
    )
    if new != old:
        await save_merchant(work, old, new)
        work.record(MerchantChanged(merchant_id=new.merchant_id, subject_id=new.merchant_id))
    return new

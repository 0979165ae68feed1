"""Lets a merchant be paid over the wire."""

import msgspec

from banyan.base.errors import Trouble
from banyan.base.secret import new_digits
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, access_merchant
from banyan.pay.payees import store
from banyan.pay.payees.types import RATE_BP, KeyMode, Payee, PayeeOpened

_prefix = "16"
_digits = 8
_tries_max = 20


class OpenPayee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a merchant be paid over the wire."""

    merchant_id: MerchantId
    mode: KeyMode = KeyMode.PUBLIC_KEY


@single(permission=Permission.KEYS_WRITE)
async def open_payee(work: Work, command: OpenPayee) -> Payee:
    """Give the merchant a number; asked again, nothing changes.

    Raises NotFound `merchants.not_found`.
    """
    await access_merchant(work.db, command.merchant_id)
    for _ in range(_tries_max):
        payee = Payee(
            merchant_id=command.merchant_id,
            mchid=_prefix + new_digits(_digits),
            mode=command.mode,
            rate_bp=RATE_BP,
            has_apiv3_key=False,
            has_apiv2_key=False,
            opened_at=work.now,
        )
        if await store.insert_payee(work.db, payee):
            await note_payee(work, None, payee)
            work.record(PayeeOpened(merchant_id=int(payee.merchant_id), mchid=payee.mchid))
            return payee
        found = await store.find_payees(work.db, [command.merchant_id])
        if found:
            return found[int(command.merchant_id)]
    raise Trouble("payees.numbers_used_up")


async def note_payee(work: Work, before: Payee | None, after: Payee) -> None:
    """Note in the audit log what of a payee is different."""
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="payees.payee",
        subject_id=after.merchant_id,
        before=before,
        after=after,
    )

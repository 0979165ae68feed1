"""Opens a merchant: whoever does owns it."""

import msgspec

from banyan.base.money import CNY, CurrencyCode, currency
from banyan.base.text import Name, plain
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId, PersonId
from banyan.parties.merchants.rules import check_time_zone
from banyan.parties.merchants.store import insert_merchant
from banyan.parties.merchants.types import Merchant, MerchantOpened, MerchantState, TimeZone
from banyan.parties.staff import appoint_owner


class OpenMerchant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open a merchant. Its currency stays; all its money will be kept in it."""

    name: Name
    currency: CurrencyCode = CNY.code
    time_zone: TimeZone = "Asia/Shanghai"


@single(permission=Permission.PERSON)
async def open_merchant(work: Work, command: OpenMerchant) -> Merchant:
    """Return a new merchant, unverified, with the person who asks as its owner.

    Raises Invalid `money.unknown_currency`, `merchants.unknown_time_zone`, Refusal
    `staff.too_many` if the person acts for too many merchants already.
    """
    check_time_zone(command.time_zone)
    merchant = Merchant(
        merchant_id=MerchantId(work.ids.next()),
        name=plain(command.name),
        currency=currency(command.currency).code,
        time_zone=command.time_zone,
        state=MerchantState.UNVERIFIED,
        licence_number="",
        legal_name="",
        decision_note="",
        opened_at=work.now,
        submitted_at=None,
        decided_at=None,
    )
    person_id = PersonId(work.actor.person_id)
    await insert_merchant(work.db, merchant)
    await appoint_owner(work, merchant.merchant_id, person_id)
    await note_change(
        work,
        merchant_id=merchant.merchant_id,
        subject="merchants.merchant",
        subject_id=merchant.merchant_id,
        before=None,
        after=merchant,
    )
    work.record(
        MerchantOpened(
            merchant_id=merchant.merchant_id,
            person_id=person_id,
            subject_id=merchant.merchant_id,
            currency=merchant.currency,
        )
    )
    return merchant

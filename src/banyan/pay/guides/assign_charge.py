"""Says which guide brought a charge about, before it is paid."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import Charge, Protocol, ReadCharge, read_charge
from banyan.pay.guides import store
from banyan.pay.guides.keep_guides import access_guide
from banyan.pay.guides.types import Guide, GuideAssigned, GuideId, OutNo


class AssignCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say that a guide brings this charge about."""

    merchant_id: MerchantId
    provider_id: MerchantId = MerchantId(0)
    """The provider who asks in the merchant's name; 0 for the merchant itself."""
    guide_id: GuideId
    out_no: OutNo


class FindMyGuide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who looked after me when I paid this."""

    merchant_id: MerchantId
    provider_id: MerchantId = MerchantId(0)
    out_no: OutNo


class FoundGuide(msgspec.Struct, frozen=True, kw_only=True):
    """Who looked after somebody, if it was said."""

    guide: Guide | None


@single(permission=Permission.ORDERS_TAKE)
async def assign_charge(work: Work, command: AssignCharge) -> Guide:
    """Tie a charge to a guide, also one that will be asked for only later; the last word holds.

    Raises NotFound `guides.not_found`; Refusal `guides.paid_already`.
    """
    guide = await access_guide(work, command.merchant_id, command.guide_id)
    charge = await _find_charge(work, command)
    if charge is not None and charge.is_paid:
        raise Refusal("guides.paid_already")
    await store.set_assignment(work.db, guide, command.provider_id, command.out_no, work.now)
    work.record(
        GuideAssigned(
            merchant_id=guide.merchant_id,
            store_id=guide.store_id,
            subject_id=guide.guide_id,
            out_no=command.out_no,
        )
    )
    return guide


@reading(permission=Permission.PERSON)
async def find_my_guide(work: Work, query: FindMyGuide) -> FoundGuide:
    """Return who looked after the one who paid. Raises NotFound `charges.not_found`."""
    charge = await _find_charge(work, query)
    if charge is None or charge.payer_id != work.actor.person_id:
        raise NotFound("charges.not_found")
    guide_id = await store.find_assigned(
        work.db, query.merchant_id, query.provider_id, query.out_no
    )
    guide = await store.find_guide(work.db, query.merchant_id, guide_id) if guide_id else None
    return FoundGuide(guide=guide)


async def _find_charge(work: Work, named: AssignCharge | FindMyGuide) -> Charge | None:
    query = ReadCharge(
        merchant_id=named.provider_id or named.merchant_id,
        payee_id=named.merchant_id,
        protocol=Protocol.WECHAT,
        out_no=named.out_no,
    )
    try:
        return await read_charge(work, query)
    except NotFound:
        return None

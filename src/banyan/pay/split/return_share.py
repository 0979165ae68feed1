"""Has a receiver give something back."""

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.money import PositiveFen
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeId, add_unsplit, lock_charge
from banyan.pay.payees import Mchid, find_payees_by_mchid
from banyan.pay.split import rules, store
from banyan.pay.split.accounts import check_acting
from banyan.pay.split.money import bring
from banyan.pay.split.read_sharings import SharingRef, find_for
from banyan.pay.split.telling import tell_returned
from banyan.pay.split.types import (
    Description,
    OutNo,
    ReturnId,
    ShareReturn,
    ShareReturned,
    TransferCode,
)


class ReturnShare(SharingRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a merchant that got a part give so much back; the same number again is the same."""

    out_return_no: OutNo
    payer_mchid: Mchid
    amount_fen: PositiveFen
    description: Description


@single(permission=Permission.FINANCE_WRITE)
async def return_share(work: Work, command: ReturnShare) -> ShareReturn:
    """Take it out of the receiver's purse, and return what was done.

    It may be shared again, unless sharing is over: then it is the merchant's. No receiver gives
    more than it got.

    Raises NotFound `split.not_found`, `split.no_such_receiver`; Invalid `split.number_reused`;
    Refusal `payees.not_bound`, `split.return_too_large`, `split.too_many_returns`,
    `split.purse_short`.
    """
    payee_id = command.payee_id or command.merchant_id
    provider_id = MerchantId(0 if payee_id == command.merchant_id else command.merchant_id)
    await check_acting(work, command.merchant_id, payee_id)
    digest = rules.compute_digest(command)
    sharing = await find_for(work, command)
    charge = await lock_charge(work, payee_id, ChargeId(sharing.charge_id))
    assert charge is not None, "charges are never deleted"
    known = await store.find_return(work.db, payee_id, provider_id, command.out_return_no)
    if known is not None:
        if known[0] != digest:
            raise Invalid("split.number_reused", out_no=command.out_return_no)
        return known[1]
    pool = await store.lock_pool(work.db, payee_id, charge.charge_id)
    sharing = await find_for(work, command)
    payer = (await find_payees_by_mchid(work.db, [command.payer_mchid])).get(command.payer_mchid)
    if payer is None:
        raise NotFound("split.no_such_receiver")
    count = await store.count_returns(work.db, payee_id, sharing.sharing_id)
    part = rules.choose_part(sharing, int(payer.merchant_id), command.amount_fen, count)
    one = ShareReturn(
        merchant_id=payee_id,
        return_id=ReturnId(work.ids.next()),
        charge_id=charge.charge_id,
        sharing_id=sharing.sharing_id,
        part_id=part.part_id,
        provider_id=provider_id,
        out_return_no=command.out_return_no,
        payer_id=payer.merchant_id,
        payer_mchid=payer.mchid,
        amount_fen=command.amount_fen,
        description=command.description,
        is_pooled=not pool.is_over,
        returned_at=work.now,
    )
    await store.insert_return(work.db, one, digest)
    await store.add_returned(work.db, payee_id, part.part_id, one.amount_fen)
    added = store.Added(returned_fen=one.amount_fen)
    await store.add_to_pool(work.db, payee_id, charge.charge_id, added)
    if one.is_pooled:
        await add_unsplit(work, payee_id, charge.charge_id, one.amount_fen)
    what = (TransferCode.RETURNED, one.amount_fen, int(one.return_id))
    bring(work, charge.currency, payee_id, what, payer_id=one.payer_id, is_pooled=one.is_pooled)
    work.record(
        ShareReturned(
            merchant_id=payee_id,
            subject_id=charge.charge_id,
            return_id=one.return_id,
            receiver_id=one.payer_id,
            currency=charge.currency,
            amount_fen=one.amount_fen,
        )
    )
    after = msgspec.structs.replace(part, returned_fen=part.returned_fen + one.amount_fen)
    await tell_returned(work, charge, sharing, after, one)
    return one

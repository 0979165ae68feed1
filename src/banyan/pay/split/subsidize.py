"""What a platform adds to what a charge brought its merchant, and takes back."""

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.base.money import PositiveFen
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.charges import Charge, ChargeId, add_unsplit, lock_charge
from banyan.pay.split import rules, store
from banyan.pay.split.accounts import check_acting
from banyan.pay.split.money import bring, take_back
from banyan.pay.split.rules import Pool
from banyan.pay.split.types import (
    Description,
    OutNo,
    Subsidy,
    SubsidyGiven,
    SubsidyId,
    TransferCode,
)


class Subsidize(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add something of one's own to what a merchant was paid, before it is shared."""

    merchant_id: MerchantId
    """The provider, who gives."""
    payee_id: MerchantId
    charge_id: ChargeId
    out_no: OutNo
    amount_fen: PositiveFen
    description: Description


class CancelSubsidy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I add nothing to what a merchant was paid."""

    merchant_id: MerchantId
    """The provider."""
    payee_id: MerchantId
    charge_id: ChargeId


class ReturnSubsidy(Subsidize, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take back what one added, as the payer got something back."""

    refund_id: Id = NONE


@single(permission=Permission.FINANCE_WRITE)
async def subsidize(work: Work, command: Subsidize) -> Subsidy:
    """Move it from the provider's purse to what waits to be shared; once for one number.

    Raises NotFound `split.no_such_charge`; Invalid `split.number_reused`; Refusal
    `payees.not_bound`, `split.not_paid`, `split.not_shared`, `split.over`, `split.purse_short`,
    `split.unsubsidized`.
    """
    charge, pool, known = await _open(work, command, is_return=False)
    if known is not None:
        return known
    if pool.is_over:
        raise Refusal("split.over")
    if pool.is_unsubsidized:
        raise Refusal("split.unsubsidized")
    one = _new(work, command, is_return=False, is_pooled=True)
    what = (TransferCode.SUBSIDY, one.amount_fen, int(one.subsidy_id))
    bring(work, charge.currency, one.merchant_id, what, payer_id=one.provider_id, is_pooled=True)
    await _write(work, charge, one, command)
    return one


@single(permission=Permission.FINANCE_WRITE)
async def cancel_subsidy(work: Work, command: CancelSubsidy) -> None:
    """Let nothing be added to a charge any more; again, nothing changes.

    Raises NotFound `split.no_such_charge`; Refusal `payees.not_bound`, `split.not_paid`,
    `split.not_shared`, `split.subsidized` when something was added and not taken back.
    """
    charge, pool = await _lock(work, command)
    if pool.subsidy_fen:
        raise Refusal("split.subsidized", amount_fen=pool.subsidy_fen)
    if not pool.is_unsubsidized:
        await store.set_unsubsidized(work.db, command.payee_id, charge.charge_id, work.now)


@single(permission=Permission.FINANCE_WRITE)
async def return_subsidy(work: Work, command: ReturnSubsidy) -> Subsidy:
    """Move it back to the provider's purse, from what waits to be shared or the merchant's purse.

    Raises NotFound `split.no_such_charge`; Invalid `split.number_reused`; Refusal
    `payees.not_bound`, `split.not_paid`, `split.not_shared`, `split.subsidy_too_large`,
    `split.purse_short`.
    """
    charge, pool, known = await _open(work, command, is_return=True)
    if known is not None:
        return known
    if command.amount_fen > pool.subsidy_fen:
        raise Refusal("split.subsidy_too_large", left_fen=pool.subsidy_fen)
    is_pooled = not pool.is_over and command.amount_fen <= charge.unsplit_fen
    one = _new(work, command, is_return=True, is_pooled=is_pooled)
    what = (TransferCode.SUBSIDY_BACK, one.amount_fen, int(one.subsidy_id))
    take_back(
        work, charge.currency, one.merchant_id, what, payee_id=one.provider_id, is_pooled=is_pooled
    )
    await _write(work, charge, one, command)
    return one


async def _lock(work: Work, command: Subsidize | CancelSubsidy) -> tuple[Charge, Pool]:
    if command.payee_id == command.merchant_id:
        raise NotFound("split.no_such_charge")
    await check_acting(work, command.merchant_id, command.payee_id)
    charge = rules.check_open(
        await lock_charge(work, command.payee_id, command.charge_id), int(command.merchant_id)
    )
    await store.open_pools(work.db, [(command.payee_id, charge.charge_id, work.now)])
    return charge, await store.lock_pool(work.db, command.payee_id, charge.charge_id)


async def _open(
    work: Work, command: Subsidize, *, is_return: bool
) -> tuple[Charge, Pool, Subsidy | None]:
    charge, pool = await _lock(work, command)
    known = await store.find_subsidy(
        work.db, command.payee_id, command.merchant_id, command.out_no, is_return=is_return
    )
    if known is None:
        return charge, pool, None
    if known[0] != rules.compute_digest(command):
        raise Invalid("split.number_reused", out_no=command.out_no)
    return charge, pool, known[1]


def _new(work: Work, command: Subsidize, *, is_return: bool, is_pooled: bool) -> Subsidy:
    return Subsidy(
        merchant_id=command.payee_id,
        subsidy_id=SubsidyId(work.ids.next()),
        charge_id=command.charge_id,
        provider_id=command.merchant_id,
        out_no=command.out_no,
        is_return=is_return,
        refund_id=command.refund_id if isinstance(command, ReturnSubsidy) else NONE,
        amount_fen=command.amount_fen,
        description=command.description,
        is_pooled=is_pooled,
        given_at=work.now,
    )


async def _write(work: Work, charge: Charge, one: Subsidy, command: Subsidize) -> None:
    signed_fen = -one.amount_fen if one.is_return else one.amount_fen
    await store.insert_subsidy(work.db, one, rules.compute_digest(command))
    added = store.Added(subsidy_fen=signed_fen)
    await store.add_to_pool(work.db, one.merchant_id, one.charge_id, added)
    if one.is_pooled:
        await add_unsplit(work, one.merchant_id, one.charge_id, signed_fen)
    work.record(
        SubsidyGiven(
            merchant_id=one.merchant_id,
            subject_id=one.charge_id,
            subsidy_id=one.subsidy_id,
            provider_id=one.provider_id,
            is_return=one.is_return,
            currency=charge.currency,
            amount_fen=one.amount_fen,
        )
    )

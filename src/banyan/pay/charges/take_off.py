"""Takes vouchers off charges that are being paid, and says which could be."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.work import Permission, Work, reading
from banyan.pay.charges import store
from banyan.pay.charges.settle_paid import Won
from banyan.pay.charges.types import Charge, ChargeId, Token
from banyan.pay.vouchers import Offer, Taken, Want, list_offers, take_vouchers


class Off(msgspec.Struct, frozen=True, gc=False):
    """What vouchers take off by charge, and the calls whose chosen voucher can't be used."""

    taken: dict[int, Taken]
    failures: dict[int, Failure]


class ListOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: which of my vouchers could be taken off what this token stands for."""

    token: Token


class OffCharge(msgspec.Struct, frozen=True, kw_only=True):
    """What each voucher would take off a charge, the best first."""

    charge_id: ChargeId
    total_fen: int
    offers: list[Offer]


async def take_off(work: Work, won: Sequence[Won]) -> Off:
    """Use the voucher that each payer chose, or the best that fits.

    Who was shown another sum than they would pay pays nothing.
    """
    wants = [
        _want(charge, one.intent.payer_id, one.intent.at, one)
        for one in won
        for charge in one.charges
    ]
    outcomes = await take_vouchers(work, wants)
    taken: dict[int, Taken] = {}
    failures: dict[int, Failure] = {}
    for want, outcome in zip(wants, outcomes, strict=True):
        if isinstance(outcome, Failure):
            failures[want.index] = outcome
        else:
            taken[want.charge_id] = outcome
    for one in won:
        _check_shown(one, taken, failures)
        # What was chosen fits none of a combination: nothing was used, and nothing may be paid.
        is_in_vain = one.intent.voucher_id and one.intent.index not in failures
        if is_in_vain and not any(taken[int(it.charge_id)].promotions for it in one.charges):
            failures[one.intent.index] = Refusal("vouchers.not_fitting")
    return Off(taken, failures)


def _check_shown(won: Won, taken: Mapping[int, Taken], failures: dict[int, Failure]) -> None:
    """Refuse what is not the sum that the payer was shown.

    Raises Refusal `charges.payer_fen_differs` where a rival used one of several vouchers and the
    others are taken already: nothing of this may stay, so all is done again, each by itself.
    """
    expected_fen = won.intent.expected_payer_fen
    if expected_fen is None or won.intent.index in failures:
        return
    mine = [taken[int(charge.charge_id)] for charge in won.charges]
    total_fen = sum(charge.total_fen for charge in won.charges)
    if total_fen - sum(one.off_fen for one in mine) == expected_fen:
        return
    failure = Refusal("charges.payer_fen_differs")
    if any(one.promotions for one in mine):
        raise failure
    failures[won.intent.index] = failure


def _expected_off(won: Won | None) -> int | None:
    if won is None or won.intent.expected_payer_fen is None:
        return None
    return sum(charge.total_fen for charge in won.charges) - won.intent.expected_payer_fen


def _want(charge: Charge, payer_id: int, at: datetime, won: Won | None = None) -> Want:
    return Want(
        person_id=payer_id,
        merchant_id=int(charge.merchant_id),
        charge_id=int(charge.charge_id),
        transaction_no=charge.transaction_no,
        total_fen=charge.total_fen,
        currency=charge.currency,
        way=charge.way.value,
        at=at,
        goods_tag=charge.facts.goods_tag,
        goods=charge.facts.goods,
        chosen=won.intent.voucher_id if won else None,
        # Of a combination one charge uses the voucher: that it doesn't fit the others is no matter.
        is_needed=not charge.combined_id,
        index=won.intent.index if won else 0,
        expected_off_fen=_expected_off(won),
    )


@reading(permission=Permission.PERSON)
async def list_off(work: Work, query: ListOff) -> list[OffCharge]:
    """Return what could be taken off each charge that this token stands for, until it is paid.

    The wallet gives at least a fen of each. Raises NotFound `charges.not_found`.
    """
    charges = await store.find_by_tokens(work.db, [query.token])
    if not charges:
        raise NotFound("charges.not_found")
    wants = [_want(one, int(work.actor.person_id), work.now) for one in charges]
    offers = await list_offers(work, wants)
    return [
        OffCharge(
            charge_id=one.charge_id,
            total_fen=one.total_fen,
            offers=[] if one.is_paid or one.closed_at else found,
        )
        for one, found in zip(charges, offers, strict=True)
    ]

"""Reads charges and refunds: for whoever asked, whoever pays, and the console."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.charges import store
from banyan.pay.charges.types import (
    Charge,
    ChargeId,
    ChargeRefund,
    ChargeRefundId,
    ChargeState,
    Combination,
    OutNo,
    Protocol,
    Token,
    charge_id_of,
)

_first = datetime.min.replace(tzinfo=UTC)
_last = datetime.max.replace(tzinfo=UTC)
_id_max = 2**63 - 1


class ChargeRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names a charge for one of its merchants: by its own number, or by ours."""

    merchant_id: MerchantId
    """Who asks: the payee itself, or the provider who asked in its name."""
    payee_id: MerchantId = MerchantId(0)
    """Who is paid; 0 for the one who asks."""
    protocol: Protocol = Protocol.OWN
    out_no: Annotated[str, msgspec.Meta(max_length=64)] = ""
    charge_id: ChargeId = ChargeId(0)
    """See `charge_id_of` for numbers on the wire."""


class ReadCharge(ChargeRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a charge that one's program asked for."""


class ReadCombination(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a combination that one's program asked for."""

    merchant_id: MerchantId
    protocol: Protocol = Protocol.OWN
    out_no: OutNo


class CombinedCharges(msgspec.Struct, frozen=True, kw_only=True):
    """A combination with its charges."""

    combination: Combination
    charges: list[Charge]


class ReadByToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what whoever holds this token is asked to pay."""

    token: Token


class FindCharge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the charge of this number on the wire, or of the number its asker gave it."""

    transaction_no: Annotated[str, msgspec.Meta(max_length=64)] = ""
    asker_id: MerchantId = MerchantId(0)
    """The payee, its provider, or whoever combined it with others."""
    protocol: Protocol = Protocol.OWN
    out_no: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Payable(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is asked to pay: one charge, or those of a combination."""

    token: str
    total_fen: int
    currency: str
    charges: list[Charge]
    combination: Combination | None = None


class ReadRefund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a refund, by the merchant's own number or by ours."""

    merchant_id: MerchantId
    payee_id: MerchantId = MerchantId(0)
    protocol: Protocol = Protocol.OWN
    out_refund_no: Annotated[str, msgspec.Meta(max_length=64)] = ""
    refund_id: ChargeRefundId = ChargeRefundId(0)


class RefundOfCharge(msgspec.Struct, frozen=True, kw_only=True):
    """A refund and the charge that it is of."""

    charge: Charge
    refund: ChargeRefund


class ListRefundsOf(ChargeRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: all refunds of a charge."""


class ListCharges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's charges, the newest first."""

    merchant_id: MerchantId
    state: ChargeState | None = None
    out_no: Annotated[str, msgspec.Meta(max_length=64)] = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.FINANCE_READ)
async def read_charge(work: Work, query: ReadCharge) -> Charge:
    """Return a charge. Raises NotFound `charges.not_found`."""
    return await find_for(work, query)


@reading(permission=Permission.FINANCE_READ)
async def read_combination(work: Work, query: ReadCombination) -> CombinedCharges:
    """Return a combination with its charges. Raises NotFound `charges.not_found`."""
    found = await store.find_combination(
        work.db, query.merchant_id, query.protocol.network, query.out_no
    )
    if found is None:
        raise NotFound("charges.not_found")
    _, combination = found
    charges = await store.list_combined(work.db, [combination])
    return CombinedCharges(combination=combination, charges=charges)


@reading(permission=Permission.SYSTEM)
async def find_charge(work: Work, query: FindCharge) -> Charge:
    """Return a charge, or the first of a combination, to a door that was told its number.

    Raises NotFound `charges.not_found`.
    """
    if query.asker_id:
        network = query.protocol.network
        found = await store.find_asked(work.db, query.asker_id, network, query.out_no)
    else:
        found = await store.find_by_id(work.db, charge_id_of(query.transaction_no))
    if found is None:
        raise NotFound("charges.not_found")
    return found


@reading(permission=Permission.PERSON)
async def read_payable(work: Work, query: ReadByToken) -> Payable:
    """Return what a token stands for, for whoever is about to pay it.

    Raises NotFound `charges.not_found`, also for what another person is to pay or has paid.
    """
    charges = await store.find_by_tokens(work.db, [query.token])
    mine = int(work.actor.person_id)
    for one in charges:
        if one.wanted_payer_id not in {0, mine} or one.payer_id not in {0, mine}:
            raise NotFound("charges.not_found")
    if not charges:
        raise NotFound("charges.not_found")
    combined_id = int(charges[0].combined_id)
    found = await store.find_combinations(work.db, [combined_id]) if combined_id else {}
    return Payable(
        token=query.token,
        total_fen=sum(one.total_fen for one in charges),
        currency=charges[0].currency,
        charges=charges,
        combination=found.get(combined_id),
    )


@reading(permission=Permission.FINANCE_READ)
async def read_refund(work: Work, query: ReadRefund) -> RefundOfCharge:
    """Return a refund with its charge. Raises NotFound `charges.refund_not_found`."""
    payee_id = query.payee_id or query.merchant_id
    provider_id = 0 if payee_id == query.merchant_id else query.merchant_id
    refund = None
    if query.refund_id:
        refund = await store.find_refund(work.db, payee_id, query.refund_id)
    elif query.out_refund_no:
        network = query.protocol.network
        found = await store.find_refund_no(
            work.db, payee_id, provider_id, network, query.out_refund_no
        )
        refund = found[1] if found else None
    if refund is None or refund.provider_id != provider_id:
        raise NotFound("charges.refund_not_found")
    charge = await store.find_charge(work.db, payee_id, refund.charge_id)
    assert charge is not None, "charges are never deleted"
    return RefundOfCharge(charge=charge, refund=refund)


@reading(permission=Permission.FINANCE_READ)
async def list_refunds_of(work: Work, query: ListRefundsOf) -> Sequence[ChargeRefund]:
    """Return all refunds of a charge, the earliest first. Raises NotFound `charges.not_found`."""
    charge = await find_for(work, query)
    return await store.list_refunds(work.db, charge.merchant_id, charge.charge_id)


@reading(permission=Permission.FINANCE_READ)
async def list_charges(work: Work, query: ListCharges) -> Page[Charge]:
    """Return a page of a merchant's charges. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, _id_max)
    found = await store.list_charges(
        work.db,
        query.merchant_id,
        before,
        query.state.value if query.state else "",
        query.out_no,
        query.since or _first,
        query.until or _last,
        query.limit + 1,
    )
    return page_of(found, query.limit, [int(one.charge_id) for one in found])


async def find_for(work: Work, ref: ChargeRef) -> Charge:
    """The charge that a merchant or its provider names. Raises NotFound `charges.not_found`."""
    payee_id = ref.payee_id or ref.merchant_id
    provider_id = 0 if payee_id == ref.merchant_id else ref.merchant_id
    found = None
    if ref.charge_id:
        found = await store.find_charge(work.db, payee_id, ref.charge_id)
        if found is None and not ref.payee_id:
            # A provider need not say who was paid.
            found = await store.find_by_id(work.db, ref.charge_id)
            if found is not None and found.provider_id != ref.merchant_id:
                found = None
        # A payee sees what its provider asked for, a provider only what it asked for itself.
        if found is not None and provider_id not in {0, found.provider_id}:
            found = None
    elif ref.out_no:
        network = ref.protocol.network
        found = await store.find_out_no(work.db, payee_id, provider_id, network, ref.out_no)
    if found is None:
        raise NotFound("charges.not_found")
    return found

"""Asks people to pay: one charge, or several that are paid at once."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.base.json import encode
from banyan.base.money import currency
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.charges import rules, store
from banyan.pay.charges.ports import new_charge_token
from banyan.pay.charges.types import (
    COMBINED_MAX,
    Ask,
    Asked,
    Charge,
    ChargeState,
    Combination,
    CombinedId,
    Facts,
    OutNo,
    Protocol,
    Way,
)
from banyan.pay.payees import Scope, check_bound, find_terms
from banyan.pay.wallets import fees_of, purse_of, shared_of, unsettled_of

EXPIRE = "charges.expire"
"""The timer that closes what nobody paid in time."""


class CombinedAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds of several charges together."""

    out_no: OutNo
    facts: Facts = Facts()


class CreateCharges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: ask for this to be paid, for oneself or for merchants one is the provider of."""

    merchant_id: MerchantId
    """Who asks."""
    protocol: Protocol = Protocol.OWN
    way: Way
    asks: Annotated[Sequence[Ask], msgspec.Meta(min_length=1, max_length=COMBINED_MAX)]
    combined: CombinedAsk | None = None
    """Several charges, paid all at once or not at all."""


@single(permission=Permission.ORDERS_TAKE)
async def create_charges(work: Work, command: CreateCharges) -> Asked:
    """Ask for charges to be paid; asked again in the same words it is the same, payable afresh.

    Raises Invalid `charges.not_one`, `charges.expires_too_soon`, `charges.one_number_twice`,
    `charges.several_currencies`, `money.unknown_currency`; Refusal `payees.not_bound`,
    `charges.out_no_used`, `charges.already_paid`, `charges.closed`, `charges.revoked`,
    `charges.failed`.
    """
    rules.check_asks(command.asks, work.now, is_combined=command.combined is not None)
    await access_payees(work, command)
    if command.combined is None:
        (charge,) = await insert_or_renew(work, command, [command.asks[0]])
        return Asked(token=charge.token, charges=[charge])
    return await _combine(work, command, command.combined)


async def access_payees(work: Work, command: CreateCharges) -> None:
    """Let pass who may ask for all these merchants. Raises Refusal `payees.not_bound`."""
    others = {int(one.payee_id) for one in command.asks} - {int(command.merchant_id)}
    if others:
        await check_bound(work.db, command.merchant_id, sorted(others), Scope.PAY)


async def _combine(work: Work, command: CreateCharges, asked: CombinedAsk) -> Asked:
    digest = rules.compute_digest((command.way, command.asks, asked))
    network = command.protocol.network
    fresh = Combination(
        merchant_id=command.merchant_id,
        combined_id=CombinedId(work.ids.next()),
        out_no=asked.out_no,
        token=new_charge_token(),
        facts=asked.facts,
        created_at=work.now,
    )
    if await store.insert_combination(work.db, fresh, network, digest):
        charges = await insert_or_renew(work, command, command.asks, fresh)
        return Asked(token=fresh.token, charges=charges, combination=fresh)
    found = await store.find_combination(work.db, command.merchant_id, network, asked.out_no)
    assert found is not None, "its number is taken"
    old_digest, known = found
    if old_digest != digest:
        raise Refusal("charges.out_no_used", out_no=asked.out_no)
    charges = await insert_or_renew(work, command, command.asks, known)
    return Asked(token=known.token, charges=charges, combination=known)


async def insert_or_renew(
    work: Work,
    command: CreateCharges,
    asks: Sequence[Ask],
    within: Combination | None = None,
    *,
    payer_id: int = 0,
) -> list[Charge]:
    """Write the charges, those that were asked for before afresh; in the order of the asks.

    With a payer they wait for nobody else.
    """
    terms = await find_terms(work.db, sorted({int(one.payee_id) for one in asks}))
    rows, digests = [], {}
    for ask in asks:
        digest = rules.compute_digest((command.way, ask, within.out_no if within else ""))
        digests[ask.payee_id, ask.out_no] = digest
        rate_bp = terms[int(ask.payee_id)].rate_bp
        row = _row(work, command, ask, within, payer_id=payer_id)
        rows.append({**row, "digest": digest.hex(), "rate_bp": rate_bp})
        _open_accounts(work, ask)
    inserted = await store.insert_charges(work.db, rows)
    known = {(one.merchant_id, one.out_no): one for one in inserted}
    charges = [
        known.get((ask.payee_id, ask.out_no))
        or await _renew(work, command, ask, within, digests[ask.payee_id, ask.out_no])
        for ask in asks
    ]
    if rules.closes_in_time(command.protocol, command.way):
        for one in charges:
            work.later(EXPIRE, one.charge_id, one.payable_until, b"%d" % one.merchant_id)
    return charges


async def _renew(
    work: Work, command: CreateCharges, ask: Ask, within: Combination | None, digest: bytes
) -> Charge:
    provider_id = _provider_of(command, ask)
    network = command.protocol.network
    found = await store.lock_out_no(work.db, ask.payee_id, provider_id, network, ask.out_no)
    assert found is not None, "its number is taken"
    old_digest, charge = found
    combined_id = within.combined_id if within else 0
    is_same = old_digest == digest and charge.combined_id == combined_id
    failure = rules.decide_asked_again(charge, is_same=is_same)
    if failure is not None:
        raise failure
    until = rules.compute_payable_until(command.way, work.now, ask.expires_at, command.protocol)
    return await store.renew(work.db, charge, until)


def _provider_of(command: CreateCharges, ask: Ask) -> MerchantId:
    is_own = ask.payee_id == command.merchant_id or not ask.is_provided
    return MerchantId(0) if is_own else command.merchant_id


def _row(
    work: Work,
    command: CreateCharges,
    ask: Ask,
    within: Combination | None,
    *,
    payer_id: int,
) -> dict[str, object]:
    return {
        "merchant_id": int(ask.payee_id),
        "charge_id": work.ids.next(),
        "provider_id": int(_provider_of(command, ask)),
        "combined_id": int(within.combined_id) if within else 0,
        "network": command.protocol.network,
        "protocol": command.protocol.value,
        "way": command.way.value,
        "out_no": ask.out_no,
        "token": within.token if within else new_charge_token(),
        "channel_id": int(ask.channel_id),
        "sub_channel_id": int(ask.sub_channel_id),
        "wanted_payer_id": int(ask.wanted_payer_id),
        "currency": ask.currency,
        "total_fen": ask.total_fen,
        "is_shared": ask.is_shared,
        "facts": encode(ask.facts).decode(),
        "created_at": work.now,
        "expires_at": ask.expires_at,
        "payable_until": rules.compute_payable_until(
            command.way, work.now, ask.expires_at, command.protocol
        ),
        "state": (ChargeState.PAYING if payer_id else ChargeState.UNPAID).value,
        "payer_id": payer_id,
    }


def _open_accounts(work: Work, ask: Ask) -> None:
    """Have the accounts that paying and giving back move money between, so that paying need not."""
    money = currency(ask.currency)
    work.open_account(unsettled_of(money, ask.payee_id))
    work.open_account(purse_of(money, ask.payee_id))
    work.open_account(fees_of(money))
    if ask.is_shared:
        work.open_account(shared_of(money, ask.payee_id))

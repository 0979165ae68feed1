"""Lets a provider act for a payee, or no more."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.payees import store
from banyan.pay.payees.types import (
    SCOPES,
    Bond,
    BondScopes,
    Mchid,
    Payee,
    PayeeBound,
    PayeeUnbound,
    Scope,
    Scopes,
)

Appid = Annotated[str, msgspec.Meta(max_length=32)]


class BindPayee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a provider act for this payee, as the payee itself wants."""

    merchant_id: MerchantId
    provider_mchid: Mchid
    scopes: Scopes = SCOPES
    """What it may do."""


class UnbindPayee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a provider act for this payee no more."""

    merchant_id: MerchantId
    provider_mchid: Mchid


class BindAppids(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a payee be paid through accounts that others own, as those want."""

    merchant_id: MerchantId
    appids: Annotated[list[Appid], msgspec.Meta(max_length=50)]


@single(permission=Permission.OPERATOR)
async def bind_appids(work: Work, command: BindAppids) -> None:
    """Bind accounts to a payee; its own need not be. Raises NotFound `payees.not_found`."""
    payees = await store.find_payees(work.db, [command.merchant_id])
    if not payees:
        raise NotFound("payees.not_found")
    await store.insert_appids(work.db, command.merchant_id, command.appids, work.now)


@single(permission=Permission.KEYS_WRITE)
async def bind_payee(work: Work, command: BindPayee) -> Bond:
    """Bind a payee to a provider; asked again with other scopes, those hold.

    Raises NotFound `payees.not_found`, Refusal `payees.bound_to_itself`.
    """
    payee, provider = await _find_both(work, command.merchant_id, command.provider_mchid)
    if payee.merchant_id == provider.merchant_id:
        raise Refusal("payees.bound_to_itself")
    known = await store.find_bound(work.db, provider.merchant_id, [payee.merchant_id])
    before = known.get(int(payee.merchant_id))
    scopes = [one for one in Scope if one in command.scopes]
    await store.set_bond(work.db, provider.merchant_id, payee.merchant_id, scopes, work.now)
    await _note(work, payee, provider, before, scopes)
    if before is None:
        work.record(
            PayeeBound(merchant_id=int(payee.merchant_id), subject_id=int(provider.merchant_id))
        )
    return Bond(
        provider_id=provider.merchant_id,
        provider_mchid=provider.mchid,
        merchant_id=payee.merchant_id,
        mchid=payee.mchid,
        bound_at=work.now,
        scopes=scopes,
    )


@single(permission=Permission.KEYS_WRITE)
async def unbind_payee(work: Work, command: UnbindPayee) -> None:
    """Unbind a payee from a provider. Raises NotFound `payees.not_found`."""
    payee, provider = await _find_both(work, command.merchant_id, command.provider_mchid)
    known = await store.find_bound(work.db, provider.merchant_id, [payee.merchant_id])
    if await store.delete_bond(work.db, provider.merchant_id, payee.merchant_id):
        await _note(work, payee, provider, known.get(int(payee.merchant_id)), None)
        work.record(
            PayeeUnbound(merchant_id=int(payee.merchant_id), subject_id=int(provider.merchant_id))
        )


async def _note(
    work: Work,
    payee: Payee,
    provider: Payee,
    before: list[Scope] | None,
    after: list[Scope] | None,
) -> None:
    await note_change(
        work,
        merchant_id=int(payee.merchant_id),
        subject="payees.bond",
        subject_id=int(provider.merchant_id),
        before=None if before is None else BondScopes(before),
        after=None if after is None else BondScopes(after),
    )


async def _find_both(work: Work, merchant_id: int, provider_mchid: str) -> tuple[Payee, Payee]:
    payees = await store.find_payees(work.db, [merchant_id])
    providers = await store.find_by_mchids(work.db, [provider_mchid])
    if not payees or not providers:
        raise NotFound("payees.not_found")
    return payees[int(merchant_id)], providers[provider_mchid]

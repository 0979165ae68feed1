"""Reads payees: for their own people, for the rooms above, and for the doors that know them."""

from collections.abc import Collection
from typing import Annotated

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.payees import store
from banyan.pay.payees.types import (
    RATE_BP,
    Bound,
    Certificate,
    Payee,
    PayeeInFull,
    PayeeKeys,
    Payees,
    Scope,
    Terms,
)

_bonds_max = 100


class ReadPayee(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How can a merchant be paid over the wire?"""

    merchant_id: MerchantId


class ListPayees(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of these merchants can be paid over the wire?"""

    merchant_ids: Annotated[list[MerchantId], msgspec.Meta(max_length=1_000)]


class ReadBound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who has that number, and may a provider do any of this for it?"""

    merchant_id: MerchantId
    mchid: str
    scopes: list[Scope]


class ReadPayeeKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What passes between us and the payee of this number is signed and hidden by what?"""

    mchid: str


@reading(permission=Permission.KEYS_READ)
async def read_payee(work: Work, query: ReadPayee) -> PayeeInFull:
    """Return a payee with its certificates and bonds. Raises NotFound `payees.not_found`."""
    payee = await access_payee(work.db, query.merchant_id)
    return PayeeInFull(
        payee=payee,
        certificates=await _list_certificates(work.db, payee),
        bonds=await store.list_bonds(work.db, payee.merchant_id, _bonds_max),
    )


@reading(permission=Permission.SYSTEM)
async def list_payees(work: Work, query: ListPayees) -> Payees:
    """Return those of the merchants who can be paid over the wire."""
    found = await store.find_payees(work.db, query.merchant_ids)
    return Payees(items=list(found.values()))


@reading(permission=Permission.SYSTEM)
async def read_bound(work: Work, query: ReadBound) -> Bound:
    """Return a payee for whom a provider may act, and what of this it may do.

    Raises NotFound `payees.not_found`, Refusal `payees.not_bound`.
    """
    return await _access_bound(work.db, query.merchant_id, query.mchid, query.scopes)


@reading(permission=Permission.SYSTEM)
async def read_payee_keys(work: Work, query: ReadPayeeKeys) -> PayeeKeys:
    """Return a payee and its keys. Raises NotFound `payees.not_found`."""
    payee = await find_payee(work.db, query.mchid)
    if payee is None:
        raise NotFound("payees.not_found")
    return await access_keys(work.db, payee.merchant_id)


async def find_payee(db: Connection, mchid: str) -> Payee | None:
    """Return the payee of a number."""
    return (await store.find_by_mchids(db, [mchid])).get(mchid)


async def find_payees(db: Connection, merchant_ids: Collection[int]) -> dict[int, Payee]:
    """Return those of the merchants who can be paid over the wire, by merchant."""
    return await store.find_payees(db, merchant_ids)


async def find_payees_by_mchid(db: Connection, mchids: Collection[str]) -> dict[str, Payee]:
    """Return the payees of these numbers, by number."""
    return await store.find_by_mchids(db, mchids)


async def access_payee(db: Connection, merchant_id: int) -> Payee:
    """Return a merchant who can be paid over the wire. Raises NotFound `payees.not_found`."""
    found = (await store.find_payees(db, [merchant_id])).get(int(merchant_id))
    if found is None:
        raise NotFound("payees.not_found")
    return found


async def access_bound(db: Connection, provider_id: int, mchid: str, *scopes: Scope) -> Payee:
    """Return a payee for whom a provider may do any of this.

    Raises NotFound `payees.not_found`, Refusal `payees.not_bound`.
    """
    return (await _access_bound(db, provider_id, mchid, scopes)).payee


async def _access_bound(
    db: Connection, provider_id: int, mchid: str, wanted: Collection[Scope]
) -> Bound:
    found = await find_payee(db, mchid)
    if found is None:
        raise NotFound("payees.not_found")
    bound = await store.find_bound(db, provider_id, [found.merchant_id])
    scopes = [one for one in bound.get(found.merchant_id, ()) if one in wanted]
    if not scopes:
        raise Refusal("payees.not_bound", mchid=mchid)
    return Bound(payee=found, scopes=scopes)


async def check_bound(
    db: Connection, provider_id: int, merchant_ids: Collection[int], scope: Scope
) -> None:
    """Raise Refusal `payees.not_bound` unless a provider may do this for all these."""
    others = {int(one) for one in merchant_ids} - {int(provider_id)}
    if not others:
        return
    bound = await store.find_bound(db, provider_id, others)
    missing = {one for one in others if scope not in bound.get(one, ())}
    if missing:
        known = await store.find_payees(db, missing)
        raise Refusal(
            "payees.not_bound", mchid=", ".join(sorted(one.mchid for one in known.values()))
        )


async def access_keys(db: Connection, merchant_id: int) -> PayeeKeys:
    """Return a payee with the keys that are good now. Raises NotFound `payees.not_found`."""
    found = (await store.find_keys(db, [merchant_id])).get(int(merchant_id))
    if found is None:
        raise NotFound("payees.not_found")
    payee, keys = found
    good = [one for one in await _list_certificates(db, payee) if one.revoked_at is None]
    appids = await store.list_appids(db, payee.merchant_id)
    return PayeeKeys(payee=payee, certificates=good, keys=keys, appids=appids)


async def find_terms(db: Connection, merchant_ids: Collection[int]) -> dict[int, Terms]:
    """Return what was agreed with each merchant; the usual where nothing was."""
    known = await store.list_terms(db, merchant_ids)
    return {int(one): Terms(rate_bp=known.get(int(one), RATE_BP)) for one in merchant_ids}


async def _list_certificates(db: Connection, payee: Payee) -> list[Certificate]:
    found = await store.list_certificates(db, [payee.merchant_id])
    return found.get(int(payee.merchant_id), [])

"""Settling a batch: all transfers that operations noted, in as few statements as can be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.errors import Failure, Refusal
from banyan.books.ledger import rules, store
from banyan.books.ledger.types import Refusing, Transfer, TransferKind


class Refused(Exception):
    """The ledger refuses some commands of a batch; the transaction must be rolled back."""

    def __init__(self, by_index: Mapping[int, Failure]) -> None:
        super().__init__()
        self.by_index = by_index


async def settle(db: Connection, transfers: Sequence[Transfer], recorded_at: datetime) -> None:
    """Apply every transfer or raise.

    A batch is judged as a set: what counts is that no account breaks a limit by the sum of it. All
    of it commits at one instant, so any order of its commands is as true as another.

    Raises Refused with a refusal for each command that can't be settled: `ledger.exceeds_credits`,
    `ledger.exceeds_debits` (or what the transfer names instead), `ledger.account_missing`,
    `ledger.book_mismatch`, `ledger.account_closed`, `ledger.pending_settled`,
    `ledger.exceeds_pending`, `ledger.transfer_exists`, `ledger.id_taken`.
    """
    released: dict[int, asyncpg.Record] = {}
    if any(one.pending_id for one in transfers):
        transfers, released = await _resolve(db, transfers)
    deltas = rules.compute_deltas(transfers)
    for row in released.values():
        rules.release(deltas, row["book"], row["debit"], row["credit"], row["amount"])
    applied, inserted = await store.apply(db, deltas, transfers, recorded_at)
    if inserted is not None:
        raise Refused(await _explain_duplicates(db, transfers, set(inserted)))
    if applied is not None:
        blocking = deltas.keys() - set(applied)
        raise Refused(await _explain_blocking(db, blocking, transfers, released))
    strays = rules.find_strays(deltas, transfers)
    if strays:
        raise Refused(strays)
    pendings = [one for one in transfers if one.kind == TransferKind.PENDING]
    if pendings:
        await store.insert_pendings(db, pendings)


async def _resolve(
    db: Connection, transfers: Sequence[Transfer]
) -> tuple[list[Transfer], dict[int, asyncpg.Record]]:
    """Fill posts and voids from what they complete; raise Refused where that is gone."""
    wanted = [one.pending_id for one in transfers if one.pending_id]
    pendings = await store.take_pendings(db, wanted)
    refused: dict[int, Failure] = {}
    resolved: list[Transfer] = []
    seen: set[int] = set()
    for one in transfers:
        if not one.pending_id:
            resolved.append(one)
            continue
        row = pendings.get(one.pending_id)
        if row is None or one.pending_id in seen:
            refused[one.index] = (
                rules.name_refusal(one.refusal, 0, one.amount)
                if one.refusal
                else Refusal("ledger.pending_settled", transfer=str(one.pending_id))
            )
            continue
        seen.add(one.pending_id)
        if one.kind == TransferKind.POST and one.amount > row["amount"]:
            refused[one.index] = Refusal("ledger.exceeds_pending", transfer=str(one.pending_id))
            continue
        resolved.append(
            msgspec.structs.replace(
                one,
                book=row["book"],
                debit=row["debit"],
                credit=row["credit"],
                amount=one.amount or row["amount"],
            )
        )
    if refused:
        raise Refused(refused)
    return resolved, pendings


async def _explain_duplicates(
    db: Connection, transfers: Sequence[Transfer], inserted: set[int]
) -> dict[int, Failure]:
    """The commands whose transfer ids were taken, before or within this batch."""
    known = await store.read_transfers(
        db, [one.transfer_id for one in transfers if one.transfer_id not in inserted]
    )
    taken: dict[int, tuple[int, ...]] = {
        transfer_id: (row["book"], row["debit"], row["credit"], row["amount"], row["code"])
        for transfer_id, row in known.items()
    }
    refused: dict[int, Failure] = {}
    for one in transfers:
        if one.transfer_id in taken:
            refused[one.index] = _duplicate(one, taken[one.transfer_id])
        else:
            taken[one.transfer_id] = _content(one)
    return refused


def _content(one: Transfer) -> tuple[int, ...]:
    return (one.book, one.debit, one.credit, one.amount, one.code)


def _duplicate(one: Transfer, known: tuple[int, ...]) -> Refusal:
    same = one.pending_id or _content(one) == known
    code = "ledger.transfer_exists" if same else "ledger.id_taken"
    return Refusal(code, transfer=str(one.transfer_id))


async def _explain_blocking(
    db: Connection,
    blocking: set[int],
    transfers: Sequence[Transfer],
    released: Mapping[int, asyncpg.Record],
) -> dict[int, Failure]:
    sums = await store.read_accounts(db, blocking)
    by_index: dict[int, list[Transfer]] = defaultdict(list)
    names: dict[int, dict[int, Refusing]] = defaultdict(dict)
    for one in transfers:
        by_index[one.index].append(one)
        if one.refusal:
            names[one.index][one.debit] = one.refusal
    chains: dict[int, dict[int, list[int]]] = {}
    for index, chain in by_index.items():
        chains[index] = rules.compute_deltas(chain)
        for one in chain:
            if one.pending_id:
                row = released[one.pending_id]
                rules.release(
                    chains[index], row["book"], row["debit"], row["credit"], row["amount"]
                )
    present = {account: sums.get(account) for account in blocking}  # type: ignore[call-overload]
    return dict(rules.decide_refused(present, chains, names))

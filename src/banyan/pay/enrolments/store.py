"""Every SQL statement on schema `enrolments`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.parties.ids import MerchantId
from banyan.pay.enrolments.types import (
    ChangeId,
    ChangeState,
    Enrolment,
    EnrolmentId,
    EnrolmentKind,
    EnrolmentState,
    PaperKind,
    Reason,
    SettlementChange,
)

_insert = """
insert into enrolments.enrolments (
    merchant_id, enrolment_id, kind, out_no, name, phone_digest, sealed, confirmed_mchids, state,
    token, created_at, updated_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'auditing', $9, $10, $10)
on conflict (merchant_id, kind, out_no) do nothing
returning enrolment_id
"""

_rewrite = """
update enrolments.enrolments
set name = $3, phone_digest = $4, sealed = $5, confirmed_mchids = $6, state = 'auditing',
    reasons = '[]', updated_at = $7
where merchant_id = $1 and enrolment_id = $2
"""

_find_by_no = """
select * from enrolments.enrolments
where merchant_id = $1 and kind = $2 and out_no = $3
"""
_find = "select * from enrolments.enrolments where merchant_id = $1 and enrolment_id = $2"
_lock = (
    "select * from enrolments.enrolments where merchant_id = $1 and enrolment_id = $2 for update"
)
_find_offered = "select * from enrolments.enrolments where token = $1 limit 1"

_set_state = """
update enrolments.enrolments
set state = $3, reasons = $4::jsonb, shop_id = $5, updated_at = $6
where merchant_id = $1 and enrolment_id = $2
"""

_list = """
select * from enrolments.enrolments
where merchant_id = $1 and ($2::bigint = 0 or enrolment_id < $2)
order by enrolment_id desc
limit $3
"""

_list_waiting = """
select * from enrolments.enrolments
where state = 'auditing' and enrolment_id > $1
order by enrolment_id
limit $2
"""

_is_confirmed = """
select exists (
    select from enrolments.enrolments
    where state = 'finished' and (shop_id = $1 or (kind = 'subject' and $2 = any(confirmed_mchids)))
)
"""

_insert_paper = """
insert into enrolments.papers (merchant_id, paper_id, kind, name, sealed, added_at)
values ($1, $2, $3, $4, $5, $6)
"""

_count_papers = """
select count(*) from enrolments.papers where merchant_id = $1 and added_at > $2
"""

_find_papers = """
select paper_id from enrolments.papers where merchant_id = $1 and paper_id = any($2)
"""

_insert_change = """
insert into enrolments.changes (
    merchant_id, change_id, provider_id, kind, bank, branch, branch_id, sealed, number_shown,
    state, asked_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'auditing', $10)
"""

_find_change = """
select * from enrolments.changes
where merchant_id = $1 and ($2::bigint = 0 or change_id = $2)
    and ($2::bigint <> 0 or state = 'done')
order by change_id desc
limit 1
"""

_lock_change = """
select * from enrolments.changes where merchant_id = $1 and change_id = $2 for update
"""

_decide_change = """
update enrolments.changes set state = $3, fail_reason = $4, decided_at = $5
where merchant_id = $1 and change_id = $2
"""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What of an enrolment is not for everybody's eyes."""

    phone_digest: bytes
    letter: bytes


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolment with what is sealed of it."""

    enrolment: Enrolment
    sealed: Sealed


async def insert(db: Connection, one: Enrolment, sealed: Sealed) -> bool:
    """Write an enrolment, unless its number is taken."""
    return bool(
        await db.fetchval(
            _insert,
            one.merchant_id,
            one.enrolment_id,
            one.kind,
            one.out_no,
            one.name,
            sealed.phone_digest,
            sealed.letter,
            one.confirmed_mchids,
            one.token,
            one.created_at,
        )
    )


async def rewrite(db: Connection, one: Enrolment, sealed: Sealed) -> None:
    """Write what is wished for now."""
    await db.execute(
        _rewrite,
        one.merchant_id,
        one.enrolment_id,
        one.name,
        sealed.phone_digest,
        sealed.letter,
        one.confirmed_mchids,
        one.updated_at,
    )


async def find_by_no(
    db: Connection, merchant_id: int, kind: EnrolmentKind, out_no: str
) -> Kept | None:
    """The enrolment of a provider's own number."""
    return _maybe(await db.fetchrow(_find_by_no, merchant_id, kind, out_no))


async def find(db: Connection, merchant_id: int, enrolment_id: int) -> Kept | None:
    """An enrolment by its id."""
    return _maybe(await db.fetchrow(_find, merchant_id, enrolment_id))


async def lock(db: Connection, merchant_id: int, enrolment_id: int) -> Kept | None:
    """An enrolment, locked."""
    return _maybe(await db.fetchrow(_lock, merchant_id, enrolment_id))


async def find_by_token(db: Connection, token: str) -> Kept | None:
    """The enrolment that a link opens."""
    return _maybe(await db.fetchrow(_find_offered, token))


async def set_state(db: Connection, one: Enrolment) -> None:
    """Write how far an enrolment is."""
    await db.execute(
        _set_state,
        one.merchant_id,
        one.enrolment_id,
        one.state,
        msgspec.to_builtins(one.reasons),
        one.shop_id,
        one.updated_at,
    )


async def list_enrolments(
    db: Connection, merchant_id: int, before: int, limit: int
) -> list[Enrolment]:
    """A provider's enrolments, the newest first."""
    return [_enrolment(row) for row in await db.fetch(_list, merchant_id, before, limit)]


async def list_waiting(db: Connection, after: int, limit: int) -> list[Enrolment]:
    """Enrolments of all providers that wait to be decided, the oldest first."""
    return [_enrolment(row) for row in await db.fetch(_list_waiting, after, limit)]


async def is_confirmed(db: Connection, merchant_id: int, mchid: str) -> bool:
    """Whether it was confirmed who a merchant is."""
    return bool(await db.fetchval(_is_confirmed, merchant_id, mchid))


async def insert_paper(
    db: Connection,
    merchant_id: int,
    paper: tuple[str, PaperKind, str],
    sealed: bytes,
    now: datetime,
) -> None:
    """Keep a paper: its id, what it is, and its name."""
    await db.execute(_insert_paper, merchant_id, *paper, sealed, now)


async def count_papers(db: Connection, merchant_id: int, since: datetime) -> int:
    """Return how many papers a provider showed since an instant."""
    count: int = await db.fetchval(_count_papers, merchant_id, since)
    return count


async def find_papers(db: Connection, merchant_id: int, paper_ids: Sequence[str]) -> set[str]:
    """Which of these papers a provider has shown."""
    rows = await db.fetch(_find_papers, merchant_id, paper_ids)
    return {row["paper_id"] for row in rows}


async def insert_change(db: Connection, one: SettlementChange, sealed: bytes) -> None:
    """Write where a merchant's money is wished to go."""
    await db.execute(
        _insert_change,
        one.merchant_id,
        one.change_id,
        one.provider_id,
        one.kind,
        one.bank,
        one.branch,
        one.branch_id,
        sealed,
        one.number_shown,
        one.asked_at,
    )


async def find_change(
    db: Connection, merchant_id: int, change_id: int = 0
) -> SettlementChange | None:
    """A change of account, or the last one that was made."""
    row = await db.fetchrow(_find_change, merchant_id, change_id)
    return None if row is None else _change(row)


async def lock_change(
    db: Connection, merchant_id: int, change_id: int
) -> tuple[SettlementChange, bytes] | None:
    """A change of account with the number, locked."""
    row = await db.fetchrow(_lock_change, merchant_id, change_id)
    return None if row is None else (_change(row), row["sealed"])


async def decide_change(
    db: Connection, one: SettlementChange, state: ChangeState, reason: str, now: datetime
) -> None:
    """Write what became of a change of account."""
    await db.execute(_decide_change, one.merchant_id, one.change_id, state, reason, now)


def _maybe(row: asyncpg.Record | None) -> Kept | None:
    if row is None:
        return None
    sealed = Sealed(phone_digest=row["phone_digest"], letter=row["sealed"])
    return Kept(enrolment=_enrolment(row), sealed=sealed)


def _enrolment(row: asyncpg.Record) -> Enrolment:
    return Enrolment(
        merchant_id=MerchantId(row["merchant_id"]),
        enrolment_id=EnrolmentId(row["enrolment_id"]),
        kind=EnrolmentKind(row["kind"]),
        out_no=row["out_no"],
        name=row["name"],
        confirmed_mchids=list(row["confirmed_mchids"]),
        state=EnrolmentState(row["state"]),
        reasons=msgspec.convert(row["reasons"], list[Reason]),
        token=row["token"],
        shop_id=MerchantId(row["shop_id"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _change(row: asyncpg.Record) -> SettlementChange:
    return SettlementChange(
        merchant_id=MerchantId(row["merchant_id"]),
        change_id=ChangeId(row["change_id"]),
        provider_id=MerchantId(row["provider_id"]),
        kind=row["kind"],
        bank=row["bank"],
        branch=row["branch"],
        branch_id=row["branch_id"],
        number_shown=row["number_shown"],
        state=ChangeState(row["state"]),
        fail_reason=row["fail_reason"],
        asked_at=row["asked_at"],
        decided_at=row["decided_at"],
    )

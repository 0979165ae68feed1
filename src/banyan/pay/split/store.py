"""Every SQL statement on schema `split`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.parties.ids import MerchantId
from banyan.pay.split.records import part_of, receiver_of, return_of, sharing_of, subsidy_of
from banyan.pay.split.rules import Pool
from banyan.pay.split.types import (
    Part,
    Receiver,
    ReceiverKind,
    ShareReturn,
    ShareTerms,
    Sharing,
    Subsidy,
)

_add_receiver = """
insert into split.receivers (
    merchant_id, kind, receiver_id, channel_id, account, relation, custom_relation, added_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (merchant_id, kind, receiver_id) do update
set channel_id = excluded.channel_id, account = excluded.account,
    relation = excluded.relation, custom_relation = excluded.custom_relation
returning added_at
"""

_delete_receiver = """
delete from split.receivers where merchant_id = $1 and kind = $2 and receiver_id = $3
returning receiver_id
"""

_list_receivers = """
select * from split.receivers
where merchant_id = $1 and receiver_id > $2
order by receiver_id
limit $3
"""

_find_related = """
select r.kind, r.receiver_id
from unnest($2::text[], $3::bigint[]) as u (kind, receiver_id)
inner join split.receivers as r
    on r.merchant_id = $1 and r.kind = u.kind and r.receiver_id = u.receiver_id
"""

_find_terms = "select * from split.terms where merchant_id = any($1)"

_set_ratio = """
insert into split.terms (merchant_id, ratio_bp, notify_url)
values ($1, $2, '')
on conflict (merchant_id) do update set ratio_bp = excluded.ratio_bp
"""

_set_url = """
insert into split.terms (merchant_id, ratio_bp, notify_url)
values ($1, $3, $2)
on conflict (merchant_id) do update set notify_url = excluded.notify_url
"""

_open_pools = """
insert into split.pools (merchant_id, charge_id, opened_at)
select u.merchant_id, u.charge_id, u.opened_at
from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) as u (merchant_id, charge_id, opened_at)
on conflict (merchant_id, charge_id) do nothing
"""

_lock_pool = """
select over_at is not null as is_over, sharings_count, shared_fen, returned_fen, subsidy_fen,
    unsubsidized_at is not null as is_unsubsidized
from split.pools
where merchant_id = $1 and charge_id = $2
for update
"""

_add_to_pool = """
update split.pools
set sharings_count = sharings_count + $3, shared_fen = shared_fen + $4,
    returned_fen = returned_fen + $5, subsidy_fen = subsidy_fen + $6,
    over_at = case when $7::timestamptz is null then over_at else $7 end
where merchant_id = $1 and charge_id = $2
"""

_set_unsubsidized = """
update split.pools set unsubsidized_at = $3 where merchant_id = $1 and charge_id = $2
"""

_insert_sharing = """
insert into split.sharings (
    merchant_id, sharing_id, charge_id, provider_id, holder_id, form, out_no, digest, is_last,
    unfrozen_fen, description, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

_insert_parts = """
insert into split.parts (
    merchant_id, part_id, sharing_id, kind, receiver_id, channel_id, account, amount_fen,
    description, state, fail_reason
)
select $1, u.part_id, $2, u.kind, u.receiver_id, u.channel_id, u.account, u.amount_fen,
    u.description, u.state, u.fail_reason
from unnest(
    $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[], $9::text[],
    $10::text[], $11::text[]
) as u (
    part_id, kind, receiver_id, channel_id, account, amount_fen, description, state, fail_reason
)
"""

_find_sharing_by_no = """
select * from split.sharings where merchant_id = $1 and provider_id = $2 and out_no = $3
"""

_find_sharing = "select * from split.sharings where merchant_id = $1 and sharing_id = $2"

_list_sharings = """
select * from split.sharings
where merchant_id = $1 and ($2::bigint = 0 or sharing_id < $2)
    and ($3::bigint = 0 or charge_id = $3)
order by sharing_id desc
limit $4
"""

_list_parts = """
select * from split.parts
where merchant_id = $1 and sharing_id = any($2)
order by part_id
"""

_add_returned = """
update split.parts set returned_fen = returned_fen + $3
where merchant_id = $1 and part_id = $2
"""

_insert_return = """
insert into split.returns (
    merchant_id, return_id, charge_id, sharing_id, part_id, provider_id, out_return_no, digest,
    payer_id, payer_mchid, amount_fen, description, is_pooled, returned_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""

_find_return = """
select * from split.returns where merchant_id = $1 and provider_id = $2 and out_return_no = $3
"""

_count_returns = """
select count(*) from split.returns where merchant_id = $1 and sharing_id = $2
"""

_list_returns = """
select * from split.returns
where merchant_id = $1 and sharing_id = any($2)
order by return_id
"""

_insert_subsidy = """
insert into split.subsidies (
    merchant_id, subsidy_id, charge_id, provider_id, out_no, digest, is_return, refund_id,
    amount_fen, description, is_pooled, given_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

_find_subsidy = """
select * from split.subsidies
where merchant_id = $1 and provider_id = $2 and is_return = $3 and out_no = $4
"""


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What comes to a pool's counts."""

    sharings: int = 0
    shared_fen: int = 0
    returned_fen: int = 0
    subsidy_fen: int = 0


async def add_receiver(db: Connection, one: Receiver) -> datetime:
    """Write a receiver, or what it is now; when it was first added."""
    return await db.fetchval(  # type: ignore[no-any-return]
        _add_receiver,
        one.merchant_id,
        one.kind,
        one.receiver_id,
        one.channel_id,
        one.account,
        one.relation,
        one.custom_relation,
        one.added_at,
    )


async def delete_receiver(
    db: Connection, merchant_id: int, kind: ReceiverKind, receiver_id: int
) -> bool:
    """Forget a receiver; whether there was one."""
    return bool(await db.fetchval(_delete_receiver, merchant_id, kind, receiver_id))


async def list_receivers(
    db: Connection, merchant_id: int, after: int, limit: int
) -> list[Receiver]:
    """A merchant's receivers, by their ids."""
    rows = await db.fetch(_list_receivers, merchant_id, after, limit)
    return [receiver_of(row) for row in rows]


async def find_related(
    db: Connection, merchant_id: int, wanted: Sequence[tuple[ReceiverKind, int]]
) -> set[tuple[ReceiverKind, int]]:
    """Which of these are receivers of the merchant."""
    kinds, ids = [one[0].value for one in wanted], [one[1] for one in wanted]
    rows = await db.fetch(_find_related, merchant_id, kinds, ids)
    return {(ReceiverKind(row["kind"]), row["receiver_id"]) for row in rows}


async def find_terms(db: Connection, merchant_ids: Sequence[int]) -> dict[int, ShareTerms]:
    """What was agreed with those merchants with whom anything was."""
    return {
        row["merchant_id"]: ShareTerms(
            merchant_id=MerchantId(row["merchant_id"]),
            ratio_bp=row["ratio_bp"],
            notify_url=row["notify_url"],
        )
        for row in await db.fetch(_find_terms, merchant_ids)
    }


async def set_ratio(db: Connection, merchant_id: int, ratio_bp: int) -> None:
    """Write how much a merchant may share."""
    await db.execute(_set_ratio, merchant_id, ratio_bp)


async def set_url(db: Connection, terms: ShareTerms) -> None:
    """Write where a merchant is told of what it gets."""
    await db.execute(_set_url, terms.merchant_id, terms.notify_url, terms.ratio_bp)


async def open_pools(db: Connection, charges: Sequence[tuple[int, int, datetime]]) -> None:
    """Know of charges (merchant, id, since when) of which something waits to be shared."""
    await db.execute(
        _open_pools,
        [one[0] for one in charges],
        [one[1] for one in charges],
        [one[2] for one in charges],
    )


async def lock_pool(db: Connection, merchant_id: int, charge_id: int) -> Pool:
    """What was shared of a charge up to now, locked."""
    row = await db.fetchrow(_lock_pool, merchant_id, charge_id)
    assert row is not None, "a pool is opened before it is locked"
    return Pool(**row)


async def add_to_pool(
    db: Connection, merchant_id: int, charge_id: int, added: Added, over_at: datetime | None = None
) -> None:
    """Count what was shared, given back and added, and that it is over."""
    await db.execute(
        _add_to_pool,
        merchant_id,
        charge_id,
        added.sharings,
        added.shared_fen,
        added.returned_fen,
        added.subsidy_fen,
        over_at,
    )


async def set_unsubsidized(db: Connection, merchant_id: int, charge_id: int, at: datetime) -> None:
    """Write that nothing is added to a charge."""
    await db.execute(_set_unsubsidized, merchant_id, charge_id, at)


async def insert_sharing(db: Connection, one: Sharing, digest: bytes) -> None:
    """Write a sharing with its parts."""
    await db.execute(
        _insert_sharing,
        one.merchant_id,
        one.sharing_id,
        one.charge_id,
        one.provider_id,
        one.holder_id,
        one.form,
        one.out_no,
        digest,
        one.is_last,
        one.unfrozen_fen,
        one.description,
        one.created_at,
    )
    if one.parts:
        await db.execute(
            _insert_parts,
            one.merchant_id,
            one.sharing_id,
            [part.part_id for part in one.parts],
            [part.kind for part in one.parts],
            [part.receiver_id for part in one.parts],
            [part.channel_id for part in one.parts],
            [part.account for part in one.parts],
            [part.amount_fen for part in one.parts],
            [part.description for part in one.parts],
            [part.state for part in one.parts],
            [part.fail_reason for part in one.parts],
        )


async def find_by_no(
    db: Connection, merchant_id: int, provider_id: int, out_no: str
) -> tuple[bytes, Sharing] | None:
    """The sharing of that number, with what was ordered by it."""
    row = await db.fetchrow(_find_sharing_by_no, merchant_id, provider_id, out_no)
    if row is None:
        return None
    (found,) = await _with_parts(db, merchant_id, [row])
    return row["digest"], found


async def find_sharing(db: Connection, merchant_id: int, sharing_id: int) -> Sharing | None:
    """A sharing by its id."""
    row = await db.fetchrow(_find_sharing, merchant_id, sharing_id)
    return None if row is None else (await _with_parts(db, merchant_id, [row]))[0]


async def list_sharings(
    db: Connection, merchant_id: int, before: int, charge_id: int, limit: int
) -> list[Sharing]:
    """A merchant's sharings, or those of one charge, the newest first."""
    rows = await db.fetch(_list_sharings, merchant_id, before, charge_id, limit)
    return await _with_parts(db, merchant_id, rows)


async def add_returned(db: Connection, merchant_id: int, part_id: int, amount_fen: int) -> None:
    """Count what came back of a part."""
    await db.execute(_add_returned, merchant_id, part_id, amount_fen)


async def insert_return(db: Connection, one: ShareReturn, digest: bytes) -> None:
    """Write what came back."""
    await db.execute(
        _insert_return,
        one.merchant_id,
        one.return_id,
        one.charge_id,
        one.sharing_id,
        one.part_id,
        one.provider_id,
        one.out_return_no,
        digest,
        one.payer_id,
        one.payer_mchid,
        one.amount_fen,
        one.description,
        one.is_pooled,
        one.returned_at,
    )


async def find_return(
    db: Connection, merchant_id: int, provider_id: int, out_return_no: str
) -> tuple[bytes, ShareReturn] | None:
    """What came back under that number, with how it was ordered."""
    row = await db.fetchrow(_find_return, merchant_id, provider_id, out_return_no)
    return None if row is None else (row["digest"], return_of(row))


async def count_returns(db: Connection, merchant_id: int, sharing_id: int) -> int:
    """How often something came back of a sharing."""
    return await db.fetchval(_count_returns, merchant_id, sharing_id)  # type: ignore[no-any-return]


async def list_returns(
    db: Connection, merchant_id: int, sharing_ids: Sequence[int]
) -> list[ShareReturn]:
    """What came back of sharings, the earliest first."""
    return [return_of(row) for row in await db.fetch(_list_returns, merchant_id, sharing_ids)]


async def insert_subsidy(db: Connection, one: Subsidy, digest: bytes) -> None:
    """Write what a provider added, or took back."""
    await db.execute(
        _insert_subsidy,
        one.merchant_id,
        one.subsidy_id,
        one.charge_id,
        one.provider_id,
        one.out_no,
        digest,
        one.is_return,
        one.refund_id,
        one.amount_fen,
        one.description,
        one.is_pooled,
        one.given_at,
    )


async def find_subsidy(
    db: Connection, merchant_id: int, provider_id: int, out_no: str, *, is_return: bool
) -> tuple[bytes, Subsidy] | None:
    """What a provider added, or took back, under that number, with how it was ordered."""
    row = await db.fetchrow(_find_subsidy, merchant_id, provider_id, is_return, out_no)
    return None if row is None else (row["digest"], subsidy_of(row))


async def _with_parts(
    db: Connection, merchant_id: int, rows: Sequence[asyncpg.Record]
) -> list[Sharing]:
    parts: dict[int, list[Part]] = {row["sharing_id"]: [] for row in rows}
    for row in await db.fetch(_list_parts, merchant_id, list(parts)):
        parts[row["sharing_id"]].append(part_of(row))
    return [sharing_of(row, parts[row["sharing_id"]]) for row in rows]

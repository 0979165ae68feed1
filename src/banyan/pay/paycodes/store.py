"""Every SQL statement on schema `paycodes`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from banyan.books.work import Connection

_insert_seed = """
insert into paycodes.seeds (seed_number, person_id, session_id, sealed, sown_at, used_at)
values ($1, $2, $3, $4, $5, $5)
on conflict do nothing
returning seed_number
"""

_find_seeds = """
select seed_number, person_id, session_id, sealed
from paycodes.seeds
where seed_number = any($1)
"""

_list_seeds_of = """
select seed_number, person_id, session_id, sealed
from paycodes.seeds
where person_id = $1 and session_id = $2
order by seed_number
limit $3
"""

_set_used = "update paycodes.seeds set used_at = $2 where seed_number = any($1) and used_at < $3"

_delete_idle = "delete from paycodes.seeds where person_id = $1 and used_at < $2"

_insert_takings = """
insert into paycodes.takings (seed_number, code, merchant_id, subject, taken_at)
select seed_number, code, merchant_id, subject, taken_at
from unnest($1::integer[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[]) as u (
    seed_number, code, merchant_id, subject, taken_at
)
order by seed_number, code
on conflict do nothing
"""

_find_takings = """
select code, merchant_id, subject, taken_at
from paycodes.takings
where seed_number = any($1) and code = any($2)
"""

_delete_takings = "delete from paycodes.takings where seed_number = any($1) and taken_at < $2"

_count_misses = """
select merchant_id, count from paycodes.misses where merchant_id = any($1) and hour_at = $2
"""

_add_misses = """
insert into paycodes.misses as m (merchant_id, hour_at, count)
select merchant_id, $2, count
from unnest($1::bigint[], $3::integer[]) as u (merchant_id, count)
order by merchant_id
on conflict (merchant_id) do update set
    count = case when m.hour_at = excluded.hour_at then m.count else 0 end + excluded.count,
    hour_at = excluded.hour_at
"""


class SeedRow(msgspec.Struct, frozen=True):
    """A seed as it is kept."""

    seed_number: int
    person_id: int
    session_id: int
    sealed: bytes


class Taking(msgspec.Struct, frozen=True):
    """A code, who took it and for what."""

    code: str
    merchant_id: int
    subject: str
    taken_at: datetime

    def is_for(self, merchant_id: int, subject: str) -> bool:
        """Whether it was this merchant, for this."""
        return (self.merchant_id, self.subject) == (merchant_id, subject)


async def insert_seed(db: Connection, seed: SeedRow, now: datetime) -> bool:
    """Add a seed; False if its number is taken."""
    return (
        await db.fetchval(
            _insert_seed, seed.seed_number, seed.person_id, seed.session_id, seed.sealed, now
        )
        is not None
    )


async def find_seeds(db: Connection, numbers: Collection[int]) -> dict[int, SeedRow]:
    """Return seeds by number."""
    return {row[0]: SeedRow(*row) for row in await db.fetch(_find_seeds, list(numbers))}


async def list_seeds_of(
    db: Connection, person_id: int, session_id: int, limit: int
) -> list[SeedRow]:
    """Return the seeds of one of a person's devices."""
    rows = await db.fetch(_list_seeds_of, person_id, session_id, limit)
    return [SeedRow(*row) for row in rows]


async def set_used(
    db: Connection, numbers: Collection[int], now: datetime, before: datetime
) -> None:
    """Note that seeds are in use, unless that was noted lately."""
    await db.execute(_set_used, sorted(numbers), now, before)


async def delete_idle(db: Connection, person_id: int, before: datetime) -> None:
    """Forget a person's seeds that were not used since."""
    await db.execute(_delete_idle, person_id, before)


async def insert_takings(db: Connection, takings: Mapping[str, tuple[int, Taking]]) -> None:
    """Take codes, each with its seed; those that are taken stay whose they are."""
    rows = [
        (number, one.code, one.merchant_id, one.subject, one.taken_at)
        for number, one in takings.values()
    ]
    await db.execute(_insert_takings, *zip(*rows, strict=True))


async def find_takings(
    db: Connection, numbers: Collection[int], codes: Collection[str]
) -> dict[str, Taking]:
    """Return those of the codes that were taken."""
    rows = await db.fetch(_find_takings, list(numbers), list(codes))
    return {row[0]: Taking(*row) for row in rows}


async def delete_takings(db: Connection, numbers: Collection[int], before: datetime) -> None:
    """Forget what was taken long ago."""
    await db.execute(_delete_takings, list(numbers), before)


async def count_misses(
    db: Connection, merchant_ids: Collection[int], hour_at: datetime
) -> dict[int, int]:
    """Return how many wrong codes merchants brought in an hour."""
    rows = await db.fetch(_count_misses, list(merchant_ids), hour_at)
    return {row[0]: row[1] for row in rows}


async def add_misses(db: Connection, counts: Mapping[int, int], hour_at: datetime) -> None:
    """Count wrong codes."""
    merchants: Sequence[int] = sorted(counts)
    await db.execute(_add_misses, merchants, hour_at, [counts[one] for one in merchants])

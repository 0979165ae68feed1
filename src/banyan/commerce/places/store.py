"""Every SQL statement on schema `places`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from asyncpg import Record

from banyan.base.ids import Id
from banyan.books.work import Connection
from banyan.commerce.places.types import (
    Code,
    CodedPlace,
    CodeId,
    Place,
    PlaceId,
    PlaceKind,
    TouchId,
)
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

INSERT_PLACES = """
insert into places.places (
    merchant_id, place_id, store_id, kind, name, subject_id, added_at
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],
    $7::timestamptz[]
)
"""
SET_PLACE = """
update places.places set name = $3, subject_id = $4 where merchant_id = $1 and place_id = $2
"""
LOCK_PLACE = """
select merchant_id, place_id, store_id, kind, name, subject_id, added_at
from places.places where merchant_id = $1 and place_id = $2 for update
"""
FIND_PLACES = """
select p.merchant_id, p.place_id, p.store_id, p.kind, p.name, p.subject_id, p.added_at
from unnest($1::bigint[], $2::bigint[]) as wanted (merchant_id, place_id)
join places.places as p using (merchant_id, place_id)
"""
LIST_PLACES = """
select merchant_id, place_id, store_id, kind, name, subject_id, added_at
from places.places
where merchant_id = $1 and place_id > $2
    and store_id = any($3::bigint[]) is not false
    and ($4::text is null or kind = $4)
order by place_id limit $5
"""

INSERT_CODES = """
insert into places.codes (
    merchant_id, code_id, place_id, store_id, token, scene, source, is_active, issued_at
)
select $1::bigint, n.code_id, n.place_id, n.store_id, n.token, n.scene, n.source, true,
    n.issued_at
from unnest(
    $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::timestamptz[]
) as n (code_id, place_id, store_id, token, scene, source, issued_at)
"""
LIST_CODES = """
select code_id, place_id, token, scene, source, is_active, issued_at
from places.codes where merchant_id = $1 and place_id = any($2::bigint[])
order by place_id, code_id limit $3
"""
FIND_CODE = """
select code_id, place_id, token, scene, source, is_active, issued_at
from places.codes where merchant_id = $1 and code_id = $2
"""
FIND_OWN_CODES = """
select c.merchant_id, c.code_id
from unnest($1::bigint[], $2::bigint[]) as wanted (merchant_id, code_id)
join places.codes as c using (merchant_id, code_id)
"""
SET_ACTIVE = """
update places.codes set is_active = $3 where merchant_id = $1 and code_id = $2
"""
FIND_TARGETS = """
select c.token, c.merchant_id, c.code_id, c.place_id, c.store_id, c.scene, c.is_active, p.kind,
    p.name, p.subject_id
from places.codes as c
join places.places as p using (merchant_id, place_id)
where c.token = any($1::text[])
"""

INSERT_TOUCHES = """
insert into places.touches (
    merchant_id, touch_id, code_id, store_id, person_id, visitor_digest, device, touched_at
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[],
    $7::text[], $8::timestamptz[]
)
"""
JOIN_TOUCHES = """
update places.touches as t
set person_id = $2, joined_at = $3
from (
    select merchant_id, touch_id from places.touches
    where visitor_digest = $1 and person_id = 0 and touched_at > $4
    order by touched_at desc limit $5
) as mine
where t.merchant_id = mine.merchant_id and t.touch_id = mine.touch_id and t.person_id = 0
returning t.merchant_id, t.touch_id, t.code_id, t.store_id, t.touched_at
"""
FIND_LAST_TOUCHES = """
select wanted.merchant_id, wanted.person_id, last.code_id
from unnest($1::bigint[], $2::bigint[]) as wanted (merchant_id, person_id)
cross join lateral (
    select t.code_id from places.touches as t
    where t.merchant_id = wanted.merchant_id and t.person_id = wanted.person_id
        and t.person_id <> 0 and t.touched_at >= $3
    order by t.touched_at desc limit 1
) as last
"""
LIST_STATISTICS = """
select c.code_id, c.token, c.place_id, c.store_id, p.kind, p.name as place_name, c.scene,
    c.source, c.is_active, n.touch_count, n.visitor_count, n.person_count, n.last_at
from places.codes as c
join places.places as p using (merchant_id, place_id)
cross join lateral (
    select count(*) as touch_count,
        count(distinct coalesce(t.visitor_digest, int8send(t.person_id))) as visitor_count,
        count(distinct t.person_id) filter (where t.person_id <> 0) as person_count,
        max(t.touched_at) as last_at
    from places.touches as t
    where t.merchant_id = $1 and t.code_id = c.code_id
        and t.touched_at >= $4 and t.touched_at < $5
) as n
where c.merchant_id = $1 and c.code_id > $2
    and c.store_id = any($3::bigint[]) is not false
order by c.code_id limit $6
"""


class Target(msgspec.Struct, frozen=True, gc=False):
    """A code with the place it leads to."""

    merchant_id: MerchantId
    code_id: CodeId
    place_id: PlaceId
    store_id: StoreId
    scene: str
    is_active: bool
    kind: PlaceKind
    place_name: str
    subject_id: Id


class Touch(msgspec.Struct, frozen=True, gc=False):
    """A meeting to be written down."""

    target: Target
    touch_id: TouchId
    person_id: int
    visitor_digest: bytes | None
    device: str
    touched_at: datetime


async def insert_places(db: Connection, places: Sequence[CodedPlace]) -> None:
    """Write new places of one merchant with their codes."""
    await db.execute(
        INSERT_PLACES,
        [one.merchant_id for one in places],
        [one.place_id for one in places],
        [one.store_id for one in places],
        [one.kind.value for one in places],
        [one.name for one in places],
        [one.subject_id for one in places],
        [one.added_at for one in places],
    )
    await insert_codes(db, [(place, code) for place in places for code in place.codes])


async def set_place(db: Connection, place: Place) -> None:
    """Overwrite what is said about a place; it stays in its store."""
    await db.execute(SET_PLACE, place.merchant_id, place.place_id, place.name, place.subject_id)


async def lock_place(db: Connection, merchant_id: int, place_id: int) -> Place | None:
    """The place, locked to the end of the transaction."""
    row = await db.fetchrow(LOCK_PLACE, merchant_id, place_id)
    return None if row is None else _place(row)


async def find_places(db: Connection, wanted: Sequence[tuple[int, int]]) -> dict[PlaceId, Place]:
    """Those of the (merchant, place) pairs that exist."""
    merchants = [merchant_id for merchant_id, _ in wanted]
    rows = await db.fetch(FIND_PLACES, merchants, [place_id for _, place_id in wanted])
    return {place.place_id: place for place in map(_place, rows)}


async def list_places(
    db: Connection,
    merchant_id: int,
    after: int,
    limit: int,
    *,
    store_ids: Iterable[int] | None,
    kind: PlaceKind | None,
) -> list[Place]:
    """A merchant's places in these stores (None: in all), in the order they were added."""
    rows = await db.fetch(
        LIST_PLACES,
        merchant_id,
        after,
        None if store_ids is None else list(store_ids),
        kind.value if kind else None,
        limit,
    )
    return [_place(row) for row in rows]


async def insert_codes(db: Connection, codes: Sequence[tuple[Place, Code]]) -> None:
    """Write new codes of places of one merchant."""
    await db.execute(
        INSERT_CODES,
        codes[0][0].merchant_id,
        [code.code_id for _, code in codes],
        [place.place_id for place, _ in codes],
        [place.store_id for place, _ in codes],
        [code.token for _, code in codes],
        [code.scene for _, code in codes],
        [code.source for _, code in codes],
        [code.issued_at for _, code in codes],
    )


async def list_codes(
    db: Connection, merchant_id: int, place_ids: Sequence[int], limit: int
) -> dict[PlaceId, list[Code]]:
    """The codes of each of the places."""
    codes: dict[PlaceId, list[Code]] = {PlaceId(one): [] for one in place_ids}
    for row in await db.fetch(LIST_CODES, merchant_id, list(place_ids), limit):
        codes[PlaceId(row["place_id"])].append(_code(row))
    return codes


async def find_code(db: Connection, merchant_id: int, code_id: int) -> tuple[PlaceId, Code] | None:
    """The merchant's code and its place."""
    row = await db.fetchrow(FIND_CODE, merchant_id, code_id)
    return None if row is None else (PlaceId(row["place_id"]), _code(row))


async def find_own_codes(db: Connection, wanted: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the (merchant, code) pairs that exist."""
    merchants = [merchant_id for merchant_id, _ in wanted]
    rows = await db.fetch(FIND_OWN_CODES, merchants, [code_id for _, code_id in wanted])
    return {(row["merchant_id"], row["code_id"]) for row in rows}


async def set_active(db: Connection, merchant_id: int, code: Code) -> None:
    """Overwrite whether a code leads anywhere."""
    await db.execute(SET_ACTIVE, merchant_id, code.code_id, code.is_active)


async def find_targets(db: Connection, tokens: Iterable[str]) -> dict[str, Target]:
    """Where each of the tokens that exist leads."""
    rows = await db.fetch(FIND_TARGETS, list(tokens))
    return {
        row["token"]: Target(
            MerchantId(row["merchant_id"]),
            CodeId(row["code_id"]),
            PlaceId(row["place_id"]),
            StoreId(row["store_id"]),
            row["scene"],
            row["is_active"],
            PlaceKind(row["kind"]),
            row["name"],
            Id(row["subject_id"]),
        )
        for row in rows
    }


async def insert_touches(db: Connection, touches: Sequence[Touch]) -> None:
    """Write down meetings of any merchants."""
    await db.execute(
        INSERT_TOUCHES,
        [one.target.merchant_id for one in touches],
        [one.touch_id for one in touches],
        [one.target.code_id for one in touches],
        [one.target.store_id for one in touches],
        [one.person_id for one in touches],
        [one.visitor_digest for one in touches],
        [one.device for one in touches],
        [one.touched_at for one in touches],
    )


async def join_touches(
    db: Connection,
    visitor_digest: bytes,
    person_id: int,
    *,
    now: datetime,
    since: datetime,
    limit: int,
) -> list[Record]:
    """Give a visitor's latest touches to a person, and return what they were."""
    return await db.fetch(JOIN_TOUCHES, visitor_digest, person_id, now, since, limit)


async def find_last_touches(
    db: Connection, wanted: Sequence[tuple[int, int]], since: datetime
) -> dict[tuple[int, int], CodeId]:
    """The code that each (merchant, person) scanned last; only those who scanned one."""
    merchants = [merchant_id for merchant_id, _ in wanted]
    rows = await db.fetch(
        FIND_LAST_TOUCHES, merchants, [person_id for _, person_id in wanted], since
    )
    return {(row[0], row[1]): CodeId(row[2]) for row in rows}


async def list_statistics(  # noqa: PLR0913 - a filter has many sides
    db: Connection,
    merchant_id: int,
    after: int,
    limit: int,
    *,
    store_ids: Iterable[int] | None,
    since: datetime,
    until: datetime,
) -> list[Record]:
    """Of each code how often, by how many and when last it was scanned in a span of time."""
    stores = None if store_ids is None else list(store_ids)
    return await db.fetch(LIST_STATISTICS, merchant_id, after, stores, since, until, limit)


def _place(row: Record) -> Place:
    return Place(
        merchant_id=MerchantId(row["merchant_id"]),
        place_id=PlaceId(row["place_id"]),
        store_id=StoreId(row["store_id"]),
        kind=PlaceKind(row["kind"]),
        name=row["name"],
        subject_id=Id(row["subject_id"]),
        added_at=row["added_at"],
    )


def _code(row: Record) -> Code:
    return Code(
        code_id=CodeId(row["code_id"]),
        token=row["token"],
        scene=row["scene"],
        source=row["source"],
        is_active=row["is_active"],
        issued_at=row["issued_at"],
    )

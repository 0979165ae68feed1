"""Every SQL statement on schema people."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from banyan.base.text import mask_phone
from banyan.books.work import Connection
from banyan.parties.ids import PersonId
from banyan.parties.people.rules import compute_initial
from banyan.parties.people.types import Avatar, Language, Person, Profile

_find_phones = "select phone, person_id from people.phones where phone = any($1)"

_find_phone_of = "select phone from people.people where person_id = $1"

_find_phones_of = """
select person_id, phone from people.people where person_id = any($1) and phone is not null
"""

_list_added = "select person_id, created_at from people.people where person_id = any($1)"

_insert_phones = """
insert into people.phones (phone, person_id)
select phone, person_id
from unnest($1::text[], $2::bigint[]) as u (phone, person_id)
order by phone
on conflict (phone) do nothing
returning phone
"""

_insert_people = """
insert into people.people (person_id, phone, nickname, language, avatar, created_at)
select person_id, phone, nickname, language, avatar, created_at
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    as u (person_id, phone, nickname, language, avatar, created_at)
"""

_set_joined = """
update people.people
set joined_at = $2, language = $3
where person_id = $1 and joined_at is null
returning person_id
"""

_lock_person = """
select person_id, phone, nickname, language, avatar, created_at, joined_at
from people.people
where person_id = $1
for update
"""

_list_people = """
select person_id, phone, nickname, language, avatar, created_at, joined_at
from people.people
where person_id = any($1)
"""

_set_profile = """
update people.people
set nickname = $2, language = $3, avatar = $4
where person_id = $1
"""


async def find_phones(db: Connection, phones: Sequence[str]) -> dict[str, PersonId]:
    """Return whose phones these are; those of nobody are left out."""
    rows = await db.fetch(_find_phones, phones)
    return {row["phone"]: PersonId(row["person_id"]) for row in rows}


async def find_phone_of(db: Connection, person_id: int) -> str | None:
    """Return a person's phone in full: for what they themselves ask for only."""
    phone: str | None = await db.fetchval(_find_phone_of, person_id)
    return phone


async def insert_phones(db: Connection, owners: Mapping[str, PersonId]) -> set[str]:
    """Give each phone that has no person its own; wait for rivals, and return those given."""
    rows = await db.fetch(_insert_phones, list(owners), list(owners.values()))
    return {row["phone"] for row in rows}


async def insert_people(db: Connection, people: Sequence[Profile]) -> None:
    """Add people who have not joined yet."""
    await db.execute(
        _insert_people,
        [one.person_id for one in people],
        [one.phone for one in people],
        [one.nickname for one in people],
        [one.language.value for one in people],
        [one.avatar.value for one in people],
        [one.created_at for one in people],
    )


async def set_joined(
    db: Connection, person_id: PersonId, joined_at: datetime, language: Language
) -> bool:
    """Note the first sign-in; return False if there was one before."""
    return await db.fetchval(_set_joined, person_id, joined_at, language.value) is not None


async def lock_person(db: Connection, person_id: PersonId) -> Profile | None:
    """Lock a person and return them, or None."""
    row = await db.fetchrow(_lock_person, person_id)
    return _profile(row) if row else None


async def find_profile(db: Connection, person_id: PersonId) -> Profile | None:
    """Return a person as they see themself, or None."""
    row = await db.fetchrow(_list_people, [person_id])
    return _profile(row) if row else None


async def find_people(db: Connection, person_ids: Sequence[int]) -> dict[PersonId, Person]:
    """Return those of the people who exist, as others may see them."""
    rows = await db.fetch(_list_people, person_ids)
    return {PersonId(row["person_id"]): _person(row) for row in rows}


async def find_phones_of(db: Connection, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the phones in E.164 form of those of the people who have one."""
    rows = await db.fetch(_find_phones_of, person_ids)
    return {row["person_id"]: row["phone"] for row in rows}


async def find_added(db: Connection, person_ids: Sequence[int]) -> dict[int, datetime]:
    """Return since when those of the people are known who exist."""
    rows = await db.fetch(_list_added, person_ids)
    return {row["person_id"]: row["created_at"] for row in rows}


async def set_profile(db: Connection, profile: Profile) -> None:
    """Write what a person may change about themself."""
    await db.execute(
        _set_profile,
        profile.person_id,
        profile.nickname,
        profile.language.value,
        profile.avatar.value,
    )


def _profile(row: asyncpg.Record) -> Profile:
    return Profile(
        person_id=PersonId(row["person_id"]),
        phone=row["phone"],
        nickname=row["nickname"],
        initial=compute_initial(row["nickname"]),
        language=Language(row["language"]),
        avatar=Avatar(row["avatar"]),
        created_at=row["created_at"],
    )


def _person(row: asyncpg.Record) -> Person:
    return Person(
        person_id=PersonId(row["person_id"]),
        masked_phone=mask_phone(row["phone"]) if row["phone"] else "",
        nickname=row["nickname"],
        initial=compute_initial(row["nickname"]),
        language=Language(row["language"]),
        avatar=Avatar(row["avatar"]),
        has_joined=row["joined_at"] is not None,
    )

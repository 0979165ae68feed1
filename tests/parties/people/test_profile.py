"""People are added once, seen masked by others, and say themselves who they are."""

import asyncio

import pytest

from banyan.base.errors import Invalid
from banyan.books.actor import SYSTEM
from banyan.parties.people import (
    Avatar,
    ChangeProfile,
    EnrolPerson,
    Language,
    NewPerson,
    ReadProfile,
    add_people,
    change_profile,
    enrol_person,
    find_people,
    read_profile,
)
from tests.kit.world import World


async def test_a_person_reads_their_own_phone_and_others_see_it_masked(world: World) -> None:
    lin = await world.person("lin")
    profile = await world.office.run(read_profile, ReadProfile(), lin)
    assert (profile.nickname, profile.phone) == ("Lin", "+8613800000001")
    async with world.building.pool.acquire() as db:
        seen = (await find_people(db, [lin.person_id]))[profile.person_id]
    assert seen.masked_phone == "+86138****0001"
    assert (seen.initial, seen.has_joined) == ("L", True)


async def test_a_profile_changes_by_field_and_says_which(world: World) -> None:
    lin = await world.person("lin")
    mark = await world.mark()
    command = ChangeProfile(nickname="林小满", language=Language.EN, avatar=Avatar.PLUM)
    changed = await world.office.run(change_profile, command, lin)
    assert (changed.nickname, changed.initial) == ("林小满", "林")
    assert (changed.language, changed.avatar) == (Language.EN, Avatar.PLUM)
    assert await world.office.run(read_profile, ReadProfile(), lin) == changed
    assert (await world.meet("lin")).language == "en"

    assert await world.office.run(change_profile, ChangeProfile(nickname="林小满"), lin) == changed
    assert await world.events(mark) == ["people.profile_changed"]


async def test_the_journal_never_says_who_somebody_is(world: World) -> None:
    lin = await world.person("lin")
    await world.office.run(change_profile, ChangeProfile(nickname="林小满"), lin)
    async with world.building.pool.acquire() as db:
        facts = b"".join(row["data"] for row in await db.fetch("select data from journal.events"))
    assert b"profile_changed" in facts
    for secret in ("林小满", "Lin", "13800000001"):
        assert secret.encode() not in facts


async def test_enrolling_the_same_phone_again_finds_the_same_person(world: World) -> None:
    first = await world.office.run(
        enrol_person, EnrolPerson(phone="138 0000 0009", nickname="Old"), SYSTEM
    )
    again = await world.office.run(
        enrol_person, EnrolPerson(phone="+86 13800000009", nickname="New"), SYSTEM
    )
    assert again == first
    assert first.phone == "+8613800000009"


async def test_people_without_a_phone_are_told_apart(world: World) -> None:
    people = [await world.office.run(enrol_person, EnrolPerson(), SYSTEM) for _ in range(3)]
    assert len({one.person_id for one in people}) == 3
    assert [one.phone for one in people] == [None] * 3
    assert all(one.nickname.startswith("客人 ") for one in people)


async def test_many_are_added_at_once_and_twins_share_a_person(world: World) -> None:
    async with world.office.begin() as work:
        ids = await add_people(
            work,
            [
                NewPerson(phone="+8613900000001"),
                NewPerson(nickname="无名"),
                NewPerson(phone="+8613900000002"),
                NewPerson(phone="+8613900000001"),
                NewPerson(nickname="无名"),
            ],
        )
    assert ids[0] == ids[3]
    assert len(set(ids)) == 4
    assert await world.events() == ["people.added"] * 4


async def test_phones_must_come_in_normal_form(world: World) -> None:
    with pytest.raises(Invalid, match=r"people\.phone_malformed"):
        async with world.office.begin() as work:
            await add_people(work, [NewPerson(phone="13900000001")])


async def test_rivals_who_add_one_phone_get_one_person(world: World) -> None:
    command = EnrolPerson(phone="13800000009")
    found = await asyncio.gather(
        *(world.office.run(enrol_person, command, SYSTEM) for _ in range(20))
    )
    assert len({one.person_id for one in found}) == 1
    assert await world.events() == ["people.added"]
